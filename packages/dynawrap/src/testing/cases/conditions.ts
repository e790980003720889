import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import {
  anyOf,
  beginsWith,
  between,
  contains,
  exists,
  gt,
  gte,
  lt,
  missing,
  ne,
  nested,
  not,
  oneOf,
  size,
} from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { assertRefused, eventually, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { anything, date, number, object, optional, text } from "../schema.js";

class Book extends DBItem({
  pk: "SHELF#{shelf}",
  sk: "BOOK#{year:04d}#{id}",
  schema: object({
    shelf: text,
    year: number,
    id: text,
    title: optional(text),
    likes: optional(number),
    tags: optional(anything),
    meta: optional(anything),
    read: optional(date),
  }),
  indexes: { byTitle: { index: "GSI1", pk: "SHELF#{shelf}", sk: "TITLE#{title}" } },
}) {}

/** Writes books whose `year` and `id` stand only in the key. */
class Bare extends DBItem({
  pk: "SHELF#{s}",
  sk: "BOOK#{y:04d}#{i}",
  schema: object({ s: text, y: number, i: text, likes: optional(number) }),
}) {}

async function writeBooks(backend: Backend, table: Parameters<Backend["createTable"]>[0]): Promise<string> {
  const shelf = unique();
  await backend.batchWrite(table, [
    new Book({
      shelf,
      year: 1990,
      id: "a",
      title: "Dune",
      likes: 5,
      tags: new Set(["x"]),
      meta: { lang: "en" },
    }),
    new Book({ shelf, year: 1991, id: "b", title: "Draft of Dune", likes: 50 }),
    new Book({ shelf, year: 1992, id: "a", likes: 7, read: new Date(0) }),
    new Book({ shelf, year: 1993, id: "c", title: "Emma", tags: new Set(["x", "y"]) }),
  ]);
  return shelf;
}

type Where = Book["~types"]["where"];

/** Conditions, and the years of the books for which they hold. */
const wanted: readonly (readonly [where: Where, years: readonly number[]])[] = [
  [{}, [1990, 1991, 1992, 1993]],
  [{ likes: 5 }, [1990]],
  [{ likes: gt(5) }, [1991, 1992]],
  [{ likes: ne(5) }, [1991, 1992, 1993]],
  [{ likes: not(gt(5)) }, [1990, 1993]],
  [{ likes: missing() }, [1993]],
  [{ likes: between(6, 60), title: exists() }, [1991]],
  [{ title: beginsWith("D"), likes: lt(10) }, [1990]],
  [{ title: oneOf("Emma", "Dune") }, [1990, 1993]],
  [{ title: not(beginsWith("Draft")) }, [1990, 1992, 1993]],
  [{ tags: contains("x") }, [1990, 1993]],
  [{ tags: size(2) }, [1993]],
  [{ meta: nested({ lang: "en" }) }, [1990]],
  [{ read: new Date(0) }, [1992]],
  [{ read: lt(new Date(1)) }, [1992]],
  [anyOf<Where>({ likes: gte(50) }, { title: "Emma" }), [1991, 1993]],
  [anyOf<Where>({ likes: 5, title: "Emma" }, { likes: 7 }), [1992]],
  // Fields of the key, of which DynamoDB takes none in a filter.
  [{ year: 1992 }, [1992]],
  [{ year: gt(1991) }, [1992, 1993]],
  [{ id: "a" }, [1990, 1992]],
  [{ id: ne("a"), likes: gt(1) }, [1991]],
  [anyOf<Where>({ id: "c" }, { likes: 5 }), [1990, 1993]],
  [{ year: missing() }, []],
];

export const conditionCases: readonly ConformanceCase[] = cases("conditions", [
  {
    title: "where leaves the items for which it holds, of a query, a scan, a collection and an index alike",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const shelf = await writeBooks(backend, table);
      const byTitle = { index: "byTitle" } as const;
      await eventually(async () =>
        assert.equal(await backend.query(table, Book, { shelf }, byTitle).count(), 3),
      );
      const titled = [1990, 1991, 1993];
      for (const [where, years] of wanted) {
        const what = JSON.stringify(where);
        const found = await backend.query(table, Book, { shelf }, { where }).all();
        assert.deepEqual(
          found.map(({ year }) => year),
          years,
          what,
        );
        const collection = await backend.collection(table, [Book], { shelf }, { where }).all();
        assert.deepEqual(
          collection.map(({ year }) => year),
          years,
          `a collection where ${what}`,
        );
        const indexed = await backend.query(table, Book, { shelf }, { ...byTitle, where }).all();
        assert.deepEqual(
          indexed.map(({ year }) => year).sort(),
          years.filter((year) => titled.includes(year)),
          `an index where ${what}`,
        );
      }
      const scanned = await backend.scan(table, [Book], { where: { shelf, likes: gt(5) } }).all();
      assert.deepEqual(scanned.map(({ year }) => year).sort(), [1991, 1992]);
    },
  },
  {
    title: "A condition on a field that stands only in the key is asked of what the key says",
    async run(backend, table) {
      const s = unique();
      await backend.batchWrite(
        table,
        [1, 2, 3].map((y) => new Bare({ s, y, i: `b${y}`, likes: y * 10 })),
      );
      const found = async (where: Where) =>
        (await backend.query(table, Book, { shelf: s }, { where }).all()).map(({ year }) => year);
      assert.deepEqual(await found({ year: 2 }), [2]);
      assert.deepEqual(await found({ id: beginsWith("b"), likes: gt(15) }), [2, 3]);
      assert.deepEqual(await found({ year: gte(2), likes: ne(20) }), [3]);
      assert.deepEqual(await found({ year: exists(), id: not(oneOf("b1", "b2")) }), [3]);
      assert.deepEqual(await found({ year: missing() }), []);
    },
  },
  {
    title: "limit counts the results of a condition, and examine the rows that are looked at",
    async run(backend, table) {
      const shelf = unique();
      await backend.batchWrite(
        table,
        Array.from({ length: 60 }, (_, n) => new Book({ shelf, year: 1000 + n, id: "a", likes: n % 4 })),
      );
      const count = (options: object) => backend.query(table, Book, { shelf }, options).count();
      const where = { likes: 3 };
      assert.equal(await count({ where }), 15);
      assert.equal(await count({ where, limit: 4 }), 4);
      assert.equal(await count({ where, limit: 15 }), 15);
      assert.equal(await count({ where, examine: 20 }), 5);
      assert.equal(await count({ where, examine: 20, limit: 3 }), 3);
      assert.equal(await count({ where, examine: 3 }), 0);
      assert.equal(await count({ where, examine: 1_000 }), 15);
      assert.equal(await count({ examine: 7 }), 7);
      const query = backend.query(table, Book, { shelf }, { where, examine: 21 });
      await query.all();
      assert.equal(query.consumed.rows, 21);
      assert.equal(
        (await backend.query(table, Book, { shelf }, { where, reverse: true }).first())?.year,
        1059,
      );
    },
  },
  {
    title: "A condition that is undefined, or holds an undefined value, is refused before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      const book = new Book({ shelf: "a", year: 1, id: "a" });
      for (const [condition, code] of [
        [undefined, "option.invalid"],
        [{ likes: undefined }, "condition.invalid"],
        [{ likes: gt(undefined as never) }, "condition.invalid"],
        [{ nothing: 1 }, "condition.invalid"],
        [{ likes: between(2, 1) }, "condition.invalid"],
        [null, "condition.invalid"],
        ["likes", "condition.invalid"],
        [gt(1), "condition.invalid"],
      ] as const) {
        const [where, what] = [condition as Where, JSON.stringify(condition)];
        const calls = [
          () => backend.query(table, Book, { shelf: "a" }, { where }).all(),
          () => backend.collection(table, [Book], { shelf: "a" }, { where }).all(),
          () => backend.scan(table, [Book], { where }).all(),
          () => backend.save(table, book, { if: where }),
          () => backend.delete(table, book, { if: where }),
          () => backend.transact((tx) => tx.save(table, book, { if: where })),
        ];
        for (const call of calls) await assertRefused(call, code, what);
      }
    },
  },
  {
    title: "What arrives as JSON is a value, never an operator",
    async run(backend, table) {
      const shelf = await writeBooks(backend, table);
      for (const likes of [gt(0), ne(0), exists(), { kind: "gt", operands: [0] }]) {
        const where = { likes: JSON.parse(JSON.stringify(likes)) };
        assert.deepEqual(await backend.query(table, Book, { shelf }, { where }).all(), []);
      }
    },
  },
  {
    title: "if is asked of the stored item, by save and by delete, and nothing changes when it does not hold",
    async run(backend, table) {
      const shelf = await writeBooks(backend, table);
      for (const [condition, years] of wanted) {
        for (const year of [1990, 1991, 1992, 1993]) {
          const key = { shelf, year, id: year === 1991 ? "b" : year === 1993 ? "c" : "a" };
          const stored = await backend.get(table, Book, key, { consistent: true });
          assert.ok(stored);
          const what = `${year} if ${JSON.stringify(condition)}`;
          const next = stored.with({ likes: 0 });
          if (years.includes(year)) {
            await backend.save(table, next, { if: condition });
            assert.equal((await backend.get(table, Book, key, { consistent: true }))?.likes, 0, what);
            await backend.save(table, stored);
            await backend.delete(table, Book, key, { if: condition });
            assert.equal(await backend.get(table, Book, key, { consistent: true }), undefined, what);
            await backend.save(table, stored);
          } else {
            const call = () => backend.save(table, next, { if: condition });
            const { details } = await assertRefused(call, "condition.failed", what);
            assert.deepEqual(details, { model: "Book", key: Book.key(key) });
            await assertRefused(
              () => backend.delete(table, stored, { if: condition }),
              "condition.failed",
              what,
            );
            assert.deepEqual(await backend.get(table, Book, key, { consistent: true }), stored, what);
          }
        }
      }
    },
  },
  {
    title: "Of an item that is not there no field is there: missing and ne hold, and nothing else",
    async run(backend, table) {
      const shelf = unique();
      const book = (year: number) => new Book({ shelf, year, id: "a", likes: 1 });
      const conditions = [
        [{ likes: missing() }, true],
        [{ likes: ne(1) }, true],
        [{ id: missing() }, true],
        [{ likes: not(gt(1)) }, true],
        [{ likes: 1 }, false],
        [{ likes: exists() }, false],
        [{ id: "a" }, false],
        [{ year: exists() }, false],
      ] as const;
      for (const [year, [condition, holds]] of conditions.entries()) {
        const call = () => backend.save(table, book(year), { if: condition as Where });
        if (holds) await call();
        else await assertRefused(call, "condition.failed", JSON.stringify(condition));
        const there = await backend.get(table, Book, { shelf, year, id: "a" }, { consistent: true });
        assert.equal(there !== undefined, holds, JSON.stringify(condition));
      }
    },
  },
]);
