import { describe, expect, it } from "vitest";
import type { AttributeValue } from "../../src/values/attribute-value.js";
import type { Comparison, Condition } from "../../src/values/condition.js";
import { type ConditionItem, holds } from "../../src/values/condition-truth.js";

const of = (value?: AttributeValue): ConditionItem => ({ wire: value ? { a: value } : {}, version: "v1" });
const path = ["a"];
const bytes = (...list: number[]) => ({ B: Uint8Array.from(list) });

/** Which comparisons hold between two values. */
function comparisons(value: AttributeValue | undefined, operand: AttributeValue): string {
  const kinds: Comparison[] = ["eq", "ne", "lt", "lte", "gt", "gte"];
  return kinds.filter((kind) => holds({ kind, path, value: operand }, of(value))).join(" ");
}

describe("comparison", () => {
  const [equal, less, greater, apart] = ["eq lte gte", "ne lt lte", "ne gt gte", "ne"];

  it.each<[string, AttributeValue | undefined, AttributeValue, string | undefined]>([
    ["a missing attribute", undefined, { S: "" }, apart],
    ["text and a number", { S: "1" }, { N: "1" }, apart],
    ["text and bytes", { S: "a" }, bytes(97), apart],
    ["equal texts", { S: "a" }, { S: "a" }, equal],
    ["a text and its continuation", { S: "a" }, { S: "ab" }, less],
    ["texts by their UTF-8 bytes", { S: "\u{10000}" }, { S: "\ufb00" }, greater],
    ["texts of equal look", { S: "\u00e9" }, { S: "e\u0301" }, greater],
    ["numbers by value", { N: "10" }, { N: "9" }, greater],
    ["numbers in two notations", { N: "1000" }, { N: "1e3" }, equal],
    ["numbers in the last of 38 digits", { N: `1${"0".repeat(36)}1` }, { N: `1${"0".repeat(36)}2` }, less],
    ["bytes as unsigned", bytes(128), bytes(127), greater],
    ["bytes and their continuation", bytes(1, 0), bytes(1), greater],
    ["equal booleans", { BOOL: true }, { BOOL: true }, "eq"],
    ["other booleans", { BOOL: true }, { BOOL: false }, apart],
    ["null and null", { NULL: true }, { NULL: true }, "eq"],
    ["null and false", { NULL: true }, { BOOL: false }, apart],
    ["sets in another order", { SS: ["a", "b"] }, { SS: ["b", "a"] }, "eq"],
    ["sets of numbers by value", { NS: ["1000", "1"] }, { NS: ["1.0", "1e3"] }, "eq"],
    ["sets of bytes", { BS: [bytes(1).B, bytes().B] }, { BS: [bytes().B, bytes(1).B] }, "eq"],
    ["a set and a part of it", { SS: ["a", "b"] }, { SS: ["a"] }, apart],
    ["sets of two types", { SS: ["1"] }, { NS: ["1"] }, apart],
    ["a set and a list", { SS: ["a"] }, { L: [{ S: "a" }] }, apart],
    ["lists in another order", { L: [{ S: "a" }, { S: "b" }] }, { L: [{ S: "b" }, { S: "a" }] }, apart],
    ["lists, deeply", { L: [{ SS: ["a", "b"] }] }, { L: [{ SS: ["b", "a"] }] }, "eq"],
    ["maps, deeply", { M: { a: { N: "1.0" } } }, { M: { a: { N: "1" } } }, "eq"],
    ["maps of other names", { M: { a: { N: "1" } } }, { M: { b: { N: "1" } } }, apart],
    ["a map and a part of it", { M: { a: { N: "1" }, b: { N: "1" } } }, { M: { a: { N: "1" } } }, apart],
    ["a map and a name of the prototype", { M: {} }, { M: { toString: { N: "1" } } }, apart],
  ])("of %s", (_, value, operand, expected) => {
    expect(comparisons(value, operand)).toBe(expected);
  });
});

