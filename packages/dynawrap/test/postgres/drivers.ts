import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { inject } from "vitest";
import { bareLayout, type KeyAttribute, type TableIndex, type TableLayout } from "../../src/core/layout.js";
import type { KeyRange, SortCondition } from "../../src/core/range.js";
import { storedKey } from "../../src/core/stored-key.js";
import type { Call, Meter, PageRequest, Position, Write } from "../../src/engine/driver.js";
import type { PostgresClient } from "../../src/postgres/client.js";
import { connectionOf } from "../../src/postgres/connection.js";
import { PostgresDriver } from "../../src/postgres/driver.js";
import type { PostgresRow } from "../../src/postgres/row.js";
import type { AttributeMap } from "../../src/values/attribute-value.js";
import type { Condition } from "../../src/values/condition.js";
import { freshTableName, postgresConfig } from "../backends.js";

/** A driver, and beside it the SQL of someone who knows nothing of it. */
export interface OpenDriver {
  readonly driver: PostgresDriver;
  sql(text: string, values?: unknown[]): Promise<any[]>;
  close(): Promise<void>;
}

export function driverOf(client: PostgresClient): PostgresDriver {
  return new PostgresDriver(connectionOf(client), async () => {});
}

/** Drivers over each kind of client, each with a real PostgreSQL behind it. */
export const drivers: readonly { readonly title: string; open(): Promise<OpenDriver> }[] = [
  {
    title: "a Pool of pg",
    store: "postgres",
    async open() {
      const pool = new pg.Pool(postgresConfig());
      const sql = async (text: string, values?: unknown[]) => (await pool.query(text, values)).rows;
      return { driver: driverOf(pool), sql, close: () => pool.end() };
    },
  },
  {
    title: "a PGlite",
    store: "pglite",
    async open() {
      const lite = await PGlite.create();
      const sql = async (text: string, values?: unknown[]) => (await lite.query(text, values)).rows;
      return { driver: driverOf(lite), sql, close: () => lite.close() };
    },
  },
].filter(({ store }) => inject("backends").includes(store as "postgres"));

export interface MeteredCall extends Call {
  readonly meter: Meter;
}

export function newCall(signal?: AbortSignal): MeteredCall {
  const meter = { requests: 0, retries: 0, capacity: 0, rows: 0, bytes: 0 };
  return { operation: "test", signal, meter };
}

const text = (name: string): KeyAttribute => ({ name, type: "S" });

/** An index over attributes of text, or over those given. */
export function indexOf(
  name: string,
  pk: readonly (string | KeyAttribute)[],
  sk: readonly (string | KeyAttribute)[] = [],
): TableIndex {
  const attributes = (side: readonly (string | KeyAttribute)[]) =>
    side.map((attribute) => (typeof attribute === "string" ? text(attribute) : attribute));
  return { name, pk: attributes(pk), sk: attributes(sk), projection: "ALL", local: false };
}

export function layoutOf(
  indexes: readonly TableIndex[] = [],
  changes: Partial<TableLayout> = {},
): TableLayout {
  return {
    ...bareLayout(freshTableName()),
    indexes: new Map(indexes.map((index) => [index.name, index])),
    bare: false,
    ...changes,
  };
}

export function rangeOf(
  pk: string | readonly string[],
  sort: SortCondition = { kind: "prefix", text: "" },
  leading: readonly string[] = [],
): KeyRange {
  return { pk: [pk].flat(), leading, sort };
}

export function requestOf(changes: Partial<PageRequest> = {}): PageRequest {
  return {
    reverse: false,
    consistent: false,
    rows: Number.POSITIVE_INFINITY,
    after: undefined,
    filter: undefined,
    attributes: undefined,
    ...changes,
  };
}

/** A write of an item, or of a key; `wire` makes it a put. */
export function writeOf(
  driver: PostgresDriver,
  layout: TableLayout,
  kind: Write<PostgresRow>["kind"],
  [PK, SK]: readonly [string, string?],
  wire: AttributeMap = {},
  condition?: Condition,
  version?: string,
): Write<PostgresRow> {
  const key = storedKey(PK, SK);
  const row = kind === "put" ? driver.encode({ key, version, wire }) : undefined;
  return { layout, kind, key, row, condition };
}

/** Puts items, each a key and its attributes. */
export async function putAll(
  driver: PostgresDriver,
  layout: TableLayout,
  items: readonly (readonly [PK: string, SK: string | undefined, wire?: AttributeMap])[],
): Promise<void> {
  const entries = items.map(([PK, SK, wire = {}]) => {
    const key = storedKey(PK, SK);
    return { key, row: driver.encode({ key, version: "v1", wire }) };
  });
  for (let start = 0; start < entries.length; start += 500)
    await driver.writeBatch(layout, entries.slice(start, start + 500), newCall());
}

/** The keys of all rows that pages of some size bring, one after the other. */
export async function keysOf(
  page: (request: PageRequest) => Promise<{ rows: readonly PostgresRow[]; next: Position | undefined }>,
  changes: Partial<PageRequest> = {},
): Promise<string[]> {
  const keys: string[] = [];
  let after: Position | undefined;
  do {
    const { rows, next } = await page(requestOf({ ...changes, after }));
    keys.push(...rows.map(({ pk, sk }) => `${pk}/${sk}`));
    after = next;
  } while (after !== undefined);
  return keys;
}
