import assert from "node:assert/strict";
import type { DynawrapError } from "../../core/errors.js";
import { DBItem } from "../../core/model.js";
import { Table } from "../../core/table.js";
import { assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { number, object, optional, text } from "../schema.js";

class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{id}",
  schema: object({ owner: text, id: text, title: optional(text) }),
}) {}

/** Its key fits `Story` as well, and it says more of it. */
class Draft extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#DRAFT#{id}",
  schema: object({ owner: text, id: text, note: optional(text) }),
}) {}

class User extends DBItem({
  pk: "USER#{owner}",
  sk: "PROFILE",
  schema: object({ owner: text, name: optional(text) }),
}) {}

/** Writes items under the keys of stories whose fields say otherwise, or nothing. */
class Crooked extends DBItem({
  pk: "USER#{a}",
  sk: "STORY#{b}",
  schema: object({ a: text, b: text, id: optional(text), title: optional(text), likes: optional(number) }),
}) {}

const design = (table: string) => new Table(table, { models: [User, Story, Draft] });

export const ownershipCases: readonly ConformanceCase[] = cases("ownership", [
  {
    title: "An item is that of the model whose patterns hold the most literal characters",
    async run(backend, name) {
      const table = design(name);
      const owner = unique();
      await backend.batchWrite(table, [
        new User({ owner }),
        new Story({ owner, id: "1" }),
        new Story({ owner, id: "DRAFTS" }),
        new Draft({ owner, id: "1", note: "a" }),
      ]);
      const stories = await backend.query(table, Story, { owner }).all();
      assert.deepEqual(
        stories.map(({ id }) => id),
        ["1", "DRAFTS"],
      );
      const drafts = await backend.query(table, Draft, { owner }).all();
      assert.deepEqual(
        drafts.map(({ id }) => id),
        ["1"],
      );
      assert.equal(await backend.get(table, Story, { owner, id: "DRAFT#1" }), undefined);
      assert.deepEqual(await backend.batchGet(table, Story, [{ owner, id: "DRAFT#1" }]), [undefined]);
      assert.deepEqual(await backend.transactGet([[table, Story, { owner, id: "DRAFT#1" }]]), [undefined]);
      await assertRefused(
        () => backend.update(table, Story, { owner, id: "DRAFT#1" }, (story) => story),
        "item.missing",
      );
      const all = await backend.collection(table, [Story, Draft, User], { owner }).all();
      assert.deepEqual(
        all.map((item) => item.constructor),
        [User, Story, Draft, Story],
      );
    },
  },
  {
    title:
      "An item whose key would be read back as another model's is refused by every write, before any I/O",
    async run(backend, name) {
      const table = design(`missing_${unique()}`);
      const owner = unique();
      const taken = new Story({ owner, id: "DRAFT#1" });
      const writes = [
        () => backend.save(table, taken),
        () => backend.batchWrite(table, [taken]),
        () => backend.transact((tx) => tx.save(table, taken)),
      ];
      for (const write of writes) await assertRefused(write, "key.ambiguous");
      await backend.save(name, taken);
      assert.ok(await backend.get(name, Story, taken), "a bare name knows of no other model");
    },
  },
  {
    title: "An item whose fields contradict its key is item.misplaced, and goes to onError",
    async run(backend, name) {
      const table = design(name);
      const owner = unique();
      await backend.save(name, new Crooked({ a: owner, b: "1", id: "2" }));
      await backend.save(table, new Story({ owner, id: "3" }));
      const key = { PK: `USER#${owner}`, SK: "STORY#1" };
      const calls = [
        () => backend.get(table, Story, { owner, id: "1" }),
        () => backend.query(table, Story, { owner }).all(),
        () => backend.batchGet(table, Story, [{ owner, id: "1" }]),
        () => backend.transactGet([[table, Story, { owner, id: "1" }]]),
        () => backend.collection(table, [Story, User], { owner }).all(),
        () => backend.update(table, Story, { owner, id: "1" }, (story) => story.with({ title: "a" })),
      ];
      for (const call of calls) {
        const { details } = await assertRefused(call, "item.misplaced");
        assert.deepEqual(details, { model: "Story", key });
      }
      const seen: DynawrapError[] = [];
      const onError = (error: DynawrapError) => void seen.push(error);
      const found = await backend.query(table, Story, { owner }, { onError }).all();
      assert.deepEqual(
        found.map(({ id }) => id),
        ["3"],
      );
      assert.deepEqual(
        seen.map(({ code }) => code),
        ["item.misplaced"],
      );
    },
  },
  {
    title:
      "Under a bare name an item whose fields contradict its key is passed over: it may be another model's",
    async run(backend, table) {
      const owner = unique();
      await backend.save(table, new Crooked({ a: owner, b: "1", id: "2" }));
      assert.equal(await backend.get(table, Story, { owner, id: "1" }), undefined);
      assert.deepEqual(await backend.query(table, Story, { owner }).all(), []);
      assert.deepEqual(await backend.batchGet(table, Story, [{ owner, id: "1" }]), [undefined]);
      assert.deepEqual(await backend.transactGet([[table, Story, { owner, id: "1" }]]), [undefined]);
      assert.deepEqual(await backend.collection(table, [Story, User], { owner }).all(), []);
    },
  },
  {
    title: "Fields that stand only in the key are filled in from it, by every read",
    async run(backend, name) {
      const table = design(name);
      const owner = unique();
      await backend.save(name, new Crooked({ a: owner, b: "1", title: "T" }));
      const wanted = { owner, id: "1", title: "T" };
      const got = [
        await backend.get(table, Story, { owner, id: "1" }),
        ...(await backend.query(table, Story, { owner }).all()),
        ...(await backend.batchGet(table, Story, [{ owner, id: "1" }])),
        ...(await backend.transactGet([[table, Story, { owner, id: "1" }]])),
        ...(await backend.collection(table, [Story], { owner }).all()),
        await backend.query(table, Story, { owner }, { where: { id: "1", owner } }).first(),
      ];
      assert.equal(got.length, 6);
      for (const story of got) assert.deepEqual({ ...story }, wanted);
      const picked = await backend.query(table, Story, { owner }, { pick: ["id", "title"] }).all();
      assert.deepEqual(picked, [{ id: "1", title: "T" }]);
      const updated = await backend.update(table, Story, { owner, id: "1" }, (story) =>
        story.with({ title: "U" }),
      );
      assert.deepEqual({ ...updated }, { ...wanted, title: "U" });
    },
  },
  {
    title: "A table that lists its models takes no others, before any I/O",
    async run(backend) {
      const table = new Table(`missing_${unique()}`, { models: [User] });
      const owner = unique();
      const calls = [
        () => backend.save(table, new Story({ owner, id: "1" }) as never),
        () => backend.get(table, Story as never, { owner } as never),
        () => backend.query(table, Story as never, { owner } as never).all(),
        () => backend.collection(table, [User, Story] as never, { owner } as never).all(),
        () => backend.scan(table, [Story] as never).all(),
        () => backend.batchWrite(table, [new Story({ owner, id: "1" })] as never),
        () => backend.transact((tx) => tx.delete(table, Story as never, { owner } as never)),
      ];
      for (const call of calls) await assertRefused(call, "model.invalid");
    },
  },
]);
