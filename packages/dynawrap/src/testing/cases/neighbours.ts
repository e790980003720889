import assert from "node:assert/strict";
import { DBItem } from "../../core/model.js";
import { assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { anything, number, object, optional, text, withDefault } from "../schema.js";

class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{id}",
  schema: object({ owner: text, id: text, likes: number }),
}) {}

class Run extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{id}#RUN#{n:03d}",
  schema: object({ owner: text, id: text, n: number }),
}) {}

/** Writes items that `Story` takes for its own by their keys, and refuses by its schema. */
class Careless extends DBItem({
  name: "Story",
  pk: "USER#{owner}",
  sk: "STORY#{id}",
  schema: object({ owner: text, id: text, likes: anything }),
}) {}

/** Writes items under the keys of `Story` whose fields say something else. */
class Impostor extends DBItem({
  pk: "USER#{user}",
  sk: "STORY#{number}",
  schema: object({ user: text, number: text, owner: optional(text), id: optional(text), likes: number }),
}) {}

export const neighbourCases: readonly ConformanceCase[] = cases("neighbours", [
  {
    title: "Items of other models in the partition and in the prefix are passed over",
    async run(backend, table) {
      const owner = unique();
      await backend.batchWrite(table, [
        ...["1", "2", "20", "3"].map((id) => new Story({ owner, id, likes: 1 })),
        ...["1", "2", "20"].flatMap((id) => [1, 2, 3].map((n) => new Run({ owner, id, n }))),
      ]);
      const stories = await backend.query(table, Story, { owner }).all();
      assert.deepEqual(
        stories.map(({ id }) => id),
        ["1", "2", "20", "3"],
      );
      assert.ok(stories.every((story) => story instanceof Story));
      const runs = await backend.query(table, Run, { owner }).all();
      assert.equal(runs.length, 9);
      assert.ok(runs.every((run) => run instanceof Run));
      assert.equal((await backend.query(table, Story, { owner, id: "2" }).all()).length, 2);
    },
  },
  {
    title: "An item whose fields contradict its key is passed over, by query and by get",
    async run(backend, table) {
      const user = unique();
      const items = [
        new Impostor({ user, number: "1", owner: user, id: "other", likes: 1 }),
        new Impostor({ user, number: "2", owner: "other", id: "2", likes: 2 }),
        new Impostor({ user, number: "3", owner: user, id: "3", likes: 3 }),
      ];
      await backend.batchWrite(table, items);
      const found = await backend.query(table, Story, { owner: user }).all();
      assert.deepEqual(
        found.map(({ likes }) => likes),
        [3],
      );
      assert.equal(await backend.get(table, Story, { owner: user, id: "1" }), undefined);
      assert.equal(await backend.get(table, Story, { owner: user, id: "2" }), undefined);
      assert.equal((await backend.get(table, Story, { owner: user, id: "3" }))?.likes, 3);
    },
  },
  {
    title: "Fields that stand only in the key are filled in from it",
    async run(backend, table) {
      const user = unique();
      await backend.save(table, new Impostor({ user, number: "7", likes: 7 }));
      const found = await backend.get(table, Story, { owner: user, id: "7" });
      assert.deepEqual({ ...found }, { owner: user, id: "7", likes: 7 });
      const [queried] = await backend.query(table, Story, { owner: user }).all();
      assert.deepEqual({ ...queried }, { owner: user, id: "7", likes: 7 });
    },
  },
  {
    title: "A limit counts results, not the other models' items that are read on the way",
    async run(backend, table) {
      const owner = unique();
      await backend.batchWrite(table, [
        ...Array.from({ length: 130 }, (_, n) => new Run({ owner, id: "0", n })),
        ...["1", "2", "3", "4"].map((id) => new Story({ owner, id, likes: 1 })),
        ...Array.from({ length: 70 }, (_, n) => new Run({ owner, id: "2", n })),
      ]);
      for (const limit of [1, 2, 3, 4, 5]) {
        const found = await backend.query(table, Story, { owner }, { limit }).all();
        assert.deepEqual(
          found.map(({ id }) => id),
          ["1", "2", "3", "4"].slice(0, limit),
          `limit ${limit}`,
        );
      }
      assert.equal((await backend.query(table, Story, { owner }).first())?.id, "1");
      const last = await backend.query(table, Story, { owner }, { limit: 2, reverse: true }).all();
      assert.deepEqual(
        last.map(({ id }) => id),
        ["4", "3"],
      );
    },
  },
  {
    title:
      "An item that the schema refuses is item.invalid, with its key and what is wrong, by query and by get",
    async run(backend, table) {
      const owner = unique();
      await backend.save(table, new Careless({ owner, id: "1", likes: "many" }));
      const query = await assertRefused(() => backend.query(table, Story, { owner }).all(), "item.invalid");
      const get = await assertRefused(() => backend.get(table, Story, { owner, id: "1" }), "item.invalid");
      for (const { details } of [query, get]) {
        assert.equal(details.model, "Story");
        assert.deepEqual(details.key, { PK: `USER#${owner}`, SK: "STORY#1" });
        assert.deepEqual(
          details.issues.map(({ path }) => path),
          [["likes"]],
        );
      }
    },
  },
  {
    title: "onError passes over what the schema refuses, and a limit does not count it",
    async run(backend, table) {
      const owner = unique();
      await backend.batchWrite(table, [
        ...Array.from({ length: 40 }, (_, n) => new Careless({ owner, id: `a${n}`, likes: null })),
        ...["b", "c", "d"].map((id) => new Story({ owner, id, likes: 1 })),
        new Careless({ owner, id: "bb" }),
      ]);
      const skipped = await backend.query(table, Story, { owner }, { onError: "skip", limit: 2 }).all();
      assert.deepEqual(
        skipped.map(({ id }) => id),
        ["b", "c"],
      );
      const seen: (string | undefined)[] = [];
      const onError = (error: { readonly details: object }) => {
        seen.push((error.details as { key?: { SK?: string } }).key?.SK);
      };
      const all = await backend.query(table, Story, { owner }, { onError, reverse: true }).all();
      assert.deepEqual(
        all.map(({ id }) => id),
        ["d", "c", "b"],
      );
      assert.equal(seen.length, 41);
      assert.equal(seen[0], "STORY#bb");
    },
  },
  {
    title: "onError: warn passes over what the schema refuses, and says so on the console",
    async run(backend, table) {
      const owner = unique();
      await backend.save(table, new Careless({ owner, id: "1", likes: "many" }));
      await backend.save(table, new Story({ owner, id: "2", likes: 1 }));
      const original = console.warn;
      const said: unknown[] = [];
      // Others may warn at the same time, and are heard.
      console.warn = (...words) => (String(words[0]).includes(owner) ? said.push(words) : original(...words));
      try {
        const found = await backend.query(table, Story, { owner }, { onError: "warn" }).all();
        assert.deepEqual(
          found.map(({ id }) => id),
          ["2"],
        );
        assert.equal(said.length, 1);
      } finally {
        console.warn = original;
      }
    },
  },
  {
    title: "An error that onError itself throws ends the query",
    async run(backend, table) {
      const owner = unique();
      await backend.save(table, new Careless({ owner, id: "1", likes: "many" }));
      const mine = new Error("enough");
      const onError = () => {
        throw mine;
      };
      await assert.rejects(
        backend.query(table, Story, { owner }, { onError }).all(),
        (error) => error === mine,
      );
    },
  },
  {
    title: "A field that an older item lacks gets the schema's default when it is read",
    async run(backend, table) {
      class Titled extends DBItem({
        pk: "USER#{owner}",
        sk: "STORY#{id}",
        schema: object({ owner: text, id: text, likes: number, title: withDefault(text, "untitled") }),
      }) {}
      const owner = unique();
      await backend.save(table, new Story({ owner, id: "1", likes: 1 }));
      assert.equal((await backend.get(table, Titled, { owner, id: "1" }))?.title, "untitled");
    },
  },
  {
    title: "Attributes that a model does not know are kept when it reads an item, changes it and saves it",
    async run(backend, table) {
      class Full extends DBItem({
        pk: "USER#{owner}",
        sk: "STORY#{id}",
        schema: object({
          owner: text,
          id: text,
          likes: number,
          extra: anything,
          tags: anything,
          ["__proto__"]: anything,
        }),
      }) {}
      const owner = unique();
      const extra = { deep: [1, { $bytes: "AQI=" }], none: null, big: 2n ** 64n, bytes: Uint8Array.of(1, 2) };
      const whole = { owner, id: "1", likes: 1, extra, tags: new Set(["a", "b"]) };
      await backend.save(table, new Full(whole));
      const story = await backend.get(table, Story, { owner, id: "1" });
      assert.ok(story);
      assert.deepEqual({ ...story }, { owner, id: "1", likes: 1 });
      await backend.save(table, story.with({ likes: 2 }).with({ likes: 3 }));
      const again = await backend.get(table, Full, { owner, id: "1" });
      assert.deepEqual({ ...again }, { ...whole, likes: 3 });
      await backend.batchWrite(table, [
        (await backend.query(table, Story, { owner }).all())[0]!.with({ likes: 4 }),
      ]);
      assert.deepEqual({ ...(await backend.get(table, Full, { owner, id: "1" })) }, { ...whole, likes: 4 });
    },
  },
  {
    title: "A new instance replaces the item whole: what only the old one had is gone",
    async run(backend, table) {
      const owner = unique();
      await backend.save(table, new Careless({ owner, id: "1", likes: 5 }));
      await backend.save(table, new Impostor({ user: owner, number: "1", likes: 6 }));
      await backend.save(table, new Story({ owner, id: "1", likes: 7 }));
      class Curious extends DBItem({
        pk: "USER#{owner}",
        sk: "STORY#{id}",
        schema: object({
          owner: text,
          id: text,
          likes: number,
          user: optional(text),
          number: optional(text),
        }),
      }) {}
      const found = await backend.get(table, Curious, { owner, id: "1" });
      assert.deepEqual({ ...found }, { owner, id: "1", likes: 7 });
    },
  },
]);
