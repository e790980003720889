import type { TableLayout } from "../core/layout.js";
import type { StoredKey } from "../core/stored-key.js";
import type { Condition } from "../values/condition.js";
import type { Statement } from "./client.js";
import { keyColumns } from "./columns.js";
import { conditionSql } from "./condition.js";
import { quoted } from "./identifier.js";
import { Parameters } from "./parameters.js";
import { dataOf, type PostgresRow, selected } from "./row.js";

/** A text as a value of a key's type. */
export function typed(sql: string, type: "S" | "N"): string {
  return type === "N" ? `${sql}::numeric` : sql;
}

/** The row of one key, known as `item`. */
function whereKey(layout: TableLayout, { PK, SK = "" }: StoredKey, parameters: Parameters): string {
  const [pk, sk] = keyColumns(layout);
  return `item.pk = ${typed(parameters.add(PK), pk.type)} AND item.sk = ${typed(parameters.add(SK), sk.type)}`;
}

/** Whether a row, known as `item`, is one of the keys in two lists, known as `given`. */
function whereGiven(layout: TableLayout): string {
  const [pk, sk] = keyColumns(layout);
  return `item.pk = ${typed("given.pk", pk.type)} AND item.sk = ${typed("given.sk", sk.type)}`;
}

/** Of the row of one key what the key does not say. */
export function selectOne(layout: TableLayout, key: StoredKey): Statement {
  const parameters = new Parameters();
  const where = whereKey(layout, key, parameters);
  const text =
    gets.get(layout) ??
    `SELECT item.schema_version::text, item.data::text FROM ${quoted(layout.name)} AS item WHERE ${where}`;
  gets.set(layout, text);
  return { text, values: parameters.values };
}

/** What gets are asked for with: a text that is the same one each time is found at once among those that are prepared. */
const gets = new WeakMap<TableLayout, string>();

/** The row of one key, and whether a condition holds for it. */
export function selectFitting(layout: TableLayout, key: StoredKey, condition: Condition): Statement {
  const parameters = new Parameters();
  const where = whereKey(layout, key, parameters);
  const text = `SELECT ${selected("item")}, (${conditionSql(condition, parameters)}) AS fits FROM ${quoted(layout.name)} AS item WHERE ${where}`;
  return { text, values: parameters.values };
}

/** Those rows, of keys and conditions that belong together, whose condition does not hold, each with its `place`. */
export function selectUnfit(
  layout: TableLayout,
  asked: readonly { readonly place: number; readonly key: StoredKey; readonly condition: Condition }[],
): Statement {
  const parameters = new Parameters();
  const parts = asked.map(({ place, key, condition }) => {
    const where = whereKey(layout, key, parameters);
    return `SELECT ${place} AS place, ${selected("item")} FROM ${quoted(layout.name)} AS item WHERE ${where} AND (${conditionSql(condition, parameters)}) IS NOT TRUE`;
  });
  return { text: parts.join(" UNION ALL "), values: parameters.values };
}

/** What stands under any number of keys, of one table or several, as one moment has it: the `place` of each key, and the rest. */
export function selectMany(
  groups: readonly {
    readonly layout: TableLayout;
    readonly places: readonly number[];
    readonly keys: readonly StoredKey[];
  }[],
): Statement {
  const parameters = new Parameters();
  const parts = groups.map(({ layout, places, keys }) => {
    const lists = [keys.map(({ PK }) => PK), keys.map(({ SK = "" }) => SK)].map(
      (list) => `${parameters.add(list)}::text[]`,
    );
    const given = `unnest(${lists.join(", ")}, ${parameters.add(places)}::int[]) AS given (pk, sk, place)`;
    return `SELECT given.place::text, item.schema_version::text, ${dataOf("item")}::text AS data FROM ${quoted(layout.name)} AS item JOIN ${given} ON ${whereGiven(layout)}`;
  });
  return { text: parts.join(" UNION ALL "), values: parameters.values };
}

const columns = "(pk, sk, schema_version, data)";
const replace =
  "ON CONFLICT (pk, sk) DO UPDATE SET schema_version = EXCLUDED.schema_version, data = EXCLUDED.data";

function insert(layout: TableLayout): string {
  return `INSERT INTO ${quoted(layout.name)} AS item ${columns}`;
}

function addRow(layout: TableLayout, row: PostgresRow, parameters: Parameters): string {
  const [pk, sk] = keyColumns(layout);
  const key = [typed(parameters.add(row.pk), pk.type), typed(parameters.add(row.sk), sk.type)];
  return `${key.join(", ")}, ${parameters.add(row.schema_version)}, ${parameters.add(row.data)}::jsonb`;
}

export function upsert(layout: TableLayout, row: PostgresRow): Statement {
  const parameters = new Parameters();
  const text = `${insert(layout)} VALUES (${addRow(layout, row, parameters)}) ${replace}`;
  return { text, values: parameters.values };
}

