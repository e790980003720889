import type { ResultRow } from "./client.js";
import type { Column } from "./columns.js";
import { canonical, type PostgresRow } from "./row.js";

/*
 * Many rows come as one row of lists: a client reads a few long texts in a fraction of the time that it takes for the
 * texts of each row. Lists are JSON. Data are what jsonb is written as, one item a line: nothing in it breaks lines.
 */

const separator = ",\n";

/** A list of what an expression is in each row, as JSON text; SQL null for no rows. */
export function gatheredList(sql: string): string {
  return `json_agg((${sql})::text)::text`;
}

/** The data of all rows but those for which the expression is SQL null. */
export function gatheredData(sql: string): string {
  return `string_agg((${sql})::text, E',\\n') AS data`;
}

/** What data is for a row of someone else's table that has none, so that all lists stay equally long. */
export function dataOf(row: string): string {
  return `coalesce(${row}.data, 'null')`;
}

/** Members of a list; none of a list that did not come. */
export function readList(text: unknown): readonly (string | null)[] {
  return typeof text === "string" ? JSON.parse(text) : [];
}

/** Key texts of a list. */
export function readKeys(text: unknown, type: Column["type"]): readonly string[] {
  const keys = readList(text) as readonly string[];
  return type === "N" ? keys.map(canonical) : keys;
}

/** Sixteen digits in a row, written out, since only so does V8 skip what is none. jsonb has no exponents. */
const longNumber = new RegExp(`\\d${"[\\d.]".repeat(15)}`);

/**
 * The data of each row. All of it is read at once; row by row where one of them may be wrong, or holds what may be a tag,
 * so that what is to be said of it is said when it is read.
 */
export function readData({ data }: ResultRow): readonly PostgresRow["data"][] {
  if (typeof data !== "string") return [];
  // Looking for one character first costs next to nothing.
  if ((data.includes("$") && data.includes('"$')) || longNumber.test(data)) return data.split(separator);
  const items: PostgresRow["data"][] = JSON.parse(`[${data}]`);
  return items.every(isItem) ? items : data.split(separator);
}

function isItem(parsed: unknown): boolean {
  return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
}

/** How much has come, about. */
export function lengthsOf({ pks, sks, data }: ResultRow): number {
  return [pks, sks, data].reduce(
    (sum: number, text) => sum + (typeof text === "string" ? text.length : 0),
    0,
  );
}
