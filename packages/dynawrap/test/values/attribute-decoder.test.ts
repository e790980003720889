import { describe, expect, it } from "vitest";
import { decodeAttributes } from "../../src/values/attribute-decoder.js";
import { ExactNumber } from "../../src/values/number.js";
import { refusal } from "../core/refusal.js";

const decoded = (wire: unknown) => decodeAttributes({ a: wire }).a;

describe("a wire value", () => {
  it.each<[object, unknown]>([
    [{ S: "" }, ""],
    [{ N: "1.00" }, 1],
    [{ N: "9007199254740993" }, 9007199254740993n],
    [
      { N: "0.12345678901234567890123456789012345678" },
      new ExactNumber("0.12345678901234567890123456789012345678"),
    ],
    [{ BOOL: false }, false],
    [{ NULL: true }, null],
    [{ B: "AQI=" }, new Uint8Array([1, 2])],
    [{ B: "" }, new Uint8Array()],
    [{ B: new Uint8Array([1]) }, new Uint8Array([1])],
    [{ L: [] }, []],
    [{ M: { b: { L: [{ S: "c" }] } } }, { b: ["c"] }],
    [{ SS: ["a", ""] }, new Set(["a", ""])],
    [{ NS: ["1", "2", "9007199254740996"] }, new Set([1, 2, 9007199254740996n])],
    [{ BS: ["AQ==", "Ag=="] }, new Set([new Uint8Array([1]), new Uint8Array([2])])],
    [{ S: "a", N: undefined, M: undefined }, "a"],
  ])("%o is read", (wire, value) => {
    expect(decoded(wire)).toEqual(value);
  });

  it("that is a set keeps what it says, once", () => {
    expect(decoded({ SS: [] })).toEqual(new Set());
    expect(decoded({ NS: ["1", "1.0", "1e0"] })).toEqual(new Set([1]));
    expect(decoded({ BS: ["AQ==", "AQ=="] })).toEqual(new Set([new Uint8Array([1])]));
  });

  it("of bytes is a copy, and a plain Uint8Array", () => {
    const pool = Buffer.from([1, 2, 3]);
    const bytes = decoded({ B: pool.subarray(1, 2) }) as Uint8Array;
    pool.fill(9);
    expect(bytes).toEqual(new Uint8Array([2]));
    expect([bytes.constructor, bytes.buffer.byteLength]).toEqual([Uint8Array, 1]);
  });

  it("of any name leaves every prototype alone", () => {
    const read = decodeAttributes(
      JSON.parse('{"__proto__": {"M": {"__proto__": {"S": "x"}}}, "constructor": {"S": "y"}}'),
    );
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(JSON.stringify(read)).toBe('{"__proto__":{"__proto__":"x"},"constructor":"y"}');
  });
});

describe("a malformed wire value is refused with its path", () => {
  it.each<[unknown]>([
    [undefined],
    [null],
    ["text"],
    [5],
    [true],
    [[]],
    [{}],
    [{ A: "x" }],
    [{ s: "x" }],
    [{ S: "x", N: "1" }],
    [{ S: 5 }],
    [{ S: null }],
    [{ S: undefined }],
    [{ N: 5 }],
    [{ N: 5n }],
    [{ N: "NaN" }],
    [{ N: "Infinity" }],
    [{ N: "" }],
    [{ N: " 1" }],
    [{ N: "1 " }],
    [{ BOOL: "true" }],
    [{ BOOL: 1 }],
    [{ NULL: false }],
    [{ NULL: null }],
    [{ B: "AQI" }],
    [{ B: "A===" }],
    [{ B: "A_-=" }],
    [{ B: "AQ==AQ==" }],
    [{ B: [1, 2] }],
    [{ B: 5 }],
    [{ L: "invalid" }],
    [{ L: { 0: { S: "x" } } }],
    [{ M: [] }],
    [{ M: "x" }],
    [{ M: null }],
    [{ SS: "x" }],
    [{ SS: {} }],
    [{ NS: [] as unknown, SS: [] }],
    [{ SS: new Set(["x"]) }],
    [{ $unknown: ["x", {}] }],
    [{ toString: { S: "x" } }],
  ])("%o", (wire) => {
    expect(refusal("value.unsupported", () => decoded(wire)).details.path).toEqual(["a"]);
    const deep = { M: { b: { L: [{ S: "fine" }, wire] } } };
    const error = refusal("value.unsupported", () => decoded(deep));
    expect(error.details.path).toEqual(["a", "b", 1]);
    expect(error.message).toContain("`a.b[1]`");
  });

  it.each<[unknown]>([
    [{ SS: ["x", 5] }],
    [{ NS: ["1", "x"] }],
    [{ NS: ["1", 2] }],
    [{ BS: ["AQ==", "x"] }],
    [{ SS: ["x", { S: "y" }] }],
  ])("down to the member of a set: %o", (wire) => {
    expect(refusal("value.unsupported", () => decoded(wire)).details.path).toEqual(["a", 1]);
  });

  it("where it is nested without end", () => {
    let wire: object = { S: "x" };
    for (let level = 0; level < 100_000; level++) wire = level % 2 ? { L: [wire] } : { M: { m: wire } };
    const error = refusal("value.unsupported", () => decoded(wire));
    expect(error.message.length).toBeLessThan(500);
  });
});
