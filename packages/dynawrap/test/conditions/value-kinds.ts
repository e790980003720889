import type { AttributeValue } from "../../src/values/attribute-value.js";
import type { Comparison, Condition } from "../../src/values/condition.js";
import { compareValues } from "../../src/values/condition-truth.js";

const bytes = (...list: number[]) => Uint8Array.from(list);

/** One of each kind of value, its equals in other words, its neighbours, and what only looks like it. */
export const values: readonly AttributeValue[] = [
  ...[
    "",
    "a",
    "ab",
    "b",
    "A",
    "1",
    "true",
    "AQI=",
    "\ud7ff",
    "\ufb00",
    "𝄞",
    "\ufeff",
    "%",
    "é",
    "e\u0301",
  ].map((S) => ({ S })),
  ...["0", "1", "-1", "2", "1000", "1e3", "1000.00", "1e-130", "12345678901234567890123456789012345678"].map(
    (N) => ({ N }),
  ),
  { N: "1234567890123456789012345678901234567.8" },
  { N: "12345678901234567890123456789012345679" },
  { N: "9.9999999999999999999999999999999999999E+125" },
  { B: bytes() },
  { B: bytes(1) },
  { B: bytes(1, 2) },
  { B: bytes(1, 2, 0) },
  { B: bytes(127) },
  { B: bytes(128) },
  { BOOL: true },
  { BOOL: false },
  { NULL: true },
  { SS: ["a", "b"] },
  { SS: ["b", "a"] },
  { SS: ["a"] },
  { SS: ["AQI="] },
  { NS: ["1", "1000"] },
  { NS: ["1e3", "1.0"] },
  { BS: [bytes(1, 2), bytes(1)] },
  { BS: [bytes(1), bytes(1, 2)] },
  { L: [] },
  { L: [{ S: "a" }, { S: "b" }] },
  { L: [{ S: "b" }, { S: "a" }] },
  { L: [{ S: "a" }, { S: "b" }, { S: "b" }] },
  { L: [{ N: "1" }, { SS: ["a", "b"] }, { NULL: true }, { BOOL: true }, { B: bytes(1, 2) }] },
  { L: [{ N: "1.0" }, { SS: ["b", "a"] }, { NULL: true }, { BOOL: true }, { B: bytes(1, 2) }] },
  { L: [{ SS: ["a", "b"] }] },
  { L: [{ SS: ["b", "a"] }, { NULL: true }] },
  { L: [{ L: [{ S: "a" }, { S: "b" }] }, { M: {} }, { M: { a: { N: "1" }, b: { S: "" } } }] },
  { M: {} },
  { M: { a: { N: "1" } } },
  { M: { a: { N: "1.0" }, b: { S: "" } } },
  { M: { b: { S: "" }, a: { N: "1" } } },
  { M: { $map: { M: {} } } },
  { M: { $bytes: { S: "AQI=" } } },
  { M: { $strings: { L: [{ S: "a" }, { S: "b" }] } } },
  { M: { $strings: { SS: ["a", "b"] } } },
  { M: { $strings: { SS: ["b", "a"] }, a: { N: "1" } } },
  { M: { $other: { NULL: true } } },
  { M: { a: { M: { a: { SS: ["a", "b"] } } } } },
  { M: { a: { M: { a: { SS: ["b", "a"] } } } } },
  { M: Object.fromEntries([["__proto__", { S: "a" } as const]]) },
];

const paths = [["value"], ["outer", "value"]] as const;
const comparisons: readonly Comparison[] = ["eq", "ne", "lt", "lte", "gt", "gte"];
const names = ["a", "b", "$map", "$bytes", "$strings", "$other", "__proto__", "value", "0"];

/** Every question that has this value as its operand. */
export function conditionsOf(operand: AttributeValue): Condition[] {
  const [path] = paths;
  const hasOrder = compareValues(operand, operand) !== undefined;
  return [
    ...comparisons
      .filter((kind) => hasOrder || kind === "eq" || kind === "ne")
      .map((kind): Condition => ({ kind, path, value: operand })),
    ...(hasOrder && !("N" in operand) ? [{ kind: "beginsWith", path, value: operand } as const] : []),
    ...(hasOrder ? [{ kind: "between", path, low: operand, high: operand } as const] : []),
    { kind: "contains", path, value: operand },
    { kind: "oneOf", path, values: [{ S: "b" }, operand] },
    { kind: "eq", path: paths[1], value: operand },
  ];
}

/** The questions about what a value is, whatever it holds. */
export const structure: readonly Condition[] = [
  ...paths.flatMap((path): Condition[] => [
    { kind: "exists", path },
    { kind: "missing", path },
    ...[0, 1, 2, 3].flatMap((size) =>
      comparisons.map((compare): Condition => ({ kind: "size", path, compare, size })),
    ),
    ...names.flatMap((name): Condition[] => [
      { kind: "exists", path: [...path, name] },
      { kind: "missing", path: [...path, name, "a"] },
      { kind: "ne", path: [...path, name], value: { N: "1" } },
    ]),
  ]),
];
