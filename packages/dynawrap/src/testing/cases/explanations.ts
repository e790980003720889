import assert from "node:assert/strict";
import { between } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { Table } from "../../core/table.js";
import { assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { number, object, text } from "../schema.js";

class Entry extends DBItem({
  pk: "DIARY#{diary}",
  sk: "ENTRY#{n:04d}",
  schema: object({ diary: text, n: number, body: text }),
  indexes: { byBody: { index: "GSI1", pk: "BODY#{body}", sk: "{n:04d}" } },
}) {}

export const explanationCases: readonly ConformanceCase[] = cases("explanations", [
  {
    title: "explain says the key condition in words and the native request, and reads nothing",
    async run(backend) {
      const name = `missing_${unique()}`;
      const table = new Table(name, { indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } } });
      const query = backend.query(
        table,
        Entry,
        { diary: "d", n: between(1, 2) },
        { reverse: true, limit: 3 },
      );
      const { text: words, request } = query.explain();
      for (const part of [name, "PK", '"DIARY#d"', "SK", '"ENTRY#0001"', '"ENTRY#0002"']) {
        assert.ok(words.includes(part), `${words} does not say ${part}`);
      }
      assert.equal(typeof request, "object");
      const indexed = backend.query(table, Entry, { body: "b" }, { index: "byBody" }).explain();
      for (const part of ["GSI1", "GSI1PK", '"BODY#b"']) {
        assert.ok(indexed.text.includes(part), `${indexed.text} does not say ${part}`);
      }
      assert.ok(backend.collection(table, [Entry], { diary: "d" }).explain().text.includes('"DIARY#d"'));
      assert.ok(backend.scan(table, [Entry]).explain().text.includes(name));
      assert.equal(query.consumed.requests, 0);
    },
  },
  {
    title: "explain refuses what the query would refuse",
    async run(backend, table) {
      const asked = async (key: object, options: object = {}) =>
        backend.query(table, Entry, key as never, options).explain();
      await assertRefused(() => asked({}), "key.incomplete");
      await assertRefused(() => asked({ diary: "" }), "key.invalid");
      await assertRefused(() => asked({ diary: "a" }, { index: "nothing" }), "option.invalid");
      await assertRefused(() => asked({ diary: "a" }, { where: { nothing: 1 } }), "condition.invalid");
    },
  },
  {
    title: "consumed adds up the requests and rows of everything that was read by a query",
    async run(backend, table) {
      const diary = unique();
      await backend.batchWrite(
        table,
        Array.from({ length: 9 }, (_, n) => new Entry({ diary, n, body: "b" })),
      );
      const query = backend.query(table, Entry, { diary });
      assert.deepEqual([query.consumed.requests, query.consumed.rows], [0, 0]);
      await query.all();
      const once = query.consumed;
      assert.ok(once.requests >= 1);
      assert.equal(once.rows, 9);
      assert.ok(once.capacity >= 0 && once.bytes >= 0 && once.retries >= 0);
      await query.count();
      assert.equal(query.consumed.rows, 18);
      assert.equal(once.rows, 9, "what was read before does not change");
      await query.page({ size: 2 });
      assert.ok(query.consumed.rows > 18 && query.consumed.rows <= 27);
    },
  },
]);
