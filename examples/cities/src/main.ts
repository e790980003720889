import { demo } from "./demo.js";
import { gazetteer } from "./gazetteer.js";

const whole = await demo({
  url: process.env.DYNAWRAP_URL ?? "pglite:",
  rows: gazetteer(),
  print: (line) => console.log(line),
  terminal: process.stdout.isTTY === true,
});
if (!whole) {
  console.error("Rows are missing, or the table held others before.");
  process.exitCode = 1;
}
