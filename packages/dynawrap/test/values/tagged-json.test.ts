import { describe, expect, it } from "vitest";
import { encodeAttributes } from "../../src/values/attribute-encoder.js";
import { ExactNumber } from "../../src/values/number.js";
import { fromTaggedJson, toTaggedJson } from "../../src/values/tagged-json.js";
import { cpuTime } from "../core/cpu-time.js";
import { refusal } from "../core/refusal.js";

const textOf = (values: Record<string, unknown>) => toTaggedJson(encodeAttributes(values).wire);

describe("tagged JSON", () => {
  it("is natural JSON wherever JSON can carry the value", () => {
    const natural = {
      title: "Dune",
      likes: 3,
      price: 9.5,
      draft: false,
      note: null,
      tags: ["a"],
      meta: { lang: "en" },
    };
    expect(textOf(natural)).toBe(JSON.stringify(natural));
    expect(textOf({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
    expect(textOf({ big: 2n ** 70n, long: new ExactNumber("0.12345678901234567890") })).toBe(
      '{"big":1180591620717411303424,"long":0.12345678901234567890}',
    );
  });

  it.each<[unknown, string]>([
    [new Uint8Array([1, 2]), '{"$bytes":"AQI="}'],
    [new Set(["a", "$"]), '{"$strings":["a","$"]}'],
    [new Set([1, 2.5, 2n ** 60n]), '{"$numbers":[1,2.5,1152921504606846976]}'],
    [new Set([new Uint8Array([1, 2])]), '{"$binaries":["AQI="]}'],
    [{ $bytes: "AQI=" }, '{"$map":{"$bytes":"AQI="}}'],
    [{ $: 1 }, '{"$map":{"$":1}}'],
    [{ $map: {} }, '{"$map":{"$map":{}}}'],
    [{ $a: 1, $b: 2 }, '{"$a":1,"$b":2}'],
    [{ $a: 1, b: undefined }, '{"$map":{"$a":1}}'],
    [{ a: { $b: 1 } }, '{"a":{"$map":{"$b":1}}}'],
  ])("of %o is %s", (value, text) => {
    expect(textOf({ a: value })).toBe(`{"a":${text}}`);
  });

  it("takes an attribute's own name for no tag", () => {
    expect(textOf({ $bytes: "AQI=" })).toBe('{"$bytes":"AQI="}');
    expect(fromTaggedJson('{"$bytes": "AQI="}')).toEqual({ $bytes: "AQI=" });
  });

  it("keeps every digit of what others wrote, and the value of every notation", () => {
    const text =
      '{"a": 0.12345678901234567890, "b": [1180591620717411303424], "c": 1e3, "d": -0, "e": 1E-7, "f": 9007199254740993.5}';
    expect(fromTaggedJson(text)).toEqual({
      a: new ExactNumber("0.12345678901234567890"),
      b: [1180591620717411303424n],
      c: 1000,
      d: -0,
      e: 1e-7,
      f: new ExactNumber("9007199254740993.5"),
    });
  });

  it("takes no text for a number, however long its digits are and whatever is escaped in it", () => {
    const texts = [
      "12345678901234567890",
      'a"12345678901234567890',
      "\\",
      '\\"12345678901234567890\\',
      '{"$number":"1"}',
      "1e5\n",
    ];
    for (const text of texts) {
      const values = { text, [text]: 12345678901234567890n, list: [text, 1.5] };
      expect(fromTaggedJson(textOf(values))).toEqual(values);
    }
  });

  it("has a form for one-member maps of others, which it reads as they are", () => {
    expect(fromTaggedJson('{"a": {"$other": {"$bytes": "AQI="}}}')).toEqual({
      a: { $other: new Uint8Array([1, 2]) },
    });
  });
});

describe("text that is none", () => {
  it.each(["", "x", "null", "5", '"a"', "[]", "{", '{"a":}', '{"a":1}x', "undefined"])(
    "is refused: %s",
    (text) => {
      refusal("value.unsupported", () => fromTaggedJson(text));
    },
  );

  it.each([
    '{"$bytes":5}',
    '{"$bytes":"AQI"}',
    '{"$bytes":"*"}',
    '{"$strings":"a"}',
    '{"$strings":["a",5]}',
    '{"$numbers":["1"]}',
    '{"$numbers":[null]}',
    '{"$numbers":[{"$bytes":"AQI="}]}',
    '{"$binaries":["AQI"]}',
    '{"$binaries":[5]}',
    '{"$number":5}',
    '{"$number":"five"}',
    '{"$map":5}',
    '{"$map":null}',
    '{"$map":[]}',
  ])("or a tag that holds something else is refused with its path: %s", (tag) => {
    const error = refusal("value.unsupported", () => fromTaggedJson(`{"a": {"b": [1, ${tag}]}}`));
    expect(error.details.path).toEqual(["a", "b", 1]);
    expect(error.message).toContain("`a.b[1]`");
  });
});

describe("long text", () => {
  it("is read without a pause, and without an end of the stack", () => {
    const long = `12345678901234567890"\\${"x\\".repeat(4_000_000)}`;
    const values = { long, more: { $a: long }, digits: "1234567890".repeat(100_000) };
    const text = textOf(values);
    expect(cpuTime(() => fromTaggedJson(text))).toBeLessThan(5_000);
    expect(fromTaggedJson(text)).toEqual(values);
  });
});
