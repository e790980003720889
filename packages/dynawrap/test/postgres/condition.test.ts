import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conditionSql } from "../../src/postgres/condition.js";
import { Parameters } from "../../src/postgres/parameters.js";
import type { AttributeValue } from "../../src/values/attribute-value.js";
import type { Condition } from "../../src/values/condition.js";
import { type SqlClient, sqlClients } from "../conditions/stores.js";
import { conditionsOf, structure, values } from "../conditions/value-kinds.js";

const everything: readonly Condition[] = [...values.flatMap(conditionsOf), ...structure];

/** What no library of ours writes. */
const foreign = [
  '{"$bytes": "no base64!"}',
  '{"$bytes": "AQI"}',
  '{"$bytes": 5}',
  '{"$bytes": "AQI=", "more": 1}',
  '{"$strings": "a"}',
  '{"$strings": [1, null, {"a": []}]}',
  '{"$numbers": {"a": 1}}',
  '{"$numbers": ["a"]}',
  '{"$binaries": null}',
  '{"$map": 5}',
  '{"$map": [1]}',
  '{"$map": null}',
  '{"$map": {"a": 1}, "$bytes": "AQI="}',
  '[{"$bytes": "?"}, {"$map": 1}]',
  "1e400",
];

describe.each(sqlClients)("a condition in $title", ({ open }) => {
  let client: SqlClient;
  beforeAll(async () => {
    client = await open();
  });
  afterAll(() => client.close());

  /** The truth of conditions about one row. */
  async function ask(
    data: string,
    conditions: readonly Condition[],
    version: string | null = null,
  ): Promise<unknown[]> {
    const parameters = new Parameters();
    const columns = conditions.map((condition) => conditionSql(condition, parameters));
    const row = `${parameters.add(version)}::text AS schema_version, ${parameters.add(data)}::jsonb AS data`;
    const text = `SELECT to_jsonb(ARRAY[${columns.join(", ")}]) AS truth FROM (SELECT ${row}) AS item`;
    const { rows } = await client.query(text, parameters.values);
    return rows[0].truth;
  }

  it("is true or false, and no error, whatever others have put into a row", async () => {
    const rows = foreign.flatMap((value) => [`{"value": ${value}, "outer": {"value": ${value}}}`, value]);
    for (let start = 0; start < everything.length; start += 200) {
      const parameters = new Parameters();
      const columns = everything.slice(start, start + 200).map((each) => conditionSql(each, parameters));
      const from = `unnest(${parameters.add(rows)}::text[]::jsonb[]) AS given (data)`;
      const text = `SELECT to_jsonb(ARRAY[${columns.join(", ")}]) AS truth FROM (SELECT data, NULL AS schema_version FROM ${from}) AS item`;
      const { rows: found } = await client.query(text, parameters.values);
      expect(found).toHaveLength(rows.length);
      expect(found.flatMap(({ truth }) => truth).filter((each) => typeof each !== "boolean")).toEqual([]);
    }
  });

  it("finds the version in its column, or where the Python library put it", async () => {
    const asked = [undefined, "v1", "v2", "a\0b"].map((version): Condition => ({ kind: "version", version }));
    expect(await ask("{}", asked)).toEqual([true, false, false, false]);
    expect(await ask("{}", asked, "v1")).toEqual([false, true, false, false]);
    expect(await ask('{"schema_version": "v1"}', asked)).toEqual([false, true, false, false]);
    expect(await ask('{"schema_version": "v1"}', asked, "v2")).toEqual([false, false, true, false]);
    expect(await ask('{"schema_version": 1}', asked)).toEqual([true, false, false, false]);
  });

  it("asks about more values than a statement has parameters", async () => {
    const some = Array.from({ length: 70_000 }, (_, place) => ({ N: String(place) }));
    const condition = { kind: "oneOf", path: ["likes"], values: some } as const;
    expect(await ask('{"likes": 69999}', [condition, { kind: "not", condition }])).toEqual([true, false]);
    expect(await ask('{"likes": 70000}', [condition])).toEqual([false]);
  });

  it("takes names and values as they are, whatever SQL they look like", async () => {
    const hostile = ["'; DROP TABLE item; --", "$1", '"', "\\", "a'b", "data", "{a,b}", "NULL", "%", "?"];
    for (const text of hostile) {
      const path = [text, `$${text}`];
      const data = JSON.stringify({ [text]: { [`$${text}`]: text, other: 1 } });
      const conditions: Condition[] = [
        { kind: "eq", path, value: { S: text } },
        { kind: "oneOf", path, values: [{ S: "other" }, { S: text }] },
        { kind: "contains", path, value: { S: text } },
        { kind: "beginsWith", path, value: { S: text } },
        { kind: "between", path, low: { S: text }, high: { S: text } },
      ];
      expect(await ask(data, conditions), text).toEqual(conditions.map(() => true));
    }
    const parameters = new Parameters();
    const path = hostile.slice(0, 2);
    expect(conditionSql({ kind: "eq", path, value: { S: hostile[0] ?? "" } }, parameters)).not.toContain(
      "DROP",
    );
    expect(parameters.values).toEqual([...path, JSON.stringify(hostile[0])]);
  });

  it("follows names that begin with $ to any depth in a statement that stays small", async () => {
    const path = Array.from({ length: 32 }, () => "$x");
    const wrapped = path.slice(1).reduce((inner) => `{"$map":{"$x":${inner}}}`, "1");
    const condition = { kind: "eq", path, value: { N: "1" } } as const;
    expect(await ask(`{"$x":${wrapped}}`, [condition])).toEqual([true]);
    expect(conditionSql(condition, new Parameters()).length).toBeLessThan(10_000);
  });
});

describe("the SQL of a condition", () => {
  it("uses every parameter that it asks for, since PostgreSQL knows no type for another", () => {
    const nul: AttributeValue[] = [{ S: "a\0" }, { SS: ["\0"] }, { M: { "\0": { NULL: true } } }];
    const path = ["a"];
    const conditions = nul.flatMap((value): Condition[] => [
      { kind: "eq", path, value },
      { kind: "ne", path, value },
      { kind: "contains", path, value },
      { kind: "oneOf", path, values: [value] },
      { kind: "exists", path: ["a\0"] },
      { kind: "oneOf", path, values: [] },
    ]);
    for (const condition of conditions) {
      const parameters = new Parameters();
      expect(conditionSql(condition, parameters)).toBe(condition.kind === "ne" ? "TRUE" : "FALSE");
      expect(parameters.values).toEqual([]);
    }
  });

  it("tells text with a backslash and a u from text with U+0000", () => {
    const value = { S: "\\u0000" };
    expect(conditionSql({ kind: "eq", path: ["a"], value }, new Parameters())).not.toBe("FALSE");
    const both = { S: "\\\0" };
    expect(conditionSql({ kind: "eq", path: ["a"], value: both }, new Parameters())).toBe("FALSE");
  });
});
