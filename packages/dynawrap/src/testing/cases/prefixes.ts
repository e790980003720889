import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { DBItem } from "../../core/model.js";
import { unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { date, number, object, text } from "../schema.js";

class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{id}",
  schema: object({ owner: text, id: text }),
}) {}

class Run extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story}#RUN#{run}",
  schema: object({ owner: text, story: text, run: text }),
}) {}

async function write(backend: Backend, table: string, ids: readonly string[]): Promise<string> {
  const owner = unique();
  await backend.batchWrite(
    table,
    ids.map((id) => new Story({ owner, id })),
  );
  return owner;
}

/** Asserts that a prefix finds exactly these ids, in this order, and the other way round. */
async function assertFinds(
  backend: Backend,
  table: string,
  key: { owner: string; id: string },
  ids: readonly string[],
) {
  const what = `the prefix ${JSON.stringify(key.id)}`;
  const found = await backend.query(table, Story, key).all();
  assert.deepEqual(
    found.map(({ id }) => id),
    ids,
    what,
  );
  const turned = await backend.query(table, Story, key, { reverse: true }).all();
  assert.deepEqual(
    turned.map(({ id }) => id),
    [...ids].reverse(),
    `${what}, in reverse`,
  );
}

export const prefixCases: readonly ConformanceCase[] = cases("prefixes", [
  {
    title: "A string that ends the sort key is a prefix: 12 finds 12, 120 and 1234",
    async run(backend, table) {
      const owner = await write(backend, table, [
        "1",
        "11",
        "12",
        "120",
        "1234",
        "13",
        "2",
        "212",
        "\u0661\u0662",
      ]);
      await assertFinds(backend, table, { owner, id: "12" }, ["12", "120", "1234"]);
      await assertFinds(backend, table, { owner, id: "3" }, []);
    },
  },
  {
    title: "A value with more of the pattern after it is exact: 12 with its runs never finds 123",
    async run(backend, table) {
      const owner = unique();
      const runs = [
        ["12", "1"],
        ["12", "10"],
        ["123", "1"],
        ["1", "1"],
        ["12#", "1"],
      ] as const;
      await backend.batchWrite(
        table,
        runs.map(([story, run]) => new Run({ owner, story, run })),
      );
      const texts = async (key: { owner: string; story?: string; run?: string }) =>
        (await backend.query(table, Run, key as never).all()).map(({ story, run }) => `${story}/${run}`);
      assert.deepEqual(await texts({ owner, story: "12" }), ["12/1", "12/10"]);
      assert.deepEqual(await texts({ owner, story: "12", run: "1" }), ["12/1", "12/10"]);
      assert.deepEqual(await texts({ owner, story: "12", run: "10" }), ["12/10"]);
      assert.deepEqual(await texts({ owner, story: "2" }), []);
      assert.equal((await texts({ owner })).length, runs.length);
    },
  },
  {
    title: "The wildcards of LIKE, of patterns and of shells stand for themselves in a prefix",
    async run(backend, table) {
      for (const wildcard of ["%", "_", "\\", "*", "?", ".", "[ab]", "^", "$"]) {
        const hits = [`a${wildcard}`, `a${wildcard}b`, `a${wildcard}${wildcard}`];
        const owner = await write(backend, table, [...hits, "ax", "axb", "a", "ab", "abb", `b${wildcard}b`]);
        await assertFinds(backend, table, { owner, id: `a${wildcard}` }, hits.sort());
      }
    },
  },
  {
    title: "Quotes, comments and placeholders in a prefix are text",
    async run(backend, table) {
      for (const mark of [
        "'",
        '"',
        "`",
        "''",
        "--",
        "/*",
        ";",
        "$1",
        "?",
        ":sk",
        "#sk",
        "\\'",
        "') OR ('1'='1",
      ]) {
        const owner = await write(backend, table, [`a${mark}b`, "ab", "a", "b"]);
        await assertFinds(backend, table, { owner, id: `a${mark}` }, [`a${mark}b`]);
      }
    },
  },
  {
    title: "A prefix is compared byte by byte, without regard to case, accents or normal forms",
    async run(backend, table) {
      const owner = await write(backend, table, [
        "aB",
        "ab",
        "Ab",
        "AB",
        "\u00e9a",
        "e\u0301a",
        "ea",
        "\u00dfa",
        "ssa",
      ]);
      await assertFinds(backend, table, { owner, id: "ab" }, ["ab"]);
      await assertFinds(backend, table, { owner, id: "\u00e9" }, ["\u00e9a"]);
      await assertFinds(backend, table, { owner, id: "e" }, ["ea", "e\u0301a"]);
      await assertFinds(backend, table, { owner, id: "ss" }, ["ssa"]);
    },
  },
  {
    title: "A prefix that ends in the last character of a range finds what begins with it and nothing else",
    async run(backend, table) {
      const edges: readonly (readonly [string, string])[] = [
        ["\ud7ff", "\ue000"],
        ["\uffff", "\u{10000}"],
        ["\u007f", "\u0080"],
        ["\u07ff", "\u0800"],
        ["\u{1f5ff}", "\u{1f600}"],
      ];
      for (const [last, next] of edges) {
        const owner = await write(backend, table, [
          "a",
          `a${last}`,
          `a${last}z`,
          `a${last}\u{10ffff}`,
          `a${next}`,
          "b",
        ]);
        await assertFinds(backend, table, { owner, id: `a${last}` }, [
          `a${last}`,
          `a${last}z`,
          `a${last}\u{10ffff}`,
        ]);
      }
    },
  },
  {
    title:
      "A prefix that ends in U+10FFFF, which has no successor, finds what begins with it and nothing else",
    async run(backend, table) {
      const top = "\u{10ffff}";
      const owner = await write(backend, table, [
        "a",
        `a${top}`,
        `a${top}a`,
        `a${top}${top}`,
        `a${top}${top}b`,
        "b",
        top,
        `${top}a`,
      ]);
      await assertFinds(backend, table, { owner, id: `a${top}` }, [
        `a${top}`,
        `a${top}a`,
        `a${top}${top}`,
        `a${top}${top}b`,
      ]);
      await assertFinds(backend, table, { owner, id: `a${top}${top}` }, [`a${top}${top}`, `a${top}${top}b`]);
      await assertFinds(backend, table, { owner, id: top }, [top, `${top}a`]);
    },
  },
  {
    title: "A sort key that is nothing but U+10FFFF has all that begins with it",
    async run(backend, table) {
      class Bare extends DBItem({
        pk: "BARE#{owner}",
        sk: "{id}",
        schema: object({ owner: text, id: text }),
      }) {}
      const owner = unique();
      const top = "\u{10ffff}";
      for (const id of ["a", "\uffff", top, `${top}a`]) await backend.save(table, new Bare({ owner, id }));
      const found = await backend.query(table, Bare, { owner, id: top }).all();
      assert.deepEqual(
        found.map(({ id }) => id),
        [top, `${top}a`],
      );
    },
  },
  {
    title: "The pattern's own literal bounds a query: STORY# takes neither STORYBOARD# nor STORIES",
    async run(backend, table) {
      class Board extends DBItem({
        pk: "USER#{owner}",
        sk: "STORYBOARD#{id}",
        schema: object({ owner: text, id: text }),
      }) {}
      class Stories extends DBItem({
        pk: "USER#{owner}",
        sk: "STORIES",
        schema: object({ owner: text, note: text }),
      }) {}
      const owner = await write(backend, table, ["1", "2"]);
      await backend.save(table, new Board({ owner, id: "1" }));
      await backend.save(table, new Stories({ owner, note: "" }));
      const count = async (query: AsyncIterable<unknown>) => {
        let found = 0;
        for await (const _ of query) found++;
        return found;
      };
      assert.equal(await count(backend.query(table, Story, { owner })), 2);
      assert.equal(await count(backend.query(table, Board, { owner })), 1);
      assert.equal(await count(backend.query(table, Stories, { owner })), 1);
    },
  },
  {
    title: "Numbers, dates and formatted values are exact in a query, never a prefix",
    async run(backend, table) {
      class Score extends DBItem({
        pk: "USER#{owner}",
        sk: "SCORE#{n}",
        schema: object({ owner: text, n: number }),
      }) {}
      class Rank extends DBItem({
        pk: "USER#{owner}",
        sk: "RANK#{n:d}",
        schema: object({ owner: text, n: number }),
      }) {}
      class Day extends DBItem({
        pk: "USER#{owner}",
        sk: "DAY#{at}",
        schema: object({ owner: text, at: date }),
      }) {}
      class Tag extends DBItem({
        pk: "USER#{owner}",
        sk: "TAG#{tag:url}",
        schema: object({ owner: text, tag: text }),
      }) {}
      const owner = unique();
      for (const n of [1, 12, 120, 1.5]) await backend.save(table, new Score({ owner, n }));
      for (const n of [1, 12, 120]) await backend.save(table, new Rank({ owner, n }));
      const at = new Date("2024-01-01T00:00:00.000Z");
      await backend.save(table, new Day({ owner, at }));
      for (const tag of ["a", "ab", "a b"]) await backend.save(table, new Tag({ owner, tag }));
      assert.deepEqual(
        (await backend.query(table, Score, { owner, n: 12 }).all()).map(({ n }) => n),
        [12],
      );
      assert.deepEqual(
        (await backend.query(table, Score, { owner, n: 1 }).all()).map(({ n }) => n),
        [1],
      );
      assert.deepEqual(
        (await backend.query(table, Rank, { owner, n: 1 }).all()).map(({ n }) => n),
        [1],
      );
      assert.equal((await backend.query(table, Day, { owner, at }).all()).length, 1);
      assert.deepEqual(
        (await backend.query(table, Tag, { owner, tag: "a" }).all()).map(({ tag }) => tag),
        ["a"],
      );
    },
  },
  {
    title: "A value that the partition key holds as well is exact in the sort key",
    async run(backend, table) {
      class Profile extends DBItem({
        pk: "USER#{owner}",
        sk: "USER#{owner}",
        schema: object({ owner: text, name: text }),
      }) {}
      class Shadow extends DBItem({
        pk: "USER#{owner}",
        sk: "USER#{other}",
        schema: object({ owner: text, other: text }),
      }) {}
      const owner = unique();
      await backend.save(table, new Profile({ owner, name: "Ann" }));
      await backend.save(table, new Shadow({ owner, other: `${owner}x` }));
      const found = await backend.query(table, Profile, { owner }).all();
      assert.deepEqual(
        found.map(({ name }) => name),
        ["Ann"],
      );
    },
  },
]);
