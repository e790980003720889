import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { between, gte, lt } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { Table } from "../../core/table.js";
import { assertRefused, eventually, pagesOf, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable, ownTable } from "../own-table.js";
import { anything, integer, number, numeric, object, optional, text } from "../schema.js";

type Indexed = Awaited<ReturnType<typeof indexedTable>>;

class Task extends DBItem({
  pk: "PROJECT#{project}",
  sk: "TASK#{id}",
  schema: object({
    project: text,
    id: text,
    status: optional(text),
    due: optional(text),
    points: optional(numeric),
  }),
  indexes: {
    byStatus: { index: "GSI1", pk: "PROJECT#{project}#STATUS#{status}", sk: "DUE#{due}" },
    urgent: { index: "hashOnly", pk: "URGENT#{status}" },
    byPoints: { index: "byPoints", pk: "PROJECT#{project}", sk: "{points}" },
  },
}) {}

/** In the same partitions of the first index as tasks of a status. */
class Note extends DBItem({
  pk: "PROJECT#{project}",
  sk: "NOTE#{id}",
  schema: object({ project: text, id: text, status: text, due: text }),
  indexes: { byStatus: { index: "GSI1", pk: "PROJECT#{project}#STATUS#{status}", sk: "NOTE#{due}" } },
}) {}

const wideTable = ownTable(
  (name) =>
    new Table(name, {
      indexes: {
        wide: { pk: ["tenant", "kind"], sk: ["year", { name: "rank", type: "N" }, "wideName"] },
      },
    }),
  "wide",
);

class Entry extends DBItem({
  pk: "ENTRY#{id}",
  sk: "ENTRY",
  schema: object({ id: text, tenant: text, kind: text, year: text, rank: optional(integer), name: text }),
  indexes: {
    wide: { index: "wide", pk: ["{tenant}", "{kind}"], sk: ["{year}", "{rank}", "NAME#{name}"] },
  },
}) {}

const ids = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id);

/** What an index shows of a project: the ids of its tasks. */
function shown(backend: Backend, table: Indexed, project: string, status = "open"): Promise<string[]> {
  return backend.query(table, Task, { project, status }, { index: "byStatus" }).all().then(ids);
}

/** Writes tasks that are due in the order of their ids, and waits until the index has them. */
async function writeTasks(backend: Backend, table: Indexed, count: number): Promise<string> {
  const project = unique();
  const tasks = Array.from(
    { length: count },
    (_, n) =>
      new Task({
        project,
        id: `t${100 + n}`,
        status: "open",
        due: String(100 + n),
      }),
  );
  await backend.batchWrite(table, tasks.reverse());
  await eventually(async () =>
    assert.equal((await shown(backend, table, project)).length, count, "tasks in the index"),
  );
  return project;
}

