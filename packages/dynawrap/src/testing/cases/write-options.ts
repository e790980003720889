import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { gt, lt, missing } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { aMoment, assertRefused, eventually, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { anything, number, object, optional, text } from "../schema.js";

class Doc extends DBItem({
  pk: "BOX#{box}",
  sk: "DOC#{id}",
  schema: object({ box: text, id: text, n: optional(number), body: optional(anything) }),
}) {}

/** The same documents as a newer service knows them. */
class NewDoc extends DBItem({
  pk: "BOX#{box}",
  sk: "DOC#{id}",
  schema: object({
    box: text,
    id: text,
    n: optional(number),
    body: optional(anything),
    owner: optional(text),
  }),
}) {}

class Listed extends DBItem({
  pk: "BOX#{box}",
  sk: "DOC#{id}",
  schema: object({ box: text, id: text, state: optional(text) }),
  indexes: { byState: { index: "GSI1", pk: "BOX#{box}", sk: "STATE#{state}" } },
}) {}

async function saved(backend: Backend, table: string, fields: object = {}): Promise<Doc> {
  const doc = new Doc({ box: unique(), id: "1", n: 1, ...fields });
  await backend.save(table, doc);
  return read(backend, table, doc);
}

async function read(backend: Backend, table: string, key: { box: string; id: string }): Promise<Doc> {
  const doc = await backend.get(table, Doc, { box: key.box, id: key.id }, { consistent: true });
  assert.ok(doc);
  return doc;
}

const idsIn = async (backend: Backend, table: string, box: string): Promise<string[]> =>
  (await backend.query(table, Doc, { box }, { consistent: true }).all()).map(({ id }) => id);

export const writeOptionCases: readonly ConformanceCase[] = cases("write options", [
  {
    title: "ifAbsent saves where nothing stands, and is item.exists where something does",
    async run(backend, table) {
      const doc = new Doc({ box: unique(), id: "1", n: 1 });
      await backend.save(table, doc, { ifAbsent: true });
      const other = new Doc({ ...doc, n: 2 });
      const { details } = await assertRefused(
        () => backend.save(table, other, { ifAbsent: true }),
        "item.exists",
      );
      assert.deepEqual(details, { model: "Doc", key: Doc.key(doc) });
      assert.equal((await read(backend, table, doc)).n, 1);
      await backend.save(table, other, { ifAbsent: false });
      assert.equal((await read(backend, table, doc)).n, 2);
      await backend.delete(table, doc);
      await backend.save(table, other, { ifAbsent: true });
    },
  },
  {
    title: "Of many who save with ifAbsent at the same time one succeeds",
    async run(backend, table) {
      const box = unique();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, (_, n) =>
          backend.save(table, new Doc({ box, id: "1", n }), { ifAbsent: true }),
        ),
      );
      const won = outcomes.flatMap(({ status }, n) => (status === "fulfilled" ? n : []));
      assert.equal(won.length, 1);
      assert.equal((await read(backend, table, { box, id: "1" })).n, won[0]);
    },
  },
  {
    title: "ifUnchanged saves where the item stands as it was read, and is item.conflict where it does not",
    async run(backend, table) {
      const body = { list: [1, "a", null], set: new Set([3, 1, 2]), bytes: Uint8Array.of(1), big: 2n ** 70n };
      const before = await saved(backend, table, { body });
      await backend.save(table, before.with({ n: 2 }), { ifUnchanged: before });
      const call = () => backend.save(table, before.with({ n: 3 }), { ifUnchanged: before });
      const { details } = await assertRefused(call, "item.conflict");
      assert.deepEqual(details, { model: "Doc", key: Doc.key(before) });
      assert.equal((await read(backend, table, before)).n, 2);
      await backend.delete(table, before);
      await assertRefused(call, "item.conflict", "ifUnchanged of what is gone");
      assert.deepEqual(await idsIn(backend, table, before.box), []);
    },
  },
  {
    title: "ifUnchanged looks at every attribute, also at those that the model does not know",
    async run(backend, table) {
      const changes = [
        { n: 2 },
        { n: undefined },
        { body: { a: 1 } },
        { body: "1" },
        { body: new Set(["a"]) },
        { owner: "b" },
        { owner: undefined },
      ];
      for (const change of changes) {
        const fields = { box: unique(), id: "1", n: 1, body: 1, owner: "a" };
        await backend.save(table, new NewDoc(fields));
        const before = await read(backend, table, fields);
        await backend.save(table, new NewDoc({ ...fields, ...change }));
        const call = () => backend.save(table, before.with({ n: 9 }), { ifUnchanged: before });
        await assertRefused(call, "item.conflict", JSON.stringify(change));
        const current = await read(backend, table, fields);
        assert.notEqual(current.n, 9);
        await backend.save(table, current.with({ n: 9 }), { ifUnchanged: current });
      }
    },
  },
  {
    title: "ifUnchanged sees a field of the model that has appeared, and a set in another order as the same",
    async run(backend, table) {
      const before = await saved(backend, table, { n: undefined, body: new Set(["a", "b", "c"]) });
      await backend.save(table, new Doc({ ...before, body: new Set(["c", "b", "a"]) }));
      await backend.save(table, before, { ifUnchanged: before });
      await backend.save(table, before.with({ n: 0 }));
      await assertRefused(() => backend.save(table, before, { ifUnchanged: before }), "item.conflict");
    },
  },
  {
    title: "ifUnchanged: undefined means that there must still be no item",
    async run(backend, table) {
      const doc = new Doc({ box: unique(), id: "1", n: 1 });
      const none = await backend.get(table, Doc, doc);
      await backend.save(table, doc, { ifUnchanged: none });
      await assertRefused(() => backend.save(table, doc, { ifUnchanged: none }), "item.conflict");
    },
  },
  {
    title: "An instance that was saved is what ifUnchanged compares with next",
    async run(backend, table) {
      const first = new Doc({ box: unique(), id: "1", n: 1 });
      await backend.save(table, first, { ifAbsent: true });
      const second = first.with({ n: 2 });
      await backend.save(table, second, { ifUnchanged: first });
      const third = second.with({ n: 3 });
      await backend.save(table, third, { ifUnchanged: second });
      await assertRefused(() => backend.save(table, third, { ifUnchanged: second }), "item.conflict");
    },
  },
  {
    title: "ifUnchanged of another key, of another model or of no item is refused, before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      const doc = new Doc({ box: "a", id: "1" });
      for (const wrong of [
        new Doc({ box: "a", id: "2" }),
        new NewDoc({ box: "a", id: "1" }),
        { ...doc },
        null,
      ]) {
        const call = () => backend.save(table, doc, { ifUnchanged: wrong as never });
        await assertRefused(call, "option.invalid");
      }
      await assertRefused(() => backend.save(table, doc, { ifAbsent: 1 as never }), "option.invalid");
      await assertRefused(() => backend.delete(table, doc, { ifPresent: "yes" as never }), "option.invalid");
    },
  },
  {
    title: "Several options must all hold",
    async run(backend, table) {
      const before = await saved(backend, table);
      const next = before.with({ n: 5 });
      await assertRefused(
        () => backend.save(table, next, { ifUnchanged: before, if: { n: gt(1) } }),
        "condition.failed",
      );
      await assertRefused(() => backend.save(table, next, { ifAbsent: true, if: { n: 1 } }), "item.exists");
      assert.equal((await read(backend, table, before)).n, 1);
      await backend.save(table, next, { ifUnchanged: before, if: { n: lt(2), body: missing() } });
      assert.equal((await read(backend, table, before)).n, 5);
    },
  },
  {
    title: "delete with ifPresent is item.missing where nothing stands, and deletes what does",
    async run(backend, table) {
      const doc = await saved(backend, table);
      await backend.delete(table, doc, { ifPresent: true });
      assert.deepEqual(await idsIn(backend, table, doc.box), []);
      for (const call of [
        () => backend.delete(table, doc, { ifPresent: true }),
        () => backend.delete(table, Doc, { box: doc.box, id: "1" }, { ifPresent: true }),
        () => backend.delete(table, doc, { ifPresent: true, if: { n: 1 } }),
      ]) {
        const { details } = await assertRefused(call, "item.missing");
        assert.deepEqual(details, { model: "Doc", key: Doc.key(doc) });
      }
    },
  },
  {
    title: "replaces moves an item to its new key, and no moment shows both or neither",
    async run(backend, table) {
      const before = await saved(backend, table, { body: "kept" });
      const moved = before.with({ id: "2" });
      await assertRefused(() => backend.save(table, moved), "key.changed");
      let done = false;
      const watch = async () => {
        while (!done) {
          const [old, fresh] = await backend.transactGet([
            [table, Doc, { box: before.box, id: "1" }],
            [table, Doc, { box: before.box, id: "2" }],
          ]);
          assert.equal(Number(!!old) + Number(!!fresh), 1);
          await aMoment();
        }
      };
      const moving = backend.save(table, moved, { replaces: before }).finally(() => {
        done = true;
      });
      await Promise.all([moving, watch()]);
      assert.deepEqual(await idsIn(backend, table, before.box), ["2"]);
      assert.equal((await read(backend, table, moved)).body, "kept");
      await backend.save(table, (await read(backend, table, moved)).with({ n: 7 }));
    },
  },
  {
    title: "replaces does nothing where the old item has changed, or the new key is taken",
    async run(backend, table) {
      const before = await saved(backend, table);
      const { box } = before;
      await backend.save(table, before.with({ n: 2 }));
      const move = () => backend.save(table, before.with({ id: "2" }), { replaces: before });
      await assertRefused(move, "item.conflict");
      assert.deepEqual(await idsIn(backend, table, box), ["1"]);
      const current = await read(backend, table, before);
      await backend.save(table, new Doc({ box, id: "2", n: 9 }));
      const onto = () => backend.save(table, current.with({ id: "2" }), { replaces: current });
      await assertRefused(onto, "item.exists");
      assert.equal((await read(backend, table, { box, id: "2" })).n, 9);
      await backend.delete(table, Doc, { box, id: "1" });
      await backend.delete(table, Doc, { box, id: "2" });
      await assertRefused(onto, "item.conflict");
      assert.deepEqual(await idsIn(backend, table, box), []);
    },
  },
  {
    title: "replaces under the same key is a save of what is unchanged",
    async run(backend, table) {
      const before = await saved(backend, table);
      await backend.save(table, before.with({ n: 2 }), { replaces: before });
      assert.equal((await read(backend, table, before)).n, 2);
      await assertRefused(
        () => backend.save(table, before.with({ n: 3 }), { replaces: before }),
        "item.conflict",
      );
    },
  },
  {
    title: "A write that is refused leaves the indexes as they were",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const box = unique();
      const states = async () =>
        (await backend.query(table, Listed, { box }, { index: "byState" }).all()).map(({ state }) => state);
      const item = new Listed({ box, id: "1", state: "open" });
      await backend.save(table, item);
      await eventually(async () => assert.deepEqual(await states(), ["open"]));
      const next = item.with({ state: "done" });
      await assertRefused(() => backend.save(table, next, { ifAbsent: true }), "item.exists");
      await assertRefused(() => backend.save(table, next, { if: { state: "x" } }), "condition.failed");
      await assertRefused(() => backend.delete(table, item, { if: { state: "x" } }), "condition.failed");
      assert.deepEqual(await states(), ["open"]);
      await backend.save(table, next, { if: { state: "open" } });
      await eventually(async () => assert.deepEqual(await states(), ["done"]));
    },
  },
]);
