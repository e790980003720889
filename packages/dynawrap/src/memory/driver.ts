import { invalidTable, type TableIndex, type TableLayout } from "../core/layout.js";
import type { KeyRange } from "../core/range.js";
import { keyText, type StoredKey } from "../core/stored-key.js";
import type {
  BatchEntry,
  Call,
  Cancelled,
  Driver,
  Page,
  PageRequest,
  Read,
  Refused,
  ScanDivision,
  Write,
} from "../engine/driver.js";
import { tableMissing } from "../engine/failure.js";
import { checkTableName } from "../engine/table-name.js";
import { decodeAttributes } from "../values/attribute-decoder.js";
import { holds } from "../values/condition-truth.js";
import { type OutgoingItem, StoredItem } from "../values/stored-item.js";
import type { MemoryRow } from "./row.js";
import { View } from "./view.js";

interface MemoryTable {
  readonly layout: TableLayout;
  readonly rows: Map<string, MemoryRow>;
  /** The indexes that it was created with. */
  readonly indexes: Set<string>;
  /** The table's own order, and those of indexes that somebody has asked for. */
  readonly views: Map<string, View>;
}

/** A part of a scan: the partitions whose number, divided, leaves this rest. */
interface MemoryPart {
  readonly index: number;
  readonly of: number;
}

/** Tables in this process's memory: what DynamoDB does, in the fewest lines that do it. */
export class MemoryDriver implements Driver<MemoryRow> {
  readonly system = "memory";
  readonly capabilities = { nulText: true, keyBytes: 3072, indexBytes: 6144, multiAttributeKeys: true };
  readonly batch = { size: 25, reads: 100, concurrency: 1 };
  readonly repeatable = true;
  readonly #tables = new Map<string, MemoryTable>();

  checkTable({ name }: TableLayout): void {
    checkTableName(name);
  }

  encode({ key, version, wire }: OutgoingItem): MemoryRow {
    return { key, version, wire };
  }

  decode({ key, version, wire }: MemoryRow): StoredItem {
    return new StoredItem(key, version, decodeAttributes(wire));
  }

  async get(
    layout: TableLayout,
    key: StoredKey,
    _consistent: boolean,
    { meter }: Call,
  ): Promise<MemoryRow | undefined> {
    meter.requests++;
    const row = this.#table(layout).rows.get(keyText(key));
    if (row) meter.rows++;
    return row;
  }

  async getBatch(
    layout: TableLayout,
    keys: readonly StoredKey[],
    _consistent: boolean,
    { meter }: Call,
  ): Promise<{ readonly rows: MemoryRow[]; readonly putOff: [] }> {
    meter.requests++;
    const { rows } = this.#table(layout);
    const found = keys.flatMap((key) => rows.get(keyText(key)) ?? []);
    meter.rows += found.length;
    return { rows: found, putOff: [] };
  }

