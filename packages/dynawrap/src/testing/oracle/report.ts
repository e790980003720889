import { inspect } from "node:util";
import type { Operation } from "./operations.js";

/** The step at which two backends differ, and in what. */
export interface Difference {
  readonly index: number;
  readonly step: Operation;
  readonly wanted: unknown;
  readonly got: unknown;
  readonly broken: string;
  readonly room: string;
}

/** A counterexample to be read, and to be run again. */
export function counterexampleText(
  steps: readonly Operation[],
  { index, step, wanted, got, broken, room }: Difference,
  { seed, path }: { readonly seed: number; readonly path: string },
): string {
  const show = (value: unknown) => showValue(value).replaceAll(room, "<room>");
  const listed = steps.slice(0, index + 1).map((one, place) => `  ${place + 1}. ${showOperation(one)}`);
  // Behind the last step everything is read back, which no counterexample lists.
  if (index >= steps.length) listed.push(`  At the end: ${showOperation(step)}`);
  return [
    `A sequence of ${listed.length} operations: ${broken}.`,
    ...listed,
    `     reference: ${show(wanted)}`,
    `     backend:   ${show(got)}`,
    `Run it again with { seed: ${seed}, path: "${path}" }.`,
  ].join("\n");
}

/** An operation in one line. */
export function showOperation({ text }: Operation): string {
  return text.map((part) => (typeof part === "string" ? part : showValue(part))).join(" ");
}

/** A value in one line of ASCII, so that no two characters look alike. */
function showValue(value: unknown): string {
  const text = inspect(value, { depth: 12, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 40, maxStringLength: 200 });
  return text.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}
