import { storedKey } from "../core/stored-key.js";
import type { Position } from "../engine/driver.js";
import type { ResultRow } from "./client.js";
import { indexColumns } from "./columns.js";
import type { PageSource } from "./pages.js";
import { canonical, type PostgresRow, readKey } from "./row.js";

/** What a page's statement has brought: rows, how many were looked at, and the last one's place. */
export interface FoundPage {
  readonly rows: readonly PostgresRow[];
  readonly examined: number;
  /** How much was read, about. */
  readonly bytes: number;
  readonly last: Position | undefined;
}

export function readPage(found: readonly ResultRow[], source: PageSource): FoundPage {
  const { layout, index } = source;
  const pk = layout.pk.type === "N" && source.pk !== undefined ? canonical(source.pk) : source.pk;
  const pkOf = (row: ResultRow): string => pk ?? readKey(row.dot_pk, layout.pk.type);
  const skOf = (row: ResultRow): string => readKey(row.dot_sk, layout.sk?.type);
  const rows: PostgresRow[] = [];
  let bytes = 0;
  for (const row of found) {
    const { schema_version, data } = row as { readonly [column: string]: string | null };
    // A last row that the filter leaves out has no data.
    if (typeof data !== "string") continue;
    const sk = skOf(row);
    bytes += sk.length + data.length;
    rows.push({ pk: pkOf(row), sk, schema_version: schema_version ?? null, data });
  }
  const end = found.at(-1);
  if (end === undefined) return { rows, examined: 0, bytes, last: undefined };
  const key = storedKey(pkOf(end), layout.sk && skOf(end));
  const texts =
    index && indexColumns(layout, index).map(({ type }, place) => readKey(end[`dot_key_${place}`], type));
  const last = texts ? { key, index: texts } : { key };
  return { rows, examined: Number(end.place ?? found.length), bytes, last };
}
