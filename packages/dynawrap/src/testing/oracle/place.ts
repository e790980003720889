import { isTest, type Test } from "../../core/condition.js";
import type { Values } from "./told.js";

/*
 * Keys, their order and ranges of them, said once more and as plainly as can be: nothing here is shared with what it
 * judges.
 */

/** One field of a sort key. */
export interface SortPart {
  readonly field: string;
  readonly form: "text" | "date" | "padded" | "number";
  /** The literal that follows. */
  readonly after: string;
  /** Digits of a padded number. */
  readonly width: number;
}

/** A key of a table or of an index. */
export interface Place {
  /** What code calls the index; `undefined` for the table's own key. */
  readonly alias: string | undefined;
  /** The partition key, its fields in braces. */
  readonly pk: string;
  readonly pkFields: readonly string[];
  /** The literal that begins the sort key. */
  readonly head: string;
  readonly parts: readonly SortPart[];
  /** Whether two items may have one key, whose order nobody says. */
  readonly ties: boolean;
  /** The fields that the index holds or says by its keys; all of them unless given. */
  readonly held: readonly string[] | undefined;
  /** Whether it can be read consistently, as a table and a local index can. */
  readonly local: boolean;
  /** Whether each part of the sort key is an attribute of its own. */
  readonly several: boolean;
}

export type SortValue = readonly (string | number | bigint)[];

/** The partition that an item stands in; `undefined` where it has no place in the index. */
export function partitionOf({ pk, pkFields }: Place, values: Values): string | undefined {
  if (pkFields.some((field) => values[field] === undefined)) return undefined;
  return pk.replace(/\{(\w+)\}/g, (_, field) => String(values[field]));
}

/** What an item is ordered by in its partition. */
export function sortOf({ head, parts, several }: Place, values: Values): SortValue | undefined {
  if (parts.some(({ field }) => values[field] === undefined)) return undefined;
  const written = parts.map((part) => write(part, values[part.field]));
  if (several || parts[0]?.form === "number") return written;
  return [head + parts.map(({ after }, place) => written[place] + after).join("")];
}

function write({ form, width }: SortPart, value: unknown): string | number | bigint {
  if (form === "number") return value as number | bigint;
  if (form === "date") return new Date(value as Date).toISOString();
  return String(value).padStart(form === "padded" ? width : 0, "0");
}

export function compareSort(left: SortValue, right: SortValue): number {
  for (const [place, one] of left.entries()) {
    const order = compare(one, right[place] as string);
    if (order !== 0) return order;
  }
  return 0;
}

function compare(left: string | number | bigint, right: string | number | bigint): number {
  if (typeof left === "string") return Buffer.compare(Buffer.from(left), Buffer.from(String(right)));
  const other = right as number | bigint;
  return left < other ? -1 : Number(left > other);
}

/** Whether an item lies in what a query by these values asks for. */
export function isAsked(place: Place, asked: Values, values: Values): boolean {
  return place.parts.every((part, position) => {
    const { field, form, after } = part;
    const question = asked[field];
    if (question === undefined) return true;
    const last = position === place.parts.length - 1 && after === "";
    const own = write(part, values[field]);
    if (isTest(question)) return isInRange(own, question, part);
    if (last && form === "text" && !place.pkFields.includes(field))
      return String(own).startsWith(String(question));
    return compare(own, write(part, question)) === 0;
  });
}

/** A value that is the bound is equal to it, whatever follows; any other is compared as its key says it. */
function isInRange(
  own: string | number | bigint,
  { kind, operands }: Test<unknown>,
  part: SortPart,
): boolean {
  if (kind === "beginsWith") return String(own).startsWith(String(operands[0]));
  const [order = 0, second = 0] = operands.map((operand) => {
    const bound = write(part, operand);
    return typeof own === "string" && own !== bound ? compare(own + part.after, bound) : compare(own, bound);
  });
  if (kind === "between") return order === 0 || (order > 0 && second <= 0);
  if (kind === "eq") return order === 0;
  if (kind.startsWith("g")) return kind === "gt" ? order > 0 : order >= 0;
  return kind === "lt" ? order < 0 : order <= 0;
}
