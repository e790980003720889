import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { gte } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { assertRefused, eventually, pagesOf, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { number, object, optional, text } from "../schema.js";

class Sensor extends DBItem({
  pk: "SENSOR#{id}",
  sk: "SENSOR",
  schema: object({ id: text, room: text, n: number, alarm: optional(text) }),
  indexes: { alarms: { index: "hashOnly", pk: "ALARM#{alarm}" } },
}) {}

/** Many of one sensor: partitions are of different sizes. */
class Value extends DBItem({
  pk: "SENSOR#{id}",
  sk: "VALUE#{n:04d}",
  schema: object({ id: text, room: text, n: number }),
}) {}

type Indexed = Awaited<ReturnType<typeof indexedTable>>;

/** Writes sensors `0` to `79`, one with 120 values; every tenth has an alarm. */
async function writeSensors(backend: Backend, table: Indexed): Promise<string> {
  const room = unique();
  const hot = `\u{1f600}#${room}`;
  await backend.batchWrite(table, [
    ...Array.from({ length: 80 }, (_, n) => {
      // Ids that begin alike, end alike, and stand at both ends of the order.
      const id = n === 0 ? hot : n % 2 === 0 ? `${room}#${n}` : `${String.fromCodePoint(33 + n * 40)}${room}`;
      return new Sensor({ id, room, n, alarm: n % 10 === 0 ? room : undefined });
    }),
    ...Array.from({ length: 120 }, (_, n) => new Value({ id: hot, room, n })),
  ]);
  return room;
}

const told = (items: readonly { readonly n: number }[]): string[] =>
  items.map((item) => `${item.constructor.name} ${item.n}`).sort();

const upTo = (name: string, end: number): string[] => Array.from({ length: end }, (_, n) => `${name} ${n}`);

export const scanCases: readonly ConformanceCase[] = cases("scans", [
  {
    title: "A scan brings each item of its models once, however many segments it is read in",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const room = await writeSensors(backend, table);
      const wanted = [...upTo("Sensor", 80), ...upTo("Value", 120)].sort();
      for (const segments of [undefined, 1, 2, 3, 7, 40]) {
        const scan = backend.scan(table, [Sensor, Value], { where: { room }, ...(segments && { segments }) });
        assert.deepEqual(told(await scan.all()), wanted, `${segments} segments`);
      }
      const sensors = await backend.scan(table, [Sensor], { where: { room }, segments: 4 }).all();
      assert.deepEqual(told(sensors), upTo("Sensor", 80).sort());
      assert.ok(sensors.every((sensor) => sensor instanceof Sensor));
    },
  },
  {
    title: "Machines that share a scan have each item once between them",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const room = await writeSensors(backend, table);
      const wanted = [...upTo("Sensor", 80), ...upTo("Value", 120)].sort();
      for (const of of [1, 2, 5, 16]) {
        const parts = await Promise.all(
          Array.from({ length: of }, (_, index) =>
            backend.scan(table, [Sensor, Value], { where: { room }, segment: { index, of } }).all(),
          ),
        );
        assert.deepEqual(told(parts.flat()), wanted, `${of} machines`);
      }
    },
  },
  {
    title: "A scan of a sparse index brings what is in it, and nothing else",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const room = await writeSensors(backend, table);
      const wanted = [0, 10, 20, 30, 40, 50, 60, 70].map((n) => `Sensor ${n}`).sort();
      const scan = (options: object) =>
        backend.scan(table, [Sensor], { index: "alarms", where: { room }, ...options });
      await eventually(async () => assert.deepEqual(told(await scan({}).all()), wanted));
      assert.deepEqual(told(await scan({ segments: 3 }).all()), wanted);
      const shared = await Promise.all([0, 1, 2].map((index) => scan({ segment: { index, of: 3 } }).all()));
      assert.deepEqual(told(shared.flat()), wanted);
    },
  },
  {
    title: "where, limit and examine bound a scan as they bound a query",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const room = await writeSensors(backend, table);
      const count = (options: object) => backend.scan(table, [Sensor, Value], options).count();
      assert.equal(await count({ where: { room, n: gte(70) } }), 60);
      for (const segments of [1, 4]) {
        assert.equal(await count({ where: { room }, limit: 9, segments }), 9);
        assert.ok((await count({ examine: 12, segments })) <= 12);
        const scan = backend.scan(table, [Sensor, Value], { examine: 12, segments });
        await scan.all();
        assert.ok(scan.consumed.rows <= 12, `${scan.consumed.rows} rows in ${segments} segments`);
      }
      assert.ok(await backend.scan(table, [Sensor], { where: { room } }).first());
    },
  },
  {
    title: "A scan can be read page by page, each item once; not so in segments",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const room = await writeSensors(backend, table);
      for (const segment of [undefined, { index: 0, of: 2 }, { index: 1, of: 2 }]) {
        const scan = backend.scan(table, [Value], { where: { room }, ...(segment && { segment }) });
        const all = told(await scan.all());
        assert.deepEqual(told((await pagesOf(scan, 17)).flat()), all);
        if (segment === undefined) assert.equal(all.length, 120);
      }
      const part = (index: number) =>
        backend.scan(table, [Sensor], { where: { room }, segment: { index, of: 2 } });
      const { cursor } = await part(0).page({ size: 1 });
      assert.ok(cursor);
      await assertRefused(() => part(1).page({ size: 1, cursor }), "cursor.invalid", "another part");
      const parted = backend.scan(table, [Value], { segments: 2 });
      await assertRefused(() => parted.page({ size: 5 }), "option.invalid");
    },
  },
  {
    title: "Options that make no scan are refused before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      const wrong: readonly object[] = [
        { segments: 0 },
        { segments: 1.5 },
        { segments: "2" },
        { segment: { index: 2, of: 2 } },
        { segment: { index: -1, of: 2 } },
        { segment: { index: 0, of: 0 } },
        { segment: { index: 0 } },
        { segment: null },
        { segments: 2, segment: { index: 0, of: 2 } },
        { limit: 0 },
        { examine: 0 },
        { index: "nothing" },
      ];
      for (const options of wrong) {
        const scan = backend.scan(table, [Value], options);
        await assertRefused(() => scan.all(), "option.invalid", JSON.stringify(options));
      }
      await assertRefused(() => backend.scan(table, []).all(), "option.invalid");
      await assertRefused(() => backend.scan(table, [Value]).all(), "table.missing");
    },
  },
]);
