import type { Capabilities } from "../core/backend.js";
import { DynawrapError } from "../core/errors.js";
import type { KeyRange } from "../core/range.js";
import { compareUtf8 } from "../core/range.js";
import type { StoredKey } from "../core/stored-key.js";
import type { BatchEntry, Call, Driver, Page, PageRequest } from "../engine/driver.js";
import { checkTableName } from "../engine/table-name.js";
import type { OutgoingItem, StoredItem } from "../values/stored-item.js";
import { fromTaggedJson, toTaggedJson } from "../values/tagged-json.js";
import type { Connection, ResultRow, Statement } from "./client.js";
import { isConflict, postgresError } from "./errors.js";
import { refuseNul } from "./nul.js";
import {
  createTable,
  deleteMany,
  type PostgresRow,
  readRow,
  selectOne,
  selectPage,
  upsert,
  upsertMany,
} from "./sql.js";

/** PostgreSQL cuts identifiers at 63 bytes, in silence; names that begin with `pg_` are its own. */
const longestName = 63;
/**
 * A B-tree entry holds 2,704 bytes: 8 of header, 4 of length for each of two long texts, and up to 3 that align the
 * second. No two incompressible keys of this length together have been refused, whatever their lengths.
 */
const keyBytes = 2685;
/** A page is made of as many rows as are likely to have about this size, as DynamoDB's pages do. */
const pageBytes = 1_000_000;

/** One fixed table in PostgreSQL: `pk`, `sk`, `schema_version`, `data`. */
export class PostgresDriver implements Driver<PostgresRow> {
  readonly capabilities: Capabilities = { nulText: false, keyBytes };
  readonly batch: { readonly size: number; readonly concurrency: number };
  readonly #connection: Connection;
  readonly #end: () => Promise<void>;
  #ended: Promise<void> | undefined;
  /** About how many rows make a page of each table, from the pages read so far. */
  readonly #pageRows = new Map<string, number>();

  constructor(connection: Connection, end: () => Promise<void>) {
    this.#connection = connection;
    this.#end = end;
    this.batch = { size: 500, concurrency: connection.concurrency };
  }

  checkTable(table: string): void {
    checkTableName(table, longestName);
    if (!/^pg_/i.test(table)) return;
    throw new DynawrapError(
      "table.invalid",
      `"${table}" cannot be a table: PostgreSQL keeps names that begin with pg_ for itself`,
      { table },
    );
  }

  encode({ key, version, attributes, wire }: OutgoingItem): PostgresRow {
    const data = toTaggedJson(wire);
    if (data.includes("\\u0000")) refuseNul(attributes, []);
    return { pk: key.PK, sk: key.SK ?? "", schema_version: version ?? null, data };
  }

  /** Rows of the Python library hold the version in `data` as well. */
  decode({ pk, sk, schema_version: column, data }: PostgresRow): StoredItem {
    const { schema_version: written, ...attributes } = fromTaggedJson(data);
    const version = column ?? (typeof written === "string" ? written : undefined);
    return { key: { PK: pk, SK: sk }, version, attributes };
  }

  async get(
    table: string,
    key: StoredKey,
    _consistent: boolean,
    call: Call,
  ): Promise<PostgresRow | undefined> {
    const [row] = await this.#run(table, selectOne(table, key), call);
    return row && readRow(row);
  }

  async put(table: string, row: PostgresRow, call: Call): Promise<void> {
    await this.#run(table, upsert(table, row), call);
  }

  async delete(table: string, key: StoredKey, call: Call): Promise<void> {
    await this.#run(table, deleteMany(table, [key]), call);
  }

  async page(table: string, range: KeyRange, request: PageRequest, call: Call): Promise<Page<PostgresRow>> {
    const most = Math.min(request.rows, this.#pageRows.get(table) ?? 100);
    const rows = (await this.#run(table, selectPage(table, range, request, most), call)).map(readRow);
    const size = rows.reduce((sum, { pk, sk, data }) => sum + pk.length + sk.length + data.length, 1);
    if (rows.length > 0)
      this.#pageRows.set(table, Math.min(1000, Math.max(4, Math.floor((pageBytes / size) * rows.length))));
    const last = rows.at(-1);
    return { rows, next: last && rows.length === most ? { PK: last.pk, SK: last.sk } : undefined };
  }

  async writeBatch(
    table: string,
    entries: readonly BatchEntry<PostgresRow>[],
    call: Call,
  ): Promise<readonly BatchEntry<PostgresRow>[]> {
    // In one order, so that two batches which meet wait for each other instead of locking each other out.
    const sorted = entries.toSorted(
      (a, b) => compareUtf8(a.key.PK, b.key.PK) || compareUtf8(a.key.SK ?? "", b.key.SK ?? ""),
    );
    const rows = sorted.flatMap(({ row }) => row ?? []);
    const gone = sorted.filter(({ row }) => row === undefined).map(({ key }) => key);
    let open = entries;
    try {
      if (rows.length > 0) await this.#connection.run(upsertMany(table, rows), call);
      open = entries.filter(({ row }) => row === undefined);
      if (gone.length > 0) await this.#connection.run(deleteMany(table, gone), call);
      return [];
    } catch (error) {
      if (isConflict(error)) return open;
      throw postgresError(error, table, call);
    }
  }

  /**
   * What counts is whether the table is there in the end: of two creations that meet one fails, and so does that of
   * a role which may not create.
   */
  async createTable(table: string, call: Call): Promise<void> {
    let refusal: unknown;
    try {
      await this.#run(table, createTable(table), call);
    } catch (error) {
      refusal = error;
    }
    try {
      await this.#run(table, selectOne(table, { PK: "" }), call);
    } catch (error) {
      throw refusal ?? error;
    }
  }

  close(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #run(table: string, statement: Statement, call: Call): Promise<ResultRow[]> {
    try {
      return await this.#connection.run(statement, call);
    } catch (error) {
      throw postgresError(error, table, call);
    }
  }
}
