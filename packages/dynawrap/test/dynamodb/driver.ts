import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { TableIndex, TableLayout } from "../../src/core/layout.js";
import type { KeyRange, SortCondition } from "../../src/core/range.js";
import type { StoredKey } from "../../src/core/stored-key.js";
import { DynamoDBDriver } from "../../src/dynamodb/driver.js";
import type { Row } from "../../src/dynamodb/reply.js";
import type { Call, Meter, Page, PageRequest, Position, Write } from "../../src/engine/driver.js";
import { encodeAttributes } from "../../src/values/attribute-encoder.js";
import type { AttributeMap } from "../../src/values/attribute-value.js";
import type { Condition } from "../../src/values/condition.js";
import { dynamodbConfig, freshTableName } from "../backends.js";

export const text = (name: string) => ({ name, type: "S" as const });
export const number = (name: string) => ({ name, type: "N" as const });

/** An index with what is said of it, and otherwise one of text keys that holds everything. */
export function index(name: string, parts: Partial<TableIndex> = {}): TableIndex {
  return {
    name,
    pk: [text(`${name}PK`)],
    sk: [text(`${name}SK`)],
    projection: "ALL",
    local: false,
    ...parts,
  };
}

/** The layout of a new table: PK and SK of text, unless something else is said. */
export function layout(
  parts: Partial<Omit<TableLayout, "indexes">> = {},
  ...indexes: TableIndex[]
): TableLayout {
  return {
    name: freshTableName(),
    pk: text("PK"),
    sk: text("SK"),
    bare: false,
    ...parts,
    indexes: new Map(indexes.map((each) => [each.name, each])),
  };
}

/** A driver with a client of its own, to the server of this run unless the configuration has another. */
export function openDriver(
  config: DynamoDBClientConfig = {},
): DynamoDBDriver & { readonly client: DynamoDBClient } {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const server = config.endpoint ? { region: "local", credentials } : dynamodbConfig();
  const client = new DynamoDBClient({ ...server, ...config });
  return Object.assign(new DynamoDBDriver(client, () => client.destroy()), { client });
}

export function call(signal?: AbortSignal): Call & { readonly meter: Meter } {
  return { operation: "test", signal, meter: { requests: 0, retries: 0, capacity: 0, rows: 0, bytes: 0 } };
}

export function key(PK: string, SK?: string): StoredKey {
  return SK === undefined ? { PK } : { PK, SK };
}

/** A row as the engine would have it encoded. */
export function row(
  driver: DynamoDBDriver,
  table: TableLayout,
  stored: StoredKey,
  attributes: object = {},
): AttributeMap {
  const { wire } = encodeAttributes(attributes as Record<string, unknown>);
  return driver.encode({ key: stored, version: "v1", wire }, table);
}

export function put(
  driver: DynamoDBDriver,
  table: TableLayout,
  stored: StoredKey,
  attributes: object = {},
  condition?: Condition,
): Write<AttributeMap> {
  return { layout: table, kind: "put", key: stored, row: row(driver, table, stored, attributes), condition };
}

export function removal(table: TableLayout, stored: StoredKey, condition?: Condition): Write<AttributeMap> {
  return { layout: table, kind: "delete", key: stored, row: undefined, condition };
}

export function check(table: TableLayout, stored: StoredKey, condition: Condition): Write<AttributeMap> {
  return { layout: table, kind: "check", key: stored, row: undefined, condition };
}

/** Writes rows past every condition. */
export async function fill(
  driver: DynamoDBDriver,
  table: TableLayout,
  rows: readonly (readonly [StoredKey, object?])[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += 25) {
    const entries = rows
      .slice(start, start + 25)
      .map(([stored, attributes]) => ({ key: stored, row: row(driver, table, stored, attributes) }));
    await driver.writeBatch(table, entries, call());
  }
}

export const everything: PageRequest = {
  reverse: false,
  consistent: false,
  rows: Number.POSITIVE_INFINITY,
  after: undefined,
  filter: undefined,
  attributes: undefined,
};

export const prefix = (begin: string): SortCondition => ({ kind: "prefix", text: begin });
export const equal = (exact: string): SortCondition => ({ kind: "equal", text: exact });

export function range(
  pk: string | readonly string[],
  sort: SortCondition = prefix(""),
  ...leading: string[]
): KeyRange {
  return { pk: [pk].flat(), leading, sort };
}

/** Every row, over as many pages as it takes. */
export async function allRows(read: (after: Position | undefined) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let after: Position | undefined;
  do {
    const page = await read(after);
    rows.push(...page.rows);
    after = page.next;
  } while (after);
  return rows;
}
