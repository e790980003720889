import assert from "node:assert/strict";
import { DBItem } from "../../core/model.js";
import { assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { anything, date, number, object, optional, text } from "../schema.js";

class Box extends DBItem({
  pk: "BOX#{box}",
  sk: "VALUE#{n:04d}",
  schema: object({ box: text, n: number, value: anything }),
}) {}

export const fieldCases: readonly ConformanceCase[] = cases("fields", [
  {
    title: "Dates come back as dates where the schema makes them of ISO strings",
    async run(backend, table) {
      class Meeting extends DBItem({
        pk: "BOX#{box}",
        sk: "MEETING",
        schema: object({ box: text, from: date, to: optional(date) }),
      }) {}
      const box = unique();
      for (const at of [
        0,
        1,
        -1,
        Date.UTC(2024, 1, 29, 23, 59, 59, 999),
        Date.UTC(9999, 11, 31),
        8.64e15,
        -8.64e15,
      ]) {
        await backend.save(table, new Meeting({ box, from: new Date(at) }));
        const found = await backend.get(table, Meeting, { box });
        assert.deepEqual({ ...found }, { box, from: new Date(at) });
        assert.ok(found && !("to" in found), "a field that was not given is not there");
      }
    },
  },
  {
    title:
      "An item of an older version is made current when it is read, and is stored as current when it is saved",
    async run(backend, table) {
      class Old extends DBItem({
        pk: "BOX#{box}",
        sk: "LABEL",
        schema: object({ box: text, first: text, last: text }),
      }) {}
      class Label extends DBItem({
        pk: "BOX#{box}",
        sk: "LABEL",
        schema: object({ box: text, name: text }),
        upcast: {
          [Old.schemaVersion]: ({ first, last, ...rest }) => ({ ...rest, name: `${first} ${last}` }),
        },
      }) {}
      const box = unique();
      await backend.save(table, new Old({ box, first: "Ann", last: "Lee" }));
      const read = await backend.get(table, Label, { box });
      assert.deepEqual({ ...read }, { box, name: "Ann Lee" });
      assert.equal(read?.schemaVersion, Old.schemaVersion);
      if (read) await backend.save(table, read);
      const again = await backend.get(table, Label, { box });
      assert.deepEqual({ ...again }, { box, name: "Ann Lee" });
      assert.equal(again?.schemaVersion, Label.schemaVersion);
    },
  },
  {
    title: "A model with private members and a constructor of its own is read as what it is",
    async run(backend, table) {
      class Counter extends DBItem({
        pk: "BOX#{box}",
        sk: "COUNTER",
        schema: object({ box: text, n: number }),
      }) {
        readonly #start: number;
        readonly step = 2;
        constructor(input: { box: string; n: number }) {
          super(input);
          this.#start = this.n;
        }
        next(): number {
          return this.#start + this.step;
        }
      }
      const box = unique();
      await backend.save(table, new Counter({ box, n: 1 }));
      assert.equal((await backend.get(table, Counter, { box }))?.next(), 3);
      const [queried] = await backend.query(table, Counter, { box }).all();
      assert.equal(queried?.with({ n: 5 }).next(), 7);
    },
  },
  {
    title: "The key attributes of an index are no part of an item, and an item without their fields is kept",
    async run(backend, table) {
      const shape = { box: text, n: number, state: optional(text) };
      class Job extends DBItem({
        pk: "BOX#{box}",
        sk: "JOB#{n:03d}",
        schema: object(shape),
        indexes: { byState: { index: "GSI1", pk: "STATE#{state}", sk: "{n:03d}" } },
      }) {}
      const box = unique();
      await backend.save(table, new Job({ box, n: 1, state: "open" }));
      await backend.batchWrite(table, [new Job({ box, n: 2 })]);
      const jobs = async () => (await backend.query(table, Job, { box }).all()).map((job) => ({ ...job }));
      assert.deepEqual(await jobs(), [
        { box, n: 1, state: "open" },
        { box, n: 2 },
      ]);
      const first = await backend.get(table, Job, { box, n: 1 });
      if (first) await backend.save(table, first.with({ state: undefined }));
      assert.deepEqual(await jobs(), [
        { box, n: 1 },
        { box, n: 2 },
      ]);
      const missing = `missing_${unique()}`;
      await assertRefused(() => backend.save(missing, new Job({ box, n: 3, state: "" })), "key.invalid");
    },
  },
  {
    title: "Any name of a field is an ordinary name",
    async run(backend, table) {
      class Odd extends DBItem({
        pk: "BOX#{box}",
        sk: "ODD",
        schema: object({
          box: text,
          toString: text,
          hasOwnProperty: number,
          "a-b.c#d": text,
          size: number,
          data: text,
          pk: text,
          $bytes: text,
          "\u{1f600}": text,
        }),
      }) {}
      const fields = {
        box: unique(),
        toString: "b",
        hasOwnProperty: 1,
        "a-b.c#d": "c",
        size: 2,
        data: "d",
        pk: "e",
        $bytes: "AQI=",
        "\u{1f600}": "f",
      };
      await backend.save(table, new Odd(fields as never));
      const got = await backend.get(table, Odd, { box: fields.box });
      assert.deepEqual({ ...got }, fields);
      const [queried] = await backend.query(table, Odd, { box: fields.box }).all();
      assert.deepEqual({ ...queried }, fields);
    },
  },
  {
    title: "A field may be called __proto__, whether or not the model that saves it knows it",
    async run(backend, table) {
      const shape = { box: text, n: number };
      class Known extends DBItem({
        pk: "BOX#{box}",
        sk: "PROTO",
        schema: object({ ...shape, ["__proto__"]: anything }),
      }) {}
      class Unknown extends DBItem({ pk: "BOX#{box}", sk: "PROTO", schema: object(shape) }) {}
      const box = unique();
      const fields = { box, n: 1, ["__proto__"]: { admin: true } };
      await backend.save(table, new Known(fields));
      assert.deepEqual({ ...(await backend.get(table, Known, { box })) }, fields);
      const item = await backend.get(table, Unknown, { box });
      assert.deepEqual({ ...item }, { box, n: 1 });
      if (item) await backend.save(table, item.with({ n: 2 }));
      assert.deepEqual({ ...(await backend.get(table, Known, { box })) }, { ...fields, n: 2 });
    },
  },
  {
    title: "An item whose only field has the name of a tag comes back as it was",
    async run(backend, table) {
      class Alone extends DBItem({
        pk: "{$bytes}",
        sk: "ALONE",
        schema: object({ $bytes: text }),
      }) {}
      const $bytes = unique();
      await backend.save(table, new Alone({ $bytes }));
      assert.deepEqual({ ...(await backend.get(table, Alone, { $bytes })) }, { $bytes });
    },
  },
  {
    title: "An item of almost 400 KB comes back as it was",
    async run(backend, table) {
      const box = unique();
      const values = [
        "x".repeat(409_000),
        "\u{1f600}".repeat(102_200),
        Uint8Array.from({ length: 409_000 }, (_, index) => index % 251),
      ];
      for (const [n, value] of values.entries()) {
        await backend.save(table, new Box({ box, n, value }));
        const got = await backend.get(table, Box, { box, n });
        assert.ok(
          typeof value === "string"
            ? got?.value === value
            : Buffer.compare(got?.value as Uint8Array, value) === 0,
        );
      }
      await backend.batchWrite(
        table,
        values.map((value, n) => new Box({ box, n: n + 10, value })),
      );
      assert.equal((await backend.query(table, Box, { box }).all()).length, 6);
    },
  },
]);
