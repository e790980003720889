import type { Capabilities } from "../core/backend.js";
import { DynawrapError } from "../core/errors.js";
import { invalidTable, type TableIndex, type TableLayout } from "../core/layout.js";
import type { KeyRange } from "../core/range.js";
import type { StoredKey } from "../core/stored-key.js";
import { pause } from "../engine/deadline.js";
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
  ScanPart,
  Write,
} from "../engine/driver.js";
import { checkTableName } from "../engine/table-name.js";
import { holds } from "../values/condition-truth.js";
import { type OutgoingItem, StoredItem } from "../values/stored-item.js";
import { fromTaggedJson, toTaggedJson } from "../values/tagged-json.js";
import type { ResultRow, Statement } from "./client.js";
import { checkColumns } from "./columns.js";
import type { Connection, Run } from "./connection.js";
import { divideScan, spanColumn, spansBehind } from "./divisions.js";
import { isConflict, postgresError } from "./errors.js";
import { longestName } from "./identifier.js";
import {
  deleteMany,
  deleteOne,
  selectFitting,
  selectMany,
  selectOne,
  updateIf,
  upsert,
  upsertIf,
  upsertMany,
} from "./items.js";
import { refuseNul } from "./nul.js";
import { PageReader } from "./page-reader.js";
import { type PageSource, selectPage, selectSpan, selectSpans } from "./pages.js";
import { keyOfRow, type PostgresRow, readRow, rowOf } from "./row.js";
import type { SpanPart } from "./spans.js";
import { definitions, findLack, isComplete, lockTable } from "./tables.js";
import { compareKeys, Transactions } from "./transactions.js";

/**
 * A B-tree entry holds 2,704 bytes: 8 of header, 4 of length for each of two long texts, and up to 3 that align the
 * second. No two incompressible keys of this length together have been refused, whatever their lengths.
 */
const keyBytes = 2685;
/** The same for the ten texts of the longest index, four on each side and the table's key. */
const indexBytes = 2629;

/** One fixed table in PostgreSQL: `pk`, `sk`, `schema_version`, `data`, and derived columns for indexes. */
export class PostgresDriver implements Driver<PostgresRow> {
  readonly system = "postgresql";
  readonly capabilities: Capabilities = { nulText: false, keyBytes, indexBytes, multiAttributeKeys: true };
  /** The server is asked what became of a transaction whose reply was lost. */
  readonly repeatable = true;
  readonly batch: { readonly size: number; readonly reads: number; readonly concurrency: number };
  readonly #connection: Connection;
  readonly #end: () => Promise<void>;
  readonly #transactions: Transactions;
  #ended: Promise<void> | undefined;
  readonly #reader: PageReader;
  readonly #checked = new WeakSet<TableLayout>();

  constructor(connection: Connection, end: () => Promise<void>) {
    this.#connection = connection;
    this.#end = end;
    this.#transactions = new Transactions(connection);
    this.#reader = new PageReader(connection);
    this.batch = { size: 500, reads: 200, concurrency: connection.concurrency };
  }

