import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { beginsWith, between, contains, eq, gt, gte, lt, lte, ne, oneOf } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { assertRefused, eventually, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { date, flag, number, object, text } from "../schema.js";

/** The value ends its key. */
class Leaf extends DBItem({
  pk: "ROOM#{room}",
  sk: "LEAF#{id}",
  schema: object({ room: text, id: text }),
  indexes: { turned: { index: "GSI1", pk: "TURNED#{room}", sk: "LEAF#{id}" } },
}) {}

/** In the same partition, around the others. */
class Other extends DBItem({ pk: "ROOM#{room}", sk: "{any}", schema: object({ room: text, any: text }) }) {}

class Visit extends DBItem({
  pk: "ROOM#{room}",
  sk: "{at}",
  schema: object({ room: text, at: date }),
}) {}

class Tagged extends DBItem({
  pk: "ROOM#{room}",
  sk: "TAG#{tag:url}#{n:d}",
  schema: object({ room: text, tag: text, n: number }),
}) {}

class Flagged extends DBItem({
  pk: "ROOM#{room}",
  sk: "FLAG#{on}",
  schema: object({ room: text, on: flag }),
}) {}

async function writeLeaves(backend: Backend, table: string, ids: readonly string[]): Promise<string> {
  const room = unique();
  const others = ["LEA", "LEAF", "LEAE#9", "LEAG#1", "LEAF$", "A", "z", "\u{1f600}"];
  await backend.batchWrite(table, [
    ...ids.map((id) => new Leaf({ room, id })),
    ...others.map((any) => new Other({ room, any })),
  ]);
  return room;
}

export const rangeCases: readonly ConformanceCase[] = cases("ranges", [
  {
    title: "A range of a value that ends its key is one of texts, and never leaves the model's own prefix",
    async run(backend, table) {
      const room = await writeLeaves(backend, table, ["1", "10", "2", "5", "50", "5#x", "6"]);
      const wanted = [
        [gt("5"), ["5#x", "50", "6"]],
        [gte("5"), ["5", "5#x", "50", "6"]],
        [lt("5"), ["1", "10", "2"]],
        [lte("5"), ["1", "10", "2", "5"]],
        [between("10", "5"), ["10", "2", "5"]],
        [between("5", "5"), ["5"]],
        [beginsWith("5"), ["5", "5#x", "50"]],
        [eq("5"), ["5"]],
        [gt("6"), []],
        [lt("1"), []],
        [gte("!"), ["1", "10", "2", "5", "5#x", "50", "6"]],
        [lte("~"), ["1", "10", "2", "5", "5#x", "50", "6"]],
      ] as const;
      for (const [id, ids] of wanted) {
        const found = async (options: object) =>
          (await backend.query(table, Leaf, { room, id }, options).all()).map((leaf) => leaf.id);
        const what = JSON.stringify(id);
        assert.deepEqual(await found({}), ids, what);
        assert.deepEqual(await found({ reverse: true }), ids.toReversed(), `${what}, reversed`);
        assert.deepEqual(await found({ limit: 2 }), ids.slice(0, 2), `${what}, limited`);
      }
    },
  },
  {
    title: "Ranges compare texts by their UTF-8 bytes",
    async run(backend, table) {
      const ids = ["Z", "a", "\u00e4", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{1f600}", "\u{10ffff}"];
      const room = await writeLeaves(backend, table, ids);
      for (const [place, id] of ids.entries()) {
        const above = await backend.query(table, Leaf, { room, id: gt(id) }).all();
        const below = await backend.query(table, Leaf, { room, id: lte(id) }).all();
        assert.deepEqual(
          [...below, ...above].map((leaf) => leaf.id),
          ids,
        );
        assert.equal(below.length, place + 1);
      }
    },
  },
  {
    title: "Dates take ranges, and the beginning of their text",
    async run(backend, table) {
      const room = unique();
      const days = [
        "2023-12-31T23:59:59.999Z",
        "2024-01-01T00:00:00.000Z",
        "2024-01-31T12:00:00.000Z",
        "2024-02-01T00:00:00.000Z",
      ];
      await backend.batchWrite(
        table,
        days.map((at) => new Visit({ room, at })),
      );
      const found = async (at: unknown) =>
        (await backend.query(table, Visit, { room, at: at as Date }).all()).map((visit) =>
          visit.at.toISOString(),
        );
      assert.deepEqual(await found(beginsWith("2024-01")), days.slice(1, 3));
      assert.deepEqual(
        await found(between(new Date(days[1] as string), new Date(days[3] as string))),
        days.slice(1),
      );
      assert.deepEqual(await found(lt(new Date(days[1] as string))), days.slice(0, 1));
      assert.deepEqual(await found(new Date(days[2] as string)), days.slice(2, 3));
    },
  },
  {
    title: "An encoded value takes its beginning, decoded, and equality",
    async run(backend, table) {
      const room = unique();
      const tags = ["a b", "a b#c", "a%20b", "b"];
      await backend.batchWrite(
        table,
        tags.map((tag, n) => new Tagged({ room, tag, n })),
      );
      const found = async (tag: unknown) =>
        (await backend.query(table, Tagged, { room, tag: tag as string }).all())
          .map((each) => each.tag)
          .sort();
      assert.deepEqual(await found(beginsWith("a b")), ["a b", "a b#c"]);
      assert.deepEqual(await found(eq("a b")), ["a b"]);
      assert.deepEqual(await found("a b"), ["a b"]);
    },
  },
  {
    title: "Ranges work on the keys of an index, page by page",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const room = unique();
      const ids = Array.from({ length: 30 }, (_, n) => String(n + 10));
      await backend.batchWrite(
        table,
        ids.map((id) => new Leaf({ room, id })),
      );
      const query = (id: unknown, options: object = {}) =>
        backend.query(table, Leaf, { room, id: id as string }, { index: "turned", ...options });
      await eventually(async () => assert.equal((await query(gte("0")).all()).length, 30));
      const found = async (id: unknown, options?: object) =>
        (await query(id, options).all()).map((leaf) => leaf.id);
      assert.deepEqual(await found(between("15", "20")), ids.slice(5, 11));
      assert.deepEqual(await found(gt("37")), ["38", "39"]);
      assert.deepEqual(await found(lt("12"), { reverse: true }), ["11", "10"]);
      assert.deepEqual(await found(beginsWith("2")), ids.slice(10, 20));
      const { items, cursor } = await query(gte("20")).page({ size: 4 });
      assert.deepEqual(
        items.map(({ id }) => id),
        ids.slice(10, 14),
      );
      const next = await query(gte("20")).page({ size: 100, cursor });
      assert.deepEqual(
        next.items.map(({ id }) => id),
        ids.slice(14),
      );
    },
  },
  {
    title: "Reversed bounds are refused, before any I/O, and never an empty result",
    async run(backend) {
      const table = `missing_${unique()}`;
      const calls = [
        () => backend.query(table, Leaf, { room: "a", id: between("b", "a") }).all(),
        () => backend.query(table, Visit, { room: "a", at: between(new Date(1), new Date(0)) }).all(),
        () => backend.query(table, Leaf, { room: "a", id: between("\u{1f600}", "\uffff") }).all(),
      ];
      for (const call of calls) await assertRefused(call, "key.invalid");
    },
  },
  {
    title: "An operator that a key cannot be asked by is refused, before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      const leaf = (id: unknown) => backend.query(table, Leaf, { room: "a", id: id as string });
      const tagged = (key: object) => backend.query(table, Tagged, { room: "a", ...key } as never);
      for (const test of [
        ne("a"),
        oneOf("a", "b"),
        contains("a"),
        gt(undefined as never),
        gt(null as never),
      ]) {
        await assertRefused(() => leaf(test).all(), "key.invalid", JSON.stringify(test));
      }
      await assertRefused(() => tagged({ tag: gt("a") }).all(), "key.invalid", "an order of encoded text");
      await assertRefused(
        () => tagged({ tag: "a", n: gt(1) }).all(),
        "key.invalid",
        "an order of a bare number",
      );
      const flagged = backend.query(table, Flagged, { room: "a", on: gt(false as never) as never });
      await assertRefused(() => flagged.all(), "key.invalid", "an order of booleans");
      const partition = backend.query(table, Leaf, { room: gt("a") as never });
      await assertRefused(() => partition.all(), "key.invalid", "a range of partitions");
    },
  },
  {
    title: "What arrives as JSON is never an operator",
    async run(backend, table) {
      const room = await writeLeaves(backend, table, ["1", "2"]);
      for (const operator of [gt("0"), beginsWith("1")]) {
        const id = JSON.parse(JSON.stringify(operator));
        await assertRefused(() => backend.query(table, Leaf, { room, id }).all(), "key.invalid");
      }
    },
  },
]);
