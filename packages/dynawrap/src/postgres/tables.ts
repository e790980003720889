import { invalidTable, type TableIndex, type TableLayout } from "../core/layout.js";
import { fingerprint } from "../core/version.js";
import type { ResultRow, Statement } from "./client.js";
import { type Column, columnSql, columnType, indexColumns, indexOrder, keyColumns } from "./columns.js";
import type { Run } from "./connection.js";
import { longestName, quoted } from "./identifier.js";

/** What the catalog says of a table. */
interface Catalog {
  /** Columns by name: their type, and `s` where they are derived from others and stored. */
  readonly columns: { readonly [name: string]: { readonly type: string; readonly generated: string } };
  /** Names of the columns of each index, by its name; `null` in the place of an expression. */
  readonly indexes: { readonly [name: string]: readonly (string | null)[] };
}

/** What a table lacks of its layout. */
export interface Lack {
  /** Whether there is no table at all. */
  readonly table: boolean;
  readonly columns: readonly Column[];
  readonly indexes: readonly TableIndex[];
}

/**
 * How the statements would find the table: along the search path. `to_regclass` may know a table that came into being
 * after the snapshot that the rest is read from; `pg_class` itself is of that snapshot.
 */
function selectCatalog({ name }: TableLayout): Statement {
  const text = `SELECT json_build_object(
  'columns', (
    SELECT coalesce(json_object_agg(attname, json_build_object('type', atttypid::regtype::text, 'generated', attgenerated)), '{}')
    FROM pg_catalog.pg_attribute WHERE attrelid = found.oid AND attnum > 0 AND NOT attisdropped
  ),
  'indexes', (
    SELECT coalesce(json_object_agg(relname, names), '{}') FROM (
      SELECT relname, (
        SELECT json_agg(attname ORDER BY place) FROM unnest(indkey::int2[]) WITH ORDINALITY AS part (attnum, place)
        LEFT JOIN pg_catalog.pg_attribute AS attribute ON attrelid = indrelid AND attribute.attnum = part.attnum
      ) AS names
      FROM pg_catalog.pg_index JOIN pg_catalog.pg_class ON pg_class.oid = indexrelid
      WHERE indrelid = found.oid AND indisvalid
    ) AS listed
  )
)::text AS catalog
FROM pg_catalog.pg_class AS found WHERE found.oid = to_regclass($1)`;
  return { text, values: [quoted(name)] };
}

/** What is still to be made of a table. @throws DynawrapError `table.invalid` for one that cannot become it. */
export async function findLack(layout: TableLayout, run: Run): Promise<Lack> {
  const [found] = await run(selectCatalog(layout));
  return lackOf(layout, found);
}

export function isComplete({ table, columns, indexes }: Lack): boolean {
  return !table && columns.length === 0 && indexes.length === 0;
}

function lackOf(layout: TableLayout, found: ResultRow | undefined): Lack {
  const indexes = [...layout.indexes.values()];
  const derived = new Map(
    indexes
      .flatMap((index) => indexColumns(layout, index))
      .filter((column) => column.derived !== undefined)
      .map((column) => [column.name, column]),
  );
  if (found === undefined) return { table: true, columns: [...derived.values()], indexes };
  const catalog: Catalog = JSON.parse(String(found.catalog));
  for (const { name, type } of keyColumns(layout)) checkColumn(layout, name, typesOf[type], catalog);
  checkColumn(layout, "schema_version", typesOf.S, catalog);
  checkColumn(layout, "data", ["jsonb"], catalog);
  const columns = [...derived.values()].filter((column) => {
    const there = Object.hasOwn(catalog.columns, column.name);
    if (there) checkDerived(layout, column, catalog);
    return !there;
  });
  return { table: false, columns, indexes: indexes.filter((index) => !isThere(layout, index, catalog)) };
}

/** What a column's type may be; the first one is what it is made with. */
const typesOf = { S: ["text", "character varying"], N: ["numeric"] } as const;

function checkColumn(
  { name: table }: TableLayout,
  name: string,
  types: readonly string[],
  catalog: Catalog,
): void {
  const found = Object.hasOwn(catalog.columns, name) ? catalog.columns[name] : undefined;
  if (found === undefined) {
    const problem = `is there, but it is not one of this library's tables: it has no column ${name}`;
    throw invalidTable(table, problem);
  }
  if (types.includes(found.type)) return;
  throw invalidTable(table, `has a column ${name} of type ${found.type}, where the layout means ${types[0]}`);
}

function checkDerived(layout: TableLayout, { name, type }: Column, catalog: Catalog): void {
  checkColumn(layout, name, typesOf[type], catalog);
  if (catalog.columns[name]?.generated === "s") return;
  const problem = `has a column ${name} of its own, where an index needs one that is derived from the data`;
  throw invalidTable(layout.name, problem);
}

function isThere(layout: TableLayout, index: TableIndex, { indexes }: Catalog): boolean {
  const name = indexName(layout, index);
  if (!Object.hasOwn(indexes, name)) return false;
  const columns = indexOrder(layout, index).map((column) => column.name);
  if (JSON.stringify(indexes[name]) === JSON.stringify(columns)) return true;
  throw invalidTable(
    layout.name,
    `has an index ${index.name} of other columns (${indexes[name]}); drop it first`,
  );
}

/** Lets only one creation of a table go on at a time, until the transaction's end. */
export function lockTable({ name }: TableLayout): Statement {
  return { text: "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", values: [`dynawrap ${name}`] };
}

/** The statements that make what a table lacks. */
export function definitions(layout: TableLayout, { table, columns, indexes }: Lack): readonly Statement[] {
  const derived = columns.map(
    (column) => `${quoted(column.name)} ${columnType(column)} GENERATED ALWAYS AS (${column.derived}) STORED`,
  );
  const texts = indexes.map((index) => createIndex(layout, index));
  if (table) texts.unshift(createTable(layout, derived));
  else if (derived.length > 0) {
    const added = derived.map((definition) => `ADD COLUMN IF NOT EXISTS ${definition}`);
    texts.unshift(`ALTER TABLE ${quoted(layout.name)} ${added.join(", ")}`);
  }
  return texts.map((text) => ({ text, values: [] }));
}

function createTable(layout: TableLayout, derived: readonly string[]): string {
  const [pk, sk] = keyColumns(layout).map((column) => `${column.name} ${columnType(column)} NOT NULL`);
  const parts = [pk, sk, "schema_version text", "data jsonb NOT NULL", ...derived, "PRIMARY KEY (pk, sk)"];
  return `CREATE TABLE IF NOT EXISTS ${quoted(layout.name)} (\n  ${parts.join(",\n  ")}\n)`;
}

function createIndex(layout: TableLayout, index: TableIndex): string {
  const columns = indexOrder(layout, index);
  const present = columns.flatMap(({ name, derived }) => (derived ? `${quoted(name)} IS NOT NULL` : []));
  const where = present.length > 0 ? ` WHERE ${present.join(" AND ")}` : "";
  return `CREATE INDEX IF NOT EXISTS ${quoted(indexName(layout, index))} ON ${quoted(layout.name)} (${columns.map((column) => columnSql(column)).join(", ")})${where}`;
}

/** The name of an index, which is unique among all tables and indexes: no name of a table holds a colon. */
function indexName({ name }: TableLayout, index: TableIndex): string {
  const whole = `${name}:${index.name}`;
  if (Buffer.byteLength(whole) <= longestName) return whole;
  const hash = fingerprint(whole);
  return `${name.slice(0, longestName - hash.length - 1)}:${hash}`;
}
