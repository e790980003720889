import { compareUtf8, type KeyRange, type SortCondition, successor } from "../core/range.js";
import type { StoredKey } from "../core/stored-key.js";
import type { BatchEntry, Call, Driver, Page, PageRequest } from "../engine/driver.js";
import { tableMissing } from "../engine/failure.js";
import { checkTableName } from "../engine/table-name.js";
import { decodeAttributes } from "../values/attribute-decoder.js";
import type { AttributeMap } from "../values/attribute-value.js";
import type { OutgoingItem, StoredItem } from "../values/stored-item.js";

/** An item in memory: a copy of its own in DynamoDB's form, so that no two readers share an object. */
export interface MemoryRow {
  readonly key: Required<StoredKey>;
  readonly version: string | undefined;
  readonly wire: AttributeMap;
}

/** An item collection: rows by sort key, and the sort keys in order once someone has asked. */
interface Collection {
  readonly rows: Map<string, MemoryRow>;
  order: string[] | undefined;
}

/** Rows in a page, at most. */
const pageRows = 100;

/** Tables in this process's memory: what DynamoDB does, in the fewest lines that do it. */
export class MemoryDriver implements Driver<MemoryRow> {
  readonly capabilities = { nulText: true, keyBytes: 3072 };
  readonly batch = { size: 25, concurrency: 1 };
  readonly #tables = new Map<string, Map<string, Collection>>();

  checkTable(table: string): void {
    checkTableName(table);
  }

  encode({ key, version, wire }: OutgoingItem): MemoryRow {
    return { key: { PK: key.PK, SK: key.SK ?? "" }, version, wire };
  }

  decode({ key, version, wire }: MemoryRow): StoredItem {
    return { key, version, attributes: decodeAttributes(wire) };
  }

  async get(table: string, { PK, SK = "" }: StoredKey): Promise<MemoryRow | undefined> {
    return this.#table(table).get(PK)?.rows.get(SK);
  }

  async put(table: string, row: MemoryRow): Promise<void> {
    const partitions = this.#table(table);
    const { PK, SK } = row.key;
    const collection = partitions.get(PK) ?? { rows: new Map(), order: undefined };
    partitions.set(PK, collection);
    if (!collection.rows.has(SK)) collection.order = undefined;
    collection.rows.set(SK, row);
  }

  async delete(table: string, { PK, SK = "" }: StoredKey): Promise<void> {
    const collection = this.#table(table).get(PK);
    if (collection?.rows.delete(SK)) collection.order = undefined;
  }

  async page(
    table: string,
    { pk, sk }: KeyRange,
    { reverse, rows, after }: PageRequest,
  ): Promise<Page<MemoryRow>> {
    const collection = this.#table(table).get(pk);
    if (!collection) return { rows: [], next: undefined };
    collection.order ??= [...collection.rows.keys()].sort(compareUtf8);
    const [from, to] = span(collection.order, sk, reverse, after?.SK);
    const most = Math.min(rows, pageRows);
    const keys = reverse
      ? collection.order.slice(Math.max(from, to - most), to).reverse()
      : collection.order.slice(from, Math.min(to, from + most));
    const page = keys.flatMap((key) => collection.rows.get(key) ?? []);
    return { rows: page, next: page.length < to - from ? page.at(-1)?.key : undefined };
  }

  async writeBatch(table: string, entries: readonly BatchEntry<MemoryRow>[], _call: Call): Promise<[]> {
    for (const { key, row } of entries)
      await (row === undefined ? this.delete(table, key) : this.put(table, row));
    return [];
  }

  async createTable(table: string): Promise<void> {
    if (!this.#tables.has(table)) this.#tables.set(table, new Map());
  }

  async close(): Promise<void> {
    this.#tables.clear();
  }

  #table(table: string): Map<string, Collection> {
    const partitions = this.#tables.get(table);
    if (partitions) return partitions;
    throw tableMissing(table);
  }
}

/** The places in the order that a range takes, from the first up to but not including the second. */
function span(
  order: readonly string[],
  sk: SortCondition,
  reverse: boolean,
  after: string | undefined,
): [number, number] {
  const end = sk.kind === "equal" ? `${sk.text}\0` : successor(sk.text);
  const from = place(order, sk.text);
  const to = end === undefined ? order.length : place(order, end);
  if (after === undefined) return [from, to];
  return reverse
    ? [from, Math.min(to, place(order, after))]
    : [Math.max(from, place(order, `${after}\0`)), to];
}

/** How many keys of the order are less than a text. */
function place(order: readonly string[], text: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(order[middle] as string, text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
