import { describe, expect, it } from "vitest";
import { bareLayout } from "../../src/core/layout.js";
import { conditionText } from "../../src/dynamodb/condition.js";
import { Expression } from "../../src/dynamodb/expression.js";
import type { Condition } from "../../src/values/condition.js";
import { refusal } from "../core/refusal.js";

const layout = { ...bareLayout("stories"), pk: { name: "key", type: "S" } } as const;

/** The text with what its aliases and parameters stand for. */
function translate(condition: Condition) {
  const expression = new Expression();
  const text = conditionText(condition, expression, layout);
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = expression.terms;
  return { text, names, values };
}

const path = ["a"];
const one = { N: "1" };

describe("a condition for DynamoDB", () => {
  it("aliases every name, inside of maps too, and makes a parameter of every value", () => {
    expect(translate({ kind: "gte", path: ["size", "a.b", "size"], value: one })).toEqual({
      text: "#0.#1.#0 >= :0",
      names: { "#0": "size", "#1": "a.b" },
      values: { ":0": one },
    });
  });

  it.each<[string, Condition]>([
    ["attribute_exists(#0)", { kind: "exists", path }],
    ["attribute_not_exists(#0)", { kind: "missing", path }],
    ["begins_with(#0, :0)", { kind: "beginsWith", path, value: { S: "x" } }],
    ["contains(#0, :0)", { kind: "contains", path, value: one }],
    ["(#0 BETWEEN :0 AND :1)", { kind: "between", path, low: one, high: one }],
    ["size(#0) < :0", { kind: "size", path, compare: "lt", size: 1 }],
    ["(NOT size(#0) = :0)", { kind: "size", path, compare: "ne", size: 1 }],
    ["(#0 IN (:0,:1))", { kind: "oneOf", path, values: [one, one] }],
    ["(NOT #0 <> :0)", { kind: "not", condition: { kind: "ne", path, value: one } }],
    ["attribute_exists(#0)", { kind: "and", conditions: [{ kind: "exists", path }] }],
  ])("is %s", (text, condition) => {
    expect(translate(condition).text).toBe(text);
  });

  it("asks for the item itself by its partition key, whatever that is called", () => {
    expect(translate({ kind: "present" })).toEqual({
      text: "attribute_exists(#0)",
      names: { "#0": "key" },
      values: {},
    });
    expect(translate({ kind: "absent" }).text).toBe("attribute_not_exists(#0)");
  });

  it("leaves no alias unused where nothing is asked, which DynamoDB refuses", () => {
    for (const condition of [
      { kind: "and", conditions: [] },
      { kind: "or", conditions: [] },
      { kind: "oneOf", path, values: [] },
    ] as const) {
      const { text, names, values } = translate(condition);
      expect(text).toMatch(/^\(attribute_exists\(#0\) (AND|OR) attribute_not_exists\(#0\)\)$/);
      expect([names, values]).toEqual([{ "#0": "schema_version" }, {}]);
    }
  });

  it("asks in several lists about more values than IN takes", () => {
    const values = Array.from({ length: 250 }, (_, place) => ({ N: String(place) }));
    const { text } = translate({ kind: "oneOf", path, values });
    const lists = text.match(/IN \([^)]*\)/g)?.map((list) => list.split(",").length);
    expect(lists).toEqual([99, 99, 52]);
  });

  it("refuses what is larger than DynamoDB takes, before it is sent", () => {
    const values = (length: number) => Array.from({ length }, () => one);
    const equal = values(150).map((value): Condition => ({ kind: "eq", path, value }));
    expect(translate({ kind: "or", conditions: equal }).text).toBeDefined();
    const tooMany = { kind: "or", conditions: [...equal, { kind: "exists", path }] } as const;
    expect(refusal("condition.invalid", () => translate(tooMany)).message).toContain("301 operators");
    expect(translate({ kind: "oneOf", path, values: values(700) }).text).toBeDefined();
    const tooLong = { kind: "oneOf", path, values: values(1000) } as const;
    expect(refusal("condition.invalid", () => translate(tooLong)).message).toContain("takes 300 in 4096");
  });
});