  checkTable(layout: TableLayout): void {
    if (this.#checked.has(layout)) return;
    const { name } = layout;
    checkTableName(name, longestName);
    if (/^pg_/i.test(name))
      throw invalidTable(name, "cannot be: PostgreSQL keeps names that begin with pg_ for itself");
    checkColumns(layout);
    this.#checked.add(layout);
  }

  encode({ key, version, wire }: OutgoingItem): PostgresRow {
    const data = toTaggedJson(wire);
    if (data.includes("\\u0000")) refuseNul(wire);
    return { pk: key.PK, sk: key.SK ?? "", schema_version: version ?? null, data };
  }

  /** Rows of the Python library hold the version in `data` as well. */
  decode(row: PostgresRow, layout: TableLayout): StoredItem {
    const data = fromTaggedJson(row.data);
    const key = keyOfRow(row, layout);
    const version = row.schema_version;
    if (!Object.hasOwn(data, "schema_version")) return new StoredItem(key, version, data);
    const { schema_version: written, ...attributes } = data;
    return new StoredItem(key, version ?? written, attributes);
  }

  async get(
    layout: TableLayout,
    key: StoredKey,
    _consistent: boolean,
    call: Call,
  ): Promise<PostgresRow | undefined> {
    const [found] = await this.#run(layout, selectOne(layout, key), call);
    if (found === undefined) return undefined;
    const { schema_version = null, data } = found as { readonly [column: string]: string | null };
    noteRead(call, 1, data?.length ?? 0);
    return rowOf(key, schema_version, data ?? "", layout);
  }

  async getBatch(
    layout: TableLayout,
    keys: readonly StoredKey[],
    _consistent: boolean,
    call: Call,
  ): Promise<{ readonly rows: readonly PostgresRow[]; readonly putOff: readonly StoredKey[] }> {
    const reads = keys.map((key) => ({ layout, key }));
    return { rows: (await this.getSnapshot(reads, call)).flatMap((row) => row ?? []), putOff: [] };
  }

  async getSnapshot(reads: readonly Read[], call: Call): Promise<readonly (PostgresRow | undefined)[]> {
    const groups = new Map<string, { layout: TableLayout; places: number[]; keys: StoredKey[] }>();
    for (const [place, { layout, key }] of reads.entries()) {
      const group = groups.get(layout.name) ?? { layout, places: [], keys: [] };
      groups.set(layout.name, group);
      group.places.push(place);
      group.keys.push(key);
    }
    const rows: (PostgresRow | undefined)[] = reads.map(() => undefined);
    const layouts = reads.map(({ layout }) => layout);
    if (groups.size === 0) return rows;
    for (const found of await this.#run(layouts, selectMany([...groups.values()]), call)) {
      const { place, schema_version = null, data } = found as { readonly [column: string]: string | null };
      const { layout, key } = reads[Number(place)] as Read;
      rows[Number(place)] = rowOf(key, schema_version, data ?? "", layout);
      noteRead(call, 1, data?.length ?? 0);
    }
    return rows;
  }

  async write(
    { layout, kind, key, row, condition }: Write<PostgresRow>,
    call: Call,
  ): Promise<Refused<PostgresRow> | undefined> {
    if (condition === undefined) {
      if (kind === "delete") await this.#run(layout, deleteOne(layout, key, undefined), call);
      else if (row) await this.#run(layout, upsert(layout, row), call);
      return undefined;
    }
    const byNothing = holds(condition, undefined);
    const put = byNothing ? upsertIf : updateIf;
    const statement = row ? put(layout, row, condition) : deleteOne(layout, key, condition);
    for (let attempt = 0; attempt < 10; attempt++) {
      if (kind !== "check" && (await this.#run(layout, statement, call)).length > 0) return undefined;
      const [found] = await this.#run(layout, selectFitting(layout, key, condition), call);
      const fits = found ? found.fits === true : byNothing;
      if (!fits) return { reason: "condition", current: found && readRow(found, layout), retried: false };
      // Nothing is to be done, or somebody was faster and the condition holds again by now.
      if (kind === "check" || (kind === "delete" && !found)) return undefined;
      await pause(Math.random() * 2 ** attempt, call.signal);
    }
    const message = "other writers of the same item were in the way each time";
    throw new DynawrapError("backend.throttled", message, { operation: call.operation });
  }

  async transact(
    writes: readonly Write<PostgresRow>[],
    token: string,
    call: Call,
  ): Promise<readonly (Cancelled<PostgresRow> | undefined)[] | undefined> {
    try {
      return await this.#transactions.transact(writes, token, call);
    } catch (error) {
      throw postgresError(error, namesOf(writes), call);
    }
  }

  async page(
    layout: TableLayout,
    index: TableIndex | undefined,
    range: KeyRange,
    request: PageRequest,
    call: Call,
  ): Promise<Page<PostgresRow>> {
    return this.#reader.read(sourceOf(layout, index, range), request, call, async (read, most) => [
      await read((source) => selectPage(source, range, request, most)),
    ]);
  }

  divide(
    layout: TableLayout,
    index: TableIndex | undefined,
    division: ScanDivision,
    call: Call,
  ): Promise<readonly SpanPart[]> {
    return divideScan(layout, index, division, (statement) => this.#run(layout, statement, call));
  }

  async scan(
    layout: TableLayout,
    index: TableIndex | undefined,
    part: ScanPart,
    request: PageRequest,
    call: Call,
  ): Promise<Page<PostgresRow>> {
    const spans = spansBehind(part as SpanPart, request.after, spanColumn(layout, index));
    return this.#reader.read({ layout, index }, request, call, async (read, most) => {
      const [first, ...others] = spans;
      if (first === undefined) return [];
      const begins = request.after === undefined && others.length > 0;
      // It goes on where it is, and then, in the same page, through the next spans.
      const page = begins ? undefined : await read((source) => selectSpan(source, first, request, most));
      const [next, rest] = page ? [others, most - page.examined] : [spans, most];
      if (rest === 0 || next.length === 0) return [page];
      return [page, await read((source) => selectSpans(source, next, request, rest))];
    });
  }