/** Puts a row if there is none, or if the condition holds for the one that is there; answers a row if it did. */
export function upsertIf(layout: TableLayout, row: PostgresRow, condition: Condition): Statement {
  const parameters = new Parameters();
  const values = addRow(layout, row, parameters);
  const text = `${insert(layout)} VALUES (${values}) ${replace} WHERE ${conditionSql(condition, parameters)} RETURNING 'true' AS done`;
  return { text, values: parameters.values };
}

/** Puts a row in the place of one for which the condition holds; answers a row if there was one. */
export function updateIf(layout: TableLayout, row: PostgresRow, condition: Condition): Statement {
  const parameters = new Parameters();
  const set = `schema_version = ${parameters.add(row.schema_version)}, data = ${parameters.add(row.data)}::jsonb`;
  const where = whereKey(layout, { PK: row.pk, SK: row.sk }, parameters);
  const text = `UPDATE ${quoted(layout.name)} AS item SET ${set} WHERE ${where} AND (${conditionSql(condition, parameters)}) RETURNING 'true' AS done`;
  return { text, values: parameters.values };
}

/** Deletes the row of a key, if the condition holds for it; answers a row if it did. */
export function deleteOne(layout: TableLayout, key: StoredKey, condition: Condition | undefined): Statement {
  const parameters = new Parameters();
  const where = whereKey(layout, key, parameters);
  const fits = condition === undefined ? "" : ` AND (${conditionSql(condition, parameters)})`;
  const text = `DELETE FROM ${quoted(layout.name)} AS item WHERE ${where}${fits} RETURNING 'true' AS done`;
  return { text, values: parameters.values };
}

/**
 * Lists as rows, with keys of the table's types. Data are one text of a line each, as its quotes would all be escaped in
 * a list; JSON text of ours never breaks a line.
 */
function givenRows(layout: TableLayout, rows: readonly PostgresRow[], parameters: Parameters): string {
  const [pk, sk] = keyColumns(layout);
  const lists = (["pk", "sk", "schema_version"] as const).map(
    (name) => `unnest(${parameters.add(rows.map((row) => row[name]))}::text[])`,
  );
  const data = `unnest(string_to_array(${parameters.add(rows.map((row) => row.data).join("\n"))}::text, E'\\n'))`;
  const key = `${typed("pk", pk.type)} AS pk, ${typed("sk", sk.type)} AS sk`;
  return `SELECT ${key}, schema_version, data::jsonb AS data, place FROM ROWS FROM (${lists.join(", ")}, ${data}) WITH ORDINALITY AS given (pk, sk, schema_version, data, place)`;
}

/** Rows of any number in four parameters; their keys must differ. */
export function upsertMany(layout: TableLayout, rows: readonly PostgresRow[]): Statement {
  const parameters = new Parameters();
  const given = givenRows(layout, rows, parameters);
  const text = `${insert(layout)} SELECT pk, sk, schema_version, data FROM (${given}) AS given ORDER BY place ${replace}`;
  return { text, values: parameters.values };
}

/**
 * Locks the rows of these keys until the transaction's end, in the order given, and inserts those that are not there,
 * since nothing else can keep a row from appearing. Answers `xid`, the transaction's number, and `added`, a JSON list
 * of the places (from 0) of rows that were inserted.
 */
export function lockRows(layout: TableLayout, rows: readonly PostgresRow[]): Statement {
  const parameters = new Parameters();
  const text = `WITH given AS MATERIALIZED (${givenRows(layout, rows, parameters)}),
locked AS (
  ${insert(layout)} SELECT pk, sk, schema_version, data FROM given ORDER BY place
  ON CONFLICT (pk, sk) DO UPDATE SET data = item.data WHERE false RETURNING pk, sk
)
SELECT pg_current_xact_id()::text AS xid, (SELECT json_agg(place - 1) FROM given JOIN locked USING (pk, sk))::text AS added`;
  return { text, values: parameters.values };
}

/** Deletes rows, after it has locked them in the order given. */
export function deleteMany(layout: TableLayout, keys: readonly StoredKey[]): Statement {
  const table = quoted(layout.name);
  const text = `WITH locked AS MATERIALIZED (
  SELECT item.pk, item.sk FROM ${table} AS item
  JOIN unnest($1::text[], $2::text[]) WITH ORDINALITY AS given (pk, sk, place) ON ${whereGiven(layout)}
  ORDER BY given.place FOR UPDATE OF item
)
DELETE FROM ${table} AS item USING locked WHERE item.pk = locked.pk AND item.sk = locked.sk`;
  return { text, values: [keys.map(({ PK }) => PK), keys.map(({ SK = "" }) => SK)] };
}
