import { storedKey } from "../core/stored-key.js";
import type { Position } from "../engine/driver.js";
import type { ResultRow } from "./client.js";
import { indexColumns, keyColumns } from "./columns.js";
import { lengthsOf, readData, readKeys, readList } from "./gathered.js";
import type { PageSource } from "./pages.js";
import type { PostgresRow } from "./row.js";

/** What a page's statement has brought: rows, how many were looked at, and the last one's place. */
export interface FoundPage {
  readonly rows: readonly PostgresRow[];
  readonly examined: number;
  /** How much was read, about. */
  readonly bytes: number;
  readonly last: Position | undefined;
}

export function readPage([result = {}]: readonly ResultRow[], { layout, index }: PageSource): FoundPage {
  const [{ type: pkType }, { type: skType }] = keyColumns(layout);
  const pks = readKeys(result.pks, pkType);
  const sks = readKeys(result.sks, skType);
  const versions = readList(result.versions);
  // A last row that the filter leaves out has no data.
  const rows = readData(result).map((data, place) => ({
    pk: pks[place] ?? (pks[0] as string),
    sk: sks[place] as string,
    schema_version: versions[place] ?? null,
    data,
  }));
  const bytes = lengthsOf(result);
  const [pk, sk] = [pks.at(-1), sks.at(-1)];
  if (pk === undefined || sk === undefined) return { rows, examined: 0, bytes, last: undefined };
  const key = storedKey(pk, layout.sk && sk);
  const texts =
    index &&
    indexColumns(layout, index).map(
      ({ type }, place) => readKeys(result[`keys_${place}`], type).at(-1) ?? "",
    );
  const last = texts ? { key, index: texts } : { key };
  return { rows, examined: Number(result.examined ?? sks.length), bytes, last };
}