  explain(
    layout: TableLayout,
    index: TableIndex | undefined,
    range: KeyRange,
    request: PageRequest,
  ): Statement {
    return selectPage(
      { ...sourceOf(layout, index, range), derive: false },
      range,
      request,
      Math.min(request.rows, 100),
    );
  }

  async writeBatch(
    layout: TableLayout,
    entries: readonly BatchEntry<PostgresRow>[],
    call: Call,
  ): Promise<readonly BatchEntry<PostgresRow>[]> {
    // In one order, so that two batches which meet wait for each other instead of locking each other out.
    const sorted = entries.toSorted((a, b) => compareKeys(a.key, b.key));
    const rows = sorted.flatMap(({ row }) => row ?? []);
    const gone = sorted.filter(({ row }) => row === undefined).map(({ key }) => key);
    let open = entries;
    try {
      if (rows.length > 0) await this.#connection.run(upsertMany(layout, rows), call);
      open = entries.filter(({ row }) => row === undefined);
      if (gone.length > 0) await this.#connection.run(deleteMany(layout, gone), call);
      return [];
    } catch (error) {
      if (isConflict(error)) return open;
      throw postgresError(error, [layout.name], call);
    }
  }

  /**
   * What counts is whether the table is there in the end: of two creations that meet one may fail, and so does that of
   * a role which may not create.
   */
  async createTable(layout: TableLayout, call: Call): Promise<readonly TableIndex[]> {
    const run: Run = (statement) => this.#run(layout, statement, call);
    if (isComplete(await findLack(layout, run))) return [];
    try {
      return await this.#connection.transaction(async (inside) => {
        await inside(lockTable(layout));
        const lack = await findLack(layout, inside);
        for (const statement of definitions(layout, lack)) await inside(statement);
        return lack.table ? [] : lack.indexes;
      }, call);
    } catch (error) {
      const lack = await findLack(layout, run).catch(() => undefined);
      if (lack && isComplete(lack)) return [];
      throw postgresError(error, [layout.name], call);
    } finally {
      this.#reader.forget();
    }
  }

  close(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #run(
    layouts: TableLayout | readonly TableLayout[],
    statement: Statement,
    call: Call,
  ): Promise<ResultRow[]> {
    try {
      return await this.#connection.run(statement, call);
    } catch (error) {
      throw postgresError(
        error,
        [layouts].flat().map(({ name }) => name),
        call,
      );
    }
  }
}

/** What a page of one partition is read from. */
function sourceOf(
  layout: TableLayout,
  index: TableIndex | undefined,
  range: KeyRange,
): Omit<PageSource, "derive"> {
  return { layout, index, pk: index ? undefined : range.pk[0] };
}

function noteRead({ meter }: Call, rows: number, bytes: number): void {
  meter.rows += rows;
  meter.bytes += bytes;
}

function namesOf(writes: readonly Write<PostgresRow>[]): readonly string[] {
  return [...new Set(writes.map(({ layout }) => layout.name))];
}
