import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { DBItem } from "../../core/model.js";
import { assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { anything, object, text } from "../schema.js";

class Box extends DBItem({
  pk: "BOX#{box}",
  sk: "VALUE",
  schema: object({ box: text, value: anything }),
}) {}

/** Written once as it should be, so that no later refusal is of the model instead of the value. */
async function prepare(backend: Backend, table: string): Promise<void> {
  await backend.save(table, new Box({ box: unique(), value: 1 }));
}

class Point {
  x = 1;
}

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
const cyclicList: unknown[] = [];
cyclicList.push({ again: cyclicList });

const holed = [1, 2, 3];
delete holed[1];

function nested(levels: number, value: unknown = 1): unknown {
  let nest = value;
  for (let level = 0; level < levels; level++) nest = [nest];
  return nest;
}

/** What is refused, and the path at which, below `value`. */
const refused: readonly (readonly [what: string, value: unknown, path?: readonly (string | number)[]])[] = [
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["minus Infinity", Number.NEGATIVE_INFINITY],
  ["an integer beyond 2^53 that is no bigint", 2 ** 53],
  ["a number below 1E-130", 1e-131],
  ["the least number of JavaScript", Number.MIN_VALUE],
  ["the greatest number of JavaScript", Number.MAX_VALUE],
  ["a bigint of 39 digits", 10n ** 38n + 1n],
  ["a bigint of 10^126", 10n ** 126n],
  ["a function", () => 1],
  ["a symbol", Symbol("a")],
  ["a lone surrogate", "a\ud800"],
  ["a lone surrogate in a name", { "\udc00": 1 }, ["\udc00"]],
  ["a lone surrogate in a set", new Set(["\ud800"])],
  ["an invalid Date", new Date(Number.NaN)],
  ["an instance of a class", new Point()],
  ["a Map", new Map([["a", 1]])],
  ["a RegExp", /a/],
  ["an Error", new Error("a")],
  ["a promise", Promise.resolve(1)],
  ["an array of 16-bit numbers", Uint16Array.of(1)],
  ["an ArrayBuffer", new ArrayBuffer(1)],
  ["a boxed string", Object("a")],
  ["what contains itself", cyclic],
  ["a list that contains itself", cyclicList],
  ["40 levels of lists", nested(40)],
  ["32 lists around a number", nested(32)],
  ["32 empty lists", nested(31, [])],
  ["an empty name", { "": 1 }, [""]],
  ["an empty set", new Set()],
  ["a set of strings and numbers", new Set(["a", 1])],
  ["a set of booleans", new Set([true])],
  ["a set of lists", new Set([["a"]])],
  ["a set of null", new Set([null])],
  ["a set of NaN", new Set([Number.NaN])],
  ["a set with equal bytes", new Set([Uint8Array.of(1, 2), Uint8Array.of(1, 2)])],
  ["a set with a number and the equal bigint", new Set([1, 1n])],
  ["undefined in a list", [1, undefined], [1]],
  ["a hole in a list", holed, [1]],
  ["NaN inside a list inside a map", { list: [0, Number.NaN] }, ["list", 1]],
  ["a function inside a map", { map: { call: () => 1 } }, ["map", "call"]],
];

export const valueRefusalCases: readonly ConformanceCase[] = cases("values that are refused", [
  ...refused.map(([what, value, path]) => ({
    title: `A field that holds ${what} is refused before any I/O`,
    async run(backend: Backend, table: string) {
      await prepare(backend, table);
      const missing = `missing_${unique()}`;
      const item = new Box({ box: unique(), value });
      const error = await assertRefused(() => backend.save(missing, item), "value.unsupported", "save");
      assert.equal(error.details.path[0], "value");
      if (path) assert.deepEqual(error.details.path, ["value", ...path]);
      await assertRefused(() => backend.batchWrite(missing, [item]), "value.unsupported", "batchWrite");
    },
  })),
  {
    title: "A refused value leaves the stored item as it was",
    async run(backend, table) {
      const box = unique();
      await backend.save(table, new Box({ box, value: "before" }));
      await assertRefused(
        () => backend.save(table, new Box({ box, value: Number.NaN })),
        "value.unsupported",
      );
      await assertRefused(
        () =>
          backend.batchWrite(table, [
            new Box({ box, value: "after" }),
            new Box({ box: unique(), value: Number.NaN }),
          ]),
        "value.unsupported",
      );
      assert.equal((await backend.get(table, Box, { box }))?.value, "before");
    },
  },
  {
    title: "An item over 400 KB, names included, is refused before any I/O, with its size",
    async run(backend, table) {
      await prepare(backend, table);
      const missing = `missing_${unique()}`;
      const tooLarge: readonly unknown[] = [
        "x".repeat(409_600),
        "\u00e9".repeat(204_800),
        new Uint8Array(409_600),
        Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`${index}${"n".repeat(51_200)}`, ""])),
        Array.from({ length: 50 }, () => "x".repeat(8_192)),
        Array.from({ length: 420_000 }, () => null),
        new Set(Array.from({ length: 50 }, (_, index) => `${index}${"x".repeat(8_192)}`)),
      ];
      for (const value of tooLarge) {
        const item = new Box({ box: unique(), value });
        const { details } = await assertRefused(() => backend.save(missing, item), "item.tooLarge", "save");
        assert.ok(details.bytes > 409_600 && details.limit === 409_600);
        await assertRefused(() => backend.batchWrite(missing, [item]), "item.tooLarge", "batchWrite");
      }
    },
  },
]);
