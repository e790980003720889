import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { DBItem } from "../../core/model.js";
import { assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { anything, number, object, text } from "../schema.js";

class Event extends DBItem({
  pk: "LOG#{log}",
  sk: "EVENT#{n:06d}",
  schema: object({ log: text, n: number, body: text }),
}) {}

/** Writes an item that `Event` refuses. */
class Broken extends DBItem({
  pk: "LOG#{log}",
  sk: "EVENT#{n:06d}",
  schema: object({ log: text, n: number, body: anything }),
}) {}

/** More than two pages by DynamoDB's megabyte, and by any sensible number of rows. */
const many = 2_200;

async function writeEvents(backend: Backend, table: string, count: number, body = ""): Promise<string> {
  const log = unique();
  await backend.batchWrite(
    table,
    Array.from({ length: count }, (_, n) => new Event({ log, n, body })),
  );
  return log;
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}

export const queryCases: readonly ConformanceCase[] = cases("queries", [
  {
    title: "A query without results is an empty list, no first item and no page",
    async run(backend, table) {
      const query = backend.query(table, Event, { log: unique() });
      assert.deepEqual(await query.all(), []);
      assert.equal(await query.first(), undefined);
      for await (const _ of query.pages()) assert.fail("there was a page");
      for await (const _ of query) assert.fail("there was an item");
    },
  },
  {
    title: "all, first, pages and iteration give the same results, as instances of the model",
    async run(backend, table) {
      const log = await writeEvents(backend, table, 7);
      const query = backend.query(table, Event, { log });
      const all = await query.all();
      assert.deepEqual(
        all.map(({ n }) => n),
        numbers(0, 7),
      );
      assert.ok(all.every((event) => event instanceof Event));
      assert.equal((await query.first())?.n, 0);
      const iterated: number[] = [];
      for await (const { n } of query) iterated.push(n);
      assert.deepEqual(iterated, numbers(0, 7));
      const paged: number[] = [];
      for await (const page of query.pages()) paged.push(...page.map(({ n }) => n));
      assert.deepEqual(paged, numbers(0, 7));
    },
  },
  {
    title: "reverse begins with the greatest sort key, and reverse: false with the least",
    async run(backend, table) {
      const log = await writeEvents(backend, table, 5);
      const ns = async (options: object) =>
        (await backend.query(table, Event, { log }, options).all()).map(({ n }) => n);
      assert.deepEqual(await ns({ reverse: true }), [4, 3, 2, 1, 0]);
      assert.deepEqual(await ns({ reverse: false }), [0, 1, 2, 3, 4]);
      assert.deepEqual(await ns({ reverse: true, limit: 2 }), [4, 3]);
      assert.equal((await backend.query(table, Event, { log }, { reverse: true }).first())?.n, 4);
    },
  },
  {
    title: "A limit gives at most so many results, however they are taken",
    async run(backend, table) {
      const log = await writeEvents(backend, table, 5);
      for (const limit of [1, 4, 5, 6, 1_000_000]) {
        const query = backend.query(table, Event, { log }, { limit });
        const expected = numbers(0, Math.min(limit, 5));
        assert.deepEqual(
          (await query.all()).map(({ n }) => n),
          expected,
        );
        const paged: number[] = [];
        for await (const page of query.pages()) paged.push(...page.map(({ n }) => n));
        assert.deepEqual(paged, expected);
      }
    },
  },
  {
    title: "A large partition comes whole and in order, in several pages of which none is empty",
    async run(backend, table) {
      const log = await writeEvents(backend, table, many, "x".repeat(1000));
      for (const reverse of [false, true]) {
        const expected = reverse ? numbers(0, many).reverse() : numbers(0, many);
        const sizes: number[] = [];
        const paged: number[] = [];
        for await (const page of backend.query(table, Event, { log }, { reverse }).pages()) {
          sizes.push(page.length);
          paged.push(...page.map(({ n }) => n));
        }
        assert.deepEqual(paged, expected);
        assert.ok(!sizes.includes(0), "a page was empty");
        assert.ok(sizes.length >= 2, `${many} items of a kilobyte came in one page`);
        const all = await backend.query(table, Event, { log }, { reverse }).all();
        assert.deepEqual(
          all.map(({ n }) => n),
          expected,
        );
      }
      const limited = await backend.query(table, Event, { log }, { limit: many - 1 }).all();
      assert.equal(limited.length, many - 1);
      const prefixed = await backend.query(table, Event, { log, n: 1_234 }).all();
      assert.deepEqual(
        prefixed.map(({ n }) => n),
        [1_234],
      );
    },
  },
  {
    title: "A partition of large items comes whole and in order",
    async run(backend, table) {
      const log = unique();
      const body = "\u{1f600}".repeat(90_000);
      for (const n of numbers(0, 7)) await backend.save(table, new Event({ log, n, body: `${n}${body}` }));
      const found = await backend.query(table, Event, { log }).all();
      assert.deepEqual(
        found.map((event) => [event.n, event.body === `${event.n}${body}`]),
        numbers(0, 7).map((n) => [n, true]),
      );
      const last = await backend.query(table, Event, { log }, { reverse: true, limit: 5 }).all();
      assert.deepEqual(
        last.map(({ n }) => n),
        [6, 5, 4, 3, 2],
      );
    },
  },
  {
    title: "Nothing is read before a query is iterated",
    async run(backend, table) {
      const log = unique();
      const query = backend.query(table, Event, { log });
      const missing = backend.query(`missing_${unique()}`, Event, { log });
      await backend.save(table, new Event({ log, n: 1, body: "" }));
      assert.equal((await query.all()).length, 1);
      await assertRefused(() => missing.all(), "table.missing");
    },
  },
  {
    title: "A query that is iterated twice reads twice",
    async run(backend, table) {
      const log = await writeEvents(backend, table, 2);
      const query = backend.query(table, Event, { log });
      assert.equal((await query.all()).length, 2);
      await backend.save(table, new Event({ log, n: 2, body: "" }));
      await backend.delete(table, Event, { log, n: 0 });
      assert.deepEqual(
        (await query.all()).map(({ n }) => n),
        [1, 2],
      );
      const one = query[Symbol.asyncIterator]();
      const other = query[Symbol.asyncIterator]();
      const both = [await one.next(), await other.next(), await one.next(), await other.next()];
      assert.deepEqual(
        both.map(({ value }) => value?.n),
        [1, 1, 2, 2],
      );
    },
  },
  {
    title: "A loop that is left early reads no further page",
    async run(backend, table) {
      const log = await writeEvents(backend, table, many, "x".repeat(1000));
      await backend.save(table, new Broken({ log, n: many, body: 1 }));
      const query = backend.query(table, Event, { log });
      let seen = 0;
      for await (const _ of query) if (++seen === 3) break;
      assert.equal(seen, 3);
      for await (const page of query.pages()) {
        assert.ok(page.length < many);
        break;
      }
      assert.equal((await query.first())?.n, 0);
      await assertRefused(() => query.all(), "item.invalid");
    },
  },
  {
    title: "A consistent read sees every write that has finished",
    async run(backend, table) {
      const log = unique();
      for (const n of numbers(0, 10)) {
        await backend.save(table, new Event({ log, n: 1, body: String(n) }));
        assert.equal((await backend.get(table, Event, { log, n: 1 }, { consistent: true }))?.body, String(n));
        const [found] = await backend.query(table, Event, { log }, { consistent: true }).all();
        assert.equal(found?.body, String(n));
      }
      await backend.delete(table, Event, { log, n: 1 });
      assert.equal(await backend.get(table, Event, { log, n: 1 }, { consistent: true }), undefined);
      assert.deepEqual(await backend.query(table, Event, { log }, { consistent: true }).all(), []);
    },
  },
  {
    title: "A model with a fixed sort key has one item in a partition",
    async run(backend, table) {
      class Profile extends DBItem({
        pk: "LOG#{log}",
        sk: "PROFILE",
        schema: object({ log: text, name: text }),
      }) {}
      class Photo extends DBItem({
        pk: "LOG#{log}",
        sk: "PROFILE#{photo}",
        schema: object({ log: text, photo: text }),
      }) {}
      const log = unique();
      await backend.save(table, new Photo({ log, photo: "1" }));
      await backend.save(table, new Profile({ log, name: "Ann" }));
      assert.equal((await backend.get(table, Profile, { log }))?.name, "Ann");
      assert.deepEqual(
        (await backend.query(table, Profile, { log }).all()).map(({ name }) => name),
        ["Ann"],
      );
      assert.equal((await backend.query(table, Photo, { log }).all()).length, 1);
    },
  },
]);
