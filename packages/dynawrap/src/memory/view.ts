import type { KeyAttribute, TableIndex, TableLayout } from "../core/layout.js";
import { type KeyRange, successor } from "../core/range.js";
import { keyText } from "../core/stored-key.js";
import type { Page, PageRequest, Position } from "../engine/driver.js";
import { holds } from "../values/condition-truth.js";
import { compareKeys, keyTextOf, type MemoryRow } from "./row.js";

/** A row at its place: the texts of the view's sort key, then those of the table's key, which settle ties. */
interface Entry {
  readonly row: MemoryRow;
  readonly place: readonly string[];
}

/** An item collection, and its order once someone has asked. */
interface Collection {
  readonly entries: Map<string, Entry>;
  order: Entry[] | undefined;
}

/** Rows in a page, at most. */
const pageRows = 100;

/** The rows of a table in the order of its key, or in that of an index, which only those are in that have its attributes. */
export class View {
  readonly #layout: TableLayout;
  readonly #pk: readonly KeyAttribute[];
  /** What rows of one partition are ordered by. */
  readonly #order: readonly KeyAttribute[];
  readonly #sortKeys: number;
  readonly #collections = new Map<string, Collection>();
  #partitions: string[] | undefined;

  constructor(layout: TableLayout, index: TableIndex | undefined) {
    const tableKey = layout.sk ? [layout.pk, layout.sk] : [layout.pk];
    const sk = index ? index.sk : tableKey.slice(1);
    this.#layout = layout;
    this.#pk = index ? index.pk : [layout.pk];
    this.#order = index ? [...sk, ...tableKey] : sk;
    this.#sortKeys = sk.length;
  }

  put(row: MemoryRow): void {
    const at = this.#at(row);
    if (!at) return;
    let collection = this.#collections.get(at.partition);
    if (!collection) {
      collection = { entries: new Map(), order: undefined };
      this.#collections.set(at.partition, collection);
      this.#partitions = undefined;
    }
    collection.entries.set(keyText(row.key), { row, place: at.place });
    collection.order = undefined;
  }

  delete(row: MemoryRow): void {
    const at = this.#at(row);
    const collection = at && this.#collections.get(at.partition);
    if (!collection) return;
    collection.entries.delete(keyText(row.key));
    collection.order = undefined;
    if (collection.entries.size > 0) return;
    this.#collections.delete(at.partition);
    this.#partitions = undefined;
  }

  /** A page of one partition. */
  page({ pk, leading, sort }: KeyRange, request: PageRequest): Page<MemoryRow> {
    const order = this.#ordered(this.#collections.get(JSON.stringify(pk)));
    const behind = (...last: string[]) => this.#from(order, [...leading, ...last], false);
    const at = (...last: string[]) => this.#from(order, [...leading, ...last], true);
    let [from, to] = [leading.length > 0 ? at() : 0, leading.length > 0 ? behind() : order.length];
    if (sort.kind === "equal") [from, to] = [at(sort.text), behind(sort.text)];
    if (sort.kind === "prefix" && sort.text !== "") {
      const end = successor(sort.text);
      [from, to] = [at(sort.text), end === undefined ? to : at(end)];
    }
    if (sort.kind === "span") {
      if (sort.from) from = sort.from.inclusive ? at(sort.from.text) : behind(sort.from.text);
      if (sort.to) to = sort.to.inclusive ? behind(sort.to.text) : at(sort.to.text);
    }
    if (request.after) {
      const place = this.#placeOf(request.after);
      if (request.reverse) to = Math.min(to, this.#from(order, place, true));
      else from = Math.max(from, this.#from(order, place, false));
    }
    const most = Math.min(request.rows, pageRows);
    const rows = request.reverse
      ? order.slice(Math.max(from, to - most), Math.max(to, from)).reverse()
      : order.slice(from, Math.min(to, from + most));
    return this.#answer(rows, request, rows.length < to - from);
  }

  /** A page of all partitions for which `wanted` says so. */
  scan(wanted: (partition: string) => boolean, request: PageRequest): Page<MemoryRow> {
    this.#partitions ??= [...this.#collections.keys()].sort((left, right) =>
      compareKeys(JSON.parse(left), JSON.parse(right), this.#pk),
    );
    const most = Math.min(request.rows, pageRows);
    const found: Entry[] = [];
    const { after } = request;
    const begun = after && (after.index?.slice(0, this.#pk.length) ?? [after.key.PK]);
    for (const partition of this.#partitions) {
      const side = begun ? compareKeys(JSON.parse(partition), begun, this.#pk) : 1;
      if (side < 0 || !wanted(partition)) continue;
      const order = this.#ordered(this.#collections.get(partition));
      found.push(
        ...(side === 0 && after ? order.slice(this.#from(order, this.#placeOf(after), false)) : order),
      );
      if (found.length > most) break;
    }
    return this.#answer(found.slice(0, most), request, found.length > most);
  }

  #answer(entries: readonly Entry[], { filter }: PageRequest, more: boolean): Page<MemoryRow> {
    const rows = entries.map(({ row }) => row);
    const last = entries.at(-1);
    return {
      rows: filter ? rows.filter((row) => holds(filter, row)) : rows,
      next: more && last ? this.#position(last) : undefined,
      examined: rows.length,
    };
  }

  #position({ row, place }: Entry): Position {
    const pk = this.#pk.map((attribute) => keyTextOf(row, attribute, this.#layout) ?? "");
    return { key: row.key, index: [...pk, ...place.slice(0, this.#sortKeys)] };
  }

  /** Where a position stands among the rows of its partition. */
  #placeOf({ key, index }: Position): string[] {
    const tableKey = this.#layout.sk ? [key.PK, key.SK ?? ""] : [key.PK];
    const ofTable = this.#order.length === this.#sortKeys;
    return ofTable ? tableKey.slice(1) : [...(index ?? []).slice(this.#pk.length), ...tableKey];
  }

  #at(row: MemoryRow): { readonly partition: string; readonly place: readonly string[] } | undefined {
    const texts = [...this.#pk, ...this.#order].map((attribute) => keyTextOf(row, attribute, this.#layout));
    if (texts.includes(undefined)) return undefined;
    return {
      partition: JSON.stringify(texts.slice(0, this.#pk.length)),
      place: texts.slice(this.#pk.length) as string[],
    };
  }

  #ordered(collection: Collection | undefined): readonly Entry[] {
    if (!collection) return [];
    collection.order ??= [...collection.entries.values()].sort((left, right) =>
      compareKeys(left.place, right.place, this.#order),
    );
    return collection.order;
  }

  /** How many entries stand before a place, those at it included unless `inclusive` leaves them to come. */
  #from(order: readonly Entry[], place: readonly string[], inclusive: boolean): number {
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const side = compareKeys((order[middle] as Entry).place, place, this.#order);
      if (side < 0 || (side === 0 && !inclusive)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
