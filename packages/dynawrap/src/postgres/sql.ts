import { type KeyRange, successor } from "../core/range.js";
import type { StoredKey } from "../core/stored-key.js";
import type { PageRequest } from "../engine/driver.js";
import type { ResultRow, Statement } from "./client.js";

/** An item as a row of the one fixed table; `data` is JSON text, since a driver's own reading of JSONB loses digits. */
export interface PostgresRow {
  readonly pk: string;
  readonly sk: string;
  readonly schema_version: string | null;
  readonly data: string;
}

/** The keys come behind a dot: PGlite takes a byte order mark that begins a text for none of it. */
const columns = "'.' || pk AS dot_pk, '.' || sk AS dot_sk, schema_version, data::text AS data";

/** The item of a row that was selected. */
export function readRow(selected: ResultRow): PostgresRow {
  const { dot_pk, dot_sk, schema_version, data } = selected as { readonly [column: string]: string };
  return {
    pk: dot_pk?.slice(1) ?? "",
    sk: dot_sk?.slice(1) ?? "",
    schema_version: schema_version ?? null,
    data: data ?? "",
  };
}

/** An identifier in quotes; the name has been checked, and is quoted all the same. */
function quoted(table: string): string {
  return `"${table.replaceAll('"', '""')}"`;
}

/** Keys compare by their UTF-8 bytes, which is the order of DynamoDB, whatever the database's own locale. */
export function createTable(table: string): Statement {
  const text = `CREATE TABLE IF NOT EXISTS ${quoted(table)} (
  pk text COLLATE "C" NOT NULL,
  sk text COLLATE "C" NOT NULL,
  schema_version text,
  data jsonb NOT NULL,
  PRIMARY KEY (pk, sk)
)`;
  return { text, values: [] };
}

export function selectOne(table: string, { PK, SK = "" }: StoredKey): Statement {
  return { text: `SELECT ${columns} FROM ${quoted(table)} WHERE pk = $1 AND sk = $2`, values: [PK, SK] };
}

/**
 * A page by its range of keys. They are compared as pairs: `pk = $1 AND sk > $2` is the same to the eye, but makes
 * PostgreSQL expect few rows where it knows the partition badly (a new one, a table that nobody has analyzed), and
 * sort the whole rest of it for each page instead of following the primary key.
 *
 * The collation is named again for a table that something else created without it; on our own it changes nothing.
 */
export function selectPage(
  table: string,
  { pk, sk }: KeyRange,
  { reverse, after }: PageRequest,
  rows: number,
): Statement {
  const values: unknown[] = [pk];
  const conditions: string[] = [];
  const condition = (comparison: string, text: string): void => {
    values.push(text);
    conditions.push(`(pk, sk COLLATE "C") ${comparison} ($1, $${values.length})`);
  };
  if (sk.kind === "equal") {
    condition("=", sk.text);
  } else {
    condition(">=", sk.text);
    const end = successor(sk.text);
    if (end === undefined) conditions.push("pk <= $1");
    else condition("<", end);
  }
  if (after?.SK !== undefined) condition(reverse ? "<" : ">", after.SK);
  values.push(rows);
  const direction = reverse ? "DESC" : "ASC";
  const text = `SELECT ${columns} FROM ${quoted(table)} WHERE ${conditions.join(" AND ")} ORDER BY pk ${direction}, sk COLLATE "C" ${direction} LIMIT $${values.length}`;
  return { text, values };
}

const insert = (table: string): string => `INSERT INTO ${quoted(table)} (pk, sk, schema_version, data)`;
const replace =
  "ON CONFLICT (pk, sk) DO UPDATE SET schema_version = EXCLUDED.schema_version, data = EXCLUDED.data";

export function upsert(table: string, { pk, sk, schema_version, data }: PostgresRow): Statement {
  return {
    text: `${insert(table)} VALUES ($1, $2, $3, $4::jsonb) ${replace}`,
    values: [pk, sk, schema_version, data],
  };
}

/** Rows of any number in four parameters; their keys must differ. */
export function upsertMany(table: string, rows: readonly PostgresRow[]): Statement {
  const text = `${insert(table)} SELECT pk, sk, schema_version, data::jsonb FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS given (pk, sk, schema_version, data) ${replace}`;
  const column = (name: keyof PostgresRow): unknown[] => rows.map((row) => row[name]);
  return { text, values: [column("pk"), column("sk"), column("schema_version"), column("data")] };
}

export function deleteMany(table: string, keys: readonly StoredKey[]): Statement {
  const text = `DELETE FROM ${quoted(table)} AS item USING unnest($1::text[], $2::text[]) AS given (pk, sk) WHERE item.pk = given.pk AND item.sk = given.sk`;
  return { text, values: [keys.map(({ PK }) => PK), keys.map(({ SK = "" }) => SK)] };
}
