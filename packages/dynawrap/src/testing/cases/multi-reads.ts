import assert from "node:assert/strict";
import { DBItem } from "../../core/model.js";
import { assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { anything, number, object, text } from "../schema.js";

class Cell extends DBItem({
  pk: "SHEET#{sheet}#{n:d}",
  sk: "CELL",
  schema: object({ sheet: text, n: number, value: anything }),
}) {}

/** Reads what `Cell` writes, and refuses most of it. */
class Strict extends DBItem({
  pk: "SHEET#{sheet}#{n:d}",
  sk: "CELL",
  schema: object({ sheet: text, n: number, value: number }),
}) {}

class Title extends DBItem({
  pk: "SHEET#{sheet}",
  sk: "TITLE",
  schema: object({ sheet: text, title: text }),
}) {}

/** Numbers in an order that is neither that of writing nor that of keys. */
const scattered = (count: number): number[] => Array.from({ length: count }, (_, n) => (n * 7) % count);

export const multiReadCases: readonly ConformanceCase[] = cases("reads of many keys", [
  {
    title:
      "batchGet gives any number of items in the order of the keys, undefined for each that is not there",
    async run(backend, table) {
      const sheet = unique();
      const count = 253;
      await backend.batchWrite(
        table,
        scattered(count).flatMap((n) => (n % 5 === 0 ? [] : new Cell({ sheet, n, value: n }))),
      );
      for (const some of [1, 2, 99, 100, 101, count]) {
        const keys = scattered(count)
          .slice(0, some)
          .map((n) => ({ sheet, n }));
        const found = await backend.batchGet(table, Cell, keys, { consistent: true });
        assert.deepEqual(
          found.map((cell) => cell?.value),
          keys.map(({ n }) => (n % 5 === 0 ? undefined : n)),
          `${some} keys`,
        );
        assert.ok(found.every((cell) => cell === undefined || cell instanceof Cell));
      }
      assert.deepEqual(await backend.batchGet(table, Cell, []), []);
    },
  },
  {
    title: "A key that stands several times in a batchGet is answered each time",
    async run(backend, table) {
      const sheet = unique();
      await backend.save(table, new Cell({ sheet, n: 1, value: "a" }));
      const keys = [1, 2, 1, 2, 1].map((n) => ({ sheet, n }));
      const found = await backend.batchGet(table, Cell, keys);
      assert.deepEqual(
        found.map((cell) => cell?.value),
        ["a", undefined, "a", undefined, "a"],
      );
    },
  },
  {
    title: "A batchGet of large items brings all of them",
    async run(backend, table) {
      const sheet = unique();
      const value = "x".repeat(380_000);
      const cells = Array.from({ length: 46 }, (_, n) => new Cell({ sheet, n, value: `${n}${value}` }));
      await backend.batchWrite(table, cells);
      const found = await backend.batchGet(table, Cell, cells);
      assert.equal(found.length, 46);
      for (const [n, cell] of found.entries()) assert.ok(cell?.value === `${n}${value}`, `item ${n}`);
    },
  },
  {
    title: "One wrong key refuses a whole batchGet before any I/O, and one wrong item is item.invalid",
    async run(backend, table) {
      const missing = `missing_${unique()}`;
      const good = { sheet: "a", n: 1 };
      const wrong = [
        [{ sheet: "a" }, "key.incomplete"],
        [{ sheet: "", n: 1 }, "key.invalid"],
        [{ sheet: "a", n: undefined }, "key.invalid"],
        [null, "key.invalid"],
      ] as const;
      for (const [key, code] of wrong) {
        await assertRefused(() => backend.batchGet(missing, Cell, [good, key as never]), code);
      }
      await assertRefused(() => backend.batchGet(missing, Cell, good as never), "option.invalid");
      await assertRefused(() => backend.batchGet(missing, Cell, [good]), "table.missing");
      const sheet = unique();
      await backend.save(table, new Cell({ sheet, n: 1, value: "text" }));
      const { details } = await assertRefused(
        () => backend.batchGet(table, Strict, [{ sheet, n: 1 }]),
        "item.invalid",
      );
      assert.equal(details.model, "Strict");
    },
  },
  {
    title:
      "transactGet gives items of several tables and models in the order asked for, undefined for a miss",
    async run(backend, table) {
      const other = await indexedTable(backend, table);
      const sheet = unique();
      await backend.batchWrite(table, [
        new Title({ sheet, title: "T" }),
        ...scattered(100).map((n) => new Cell({ sheet, n, value: n })),
      ]);
      await backend.save(other, new Cell({ sheet, n: 1, value: "other" }));
      const [second, none, title, elsewhere] = await backend.transactGet([
        [table, Cell, { sheet, n: 2 }],
        [table, Cell, { sheet, n: 200 }],
        [table, Title, { sheet }],
        [other, Cell, { sheet, n: 1 }],
      ]);
      assert.equal(second?.value, 2);
      assert.equal(none, undefined);
      assert.ok(title instanceof Title);
      assert.equal(elsewhere?.value, "other");
      const reads = scattered(100).map((n) => [table, Cell, { sheet, n }] as const);
      const all = await backend.transactGet(reads);
      assert.deepEqual(
        all.map((cell) => cell?.value),
        scattered(100),
      );
    },
  },
  {
    title: "A transactGet of nothing, of more than 100 keys, or of one key twice is refused, before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      const read = (n: number) => [table, Cell, { sheet: "a", n }] as const;
      const wrong = [[], Array.from({ length: 101 }, (_, n) => read(n)), [read(1), read(2), read(1)], null];
      for (const reads of wrong) {
        await assertRefused(() => backend.transactGet(reads as never), "option.invalid");
      }
      await assertRefused(
        () => backend.transactGet([[table, Cell, { sheet: "a" } as never]]),
        "key.incomplete",
      );
    },
  },
]);
