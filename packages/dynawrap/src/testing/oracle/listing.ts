import { isDeepStrictEqual } from "node:util";
import { misread, orderOf, type Row } from "./ledger.js";
import { compareSort, type Place, type SortValue, sortOf } from "./place.js";
import type { Told } from "./told.js";

/** Results of a query of an index, in order; where items have one key, in any. */
export class Listing {
  readonly items: readonly Told[];
  readonly place: Place;
  /** Whether there may be more behind them, so that the last of those that are equal may be any. */
  readonly cut: boolean;
  readonly keys: readonly SortValue[];

  constructor(items: readonly Told[], place: Place, cut: boolean) {
    this.items = items;
    this.place = place;
    this.cut = cut;
    this.keys = items.map(({ fields }) => sortOf(place, fields) ?? []);
  }
}

/** Whether two listings say the same: items of one key in any order. */
export function sameListing(left: Listing, right: Listing): boolean {
  if (!left.place.ties) return isDeepStrictEqual(left.items, right.items);
  if (!isDeepStrictEqual(left.keys, right.keys)) return false;
  return isDeepStrictEqual(settled(left), settled(right));
}

/** The items with ties in one order; the last tie is left out where it may go on. */
function settled({ items, keys, cut }: Listing): readonly Told[] {
  const last = keys.at(-1);
  const told = items.map((item, place) => ({ item, key: keys[place] as SortValue, text: textOf(item) }));
  const kept = cut && last ? told.filter(({ key }) => compareSort(key, last) !== 0) : told;
  const tie = (at: SortValue) => keys.findIndex((key) => compareSort(key, at) === 0);
  kept.sort((a, b) => tie(a.key) - tie(b.key) || (a.text < b.text ? -1 : Number(a.text > b.text)));
  return kept.map(({ item }) => item);
}

/** Results in one order, for those that have none that counts. */
export function unordered(items: readonly Told[]): readonly Told[] {
  return [...items].sort((a, b) => (textOf(a) < textOf(b) ? -1 : Number(textOf(a) > textOf(b))));
}

function textOf({ model, fields }: Told): string {
  const { room: _, ...own } = fields;
  return JSON.stringify([model, Object.entries(own).sort()], (_name, value: unknown) =>
    typeof value === "bigint" ? String(value) : value instanceof Set ? [...value].map(String).sort() : value,
  );
}

/** What is wrong with results, by what must be there, in its order. */
export function mislisted({ items, place, cut }: Listing, rows: readonly Row[]): string | undefined {
  if (items.length !== rows.length && !(cut && items.length < rows.length)) {
    return `it gives ${items.length} results, and ${rows.length} were written`;
  }
  const left = new Set(rows);
  for (const [position, item] of items.entries()) {
    const key = orderOf(place, rows[position] as Row);
    const row = [...left].find((one) => misread(item, one) === undefined);
    if (!row) return "it gives a result that is not there, or twice, or before its turn";
    if (compareSort(orderOf(place, row), key) !== 0) return "its results are not in the order of their keys";
    left.delete(row);
  }
  return undefined;
}
