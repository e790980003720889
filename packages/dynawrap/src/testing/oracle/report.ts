import { inspect } from "node:util";
import { isTest } from "../../core/condition.js";
import { Listing } from "./listing.js";
import type { Operation } from "./operation.js";

/** The step at which two backends differ, and in what. */
export interface Difference {
  readonly index: number;
  readonly step: Operation;
  readonly wanted: unknown;
  readonly got: unknown;
  readonly broken: string;
  readonly room: string;
}

/** A counterexample to be read, and to be run again. `last` is the difference that led to it. */
export function counterexampleText(
  steps: readonly Operation[],
  difference: Difference | undefined,
  {
    seed,
    path,
    last,
  }: { readonly seed: number; readonly path: string; readonly last: Difference | undefined },
): string {
  const again = `Run it again with { seed: ${seed}, path: "${path}" }.`;
  const listed = steps.slice(0, (difference?.index ?? steps.length) + 1).map(showStep);
  if (!difference) {
    return [
      "The backend was wrong once and is right now, after the same steps:",
      ...listed,
      ...(last ? [`Once: ${showOperation(last.step)}: ${last.broken}.`, ...outcomes(last)] : []),
      again,
    ].join("\n");
  }
  const { index, step, broken } = difference;
  // Behind the last step everything is read back, which no counterexample lists.
  if (index >= steps.length) listed.push(`  At the end: ${showOperation(step)}`);
  return [
    `The backend is wrong in step ${listed.length} of the shortest sequence found: ${broken}.`,
    ...listed,
    ...outcomes(difference),
    again,
  ].join("\n");
}

function outcomes({ wanted, got, room }: Difference): string[] {
  const show = (value: unknown) => showValue(value).replaceAll(room, "<room>");
  return [`     reference: ${show(wanted)}`, `     backend:   ${show(got)}`];
}

function showStep(step: Operation, place: number): string {
  return `  ${place + 1}. ${showOperation(step)}`;
}

/** An operation in one line. */
function showOperation({ text }: Operation): string {
  return text.map((part) => (typeof part === "string" ? part : showValue(part))).join(" ");
}

/** A value in one line of ASCII, so that no two characters look alike. */
function showValue(value: unknown): string {
  const text = inspect(withWords(value), {
    depth: 12,
    compact: true,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 40,
    maxStringLength: 200,
  });
  return text.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** The same with operators as they are written, and of listings the items alone. */
function withWords(value: unknown): unknown {
  if (value instanceof Listing) return value.items;
  if (isTest(value)) {
    const words = `${value.kind}(${value.operands.map(showValue).join(", ")})`;
    return { [inspect.custom]: () => words };
  }
  if (Array.isArray(value)) return value.map(withWords);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withWords(inner)]));
}
