import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { DBItem } from "../../core/model.js";
import { assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { anything, integer, number, object, text } from "../schema.js";

class Row extends DBItem({
  pk: "SHEET#{sheet}",
  sk: "ROW#{n:06d}",
  schema: object({ sheet: text, n: number, value: anything }),
}) {}

class Cell extends DBItem({
  pk: "SHEET#{sheet}",
  sk: "CELL#{n}",
  schema: object({ sheet: text, n: integer }),
}) {}

interface Progress {
  readonly done: number;
  readonly total: number | undefined;
}

function rows(sheet: string, count: number, value: unknown = "new"): Row[] {
  return Array.from({ length: count }, (_, n) => new Row({ sheet, n, value }));
}

async function values(backend: Backend, table: string, sheet: string): Promise<unknown[]> {
  return (await backend.query(table, Row, { sheet }).all()).map(({ value }) => value);
}

async function count(backend: Backend, table: string, sheet: string): Promise<number> {
  return (await values(backend, table, sheet)).length;
}

async function* later<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

export const batchCases: readonly ConformanceCase[] = cases("batches", [
  {
    title: "A batch of any size is written whole, and deleted whole",
    async run(backend, table) {
      for (const size of [0, 1, 24, 25, 26, 100, 500, 501, 1_203]) {
        const sheet = unique();
        const items = rows(sheet, size);
        await backend.batchWrite(table, items);
        const found = await backend.query(table, Row, { sheet }).all();
        assert.deepEqual(
          found.map(({ n }) => n),
          items.map(({ n }) => n),
          `${size} items`,
        );
        await backend.batchWrite(table, { delete: items });
        assert.equal(await count(backend, table, sheet), 0, `${size} deletions`);
      }
    },
  },
  {
    title: "A batch takes arrays, sets, generators and async iterables, of several models",
    async run(backend, table) {
      const sheet = unique();
      const [first, second, third, fourth] = [0, 1, 2, 3].map((part) =>
        rows(sheet, 120).slice(part * 30, part * 30 + 30),
      );
      await backend.batchWrite(table, first!);
      await backend.batchWrite(table, new Set(second));
      await backend.batchWrite(table, third!.values());
      await backend.batchWrite(table, later([...fourth!, new Cell({ sheet, n: 1 })]));
      assert.equal(await count(backend, table, sheet), 120);
      assert.equal((await backend.query(table, Cell, { sheet }).all()).length, 1);
      await backend.batchWrite(table, {
        save: later(rows(sheet, 122).slice(120)),
        delete: new Set([new Cell({ sheet, n: 1 }), ...first!]),
      });
      assert.equal(await count(backend, table, sheet), 92);
      assert.deepEqual(await backend.query(table, Cell, { sheet }).all(), []);
    },
  },
  {
    title: "Of two entries for one key the last wins, side by side and far apart",
    async run(backend, table) {
      for (const distance of [1, 24, 25, 26, 499, 500, 750]) {
        const sheet = unique();
        const items = rows(sheet, distance);
        await backend.batchWrite(table, [
          ...items,
          ...rows(sheet, 2, "last").slice(0, Math.min(2, distance)),
        ]);
        const found = await values(backend, table, sheet);
        assert.equal(found.length, distance);
        assert.deepEqual(
          found.slice(0, 3),
          ["last", "last", "new"].slice(0, distance),
          `${distance} entries apart`,
        );
      }
      const sheet = unique();
      const versions = Array.from({ length: 300 }, (_, value) => new Row({ sheet, n: 1, value }));
      await backend.batchWrite(table, versions);
      assert.deepEqual(await values(backend, table, sheet), [299]);
      await backend.batchWrite(table, later(versions.slice(0, 101)));
      assert.deepEqual(await values(backend, table, sheet), [100]);
      const flow = unique();
      await backend.batchWrite(table, later([...rows(flow, 1_700), ...rows(flow, 2, "last")]));
      const found = await values(backend, table, flow);
      assert.deepEqual([found.length, ...found.slice(0, 3)], [1_700, "last", "last", "new"]);
    },
  },
  {
    title: "Numbers that are equal make one key, however they are written",
    async run(backend, table) {
      const sheet = unique();
      await backend.batchWrite(table, [
        new Cell({ sheet, n: 1000 }),
        new Cell({ sheet, n: 1e3 }),
        new Cell({ sheet, n: 1000n }),
      ]);
      assert.equal((await backend.query(table, Cell, { sheet }).all()).length, 1);
    },
  },
  {
    title: "A key that is both saved and deleted in one batch is deleted",
    async run(backend, table) {
      const sheet = unique();
      const items = rows(sheet, 40);
      await backend.batchWrite(table, { save: items, delete: items.slice(10, 30) });
      assert.equal(await count(backend, table, sheet), 20);
      await backend.batchWrite(table, { save: rows(sheet, 600), delete: [items[0]!, items[0]!] });
      assert.equal(await count(backend, table, sheet), 599);
      assert.equal(await backend.get(table, Row, { sheet, n: 0 }), undefined);
    },
  },
  {
    title: "Deleting what is not there is no error in a batch",
    async run(backend, table) {
      const sheet = unique();
      await backend.batchWrite(table, { delete: rows(sheet, 60) });
      await backend.batchWrite(table, { save: [], delete: [] });
      assert.equal(await count(backend, table, sheet), 0);
    },
  },
  {
    title: "A batch of large items is written whole",
    async run(backend, table) {
      const sheet = unique();
      await backend.batchWrite(table, rows(sheet, 30, "x".repeat(350_000)));
      const found = await values(backend, table, sheet);
      assert.equal(found.length, 30);
      assert.ok(found.every((value) => (value as string).length === 350_000));
    },
  },
  {
    title:
      "Progress never goes back, and ends with every entry done, also those that a later one for the key replaced",
    async run(backend, table) {
      const sheet = unique();
      const items = [...rows(sheet, 130), ...rows(sheet, 3)];
      const seen: Progress[] = [];
      await backend.batchWrite(
        table,
        { save: items, delete: items.slice(0, 5) },
        { onProgress: (step) => seen.push(step) },
      );
      assert.deepEqual(seen.at(-1), { done: 138, total: 138 });
      assert.ok(seen.every(({ total }) => total === 138));
      assert.deepEqual(
        seen.map(({ done }) => done),
        seen.map(({ done }) => done).sort((a, b) => a - b),
      );
    },
  },
  {
    title: "The progress of items that flow by has no total before it ends",
    async run(backend, table) {
      const seen: Progress[] = [];
      await backend.batchWrite(table, later(rows(unique(), 60)), { onProgress: (step) => seen.push(step) });
      assert.equal(seen.at(-1)?.done, 60);
      assert.ok(seen.every(({ total }) => total === undefined));
    },
  },
  {
    title: "One wrong item in an array refuses the whole batch before anything is written",
    async run(backend, table) {
      const sheet = unique();
      const bad = new Row({ sheet, n: 999_999, value: Number.NaN });
      await assertRefused(() => backend.batchWrite(table, [...rows(sheet, 700), bad]), "value.unsupported");
      const tooWide = new Row({ sheet, n: 1_000_000 });
      await assertRefused(() => backend.batchWrite(table, [...rows(sheet, 30), tooWide]), "key.invalid");
      await assertRefused(
        () => backend.batchWrite(table, { save: rows(sheet, 30), delete: [tooWide] }),
        "key.invalid",
      );
      assert.equal(await count(backend, table, sheet), 0);
    },
  },
  {
    title:
      "When items that flow by end in an error, all that was given is either written or in the remainder",
    async run(backend, table) {
      const sheet = unique();
      const mine = new Error("the source broke");
      async function* breaking() {
        yield* rows(sheet, 1_010);
        throw mine;
      }
      const error = await assertRefused(() => backend.batchWrite(table, breaking()), "batch.incomplete");
      assert.equal(error.cause, mine);
      await assertRemainder(backend, table, sheet, error.details, 1_010);
    },
  },
  {
    title: "A batch that is stopped half-way carries exactly what was not written",
    async run(backend, table) {
      const sheet = unique();
      const controller = new AbortController();
      const reason = new Error("stop");
      const items = rows(sheet, 3_000);
      const options = { signal: controller.signal, onProgress: () => controller.abort(reason) };
      const error = await assertRefused(() => backend.batchWrite(table, items, options), "batch.incomplete");
      assert.equal(error.cause, reason);
      // What was under way when the signal came may or may not have been written, and is in the remainder.
      const remainder = error.details.save as readonly Row[];
      assert.ok(remainder.length > 0 && remainder.length < items.length);
      assert.ok(remainder.every((row) => items.includes(row)));
      await backend.batchWrite(table, remainder);
      assert.equal(await count(backend, table, sheet), items.length);
    },
  },
  {
    title: "What is no batch is refused",
    async run(backend, table) {
      for (const wrong of [
        undefined,
        null,
        {},
        7,
        { saves: [] },
        { save: [], remove: [] },
        new Row({ sheet: "a", n: 1 }),
      ]) {
        await assertRefused(() => backend.batchWrite(table, wrong as never), "option.invalid", String(wrong));
      }
    },
  },
]);

/** Every row is stored or in the remainder, and none is in both. */
async function assertRemainder(
  backend: Backend,
  table: string,
  sheet: string,
  { save, delete: gone }: { readonly save: readonly object[]; readonly delete: readonly object[] },
  total: number,
): Promise<void> {
  const stored = (await backend.query(table, Row, { sheet }).all()).map(({ n }) => n);
  const left = (save as readonly Row[]).map(({ n }) => n);
  assert.deepEqual(gone, []);
  assert.deepEqual(
    [...stored, ...left].sort((a, b) => a - b),
    rows(sheet, total).map(({ n }) => n),
  );
}
