import assert from "node:assert/strict";
import { DBItem } from "../../core/model.js";
import { ExactNumber } from "../../values/number.js";
import { unique } from "../assertions.js";
import { type CaseDefinition, type ConformanceCase, cases } from "../conformance-case.js";
import { anything, number, object, text } from "../schema.js";

class Box extends DBItem({
  pk: "BOX#{box}",
  sk: "VALUE#{n:04d}",
  schema: object({ box: text, n: number, value: anything }),
}) {}

/** A value that comes back as it went in, or as another. */
type Example = readonly [what: string, value: unknown, comesBack?: unknown];

/** Each example goes in by save and by batchWrite, and comes back by get and by query. */
function roundTrip(
  title: string,
  examples: readonly Example[],
  more: Partial<CaseDefinition> = {},
): CaseDefinition {
  return {
    title,
    ...more,
    async run(backend, table) {
      const box = unique();
      const boxes = examples.map(([, value], n) => new Box({ box, n, value }));
      for (const one of boxes) await backend.save(table, one);
      const twin = unique();
      await backend.batchWrite(
        table,
        boxes.map(({ n, value }) => new Box({ box: twin, n, value })),
      );
      const queried = await backend.query(table, Box, { box }).all();
      const batched = await backend.query(table, Box, { box: twin }).all();
      for (const [n, [what, value, ...other]] of examples.entries()) {
        const expected = other.length > 0 ? other[0] : value;
        const got = await backend.get(table, Box, { box, n });
        assert.deepEqual(got?.value, expected, `${what}, by save and get`);
        assert.deepEqual(queried[n]?.value, expected, `${what}, by save and query`);
        assert.deepEqual(batched[n]?.value, expected, `${what}, by batchWrite and query`);
      }
    },
  };
}

/** An object with an own member of any name, `__proto__` among them. */
function record(...members: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(members);
}

function nested(levels: number, kind: "list" | "map" | "both", innermost: unknown = "innermost"): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level++) {
    value = kind === "list" || (kind === "both" && level % 2 === 0) ? [value] : { in: value };
  }
  return value;
}

const big = (text: string): bigint => BigInt(text);
const allBytes = Uint8Array.from({ length: 256 }, (_, index) => index);

