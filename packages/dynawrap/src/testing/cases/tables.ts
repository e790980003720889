import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { DBItem } from "../../core/model.js";
import { Table } from "../../core/table.js";
import { assertRefused, eventually, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { number, object, optional, text } from "../schema.js";

class Page extends DBItem({
  pk: "BOOK#{book}",
  sk: "PAGE#{n:04d}",
  schema: object({ book: text, n: number }),
}) {}

/** Every operation on a table, by name. */
function operations(backend: Backend, table: string): readonly (readonly [string, () => Promise<unknown>])[] {
  const page = new Page({ book: unique(), n: 1 });
  return [
    ["save", () => backend.save(table, page)],
    ["get", () => backend.get(table, Page, page)],
    ["query all", () => backend.query(table, Page, page).all()],
    ["query first", () => backend.query(table, Page, page).first()],
    ["query page", () => backend.query(table, Page, page).page({ size: 1 })],
    ["query count", () => backend.query(table, Page, page).count()],
    ["collection", () => backend.collection(table, [Page], { book: page.book }).all()],
    ["scan", () => backend.scan(table, [Page]).all()],
    ["parallel scan", () => backend.scan(table, [Page], { segments: 3 }).all()],
    ["batchGet", () => backend.batchGet(table, Page, [page])],
    ["transactGet", () => backend.transactGet([[table, Page, page]])],
    ["save with a condition", () => backend.save(table, page, { ifAbsent: true })],
    ["delete with a condition", () => backend.delete(table, page, { if: { n: 1 } })],
    ["update", () => backend.update(table, Page, page, (read) => read)],
    ["transact", () => backend.transact((tx) => tx.save(table, page))],
    ["transact check", () => backend.transact((tx) => tx.check(table, Page, page, { n: 1 }))],
    ["transact update", () => backend.transact((tx) => tx.update(table, Page, page, (read) => read))],
    ["delete", () => backend.delete(table, page)],
    ["delete by key", () => backend.delete(table, Page, page)],
    ["batchWrite", () => backend.batchWrite(table, [page])],
    ["batch delete", () => backend.batchWrite(table, { delete: [page] })],
  ];
}

/** A table of a case's own, beside the one that it was given. */
function sibling(table: string): string {
  return `${table.slice(0, 50)}_${unique().slice(0, 8)}`;
}

/** Asserts that tables whose names end differently hold different items. */
async function assertApart(backend: Backend, table: string, endings: readonly string[]): Promise<void> {
  const stem = sibling(table);
  const book = unique();
  for (const [n, ending] of endings.entries()) {
    await backend.createTable(stem + ending);
    await backend.save(stem + ending, new Page({ book, n }));
  }
  for (const [n, ending] of endings.entries()) {
    const found = await backend.query(stem + ending, Page, { book }).all();
    assert.deepEqual(
      found.map((page) => page.n),
      [n],
      ending,
    );
  }
}

const invalidNames: readonly string[] = [
  "",
  "a",
  "ab",
  "a".repeat(256),
  "a b",
  "a/b",
  "a:b",
  "a#b",
  "a$b",
  "abc\0",
  "abc\n",
  "caf\u00e9",
  "\u0430bc",
  'a"b',
  "a'b",
  "a`b",
  'items"; DROP TABLE items; --',
  "items; SELECT 1",
  "public.items OR 1=1",
];

export const tableCases: readonly ConformanceCase[] = cases("tables", [
  {
    title: "Every operation on a table that does not exist is table.missing, which names it",
    async run(backend) {
      const table = `missing_${unique()}`;
      for (const [name, call] of operations(backend, table)) {
        const error = await assertRefused(call, "table.missing", name);
        assert.equal(error.details.table, table, name);
        assert.match(error.message, /createTable/);
      }
    },
  },
  {
    title: "Every operation refuses what is no table name",
    async run(backend) {
      for (const table of [...invalidNames, undefined, null, 7, {}, ["items"]]) {
        const what = JSON.stringify(table)?.slice(0, 40);
        for (const [name, call] of operations(backend, table as string)) {
          await assertRefused(call, "table.invalid", `${name} on ${what}`);
        }
        await assertRefused(
          () => backend.createTable(table as string),
          "table.invalid",
          `createTable of ${what}`,
        );
      }
    },
  },
  {
    title: "A batch of nothing still needs a table name",
    async run(backend, table) {
      await assertRefused(() => backend.batchWrite("a", []), "table.invalid");
      await backend.batchWrite(table, []);
    },
  },
  {
    title: "Creating a table that is there changes nothing",
    async run(backend, table) {
      const page = new Page({ book: unique(), n: 1 });
      await backend.save(table, page);
      await backend.createTable(table);
      await backend.createTable(table);
      assert.ok(await backend.get(table, Page, page));
    },
  },
  {
    title: "An index that is added to a table in use has the items that stand there, and misses no new one",
    async run(backend, table) {
      class Chapter extends DBItem({
        pk: "BOOK#{book}",
        sk: "CHAPTER#{n:04d}",
        schema: object({ book: text, n: number, title: optional(text) }),
        indexes: { byTitle: { index: "GSI1", pk: "BOOK#{book}", sk: "TITLE#{title}" } },
      }) {}
      class Plain extends DBItem({
        pk: "BOOK#{book}",
        sk: "CHAPTER#{n:04d}",
        schema: object({ book: text, n: number, title: optional(text) }),
      }) {}
      const name = sibling(table);
      const book = unique();
      await backend.createTable(name);
      const titles = ["b", undefined, "a"];
      await backend.batchWrite(
        name,
        titles.map((title, n) => new Plain({ book, n, title })),
      );
      const indexed = new Table(name, {
        models: [Chapter],
        indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } },
      });
      await backend.createTable(indexed);
      await backend.save(indexed, new Chapter({ book, n: 3, title: "c" }));
      await eventually(async () => {
        const found = await backend.query(indexed, Chapter, { book }, { index: "byTitle" }).all();
        assert.deepEqual(
          found.map(({ title }) => title),
          ["a", "b", "c"],
        );
      });
      assert.equal(await backend.query(indexed, Chapter, { book }).count(), 4);
    },
  },
  {
    title: "A table that is created by several at once can be used by all of them at once",
    async run(backend, table) {
      const fresh = sibling(table);
      const book = unique();
      await Promise.all(
        [1, 2, 3, 4, 5].map(async (n) => {
          await backend.createTable(fresh);
          await backend.save(fresh, new Page({ book, n }));
        }),
      );
      assert.equal((await backend.query(fresh, Page, { book }).all()).length, 5);
    },
  },
  {
    title: "Tables are told apart by each character of their names",
    run: (backend, table) => assertApart(backend, table, ["", ".a", "-a", "_a"]),
  },
  {
    title: "Tables are told apart by case",
    run: (backend, table) => assertApart(backend, table, ["a", "A"]),
  },
  {
    title:
      "A model without a sort key, or one whose field takes the name of a key, is model.invalid under a plain name",
    async run(backend, table) {
      class Single extends DBItem({ pk: "BOOK#{book}", schema: object({ book: text }) }) {}
      class Taken extends DBItem({ pk: "BOOK#{PK}", sk: "A", schema: object({ PK: text }) }) {}
      await assertRefused(() => backend.save(table, new Single({ book: "a" })), "model.invalid");
      await assertRefused(() => backend.get(table, Single, { book: "a" }), "model.invalid");
      await assertRefused(() => backend.save(table, new Taken({ PK: "a" })), "model.invalid");
      await assertRefused(() => backend.query(table, Taken, { PK: "a" }).all(), "model.invalid");
    },
  },
  {
    title: "A model may have the table's own key attributes as fields",
    async run(backend, table) {
      class Raw extends DBItem({
        pk: "{PK}",
        sk: "{SK}",
        schema: object({ PK: text, SK: text, n: number }),
      }) {}
      const PK = unique();
      await backend.save(table, new Raw({ PK, SK: "b", n: 2 }));
      await backend.batchWrite(table, [new Raw({ PK, SK: "a", n: 1 })]);
      const found = await backend.query(table, Raw, { PK }).all();
      assert.deepEqual(
        found.map((raw) => ({ ...raw })),
        [
          { PK, SK: "a", n: 1 },
          { PK, SK: "b", n: 2 },
        ],
      );
    },
  },
]);
