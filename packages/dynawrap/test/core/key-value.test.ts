import { describe, expect, it } from "vitest";
import { refusal } from "./refusal.js";
import { model } from "./untyped.js";

const keyOf = (pattern: string, value: unknown) => model(pattern, undefined, ["x"]).key({ x: value }).PK;
const parsed = (pattern: string, pk: string) => model(pattern, undefined, ["x"]).parseKey(pk)?.x;

describe("an unformatted placeholder", () => {
  it.each<[string, unknown, string]>([
    ["a string", "a b", "a b"],
    ["an astral string", "😀", "😀"],
    ["a number", 1.5, "1.5"],
    ["a negative number", -3, "-3"],
    ["minus zero", -0, "0"],
    ["a small number", 1e-7, "1e-7"],
    ["a bigint", 2n ** 70n, "1180591620717411303424"],
    ["true", true, "true"],
    ["false", false, "false"],
    ["a Date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["the first Date that sorts", new Date("0000-01-01T00:00:00.000Z"), "0000-01-01T00:00:00.000Z"],
    ["the last Date that sorts", new Date("9999-12-31T23:59:59.999Z"), "9999-12-31T23:59:59.999Z"],
  ])("takes %s", (_, value, text) => {
    expect(keyOf("K#{x}", value)).toBe(`K#${text}`);
    expect(parsed("K#{x}", `K#${text}`)).toBe(text);
  });

  it.each<[string, unknown]>([
    ["empty text", ""],
    ["null", null],
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["minus Infinity", Number.NEGATIVE_INFINITY],
    ["NUL", "a\0b"],
    ["a lone high surrogate", "a\ud83d"],
    ["a lone low surrogate", "\ude00a"],
    ["surrogates in the wrong order", "\ude00\ud83d"],
    ["an invalid Date", new Date(Number.NaN)],
    ["a Date after the year 9999", new Date(8.64e15)],
    ["a Date before the year 0", new Date(-1e14)],
    ["an array", ["a"]],
    ["a plain object", { a: 1 }],
    ["an object without a prototype", Object.create(null)],
    ["a Set", new Set(["a"])],
    ["bytes", new Uint8Array([1])],
    ["a boxed string", Object("a")],
    ["a symbol", Symbol("a")],
    ["a function", () => "a"],
    ["an integer that a number no longer holds", 2 ** 53],
  ])("refuses %s", (_, value) => {
    const error = refusal("key.invalid", () => keyOf("K#{x}", value));
    expect(error.details).toEqual({ model: "Thing", field: "x" });
    expect(error.message).toMatch(/^Thing: the key value `x` /);
  });

  it("names the kind of what it refuses and never its content", () => {
    const secret = { constructor: { name: "hunter2" }, password: "hunter2" };
    const values: unknown[] = [secret, ["hunter2"], Symbol("hunter2"), "hunter2\0", "hunter2\ud800"];
    for (const value of values) {
      expect(refusal("key.invalid", () => keyOf("K#{x}", value)).message).not.toContain("hunter2");
    }
  });

  it("has no match without a value, or with one that no key holds", () => {
    for (const pk of ["K#", "K", "k#a", "xK#a", "", "K#a\0b", "K#\ud800"]) {
      expect(parsed("K#{x}", pk)).toBeUndefined();
    }
  });
});

describe("{n:d}", () => {
  it("writes integers plainly and reads them back as numbers", () => {
    for (const n of [0, 7, -7, 10, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
      expect(keyOf("K#{x:d}", n)).toBe(`K#${n}`);
      expect(parsed("K#{x:d}", `K#${n}`)).toBe(n);
    }
    expect(keyOf("K#{x:d}", -0)).toBe("K#0");
  });

  it("keeps integers beyond 2^53 as bigints", () => {
    expect(keyOf("K#{x:d}", 2n ** 64n)).toBe("K#18446744073709551616");
    expect(parsed("K#{x:d}", "K#18446744073709551616")).toBe(2n ** 64n);
    expect(parsed("K#{x:d}", "K#9007199254740993")).toBe(9007199254740993n);
  });

  it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e300, "7", true, new Date(0), null])(
    "refuses %s",
    (value) => {
      refusal("key.invalid", () => keyOf("K#{x:d}", value));
    },
  );

  it("matches only what it writes", () => {
    for (const text of ["", "-", "-0", "007", "+7", "1.0", "1e3", " 7", "7 ", "٧", "0x1"]) {
      expect(parsed("K#{x:d}", `K#${text}`)).toBeUndefined();
    }
  });
});

