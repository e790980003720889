import assert from "node:assert/strict";
import { DBItem } from "../../core/model.js";
import { assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { anything, number, object, optional, text } from "../schema.js";

class Note extends DBItem({
  pk: "BOOK#{book}",
  sk: "NOTE#{id}",
  schema: object({ book: text, id: text, body: anything, likes: optional(number) }),
}) {
  get title(): string {
    return `${this.book}/${this.id}`;
  }
}

export const writeCases: readonly ConformanceCase[] = cases("writes", [
  {
    title: "What is saved is found under its key, as an instance of the model with its own members",
    async run(backend, table) {
      const book = unique();
      await backend.save(table, new Note({ book, id: "1", body: "a" }));
      const found = await backend.get(table, Note, { book, id: "1" });
      assert.ok(found instanceof Note);
      assert.deepEqual({ ...found }, { book, id: "1", body: "a" });
      assert.equal(found.title, `${book}/1`);
      assert.equal(found.schemaVersion, Note.schemaVersion);
    },
  },
  {
    title: "A key that holds nothing gives undefined",
    async run(backend, table) {
      const book = unique();
      await backend.save(table, new Note({ book, id: "1" }));
      for (const key of [
        { book, id: "2" },
        { book, id: "11" },
        { book: `${book}x`, id: "1" },
      ]) {
        assert.equal(await backend.get(table, Note, key), undefined);
      }
    },
  },
  {
    title: "save replaces the whole item: a field that the new one lacks is gone",
    async run(backend, table) {
      const book = unique();
      await backend.save(table, new Note({ book, id: "1", body: { a: 1, b: 2 }, likes: 3 }));
      await backend.save(table, new Note({ book, id: "1", body: { b: 3 } }));
      const found = await backend.get(table, Note, { book, id: "1" });
      assert.deepEqual({ ...found }, { book, id: "1", body: { b: 3 } });
      assert.equal((await backend.query(table, Note, { book }).all()).length, 1);
      await backend.batchWrite(table, [new Note({ book, id: "1" })]);
      assert.deepEqual({ ...(await backend.get(table, Note, { book, id: "1" })) }, { book, id: "1" });
    },
  },
  {
    title:
      "An item that was read, changed by with and saved is stored as changed; undefined takes a field out",
    async run(backend, table) {
      const book = unique();
      await backend.save(table, new Note({ book, id: "1", body: "a", likes: 1 }));
      const read = await backend.get(table, Note, { book, id: "1" });
      assert.ok(read);
      await backend.save(table, read);
      assert.deepEqual({ ...(await backend.get(table, Note, { book, id: "1" })) }, { ...read });
      await backend.save(table, read.with({ likes: 2, body: undefined }));
      assert.deepEqual(
        { ...(await backend.get(table, Note, { book, id: "1" })) },
        { book, id: "1", likes: 2 },
      );
      assert.deepEqual({ ...read }, { book, id: "1", body: "a", likes: 1 });
    },
  },
  {
    title: "What is changed outside after a save, or in what was read, does not change what is stored",
    async run(backend, table) {
      const book = unique();
      const body = { list: [1], bytes: Uint8Array.of(1) };
      await backend.save(table, new Note({ book, id: "1", body }));
      body.list.push(2);
      body.bytes[0] = 9;
      const first = (await backend.get(table, Note, { book, id: "1" }))?.body as typeof body;
      assert.deepEqual(first, { list: [1], bytes: Uint8Array.of(1) });
      first.list.push(3);
      first.bytes[0] = 8;
      const second = (await backend.get(table, Note, { book, id: "1" }))?.body;
      assert.deepEqual(second, { list: [1], bytes: Uint8Array.of(1) });
    },
  },
  {
    title: "delete takes an item or its key, and takes nothing else",
    async run(backend, table) {
      const book = unique();
      const notes = ["1", "11", "2", "3"].map((id) => new Note({ book, id }));
      const [first, , third] = notes;
      await backend.batchWrite(table, notes);
      await backend.delete(table, first!);
      await backend.delete(table, Note, { book, id: "3" });
      const left = async () => (await backend.query(table, Note, { book }).all()).map(({ id }) => id);
      assert.deepEqual(await left(), ["11", "2"]);
      assert.equal(await backend.get(table, Note, { book, id: "1" }), undefined);
      const read = await backend.get(table, Note, third!);
      assert.ok(read);
      await backend.delete(table, read);
      assert.deepEqual(await left(), ["11"]);
    },
  },
  {
    title: "Deleting what is not there is no error, however often",
    async run(backend, table) {
      const note = new Note({ book: unique(), id: "1" });
      await backend.delete(table, note);
      await backend.save(table, note);
      await backend.delete(table, note);
      await backend.delete(table, note);
      await backend.delete(table, Note, note);
      await backend.save(table, note);
      assert.ok(await backend.get(table, Note, note));
    },
  },
  {
    title: "save and delete resolve to nothing",
    async run(backend, table) {
      const note = new Note({ book: unique(), id: "1" });
      assert.equal(await backend.save(table, note), undefined);
      assert.equal(await backend.delete(table, note), undefined);
      assert.equal(await backend.batchWrite(table, [note]), undefined);
    },
  },
  {
    title: "An item that was read is not saved under another key, and nothing changes",
    async run(backend, table) {
      const book = unique();
      await backend.save(table, new Note({ book, id: "1", body: "a" }));
      const read = await backend.get(table, Note, { book, id: "1" });
      assert.ok(read);
      const moved = read.with({ id: "2" });
      const { details } = await assertRefused(() => backend.save(table, moved), "key.changed");
      assert.deepEqual(details, {
        model: "Note",
        before: { PK: `BOOK#${book}`, SK: "NOTE#1" },
        after: { PK: `BOOK#${book}`, SK: "NOTE#2" },
      });
      await assertRefused(() => backend.batchWrite(table, [moved]), "key.changed", "batchWrite");
      const all = await backend.query(table, Note, { book }).all();
      assert.deepEqual(
        all.map(({ id }) => id),
        ["1"],
      );
      await backend.save(table, new Note({ ...moved }));
      assert.equal((await backend.query(table, Note, { book }).all()).length, 2);
      await backend.save(table, moved.with({ id: "1", body: "b" }));
      assert.equal((await backend.get(table, Note, { book, id: "1" }))?.body, "b");
    },
  },
  {
    title:
      "Only instances are written: a plain or spread object, nothing and a class are refused before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      const note = new Note({ book: unique(), id: "1" });
      for (const wrong of [
        { ...note },
        {},
        null,
        undefined,
        "note",
        [note],
        Note,
        Object.create(null),
        new Date(),
      ]) {
        await assertRefused(
          () => backend.save(table, wrong as never),
          "model.invalid",
          `save of ${String(typeof wrong)}`,
        );
        await assertRefused(() => backend.batchWrite(table, [wrong as never]), "model.invalid", "batchWrite");
      }
      for (const wrong of [{ ...note }, null, undefined]) {
        await assertRefused(() => backend.delete(table, wrong as never), "model.invalid", "delete");
      }
      for (const wrong of [Object, Date, undefined, {}]) {
        await assertRefused(() => backend.get(table, wrong as never, {} as never), "model.invalid", "get");
        await assertRefused(
          () => backend.query(table, wrong as never, {} as never).all(),
          "model.invalid",
          "query",
        );
      }
    },
  },
  {
    title: "Items that are written at the same time all arrive",
    async run(backend, table) {
      const book = unique();
      const ids = Array.from({ length: 40 }, (_, index) => String(index + 100));
      await Promise.all(ids.map((id) => backend.save(table, new Note({ book, id, likes: Number(id) }))));
      const found = await Promise.all(ids.map((id) => backend.get(table, Note, { book, id })));
      assert.deepEqual(
        found.map((note) => note?.likes),
        ids.map(Number),
      );
      await Promise.all(ids.map((id) => backend.delete(table, Note, { book, id })));
      assert.deepEqual(await backend.query(table, Note, { book }).all(), []);
    },
  },
  {
    title: "Of writes to one key at the same time one stands, whole",
    async run(backend, table) {
      const book = unique();
      const notes = Array.from(
        { length: 20 },
        (_, n) => new Note({ book, id: "1", likes: n, body: { [`writer ${n}`]: n } }),
      );
      await Promise.all(notes.map((note) => backend.save(table, note)));
      const found = await backend.get(table, Note, { book, id: "1" });
      assert.ok(found);
      assert.deepEqual({ ...found }, { ...notes[found.likes ?? -1] });
    },
  },
]);
