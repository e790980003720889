import assert from "node:assert/strict";
import { DBItem } from "../../core/model.js";
import { assertRefused, eventually, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { anything, number, object, optional, text } from "../schema.js";

class Counter extends DBItem({
  pk: "ROOM#{room}",
  sk: "COUNTER#{id}",
  schema: object({ room: text, id: text, n: number, label: optional(text) }),
  indexes: { byCount: { index: "GSI1", pk: "ROOM#{room}", sk: "{n:05d}" } },
}) {}

/** The same items as a newer service knows them. */
class NewCounter extends DBItem({
  pk: "ROOM#{room}",
  sk: "COUNTER#{id}",
  schema: object({ room: text, id: text, n: number, label: optional(text), extra: optional(anything) }),
}) {}

const more = (counter: Counter): Counter => counter.with({ n: counter.n + 1 });
const consistent = { consistent: true } as const;

export const updateCases: readonly ConformanceCase[] = cases("updates", [
  {
    title: "update answers the item as it has saved it, and keeps every other attribute",
    async run(backend, table) {
      const key = { room: unique(), id: "1" };
      const extra = { deep: [new Set([1]), { $bytes: "AQI=" }, 2n ** 65n] };
      await backend.save(table, new NewCounter({ ...key, n: 1, label: "a", extra }));
      const updated = await backend.update(table, Counter, key, more);
      assert.ok(updated instanceof Counter);
      assert.deepEqual({ ...updated }, { ...key, n: 2, label: "a" });
      assert.deepEqual(
        { ...(await backend.get(table, NewCounter, key, consistent)) },
        { ...key, n: 2, label: "a", extra },
      );
      await backend.update(table, Counter, key, (counter) => counter.with({ label: undefined }));
      assert.deepEqual(
        { ...(await backend.get(table, NewCounter, key, consistent)) },
        { ...key, n: 2, extra },
      );
      await backend.save(table, updated.with({ n: 9, label: "b" }), { if: { n: 2 } });
    },
  },
  {
    title: "Of many updates of one item at the same time each is counted",
    async run(backend, table) {
      const key = { room: unique(), id: "1" };
      await backend.save(table, new Counter({ ...key, n: 0 }));
      const updated = await Promise.all(
        Array.from({ length: 20 }, () => backend.update(table, Counter, key, more)),
      );
      assert.equal((await backend.get(table, Counter, key, consistent))?.n, 20);
      assert.deepEqual(
        updated.map(({ n }) => n).sort((a, b) => a - b),
        Array.from({ length: 20 }, (_, n) => n + 1),
      );
    },
  },
  {
    title: "An update that somebody else's write comes between is made again, of the item as it is then",
    async run(backend, table) {
      const key = { room: unique(), id: "1" };
      await backend.save(table, new NewCounter({ ...key, n: 0 }));
      const between = [
        () => backend.save(table, new NewCounter({ ...key, n: 10 })),
        () => backend.save(table, new NewCounter({ ...key, n: 10, label: "mine" })),
        () => backend.save(table, new NewCounter({ ...key, n: 10, extra: "unknown to the updater" })),
        () => backend.batchWrite(table, [new NewCounter({ ...key, n: 100 })]),
      ];
      const seen: number[] = [];
      await backend.update(table, Counter, key, async (counter) => {
        seen.push(counter.n);
        await between.shift()?.();
        return more(counter);
      });
      assert.deepEqual(seen, [0, 10, 10, 10, 100]);
      assert.deepEqual({ ...(await backend.get(table, NewCounter, key, consistent)) }, { ...key, n: 101 });
    },
  },
  {
    title: "A change that throws ends the update with what it threw, and nothing is written",
    async run(backend, table) {
      const key = { room: unique(), id: "1" };
      await backend.save(table, new Counter({ ...key, n: 1 }));
      const mine = new Error("no");
      for (const change of [
        () => {
          throw mine;
        },
        async () => Promise.reject(mine),
      ]) {
        await assert.rejects(backend.update(table, Counter, key, change), (error) => error === mine);
      }
      const invalid = () =>
        backend.update(table, Counter, key, (counter) => counter.with({ n: "1" as never }));
      await assertRefused(invalid, "item.invalid");
      assert.deepEqual({ ...(await backend.get(table, Counter, key, consistent)) }, { ...key, n: 1 });
      assert.equal((await backend.update(table, Counter, key, more)).n, 2);
    },
  },
  {
    title: "A change of the key, or of the item into something else, is refused, and nothing is written",
    async run(backend, table) {
      const key = { room: unique(), id: "1" };
      await backend.save(table, new Counter({ ...key, n: 1 }));
      const moved = () => backend.update(table, Counter, key, (counter) => counter.with({ id: "2" }));
      const { details } = await assertRefused(moved, "key.changed");
      assert.deepEqual(details, {
        model: "Counter",
        before: Counter.key(key),
        after: Counter.key({ ...key, id: "2" }),
      });
      for (const wrong of [{ ...key, n: 5 }, undefined, null, new NewCounter({ ...key, n: 5 })]) {
        const call = () => backend.update(table, Counter, key, () => wrong as never);
        await assertRefused(call, "option.invalid", String(wrong));
      }
      await assertRefused(() => backend.update(table, Counter, key, undefined as never), "option.invalid");
      const all = await backend.query(table, Counter, { room: key.room }, consistent).all();
      assert.deepEqual(
        all.map(({ id, n }) => [id, n]),
        [["1", 1]],
      );
    },
  },
  {
    title: "An item that is not there, or has gone meanwhile, is item.missing",
    async run(backend, table) {
      const key = { room: unique(), id: "1" };
      const { details } = await assertRefused(
        () => backend.update(table, Counter, key, () => assert.fail("there was nothing to change")),
        "item.missing",
      );
      assert.deepEqual(details, { model: "Counter", key: Counter.key(key) });
      await backend.save(table, new Counter({ ...key, n: 1 }));
      const call = () =>
        backend.update(table, Counter, key, async (counter) => {
          await backend.delete(table, Counter, key);
          return more(counter);
        });
      await assertRefused(call, "item.missing");
      assert.equal(await backend.get(table, Counter, key, consistent), undefined);
    },
  },
  {
    title: "An update that others never let through is item.conflict at its deadline",
    async run(backend, table) {
      const key = { room: unique(), id: "1" };
      await backend.save(table, new Counter({ ...key, n: 0 }));
      const started = Date.now();
      const call = () =>
        backend.update(
          table,
          Counter,
          key,
          async (counter) => {
            await backend.save(table, new Counter({ ...key, n: counter.n + 10 }));
            return more(counter);
          },
          { deadline: 700 },
        );
      const { details } = await assertRefused(call, "item.conflict");
      assert.deepEqual(details, { model: "Counter", key: Counter.key(key) });
      assert.ok(Date.now() - started < 5_000, "it ends at its deadline");
      const left = await backend.get(table, Counter, key, consistent);
      assert.equal(left && left.n % 10, 0, "none of its own changes was written");
    },
  },
  {
    title: "An update moves the item in the indexes",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const room = unique();
      await backend.batchWrite(
        table,
        ["a", "b"].map((id, n) => new Counter({ room, id, n })),
      );
      const ids = async () =>
        (await backend.query(table, Counter, { room }, { index: "byCount" }).all()).map(({ id }) => id);
      await eventually(async () => assert.deepEqual(await ids(), ["a", "b"]));
      await backend.update(table, Counter, { room, id: "a" }, (counter) => counter.with({ n: 7 }));
      await eventually(async () => assert.deepEqual(await ids(), ["b", "a"]));
    },
  },
]);
