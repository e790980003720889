import type { KeyAttribute, TableLayout } from "../core/layout.js";
import { compareUtf8 } from "../core/range.js";
import { getOwn } from "../core/record.js";
import type { StoredKey } from "../core/stored-key.js";
import type { AttributeMap } from "../values/attribute-value.js";
import { compareNumbers, parseNumber } from "../values/number.js";

/** An item in memory: a copy of its own in DynamoDB's form, so that no two readers share an object. */
export interface MemoryRow {
  readonly key: StoredKey;
  readonly version: string | undefined;
  readonly wire: AttributeMap;
}

/** What a key attribute of a row holds, as text; `undefined` where it is missing, or of another type. */
export function keyTextOf(
  row: MemoryRow,
  { name, type }: KeyAttribute,
  { pk, sk }: TableLayout,
): string | undefined {
  if (name === pk.name) return row.key.PK;
  if (name === sk?.name) return row.key.SK ?? "";
  const value = getOwn(row.wire, name) as { readonly S?: string; readonly N?: string } | undefined;
  if (type === "S") return value?.S;
  return value?.N === undefined ? undefined : String(parseNumber(value.N));
}

/** Compares texts of key attributes, the first of them as far as both go. */
export function compareKeys(
  left: readonly string[],
  right: readonly string[],
  attributes: readonly KeyAttribute[],
): number {
  for (const [place, { type }] of attributes.entries()) {
    const [a, b] = [left[place], right[place]];
    if (a === undefined || b === undefined) return 0;
    const order = type === "N" ? compareNumbers(a, b) : compareUtf8(a, b);
    if (order !== 0) return order;
  }
  return 0;
}