describe("{n:04d}", () => {
  it("pads, so that text order is number order", () => {
    expect([2, 10, 1, 9999, 0].map((n) => keyOf("{x:04d}", n)).sort()).toEqual([
      "0000",
      "0001",
      "0002",
      "0010",
      "9999",
    ]);
    expect(parsed("{x:04d}", "0010")).toBe(10);
    expect(keyOf("{x:040d}", 10n ** 39n)).toBe(`1${"0".repeat(39)}`);
    expect(parsed("{x:040d}", `1${"0".repeat(39)}`)).toBe(10n ** 39n);
    expect(keyOf("{x:01d}", 9)).toBe("9");
  });

  it.each([-1, 10_000, 1.5, "12", -1n, 10_000n])("refuses %s", (value) => {
    refusal("key.invalid", () => keyOf("K#{x:04d}", value));
  });

  it("matches exactly its digits", () => {
    for (const text of ["", "1", "001", "00001", "-001", "1e10", "0 01", "१२३४"]) {
      expect(parsed("K#{x:04d}", `K#${text}`)).toBeUndefined();
    }
  });
});

describe("{x:url}", () => {
  it("encodes what the delimiter needs, and decodes it", () => {
    const hostile = ["a#b", "100%", "%41", "é/😀", " ", "#", "a+b"];
    for (const text of hostile) {
      const pk = keyOf("K#{x:url}#END", text);
      expect(pk.slice(2, -4)).not.toContain("#");
      expect(parsed("K#{x:url}#END", pk)).toBe(text);
    }
  });

  it("encodes also those marks that encodeURIComponent leaves, where the delimiter holds one", () => {
    for (const mark of "-_.!~*'()") {
      const pk = keyOf(`{x:url}${mark}END`, `a${mark}b`);
      expect(pk.indexOf(mark)).toBe(pk.length - 4);
      expect(parsed(`{x:url}${mark}END`, pk)).toBe(`a${mark}b`);
    }
    expect(keyOf("{x:url}#", "a-b")).toBe("a-b#");
  });

  it("takes every kind of key value", () => {
    expect(keyOf("{x:url}", new Date(0))).toBe("1970-01-01T00%3A00%3A00.000Z");
    expect([1.5, true, 12n].map((value) => keyOf("{x:url}", value))).toEqual(["1.5", "true", "12"]);
  });

  it("matches only text that it writes, so that one item has one key", () => {
    for (const text of ["a b", "%", "%4", "%zz", "%ff", "%41", "%e9", "é", "", "%00", "%ED%A0%80"]) {
      expect(parsed("K#{x:url}", `K#${text}`)).toBeUndefined();
    }
  });

  it("refuses what remains ambiguous, and does not propose itself", () => {
    const hostile = [
      ["{x:url}%23", "a#b"],
      ["{x:url}20", "a b"],
      ["{x:url}a", "bab"],
    ] as const;
    for (const [pattern, value] of hostile) {
      const error = refusal("key.ambiguous", () => keyOf(pattern, value));
      expect(error.message).not.toContain("write {x:url}");
    }
  });
});

describe("{x:empty}", () => {
  it("writes text as it is, and none", () => {
    expect(keyOf("K#{x:empty}", "")).toBe("K#");
    expect(keyOf("K#{x:empty}#END", "")).toBe("K##END");
    expect(parsed("K#{x:empty}#END", "K##END")).toBe("");
    expect(parsed("K#{x:empty}", "K#a b")).toBe("a b");
  });

  it("still refuses what no key can hold", () => {
    for (const value of [null, "\0", "\ud800", Number.NaN, {}])
      refusal("key.invalid", () => keyOf("K#{x:empty}", value));
    refusal("key.incomplete", () => model("K#{x:empty}", undefined, ["x"]).key({}));
  });
});
