import { describe, expect, it } from "vitest";
import { decodeAttributes } from "../../src/values/attribute-decoder.js";
import { encodeAttributes } from "../../src/values/attribute-encoder.js";
import { ExactNumber } from "../../src/values/number.js";
import { cpuTime } from "../core/cpu-time.js";
import { refusal } from "../core/refusal.js";

const wireOf = (value: unknown) => encodeAttributes({ a: value }).wire.a;
/** The bytes of a value alone, without the name of its attribute. */
const bytesOf = (value: unknown) => encodeAttributes({ a: value }).bytes - 1;
const pathOf = (value: unknown) => refusal("value.unsupported", () => wireOf(value)).details.path;

describe("a value's form", () => {
  it.each<[unknown, object]>([
    ["", { S: "" }],
    ["a\0😀", { S: "a\0😀" }],
    [0, { N: "0" }],
    [-0, { N: "0" }],
    [1.5, { N: "1.5" }],
    [2n ** 64n, { N: "18446744073709551616" }],
    [new ExactNumber("0.12345678901234567890"), { N: "0.12345678901234567890" }],
    [true, { BOOL: true }],
    [false, { BOOL: false }],
    [null, { NULL: true }],
    [new Date(0), { S: "1970-01-01T00:00:00.000Z" }],
    [new Uint8Array(), { B: new Uint8Array() }],
    [new Uint8Array([1, 2]), { B: new Uint8Array([1, 2]) }],
    [[], { L: [] }],
    [[1, ["a"]], { L: [{ N: "1" }, { L: [{ S: "a" }] }] }],
    [{}, { M: {} }],
    [Object.create(null), { M: {} }],
    [{ b: { c: null } }, { M: { b: { M: { c: { NULL: true } } } } }],
    [new Set(["b", "a", ""]), { SS: ["b", "a", ""] }],
    [new Set([1, 2n ** 60n, 0.5]), { NS: ["1", "1152921504606846976", "0.5"] }],
    [new Set([new Uint8Array([1]), new Uint8Array([2])]), { BS: [new Uint8Array([1]), new Uint8Array([2])] }],
  ])("of %o", (value, wire) => {
    expect(wireOf(value)).toEqual(wire);
  });

  it("has no undefined, which is left out of a map", () => {
    expect(encodeAttributes({ a: undefined, b: { c: undefined, d: 1 } }).wire).toEqual({
      b: { M: { d: { N: "1" } } },
    });
  });

  it("has every name as its own, __proto__ too", () => {
    const wire = encodeAttributes(JSON.parse('{"__proto__": {"__proto__": 1}}')).wire;
    expect(JSON.stringify(wire)).toBe('{"__proto__":{"M":{"__proto__":{"N":"1"}}}}');
  });
});

describe("a value is refused with its path", () => {
  it.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["an integer beyond 2^53", 2 ** 53],
    ["a number too great", 10n ** 126n],
    ["a number too small", Number.MIN_VALUE],
    ["39 digits", 10n ** 38n + 1n],
    ["a lone surrogate", "\ud800"],
    ["an invalid Date", new Date(Number.NaN)],
    ["an empty set", new Set()],
    ["a set of two kinds", new Set([1, "1"])],
    ["a set of booleans", new Set([true])],
    ["a set of lists", new Set([[1]])],
    ["a set with null", new Set(["a", null])],
    ["a set with undefined", new Set([1, undefined])],
    ["a set with NaN", new Set([Number.NaN])],
    ["a set with one number twice", new Set([1, 1n])],
    ["a set with the same bytes twice", new Set([new Uint8Array([1]), new Uint8Array([1])])],
    ["a set with the same bytes in two classes", new Set([new Uint8Array([1]), Buffer.from([1])])],
    ["a symbol", Symbol("x")],
    ["a function", () => 1],
    ["a Map", new Map()],
  ])("%s", (_, value) => {
    expect(pathOf(value)).toEqual(["a"]);
    expect(pathOf([0, { "b c": value }])).toEqual(["a", 1, "b c"]);
    const { message } = refusal("value.unsupported", () => wireOf([0, { b: value }]));
    expect(message).toContain("`a[1].b`");
  });

  it("undefined in a list", () => {
    expect(pathOf([1, undefined])).toEqual(["a", 1]);
  });

  it("a name that DynamoDB does not take", () => {
    expect(pathOf({ "": 1 })).toEqual(["a", ""]);
    expect(pathOf({ "\ud800": 1 })).toEqual(["a", "\ud800"]);
  });

  it("but not bytes that only read alike as text", () => {
    expect(wireOf(new Set([Buffer.from([0xff]), Buffer.from([0xfe])]))).toEqual({
      BS: [new Uint8Array([0xff]), new Uint8Array([0xfe])],
    });
    expect(wireOf(new Set(["1", "1.0"]))).toEqual({ SS: ["1", "1.0"] });
  });
});

describe("nesting", () => {
  const nested = (levels: number): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { m: value };
    return value;
  };

  it("goes to 32 levels, the attribute's own value included", () => {
    const value = nested(31);
    expect(decodeAttributes(encodeAttributes({ a: value }).wire)).toEqual({ a: value });
    refusal("value.unsupported", () => wireOf(nested(32)));
  });

  it("that never ends is refused, and said in a short path", () => {
    const list: unknown[] = [];
    list.push(list);
    const map: Record<string, unknown> = {};
    map.map = [map];
    for (const value of [list, map, nested(10_000)]) {
      const error = refusal("value.unsupported", () => wireOf(value));
      expect(error.details.path.length).toBeLessThan(40);
      expect(error.message.length).toBeLessThan(300);
    }
  });
});

describe("a value's size", () => {
  it.each<[string, unknown, number]>([
    ["text, in UTF-8", "aé😀", 7],
    ["empty text", "", 0],
    ["a boolean", true, 1],
    ["null", null, 1],
    ["bytes", new Uint8Array(10), 10],
    ["a Date, as its text", new Date(0), 24],
    ["an empty list", [], 3],
    ["an empty map", {}, 3],
    ["a list, with a byte for each element", ["ab", null], 3 + 2 + 2 + 1],
    ["a map, with a byte and the name for each member", { ab: "c" }, 3 + 1 + 2 + 1],
    ["a set of strings", new Set(["ab", "c"]), 3],
    ["a set of bytes", new Set([new Uint8Array(2), new Uint8Array(3)]), 5],
    ["maps in lists", [{ a: [] }], 3 + 1 + 3 + 1 + 1 + 3],
  ])("counts %s", (_, value, bytes) => {
    expect(bytesOf(value)).toBe(bytes);
  });

  it("counts the names of attributes in UTF-8", () => {
    expect(encodeAttributes({ é: "", "😀": true, gone: undefined }).bytes).toBe(2 + 0 + 4 + 1);
  });

  it("is found in a time that grows with the value, not with its square", () => {
    const map = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`name${index}`, index]));
    const wide = map(100_000);
    expect(
      cpuTime(() => decodeAttributes(encodeAttributes({ wide, list: Object.values(wide) }).wire)),
    ).toBeLessThan(5_000);
    expect(cpuTime(() => encodeAttributes({ set: new Set(Object.keys(wide)) }))).toBeLessThan(5_000);
  });
});
