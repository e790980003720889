import type { TableLayout } from "../core/layout.js";
import { type StoredKey, storedKey } from "../core/stored-key.js";
import { numberText, parseNumber } from "../values/number.js";
import type { ResultRow } from "./client.js";
import type { Column } from "./columns.js";

/** An item as a row of the one fixed table. */
export interface PostgresRow {
  readonly pk: string;
  readonly sk: string;
  readonly schema_version: string | null;
  /** JSON text, since a client's own reading of JSONB loses digits. */
  readonly data: string;
}

/** A key text behind a dot: PGlite takes a byte order mark that begins a text for none of it. */
export function dotted(sql: string): string {
  return `'.' || ${sql}::text`;
}

/** What data is for a row of someone else's table that has none. */
export function dataOf(row: string): string {
  return `coalesce(${row}.data, 'null')`;
}

/**
 * What is selected of a row.
 *
 * @param row the name under which the statement knows the row.
 */
export function selected(row: string): string {
  return `${dotted(`${row}.pk`)} AS dot_pk, ${dotted(`${row}.sk`)} AS dot_sk, ${row}.schema_version, ${row}.data::text AS data`;
}

/** The item of a row that was selected. */
export function readRow(result: ResultRow, { pk, sk }: TableLayout): PostgresRow {
  const { dot_pk, dot_sk, schema_version, data } = result as { readonly [column: string]: string };
  return {
    pk: readKey(dot_pk, pk.type),
    sk: readKey(dot_sk, sk?.type),
    schema_version: schema_version ?? null,
    data: data ?? "",
  };
}

/** The text of a key that came behind a dot, a number in its canonical notation. */
export function readKey(dotted: unknown, type: Column["type"] | undefined): string {
  const text = String(dotted ?? ".").slice(1);
  return type === "N" ? canonical(text) : text;
}

/** A number in the one notation that its equals share: a column keeps the zeros that someone else wrote. */
export function canonical(text: string): string {
  const value = parseNumber(text);
  return value === undefined ? text : numberText(value);
}

export function keyOfRow({ pk, sk }: PostgresRow, layout: TableLayout): StoredKey {
  return storedKey(pk, layout.sk && sk);
}

/** The row of a key that was asked for, of which nothing but the rest has come. */
export function rowOf(
  { PK, SK = "" }: StoredKey,
  schema_version: string | null,
  data: string,
  { pk, sk }: TableLayout,
): PostgresRow {
  return {
    pk: pk.type === "N" ? canonical(PK) : PK,
    sk: sk?.type === "N" ? canonical(SK) : SK,
    schema_version,
    data,
  };
}