export const indexCases: readonly ConformanceCase[] = cases("indexes", [
  {
    title: "Every way of writing an item writes its index keys, and every deletion takes them",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const project = unique();
      const task = (id: string) => new Task({ project, id, status: "open", due: id });
      await backend.save(table, task("1"));
      await backend.batchWrite(table, [task("2")]);
      await backend.transact((tx) => tx.save(table, task("3")));
      await backend.save(table, new Task({ project, id: "4" }));
      await backend.update(table, Task, { project, id: "4" }, (read) =>
        read.with({ status: "open", due: "4" }),
      );
      await eventually(async () =>
        assert.deepEqual(await shown(backend, table, project), ["1", "2", "3", "4"]),
      );
      await backend.delete(table, Task, { project, id: "1" });
      await backend.batchWrite(table, { delete: [task("2")] });
      await backend.transact((tx) => tx.delete(table, Task, { project, id: "3" }));
      await eventually(async () => assert.deepEqual(await shown(backend, table, project), ["4"]));
    },
  },
  {
    title: "An item that lacks a field of an index is in the table and not in the index",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const project = unique();
      await backend.batchWrite(table, [
        new Task({ project, id: "1", status: "open" }),
        new Task({ project, id: "2", due: "2" }),
        new Task({ project, id: "3" }),
        new Task({ project, id: "4", status: "open", due: "4" }),
      ]);
      await eventually(async () => assert.deepEqual(await shown(backend, table, project), ["4"]));
      assert.equal((await backend.query(table, Task, { project }).all()).length, 4);
    },
  },
  {
    title:
      "An index is never stale: a field that is changed moves the item, one that is removed takes it out",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const project = unique();
      const is = (open: string[], done: string[]) =>
        eventually(async () => {
          assert.deepEqual(await shown(backend, table, project), open);
          assert.deepEqual(await shown(backend, table, project, "done"), done);
        });
      await backend.save(table, new Task({ project, id: "1", status: "open", due: "5" }));
      await backend.save(table, new Task({ project, id: "2", status: "open", due: "6" }));
      await is(["1", "2"], []);
      await backend.update(table, Task, { project, id: "1" }, (task) => task.with({ due: "7" }));
      await is(["2", "1"], []);
      await backend.update(table, Task, { project, id: "2" }, (task) => task.with({ status: "done" }));
      await is(["1"], ["2"]);
      const read = await backend.get(table, Task, { project, id: "1" }, { consistent: true });
      assert.ok(read);
      await backend.save(table, read.with({ status: undefined }));
      await is([], ["2"]);
      await backend.save(table, read);
      await is(["1"], ["2"]);
      await backend.save(table, new Task({ project, id: "1" }));
      await backend.batchWrite(table, [new Task({ project, id: "2", status: "done" })]);
      await is([], []);
      assert.deepEqual({ ...(await backend.get(table, Task, { project, id: "1" })) }, { project, id: "1" });
    },
  },
  {
    title: "null or nothing in a field of an index is refused, before any I/O",
    async run(backend) {
      const layout = { indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } } };
      const table = new Table(`missing_${unique()}`, layout);
      class Open extends DBItem({
        pk: "A#{a}",
        sk: "A",
        schema: object({ a: text, state: optional(anything as never as typeof text) }),
        indexes: { byState: { index: "GSI1", pk: "{state}", sk: "A" } },
      }) {}
      for (const state of ["", null, "a\0", {}, ["a"]] as never[]) {
        const what = JSON.stringify(state);
        await assertRefused(() => backend.save(table, new Open({ a: "1", state })), "key.invalid", what);
      }
    },
  },
  {
    title: "An index of one hash key holds all items of its partition, and pages through them",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const status = unique();
      const wanted = Array.from({ length: 7 }, (_, n) => `t${n}`);
      await backend.batchWrite(
        table,
        wanted.map((id) => new Task({ project: `${status}${id}`, id, status })),
      );
      const query = backend.query(table, Task, { status }, { index: "urgent" });
      await eventually(async () => assert.deepEqual(ids(await query.all()).sort(), wanted));
      const found = ids((await pagesOf(query, 2)).flat());
      assert.deepEqual(found.sort(), wanted);
    },
  },
  {
    title: "One index serves several models, and each query brings its own",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const project = await writeTasks(backend, table, 3);
      await backend.save(table, new Note({ project, id: "n", status: "open", due: "100" }));
      await eventually(async () => {
        const notes = backend.query(table, Note, { project, status: "open" }, { index: "byStatus" });
        assert.deepEqual(ids(await notes.all()), ["n"]);
      });
      assert.deepEqual(await shown(backend, table, project), ["t100", "t101", "t102"]);
      const turned = backend.query(
        table,
        Task,
        { project, status: "open" },
        { index: "byStatus", reverse: true },
      );
      assert.deepEqual(ids(await turned.all()), ["t102", "t101", "t100"]);
    },
  },
  {
    title: "The numeric sort key of an index orders as numbers, and takes ranges",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const project = unique();
      const points = [10, -3, 2, 2n ** 60n, 2n ** 60n + 1n, 0.5, 100];
      await backend.batchWrite(
        table,
        points.map((each, place) => new Task({ project, id: String(place), points: each })),
      );
      const found = async (key: object) =>
        (await backend.query(table, Task, { project, ...key }, { index: "byPoints" }).all()).map(
          (task) => task.points,
        );
      const inOrder = [-3, 0.5, 2, 10, 100, 2n ** 60n, 2n ** 60n + 1n];
      await eventually(async () => assert.deepEqual(await found({}), inOrder));
      assert.deepEqual(await found({ points: between(0, 10) }), [0.5, 2, 10]);
      assert.deepEqual(await found({ points: lt(10) }), [-3, 0.5, 2]);
      assert.deepEqual(await found({ points: gte(2n ** 60n + 1n) }), [2n ** 60n + 1n]);
      assert.deepEqual(await found({ points: 2n ** 60n }), [2n ** 60n]);
    },
  },
  {
    title: "Items with the same index key are paged without loss or repetition, either way round",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const project = unique();
      const wanted = Array.from({ length: 23 }, (_, n) => `t${100 + n}`);
      await backend.batchWrite(
        table,
        wanted.map(
          (id) => new Task({ project, id, status: "open", due: id > "t119" ? "2" : "1", points: 1 }),
        ),
      );
      await eventually(async () => assert.equal((await shown(backend, table, project)).length, 23));
      for (const index of ["byStatus", "byPoints"] as const) {
        for (const reverse of [false, true]) {
          for (const size of [1, 4, 22, 23]) {
            const key = index === "byStatus" ? { project, status: "open" } : { project };
            const query = backend.query(table, Task, key as never, { index, reverse });
            const found = ids((await pagesOf<object>(query, size)).flat() as never);
            const what = `${index}, ${size} a page${reverse ? ", reversed" : ""}`;
            assert.deepEqual(found.toSorted(), wanted, what);
            assert.deepEqual(found, ids((await query.all()) as never), what);
          }
        }
      }
    },
  },
  {
    title: "A consistent read of a global index is backend.unsupported, before any I/O",
    async run(backend) {
      const table = new Table(`missing_${unique()}`, {
        indexes: {
          GSI1: { pk: "GSI1PK", sk: "GSI1SK" },
          hashOnly: { pk: "hashOnlyPK" },
          byPoints: { pk: "byPointsPK", sk: { name: "points", type: "N" } },
        },
      });
      const options = { index: "byStatus", consistent: true } as const;
      const key = { project: "a", status: "open" };
      const calls = [
        () => backend.query(table, Task, key, options).all(),
        () => backend.query(table, Task, key, options).page({ size: 1 }),
        () => backend.collection(table, [Task, Note], key, options).all(),
        () => backend.scan(table, [Task], options).all(),
      ];
      for (const call of calls) {
        const { details } = await assertRefused(call, "backend.unsupported");
        assert.equal(details.capability, "consistentIndexes");
      }
    },
  },
  {
    title: "An index that the model does not declare, or the table does not have, is refused before any I/O",
    async run(backend) {
      const table = new Table(`missing_${unique()}`);
      const query = backend.query(table, Task, { project: "a" });
      await assertRefused(() => query.all(), "model.invalid", "an index that the table lacks");
      class Plain extends DBItem({ pk: "P#{a}", sk: "P", schema: object({ a: text, n: number }) }) {}
      const wrong = backend.query(table, Plain, { a: "1" } as never, { index: "byNothing" as never });
      await assertRefused(() => wrong.all(), "option.invalid", "an alias that the model lacks");
    },
  },
  {
    title: "A key of several attributes is read from left to right, each of them exact but the last",
    needs: { multiAttributeKeys: true },
    async run(backend, given) {
      const table = await wideTable(backend, given);
      const tenant = unique();
      const entries = [
        ["2023", 10, "a"],
        ["2024", -1, "b"],
        ["2024", 2, "c"],
        ["2024", 10, "d"],
        ["2024", 10, "e"],
        ["2025", undefined, "f"],
      ] as const;
      await backend.batchWrite(
        table,
        entries.map(
          ([year, rank, name]) => new Entry({ id: tenant + name, tenant, kind: "x", year, rank, name }),
        ),
      );
      const query = (key: object, options: object = {}) =>
        backend.query(table, Entry, { tenant, kind: "x", ...key } as never, { index: "wide", ...options });
      const names = async (key: object, options?: object) =>
        (await query(key, options).all()).map(({ name }) => name).join("");
      await eventually(async () => assert.equal(await names({}), "abcde"));
      assert.equal(await names({ year: "2024" }), "bcde");
      assert.equal(await names({ year: "2024" }, { reverse: true }), "edcb");
      assert.equal(await names({ year: "2024", rank: 10 }), "de");
      assert.equal(await names({ year: "2024", rank: lt(10) }), "bc");
      assert.equal(await names({ year: "2024", rank: 10, name: gte("e") }), "e");
      assert.equal(await names({ year: gte("2024") }), "bcde");
      assert.equal(await names({ kind: "y" }), "");
      await assertRefused(() => query({ rank: 10 }).all(), "key.incomplete");
      await assertRefused(() => query({ kind: undefined }).all(), "key.invalid");
      const pages = await pagesOf(query({}), 2);
      assert.deepEqual(
        pages.map((page) => page.map(({ name }) => name).join("")),
        ["ab", "cd", "e"],
      );
    },
  },
]);
