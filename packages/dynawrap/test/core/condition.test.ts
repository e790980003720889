import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  allOf,
  anyOf,
  beginsWith,
  between,
  contains,
  eq,
  exists,
  gt,
  gte,
  isTest,
  lt,
  lte,
  missing,
  ne,
  nested,
  not,
  oneOf,
  size,
  type Test,
} from "../../src/core/condition.js";

const tests: readonly [string, Test<unknown>][] = [
  ["eq", eq("a")],
  ["gt", gt(1)],
  ["gte", gte(1n)],
  ["lt", lt(new Date(0))],
  ["lte", lte(new Uint8Array())],
  ["between", between("a", "b")],
  ["beginsWith", beginsWith("a")],
  ["ne", ne("a")],
  ["contains", contains("a")],
  ["oneOf", oneOf("a")],
  ["exists", exists()],
  ["missing", missing()],
  ["size", size(1)],
  ["not", not(eq("a"))],
  ["allOf", allOf(eq("a"))],
  ["anyOf", anyOf(eq("a"))],
  ["nested", nested({ a: 1 })],
];

describe("an operator", () => {
  it.each(tests)("%s says its kind, and carries what it was given", (kind, test) => {
    expect(test.kind).toBe(kind);
    expect(test.operands).toEqual(expect.any(Array));
    expect(isTest(test)).toBe(true);
  });

  it("keeps its operands in order", () => {
    expect(between(1, 5).operands).toEqual([1, 5]);
    expect(not(gt(5)).operands).toEqual([gt(5)]);
    expect((anyOf({ a: 1 }, { b: 2 }) as unknown as Test<unknown>).operands).toEqual([{ a: 1 }, { b: 2 }]);
    expect(size(5).operands).toEqual([eq(5)]);
    expect(size(gt(5)).operands).toEqual([gt(5)]);
  });

  it("oneOf takes values one by one or as one array", () => {
    expect(oneOf("a", "b").operands).toEqual(["a", "b"]);
    expect(oneOf(["a", "b"]).operands).toEqual(["a", "b"]);
    expect(oneOf(["a"], ["b"]).operands).toEqual([["a"], ["b"]]);
    expect(oneOf([]).operands).toEqual([]);
    expect(oneOf().operands).toEqual([]);
  });
});

describe("nothing that arrives as JSON", () => {
  it.each([
    { kind: "gt", operands: [1] },
    { kind: "gt", operands: [1], "~operand": 1 },
    { kind: "gt", operands: [1], "Symbol(dynawrap.test)": true, "dynawrap.test": true },
    ["gt", 1],
    "gt",
    null,
  ])("is an operator: %j", (data) => {
    expect(isTest(JSON.parse(JSON.stringify(data)))).toBe(false);
  });

  it("is one, neither by its prototype nor after a journey through text", () => {
    expect(isTest(JSON.parse(JSON.stringify(gt(1))))).toBe(false);
    expect(isTest(structuredClone({ ...gt(1) }))).toBe(false);
    expect(isTest(Object.create(gt(1)))).toBe(false);
    expect(isTest(JSON.parse('{"__proto__": {"kind": "gt", "operands": [1]}}'))).toBe(false);
  });
});

describe("operators of two installed copies of the library", () => {
  type Copy = typeof import("../../src/core/condition.js");
  let other: Copy;
  beforeAll(async () => {
    vi.resetModules();
    other = await import("../../src/core/condition.js");
  });

  it("know each other", () => {
    expect(other.gt).not.toBe(gt);
    expect(isTest(other.gt(1))).toBe(true);
    expect(other.size(gt(1)).operands).toEqual([gt(1)]);
  });
});
