import {
  indexAttributes,
  invalidTable,
  type KeyAttribute,
  type TableIndex,
  type TableLayout,
} from "../core/layout.js";
import { utf8Length } from "../core/range.js";
import { literal, longestName, quoted } from "./identifier.js";

/** A place where rows keep a key, or a part of one. */
export interface Column {
  readonly name: string;
  readonly type: KeyAttribute["type"];
  /** What the row's attributes make of it; `undefined` for the table's own key, which is written. */
  readonly derived: string | undefined;
}

const fixed = ["pk", "sk", "schema_version", "data"];
/** https://www.postgresql.org/docs/current/ddl-system-columns.html */
const system = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

/** The columns of a table's own key; `sk` holds the empty text where there is no sort key. */
export function keyColumns({ pk, sk }: TableLayout): readonly [Column, Column] {
  return [
    { name: "pk", type: pk.type, derived: undefined },
    { name: "sk", type: sk?.type ?? "S", derived: undefined },
  ];
}

/** The column of each of an index's attributes; one that is of the table's key as well is stored once, there. */
export function indexColumns(layout: TableLayout, index: TableIndex): readonly Column[] {
  const [pk, sk] = keyColumns(layout);
  return indexAttributes(index).map(({ name, type }) => {
    if (name === layout.pk.name) return pk;
    if (name === layout.sk?.name) return sk;
    return { name: columnName(name), type, derived: derivation(name, type) };
  });
}

/** The columns that an index is sorted by: its own, and then what of the table's key is not among them. */
export function indexOrder(layout: TableLayout, index: TableIndex): readonly Column[] {
  const own = indexColumns(layout, index);
  return [...own, ...keyColumns(layout).filter(({ name }) => !own.some((column) => column.name === name))];
}

function columnName(attribute: string): string {
  return fixed.includes(attribute) || system.includes(attribute) ? `${attribute}_` : attribute;
}

/** The value of an attribute where it has the type of the key; otherwise the item is not in the index. */
function derivation(attribute: string, type: KeyAttribute["type"]): string {
  const name = `${literal(attribute)}::text`;
  const [kind, cast] = type === "N" ? ["number", "::numeric"] : ["string", ""];
  return `CASE jsonb_typeof(data -> ${name}) WHEN '${kind}' THEN (data ->> ${name})${cast} END`;
}

/** A column as it stands in a definition. Keys compare by their UTF-8 bytes, whatever the database's own locale. */
export function columnType({ type }: Column): string {
  return type === "N" ? "numeric" : 'text COLLATE "C"';
}

/**
 * A column in comparisons and orders. The collation is named again for a table that something else created without
 * it; on our own it changes nothing.
 *
 * @param derive whether to derive it from each row, for a table that has no such column; right, and slow.
 */
export function columnSql(column: Column, derive = false): string {
  const sql = derive && column.derived !== undefined ? `(${column.derived})` : quoted(column.name);
  return column.type === "N" ? sql : `${sql} COLLATE "C"`;
}

/** Refuses indexes that no columns can be made for. @throws DynawrapError `table.invalid` */
export function checkColumns(layout: TableLayout): void {
  const attributes = new Map<string, { readonly attribute: string; readonly type: string }>();
  const refuse = (attribute: string, problem: string): never => {
    throw invalidTable(layout.name, `cannot have the key attribute ${JSON.stringify(attribute)}: ${problem}`);
  };
  for (const index of layout.indexes.values()) {
    const columns = indexColumns(layout, index);
    for (const [place, { name: attribute, type }] of indexAttributes(index).entries()) {
      const { name, type: columnsType, derived } = columns[place] as Column;
      const known = attributes.get(name) ?? { attribute, type: columnsType };
      attributes.set(name, known);
      if (known.type !== type) refuse(attribute, "it is text in one key, and a number in another");
      if (derived === undefined) continue;
      if (known.attribute !== attribute)
        refuse(attribute, `its column would be that of "${known.attribute}"`);
      if (name === "" || name.includes("\0") || /\p{Surrogate}/u.test(name) || utf8Length(name) > longestName)
        refuse(attribute, `PostgreSQL takes names of 1 to ${longestName} bytes, without NUL`);
    }
  }
}