describe("other conditions", () => {
  const wire = { M: { b: { M: { c: { S: "x" } } }, __proto__: { S: "y" } } } as const;

  it.each<[string, Condition, AttributeValue | undefined, boolean]>([
    [
      "between takes both bounds in",
      { kind: "between", path, low: { N: "1" }, high: { N: "2" } },
      { N: "2" },
      true,
    ],
    [
      "between asks for the type",
      { kind: "between", path, low: { N: "1" }, high: { N: "3" } },
      { S: "2" },
      false,
    ],
    ["beginsWith", { kind: "beginsWith", path, value: { S: "ab" } }, { S: "abc" }, true],
    ["beginsWith of bytes", { kind: "beginsWith", path, value: bytes(200) }, bytes(200, 1), true],
    ["beginsWith of another type", { kind: "beginsWith", path, value: { S: "1" } }, { N: "12" }, false],
    ["contains a part of text", { kind: "contains", path, value: { S: "b" } }, { S: "abc" }, true],
    ["contains a part of bytes", { kind: "contains", path, value: bytes(2, 3) }, bytes(1, 2, 3), true],
    ["contains no digits of a number", { kind: "contains", path, value: { S: "2" } }, { N: "123" }, false],
    ["contains a member", { kind: "contains", path, value: { N: "1e3" } }, { NS: ["1000"] }, true],
    ["contains no part of a member", { kind: "contains", path, value: { S: "a" } }, { SS: ["ab"] }, false],
    ["contains no subset", { kind: "contains", path, value: { SS: ["a"] } }, { SS: ["a", "b"] }, false],
    [
      "contains an element",
      { kind: "contains", path, value: { SS: ["b", "a"] } },
      { L: [{ SS: ["a", "b"] }] },
      true,
    ],
    ["contains no name of a map", { kind: "contains", path, value: { S: "b" } }, wire, false],
    ["one of none", { kind: "oneOf", path, values: [] }, { S: "a" }, false],
    ["one of some", { kind: "oneOf", path, values: [{ N: "1" }, { S: "a" }] }, { S: "a" }, true],
    ["exists for null", { kind: "exists", path }, { NULL: true }, true],
    ["missing for null", { kind: "missing", path }, { NULL: true }, false],
    ["inside maps", { kind: "eq", path: ["a", "b", "c"], value: { S: "x" } }, wire, true],
    ["inside what is no map", { kind: "missing", path: ["a", "0"] }, { L: [{ S: "x" }] }, true],
    ["inside the prototype", { kind: "exists", path: ["a", "constructor"] }, wire, false],
    ["of another version", { kind: "version", version: "v2" }, undefined, false],
    ["of its version", { kind: "version", version: "v1" }, undefined, true],
    ["all of none", { kind: "and", conditions: [] }, undefined, true],
    ["any of none", { kind: "or", conditions: [] }, undefined, false],
    [
      "not greater, when missing",
      { kind: "not", condition: { kind: "gt", path, value: { N: "5" } } },
      undefined,
      true,
    ],
  ])("%s", (_, condition, value, expected) => {
    expect(holds(condition, of(value))).toBe(expected);
  });

  it("sees every attribute of an item that is not there as missing", () => {
    expect(holds({ kind: "absent" }, undefined)).toBe(true);
    expect(holds({ kind: "present" }, undefined)).toBe(false);
    expect(holds({ kind: "present" }, of())).toBe(true);
    expect(holds({ kind: "ne", path, value: { S: "" } }, undefined)).toBe(true);
    expect(holds({ kind: "version", version: undefined }, undefined)).toBe(true);
  });
});

describe("size", () => {
  const sizeOf = (value: AttributeValue | undefined): number | undefined =>
    [0, 1, 2, 3].find((size) => holds({ kind: "size", path, compare: "eq", size }, of(value)));

  it.each<[string, AttributeValue | undefined, number | undefined]>([
    ["text, in UTF-16 units", { S: "\u00e9\u{1f600}" }, 3],
    ["empty text", { S: "" }, 0],
    ["bytes", bytes(1, 2), 2],
    ["a set", { SS: ["abc"] }, 1],
    ["a list", { L: [{ NULL: true }, { NULL: true }] }, 2],
    ["a map", { M: { a: { NULL: true } } }, 1],
    ["a number", { N: "12" }, undefined],
    ["a boolean", { BOOL: true }, undefined],
    ["null", { NULL: true }, undefined],
    ["what is missing", undefined, undefined],
  ])("of %s", (_, value, expected) => {
    expect(sizeOf(value)).toBe(expected);
  });

  it("that there is not is neither less nor greater than any, and not equal to it", () => {
    const kinds: Comparison[] = ["eq", "ne", "lt", "lte", "gt", "gte"];
    const true_ = kinds.filter((compare) => holds({ kind: "size", path, compare, size: 1 }, of({ N: "1" })));
    expect(true_).toEqual(["ne"]);
  });
});
