import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { between, gt, gte } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import type { Query } from "../../core/query.js";
import { assertRefused, eventually, pagesOf, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { number, object, text } from "../schema.js";

class Line extends DBItem({
  pk: "LOG#{log}",
  sk: "LINE#{n:04d}",
  schema: object({ log: text, n: number, level: number }),
  indexes: {
    byLevel: { index: "GSI1", pk: "LEVELS#{log}", sk: "{level:04d}" },
    again: { index: "keysOnly", pk: "LEVELS#{log}", sk: "{level:04d}" },
  },
}) {}

/** The same keys, another model. */
class Row extends DBItem({
  pk: "LOG#{log}",
  sk: "LINE#{n:04d}",
  schema: object({ log: text, n: number, level: number }),
}) {}

class Mark extends DBItem({
  pk: "LOG#{log}",
  sk: "LINE#{n:04d}#MARK",
  schema: object({ log: text, n: number }),
}) {}

type Numbered = { readonly n: number };

const upTo = (end: number): number[] => Array.from({ length: end }, (_, n) => n);

async function writeLines(backend: Backend, table: string, count: number): Promise<string> {
  const log = unique();
  await backend.batchWrite(
    table,
    upTo(count).map((n) => new Line({ log, n, level: n % 3 })),
  );
  return log;
}

/** All pages of a query, each as the numbers on it. */
async function numbersOf(query: Query<Numbered>, size: number): Promise<number[][]> {
  return (await pagesOf(query, size)).map((page) => page.map(({ n }) => n));
}

export const pagingCases: readonly ConformanceCase[] = cases("paging", [
  {
    title: "Pages have the size asked for, in order, and the last one no cursor, also when it is full",
    async run(backend, table) {
      const log = await writeLines(backend, table, 12);
      for (const reverse of [false, true]) {
        const all = reverse ? upTo(12).reverse() : upTo(12);
        for (const size of [1, 4, 5, 11, 12, 13, 1_000]) {
          const pages = await numbersOf(backend.query(table, Line, { log }, { reverse }), size);
          assert.deepEqual(pages.flat(), all, `${size} a page`);
          assert.equal(pages.length, Math.ceil(12 / size), `${size} a page`);
        }
      }
    },
  },
  {
    title: "A partition without results has one page, empty and without a cursor",
    async run(backend, table) {
      const page = await backend.query(table, Line, { log: unique() }).page({ size: 3 });
      assert.deepEqual(page, { items: [] });
    },
  },
  {
    title: "A page is filled with results, past what a condition or another model leaves out",
    async run(backend, table) {
      const log = await writeLines(backend, table, 90);
      await backend.batchWrite(
        table,
        upTo(90).map((n) => new Mark({ log, n })),
      );
      const pages = await numbersOf(backend.query(table, Line, { log }, { where: { level: 1 } }), 7);
      assert.deepEqual(
        pages.map((page) => page.length),
        [7, 7, 7, 7, 2],
      );
      assert.deepEqual(
        pages.flat(),
        upTo(90).filter((n) => n % 3 === 1),
      );
      const some = await numbersOf(backend.query(table, Line, { log, n: between(10, 29) }), 8);
      assert.deepEqual(some.flat(), upTo(30).slice(10));
      const sized = await backend.query(table, Mark, { log }).page({ size: 90 });
      assert.equal(sized.cursor, undefined);
    },
  },
  {
    title: "A cursor is safe in a URL, and of use to whoever asks the same question",
    async run(backend, table) {
      const log = `${await writeLines(backend, table, 0)}/?&=\u{1f600} "`;
      await backend.batchWrite(
        table,
        upTo(5).map((n) => new Line({ log, n, level: n })),
      );
      const { cursor } = await backend.query(table, Line, { log, n: gte(1) }).page({ size: 2 });
      assert.ok(cursor);
      assert.equal(new URL(`https://a.b/?c=${cursor}`).searchParams.get("c"), cursor);
      const other = backend.query(table, Line, { n: gte(1), log }, { limit: 10, consistent: true });
      const page = await other.page({ size: 9, cursor });
      assert.deepEqual(
        page.items.map(({ n }) => n),
        [3, 4],
      );
      assert.deepEqual(await other.page({ size: 9, cursor }), page, "a cursor can be used again");
    },
  },
  {
    title: "A cursor is refused by every other question",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const log = unique();
      await backend.batchWrite(
        table,
        upTo(9).map((n) => new Line({ log, n, level: 1 })),
      );
      const byLevel = (options: object = {}) =>
        backend.query(table, Line, { log }, { index: "byLevel", ...options });
      await eventually(async () => assert.equal((await byLevel().all()).length, 9));
      const plain = backend.query(table, Line, { log });
      const { cursor } = await plain.page({ size: 3 });
      const ofIndex = await byLevel().page({ size: 3 });
      const others: readonly (readonly [string, Query<object>])[] = [
        ["another partition", backend.query(table, Line, { log: `${log}x` })],
        ["another range", backend.query(table, Line, { log, n: gte(0) })],
        ["another order", backend.query(table, Line, { log }, { reverse: true })],
        ["another condition", backend.query(table, Line, { log }, { where: { level: 1 } })],
        ["another model", backend.query(table, Row, { log })],
        ["another table", backend.query(given, Line, { log })],
        ["an index", byLevel()],
        ["a collection", backend.collection(table, [Line, Mark], { log })],
        ["a scan", backend.scan(table, [Line])],
      ];
      for (const [what, query] of others) {
        await assertRefused(() => query.page({ size: 3, cursor }), "cursor.invalid", what);
      }
      const ofOtherIndex: readonly (readonly [string, Query<object>])[] = [
        ["the table", plain],
        ["another index", backend.query(table, Line, { log }, { index: "again", fetch: true })],
        ["another order", byLevel({ reverse: true })],
      ];
      for (const [what, query] of ofOtherIndex) {
        const call = () => query.page({ size: 3, cursor: ofIndex.cursor });
        await assertRefused(call, "cursor.invalid", `${what}, by a cursor of an index`);
      }
      assert.equal((await byLevel().page({ size: 9, cursor: ofIndex.cursor })).items.length, 6);
    },
  },
  {
    title: "What is no cursor, or is changed in one character, is refused before any I/O",
    async run(backend, table) {
      const log = await writeLines(backend, table, 4);
      const { cursor = "" } = await backend.query(table, Line, { log }).page({ size: 2 });
      const elsewhere = backend.query(table, Line, { log });
      const wrong: unknown[] = [
        "",
        "a",
        "????",
        `${cursor}A`,
        cursor.slice(0, -4),
        cursor.slice(3),
        null,
        7,
        {},
      ];
      for (const place of [0, 5, 12]) {
        const mark = cursor[place] === "A" ? "B" : "A";
        wrong.push(cursor.slice(0, place) + mark + cursor.slice(place + 1));
      }
      for (const each of wrong) {
        const call = () => elsewhere.page({ size: 2, cursor: each as string });
        await assertRefused(call, "cursor.invalid", JSON.stringify(each));
      }
      for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "3", undefined] as number[]) {
        const nowhere = backend.query(`missing_${unique()}`, Line, { log });
        await assertRefused(() => nowhere.page({ size }), "option.invalid", `size ${size}`);
      }
    },
  },
  {
    title: "What is written or deleted between two pages neither repeats nor hides other items",
    async run(backend, table) {
      const log = unique();
      await backend.batchWrite(
        table,
        upTo(10).map((n) => new Line({ log, n: n * 10, level: 0 })),
      );
      const query = backend.query(table, Line, { log });
      const first = await query.page({ size: 4 });
      assert.deepEqual(
        first.items.map(({ n }) => n),
        [0, 10, 20, 30],
      );
      await backend.batchWrite(table, {
        save: [5, 29, 31, 45].map((n) => new Line({ log, n, level: 0 })),
        delete: [30, 40, 0].map((n) => new Line({ log, n, level: 0 })),
      });
      const second = await query.page({ size: 4, cursor: first.cursor });
      assert.deepEqual(
        second.items.map(({ n }) => n),
        [31, 45, 50, 60],
      );
      await backend.batchWrite(table, { delete: [70, 80, 90].map((n) => new Line({ log, n, level: 0 })) });
      assert.deepEqual(await query.page({ size: 4, cursor: second.cursor }), { items: [] });
    },
  },
  {
    title: "A page that examine ends early still leads on, to everything",
    async run(backend, table) {
      const log = await writeLines(backend, table, 30);
      const query = backend.query(table, Line, { log }, { where: { level: 2 }, examine: 4 });
      const pages = await numbersOf(query, 5);
      assert.deepEqual(
        pages.flat(),
        upTo(30).filter((n) => n % 3 === 2),
      );
      assert.ok(
        pages.every((page) => page.length <= 2),
        "four rows hold at most two",
      );
    },
  },
  {
    title: "A collection is paged in key order, over the borders of its models",
    async run(backend, table) {
      const log = await writeLines(backend, table, 5);
      await backend.batchWrite(
        table,
        [1, 3].map((n) => new Mark({ log, n })),
      );
      const wanted = ["Line 0", "Line 1", "Mark 1", "Line 2", "Line 3", "Mark 3", "Line 4"];
      for (const size of [1, 2, 3, 7]) {
        const collection = backend.collection(table, [Line, Mark], { log });
        const found = (await pagesOf(collection, size)).flat();
        const named = found.map((item) => `${item.constructor.name} ${item.n}`);
        assert.deepEqual(named, wanted, `${size} a page`);
      }
      const pages = await numbersOf(backend.query(table, Line, { log, n: gt(0) }), 2);
      assert.deepEqual(pages, [
        [1, 2],
        [3, 4],
      ]);
    },
  },
]);
