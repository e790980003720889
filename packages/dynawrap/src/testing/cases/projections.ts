import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { gte, lt } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { assertRefused, eventually, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { anything, object, optional, text } from "../schema.js";

class Task extends DBItem({
  pk: "PROJECT#{project}",
  sk: "TASK#{id}",
  schema: object({
    project: text,
    id: text,
    title: optional(text),
    due: optional(text),
    extra: optional(anything),
  }),
  indexes: {
    slim: { index: "keysOnly", pk: "SLIM#{project}", sk: "DUE#{due}" },
    some: { index: "some", pk: "SOME#{project}", sk: "DUE#{due}" },
  },
}) {}

/** What an index that holds all its fields can give whole. */
class Stub extends DBItem({
  pk: "PROJECT#{project}",
  sk: "TASK#{id}",
  schema: object({ project: text, id: text, title: optional(text), due: optional(text) }),
  indexes: { some: { index: "some", pk: "SOME#{project}", sk: "DUE#{due}" } },
}) {}

const ids = (items: readonly { readonly id: string }[]): string[] => items.map(({ id }) => id);

/** Writes tasks that are due in the order of their ids, and waits until the indexes have them. */
async function writeTasks(
  backend: Backend,
  table: Awaited<ReturnType<typeof indexedTable>>,
  count: number,
): Promise<string> {
  const project = unique();
  const task = (_: unknown, n: number) =>
    new Task({ project, id: `t${100 + n}`, due: String(100 + n), title: `T${n}`, extra: n });
  await backend.batchWrite(table, Array.from({ length: count }, task));
  for (const index of ["slim", "some"] as const) {
    await eventually(async () => {
      const found = await backend.query(table, Task, { project }, { index, pick: ["id"] }).all();
      assert.equal(found.length, count);
    });
  }
  return project;
}

export const projectionCases: readonly ConformanceCase[] = cases("projections", [
  {
    title: "An index that does not hold a whole model is index.projection, unless pick or fetch says how",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const project = await writeTasks(backend, table, 3);
      for (const index of ["slim", "some"] as const) {
        const query = (options: object) => backend.query(table, Task, { project }, { index, ...options });
        const { details } = await assertRefused(() => query({}).all(), "index.projection", index);
        assert.ok(
          details.missing.includes("extra") && !details.missing.includes("due"),
          `${details.missing}`,
        );
        await assertRefused(() => query({ pick: ["extra"] }).all(), "index.projection", "pick");
        await assertRefused(
          () => query({ pick: ["id"], where: { extra: 1 } }).all(),
          "index.projection",
          "where",
        );
        const fetched = await query({ fetch: true }).all();
        assert.deepEqual(
          fetched.map(({ title }) => title),
          ["T0", "T1", "T2"],
          index,
        );
        assert.ok(fetched[0] instanceof Task);
        const some = await query({ fetch: true, where: { extra: gte(1) }, limit: 1, reverse: true }).all();
        assert.deepEqual(ids(some), ["t102"], index);
        await assertRefused(() => backend.scan(table, [Task], { index }).all(), "index.projection", "scan");
      }
      const picked = await backend
        .query(table, Task, { project, due: lt("102") }, { index: "some", pick: ["id", "title", "due"] })
        .all();
      assert.deepEqual(picked, [
        { id: "t100", title: "T0", due: "100" },
        { id: "t101", title: "T1", due: "101" },
      ]);
    },
  },
  {
    title:
      "pick gives plain objects of the fields asked for, of the table and of an index, whatever the schema",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      class Raw extends DBItem({
        pk: "PROJECT#{project}",
        sk: "TASK#{id}",
        schema: object({ project: text, id: text, title: anything }),
      }) {}
      const project = await writeTasks(backend, table, 2);
      await backend.save(table, new Raw({ project, id: "t102", title: 7 }));
      const picked = await backend.query(table, Task, { project }, { pick: ["title", "id"] }).all();
      assert.deepEqual(
        picked.map((each) => ({ ...each })),
        [
          { title: "T0", id: "t100" },
          { title: "T1", id: "t101" },
          { title: 7, id: "t102" },
        ],
      );
      assert.ok(!(picked[0] instanceof Task));
      const where = { title: "T1" };
      const some = await backend.query(table, Task, { project }, { pick: ["extra"], where }).all();
      assert.deepEqual(some, [{ extra: 1 }]);
      const wrong = backend.query(table, Task, { project }, { pick: ["nothing" as never] });
      await assertRefused(() => wrong.all(), "option.invalid");
    },
  },
  {
    title:
      "A model of which an index holds every field is read from it, but saved only once it was read whole",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const project = unique();
      await backend.save(table, new Stub({ project, id: "1", title: "T", due: "100" }));
      const stubs = (options: object) =>
        backend.query(table, Stub, { project }, { index: "some", ...options });
      await eventually(async () => assert.equal(await stubs({}).count(), 1));
      const [first] = await stubs({}).all();
      assert.ok(first instanceof Stub);
      assert.deepEqual({ ...first }, { project, id: "1", title: "T", due: "100" });
      await assertRefused(() => backend.save(table, first.with({ title: "U" })), "index.projection");
      const [whole] = await stubs({ fetch: true }).all();
      assert.ok(whole);
      await backend.save(table, whole.with({ title: "U" }));
      assert.equal((await backend.get(table, Stub, whole, { consistent: true }))?.title, "U");
    },
  },
]);
