// The floor: what the pages that dynawrap reads cost when nothing else happens to them.
export const name = "JSON.parse alone";
export const packages = [];
export const only = ["get", "query of 1", "query of 100", "query of 1,000", "scan of 100"];

export { open } from "./dynawrap-unvalidated.mjs";

/** Timed instead of the job, with the texts of its answers. */
export const replay = (texts) => texts.map((text) => JSON.parse(text));
