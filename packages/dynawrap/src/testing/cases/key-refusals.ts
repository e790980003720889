import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import type { ErrorCode } from "../../core/errors.js";
import { DBItem } from "../../core/model.js";
import { assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { anything, object, text } from "../schema.js";

class Run extends DBItem({
  pk: "SITE#{site}",
  sk: "STORY#{story}#RUN#{run}",
  schema: object({ site: text, story: text, run: text }),
}) {}

/** Takes any value where a key value stands, so that what refuses is the key and not the schema. */
class Loose extends DBItem({
  pk: "SITE#{site}",
  sk: "LOOSE#{story}",
  schema: object({ site: anything, story: anything }) as never as ReturnType<typeof textual>,
}) {}

function textual() {
  return object({ site: text, story: text });
}

/**
 * Asserts that every call which takes a whole key refuses this one, before any I/O: the table does not exist, and
 * nobody finds out.
 */
async function assertKeyRefused(
  backend: Backend,
  code: ErrorCode,
  values: { site: unknown; story: unknown },
  what: string,
) {
  const table = `missing_${unique()}`;
  const key = values as { site: string; story: string };
  const item = new Loose(key);
  await assertRefused(() => backend.save(table, item), code, `save of ${what}`);
  await assertRefused(() => backend.get(table, Loose, key), code, `get of ${what}`);
  await assertRefused(() => backend.delete(table, Loose, key), code, `delete by ${what}`);
  await assertRefused(() => backend.delete(table, item), code, `delete of an item with ${what}`);
  await assertRefused(() => backend.query(table, Loose, key).all(), code, `query by ${what}`);
  await assertRefused(() => backend.batchWrite(table, [item]), code, `batchWrite of ${what}`);
  await assertRefused(() => backend.batchWrite(table, { delete: [item] }), code, `batch delete of ${what}`);
}

const refusedValues: readonly (readonly [string, unknown])[] = [
  ["an empty string", ""],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["a text with NUL", "a\0b"],
  ["a high surrogate alone", "a\ud800"],
  ["a low surrogate alone", "\udc00a"],
  ["an array", ["a"]],
  ["an object", { a: 1 }],
  ["a symbol", Symbol("a")],
  ["an invalid Date", new Date(Number.NaN)],
];

export const keyRefusalCases: readonly ConformanceCase[] = cases("keys that are refused", [
  ...refusedValues.map(([what, value]) => ({
    title: `A key of ${what} is refused before any I/O`,
    async run(backend: Backend) {
      await assertKeyRefused(
        backend,
        "key.invalid",
        { site: unique(), story: value },
        `the sort value ${what}`,
      );
      await assertKeyRefused(
        backend,
        "key.invalid",
        { site: value, story: "a" },
        `the partition value ${what}`,
      );
    },
  })),
  {
    title: "A key over DynamoDB's limits, counted in UTF-8 bytes, is refused before any I/O",
    async run(backend) {
      const site = unique();
      const story = (bytes: number) => "\u00e9".repeat((bytes - "LOOSE#".length) / 2);
      await assertKeyRefused(
        backend,
        "key.tooLong",
        { site, story: story(1026) },
        "a sort key of 1,026 bytes",
      );
      await assertKeyRefused(
        backend,
        "key.tooLong",
        { site, story: "a".repeat(1019) },
        "a sort key of 1,025 bytes",
      );
      await assertKeyRefused(
        backend,
        "key.tooLong",
        { site: "\u{1f600}".repeat(511), story: "a" },
        "a partition key of 2,049 bytes",
      );
      const error = await assertRefused(
        () => backend.get(`missing_${unique()}`, Loose, { site, story: story(1026) }),
        "key.tooLong",
      );
      assert.equal(error.details.attribute, "SK");
      assert.equal(error.details.bytes, 1026);
      assert.equal(error.details.limit, 1024);
    },
  },
  {
    title: "A sort key of exactly 1,024 bytes is not refused",
    async run(backend, table) {
      const story = "\u00e9".repeat((1024 - "LOOSE#".length) / 2);
      const key = { site: unique(), story };
      await backend.save(table, new Loose(key));
      assert.equal((await backend.get(table, Loose, key))?.story, story);
    },
  },
  {
    title: "A value that holds, or runs into, the delimiter behind it is refused as ambiguous before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      for (const story of ["a#RUN#b", "a#RUN", "#RUN#", "#RUN"]) {
        const item = new Run({ site: "s", story, run: "1" });
        const error = await assertRefused(() => backend.save(table, item), "key.ambiguous", story);
        assert.equal(error.details.field, "story");
        await assertRefused(() => backend.get(table, Run, item), "key.ambiguous", story);
        await assertRefused(() => backend.delete(table, item), "key.ambiguous", story);
        await assertRefused(
          () => backend.query(table, Run, { site: "s", story }).all(),
          "key.ambiguous",
          story,
        );
        await assertRefused(() => backend.batchWrite(table, [item]), "key.ambiguous", story);
      }
    },
  },
  {
    title: "A value that only begins like the delimiter behind it is kept",
    async run(backend, table) {
      const site = unique();
      const stories = ["a#", "a#R", "#", "RUN#", "a#RU", "aRUN#"];
      for (const story of stories) await backend.save(table, new Run({ site, story, run: "#RUN#" }));
      for (const story of stories) {
        const found = await backend.get(table, Run, { site, story, run: "#RUN#" });
        assert.deepEqual({ ...found }, { site, story, run: "#RUN#" });
      }
    },
  },
  {
    title: "A key without all its values is refused before any I/O, and the error names what is missing",
    async run(backend) {
      const table = `missing_${unique()}`;
      const calls: readonly (readonly [string, () => Promise<unknown>, readonly string[]])[] = [
        ["get", () => backend.get(table, Run, { site: "s", story: "a" } as never), ["run"]],
        [
          "get without a partition",
          () => backend.get(table, Run, { story: "a", run: "1" } as never),
          ["site"],
        ],
        ["delete", () => backend.delete(table, Run, { site: "s" } as never), ["story", "run"]],
        [
          "query without a partition",
          () => backend.query(table, Run, { story: "a" } as never).all(),
          ["site"],
        ],
        [
          "query with a gap",
          () => backend.query(table, Run, { site: "s", run: "1" } as never).all(),
          ["story"],
        ],
        ["query of nothing", () => backend.query(table, Run, {} as never).all(), ["site"]],
      ];
      for (const [what, call, missing] of calls) {
        const error = await assertRefused(call, "key.incomplete", what);
        assert.deepEqual(error.details.missing, missing, what);
      }
    },
  },
  {
    title:
      "A key value that is present but undefined, or that the key does not have, is refused before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      const key = { site: "s", story: "a", run: "1" };
      const wrong: readonly object[] = [
        { ...key, run: undefined },
        { ...key, runs: "1" },
        { ...key, toString: "1" },
      ];
      for (const values of wrong) {
        await assertRefused(() => backend.get(table, Run, values as never), "key.invalid", "get");
        await assertRefused(() => backend.delete(table, Run, values as never), "key.invalid", "delete");
        await assertRefused(() => backend.query(table, Run, values as never).all(), "key.invalid", "query");
      }
    },
  },
]);