export const valueCases: readonly ConformanceCase[] = cases("values", [
  roundTrip("Text comes back as it was, character by character", [
    ["empty text", ""],
    ["a space", " "],
    ["control characters", "\u0001\u0008\t\n\u000b\f\r\u001f\u007f\u0085"],
    ["line separators", "a\u2028b\u2029c"],
    ["a byte order mark", "\ufeffa"],
    ["composed and decomposed", "\u00e9 e\u0301 \u212b \u00c5"],
    ["astral characters", "\u{1f600}\u{10000}\u{10ffff}"],
    ["noncharacters", "\ufffe\uffff\ufdd0"],
    ["right to left", "\u202eabc\u202c \u05d0"],
    ["quotes and backslashes", '\'"`\\\\"\\u0041\\n'],
    ["SQL", "'; DROP TABLE items; --"],
    ["JSON", '{"$bytes":"AQI=","a":[1,2]}'],
    ["what looks like a NUL escape", "\\u0000 \\\\u0000 \\x00"],
    ["text of a number", "1234567890123456789012345678901234567890"],
    ["text of a date", "2024-01-01T00:00:00.000Z"],
    ["text of a number with a tag", '"$number": 1e400'],
  ]),
  roundTrip(
    "Text may hold U+0000",
    [
      ["NUL alone", "\0"],
      ["NUL inside", "a\0b"],
      ["NUL in a list", ["a\0"]],
      ["NUL in a name", record(["a\0b", 1])],
      ["NUL in a set", new Set(["a\0", "a"])],
    ],
    { needs: { nulText: true }, refusal: "value.unsupported" },
  ),
  roundTrip("Numbers keep every digit", [
    ["zero", 0],
    ["minus zero is zero", -0, 0],
    ["small integers", [1, -1, 10, 100, 1000, -1000]],
    ["the greatest safe integers", [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]],
    ["decimals", [0.1, -0.5, 1.5, Math.PI, 123456789.12345678]],
    ["17 digits", [0.1 + 0.2, 1 / 3, 2 / 3, 1.7976931348623157]],
    ["small magnitudes", [1e-7, 1.5e-20, 1e-129, 1e-130, -1e-130, 1.2345678901234567e-100]],
    ["many zeros", [0.000001, 1e-6 + 1e-10, 1e15, 900000000000000]],
  ]),
  roundTrip("Integers beyond 2^53 come back as bigint, others as number", [
    ["2^53 + 1", 2n ** 53n + 1n],
    ["-(2^53 + 1)", -(2n ** 53n) - 1n],
    ["2^53", 2n ** 53n],
    ["2^64", 2n ** 64n],
    ["38 digits", big("98765432109876543210987654321098765432")],
    ["38 nines", big("9".repeat(38))],
    ["minus 38 nines", -big("9".repeat(38))],
    ["38 digits and zeros", big(`${"9".repeat(38)}${"0".repeat(87)}`)],
    ["10^125", 10n ** 125n],
    ["9.99E+125", 999n * 10n ** 123n],
    ["a small bigint", 42n, 42],
    ["a bigint of 2^53 - 1", 2n ** 53n - 1n, 2 ** 53 - 1],
    ["zero as a bigint", 0n, 0],
  ]),
  roundTrip("Decimals that no number holds keep 38 digits, and are written back as they were read", [
    ["38 digits below one", new ExactNumber("0.12345678901234567890123456789012345678")],
    ["38 digits around the point", new ExactNumber("-1234567890123456789.0123456789012345678")],
    ["in a list", [new ExactNumber("3.14159265358979323846")]],
  ]),
  roundTrip("Booleans and null come back as they were, in lists and maps as well", [
    ["true", true],
    ["false", false],
    ["null", null],
    ["a list of them", [true, false, null]],
    ["a map of them", { yes: true, no: false, none: null }],
  ]),
  roundTrip("Lists and maps come back as they were, empty ones too", [
    ["an empty list", []],
    ["an empty map", {}],
    ["empty things in a list", [[], {}, "", [[]], [{}]]],
    ["empty things in a map", { list: [], map: {}, text: "" }],
    [
      "a list of all kinds",
      [1, "1", true, null, [1], { one: 1 }, Uint8Array.of(1), new Set([1]), new Set(["1"])],
    ],
    ["a long list", Array.from({ length: 5_000 }, (_, index) => index)],
    ["a wide map", Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`name ${index}`, index]))],
    ["undefined is left out of a map", { a: 1, b: undefined, c: { d: undefined } }, { a: 1, c: {} }],
  ]),
  roundTrip("Any name of a map is an ordinary name", [
    ["__proto__", record(["__proto__", "value"])],
    ["__proto__ with an object", record(["__proto__", { admin: true }], ["other", 1])],
    ["constructor and prototype", { constructor: { prototype: { admin: true } }, prototype: 1 }],
    ["a name of 65,535 bytes", { ["n".repeat(65_535)]: 1 }],
    [
      "names of methods",
      record(["toString", "a"], ["valueOf", "b"], ["hasOwnProperty", "c"], ["toJSON", "d"], ["then", "e"]),
    ],
    ["reserved words", { SIZE: 1, name: 2, "select * from": 3, PK: 4, SK: 5, schema_version: 6 }],
    [
      "names with marks",
      { "a.b": 1, "a[0]": 2, "#a": 3, ":a": 4, "a b": 5, "'": 6, '"': 7, "\\": 8, "\n": 9 },
    ],
    ["names of other scripts", { "\u00e9": 1, "e\u0301": 2, "\u{1f600}": 3, "\uffff": 4 }],
    ["names that are numbers", { 1: "a", 0: "b", "-1": "c", "01": "d" }],
  ]),
  roundTrip("Values that look like an encoding of other values come back as they were", [
    [
      "tags of this library",
      [{ $bytes: "AQI=" }, { $strings: ["a"] }, { $numbers: [1] }, { $binaries: ["AQI="] }, { $number: "1" }],
    ],
    ["tags in a map", { value: { $bytes: "AQI=" }, map: { $map: { $map: {} } } }],
    [
      "tags that hold something else",
      [{ $bytes: 1 }, { $strings: "a" }, { $map: 1 }, { $number: "x" }, { $unknown: null }],
    ],
    [
      "tags beside other names",
      [
        { $bytes: "AQI=", other: 1 },
        { $map: {}, $bytes: "" },
      ],
    ],
    ["a map of one real set", { $strings: new Set(["a"]) }],
    ["a tag with nothing in it", [{ $bytes: undefined, $map: undefined }], [{}]],
    ["a tag beside nothing", [{ $bytes: "AQI=", other: undefined }], [{ $bytes: "AQI=" }]],
    [
      "DynamoDB's types",
      [
        { S: "a" },
        { N: "1" },
        { B: "AQI=" },
        { SS: ["a"] },
        { M: {} },
        { L: [] },
        { NULL: true },
        { BOOL: true },
      ],
    ],
    [
      "tags of others",
      [
        { $date: "2024-01-01" },
        { $ref: "#/a" },
        { __type: "Set" },
        { type: "Buffer", data: [1] },
        { $oid: "1" },
      ],
    ],
  ]),
  roundTrip("Lists and maps may be nested to 32 levels, the innermost value included", [
    ["lists", nested(31, "list")],
    ["maps", nested(31, "map")],
    ["both", nested(31, "both")],
    ["empty lists", nested(30, "list", [])],
  ]),
  roundTrip("Bytes come back as a Uint8Array", [
    ["no bytes", new Uint8Array(0)],
    ["every byte", allBytes],
    ["one, two and three bytes", [Uint8Array.of(0), Uint8Array.of(255, 254), Uint8Array.of(1, 2, 3)]],
    ["a part of a larger buffer", allBytes.subarray(10, 20), Uint8Array.from(allBytes.subarray(10, 20))],
    ["a Buffer", Buffer.from("caf\u00e9"), Uint8Array.from(Buffer.from("caf\u00e9"))],
  ]),
  roundTrip("Sets come back as sets, of strings, of numbers or of bytes", [
    ["strings", new Set(["b", "a", "\u00e9", "e\u0301", "\u{1f600}"])],
    ["one string", new Set(["a"])],
    ["a set with the empty string", new Set(["", "a"])],
    ["strings that look like numbers", new Set(["1", "1.0", "01"])],
    ["numbers", new Set([3, 1, 2, 0, -1, 0.5, 1e-130])],
    ["numbers and bigints", new Set([1, 2n ** 64n, -(2n ** 64n)])],
    ["bytes", new Set([Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(1)])],
    ["sets inside lists and maps", [{ tags: new Set(["a"]), sizes: new Set([1]) }, [new Set([allBytes])]]],
    ["a large set", new Set(Array.from({ length: 1_000 }, (_, index) => `member ${index}`))],
  ]),
  roundTrip("A Date inside a list or a map is an ISO string", [
    [
      "in a list",
      [new Date(0), new Date("2024-02-29T12:00:00.5Z")],
      ["1970-01-01T00:00:00.000Z", "2024-02-29T12:00:00.500Z"],
    ],
    ["in a map", { at: new Date(-1) }, { at: "1969-12-31T23:59:59.999Z" }],
  ]),
]);