  async getSnapshot(reads: readonly Read[], { meter }: Call): Promise<(MemoryRow | undefined)[]> {
    meter.requests++;
    const rows = reads.map(({ layout, key }) => this.#table(layout).rows.get(keyText(key)));
    meter.rows += rows.filter((row) => row !== undefined).length;
    return rows;
  }

  async write(write: Write<MemoryRow>, { meter }: Call): Promise<Refused<MemoryRow> | undefined> {
    meter.requests++;
    const refused = this.#refused(write);
    if (!refused) this.#apply(write);
    return refused;
  }

  async transact(
    writes: readonly Write<MemoryRow>[],
    _token: string,
    { meter }: Call,
  ): Promise<(Cancelled<MemoryRow> | undefined)[] | undefined> {
    meter.requests++;
    const refused = writes.map((write) => this.#refused(write));
    if (refused.some((each) => each !== undefined)) return refused;
    for (const write of writes) this.#apply(write);
    return undefined;
  }

  async page(
    layout: TableLayout,
    index: TableIndex | undefined,
    range: KeyRange,
    request: PageRequest,
    { meter }: Call,
  ): Promise<Page<MemoryRow>> {
    meter.requests++;
    const page = this.#view(layout, index).page(range, request);
    meter.rows += page.examined;
    return page;
  }

  async divide(
    _layout: TableLayout,
    _index: TableIndex | undefined,
    { of, index }: ScanDivision,
  ): Promise<MemoryPart[]> {
    return index === undefined
      ? Array.from({ length: of }, (_, place) => ({ index: place, of }))
      : [{ index, of }];
  }

  async scan(
    layout: TableLayout,
    index: TableIndex | undefined,
    part: MemoryPart,
    request: PageRequest,
    { meter }: Call,
  ): Promise<Page<MemoryRow>> {
    meter.requests++;
    const wanted = (partition: string): boolean => hash(partition) % part.of === part.index;
    const page = this.#view(layout, index).scan(wanted, request);
    meter.rows += page.examined;
    return page;
  }

  explain(layout: TableLayout, index: TableIndex | undefined, range: KeyRange, request: PageRequest): object {
    return { table: layout.name, index: index?.name, ...range, ...request };
  }

  async writeBatch(
    layout: TableLayout,
    entries: readonly BatchEntry<MemoryRow>[],
    { meter }: Call,
  ): Promise<[]> {
    meter.requests++;
    for (const { key, row } of entries) {
      this.#apply({ layout, kind: row === undefined ? "delete" : "put", key, row, condition: undefined });
    }
    return [];
  }

  async createTable(layout: TableLayout): Promise<TableIndex[]> {
    const names = [...layout.indexes.keys()];
    const there = this.#tables.get(layout.name);
    if (!there) {
      const table = { layout, rows: new Map(), indexes: new Set(names), views: new Map() };
      this.#tables.set(layout.name, table);
      return [];
    }
    this.#table(layout);
    const added = [...layout.indexes.values()].filter(({ name }) => !there.indexes.has(name));
    for (const { name } of added) there.indexes.add(name);
    return added;
  }

  async close(): Promise<void> {
    this.#tables.clear();
  }

  #refused({ layout, key, condition }: Write<MemoryRow>): Refused<MemoryRow> | undefined {
    const current = this.#table(layout).rows.get(keyText(key));
    if (!condition || holds(condition, current)) return undefined;
    return { reason: "condition", current, retried: false };
  }

  #apply({ layout, kind, key, row }: Write<MemoryRow>): void {
    const { rows, views } = this.#table(layout);
    const id = keyText(key);
    const old = rows.get(id);
    if (kind === "check") return;
    if (old) for (const view of views.values()) view.delete(old);
    if (row) for (const view of views.values()) view.put(row);
    if (row) rows.set(id, row);
    else rows.delete(id);
  }

  #view(layout: TableLayout, index: TableIndex | undefined): View {
    const table = this.#table(layout);
    if (index && !layout.bare && !table.indexes.has(index.name)) {
      throw invalidTable(layout.name, `has no index ${index.name}; createTable with the Table adds it`);
    }
    const name = JSON.stringify([index?.name, index?.pk, index?.sk]);
    let view = table.views.get(name);
    if (!view) {
      view = new View(layout, index);
      for (const row of table.rows.values()) view.put(row);
      table.views.set(name, view);
    }
    return view;
  }

  #table(layout: TableLayout): MemoryTable {
    const table = this.#tables.get(layout.name);
    if (!table) throw tableMissing(layout.name);
    const { pk, sk } = table.layout;
    if (!same(pk, layout.pk) || !same(sk, layout.sk)) {
      throw invalidTable(layout.name, `has the key ${keyWords(table.layout)}, not ${keyWords(layout)}`);
    }
    return table;
  }
}

function same(left: TableLayout["sk"], right: TableLayout["sk"]): boolean {
  return left?.name === right?.name && left?.type === right?.type;
}

function keyWords({ pk, sk }: TableLayout): string {
  return [pk, sk]
    .flatMap((attribute) => (attribute ? `${attribute.name} (${attribute.type})` : []))
    .join(", ");
}

/** A number for a text, spread evenly (FNV-1a, 32 bits). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}
