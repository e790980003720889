import assert from "node:assert/strict";
import { DBItem } from "../../core/model.js";
import { unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { date, flag, integer, number, object, text } from "../schema.js";

class Entry extends DBItem({
  pk: "SHELF#{shelf}",
  sk: "{id}",
  schema: object({ shelf: text, id: text, n: number }),
}) {}

class Visit extends DBItem({
  pk: "SHELF#{shelf}#{open}",
  sk: "AT#{at}#N#{n}#BIG#{big:d}#ROW#{row:06d}",
  schema: object({ shelf: text, open: flag, at: date, n: number, big: integer, row: integer }),
}) {}

class Tag extends DBItem({
  pk: "SHELF#{shelf}",
  sk: "{{TAG}}#{tag:url}#{note:empty}#END",
  schema: object({ shelf: text, tag: text, note: text }),
}) {}

/** What delimiters, patterns, quotes, SQL and normalization get wrong. */
const hostileTexts: readonly string[] = [
  " ",
  " a",
  "a ",
  "a",
  "A",
  "a\u200b",
  "a\u00a0",
  "\t",
  "\n",
  "\r\n",
  "\u0001",
  "\u007f",
  "\u0085",
  "a\ufeff",
  "%",
  "%%",
  "_",
  "\\",
  "\\\\",
  "\\%",
  "*",
  "?",
  "[a]",
  "$1",
  "\u0024{a}",
  "{id}",
  "{{",
  "'",
  "''",
  '"',
  "`",
  ";",
  "--",
  "/*",
  "'; DROP TABLE items; --",
  "' OR 1=1 --",
  "#",
  "##",
  "ENTRY#",
  ":sk",
  "#pk",
  "null",
  "undefined",
  "true",
  "0",
  "00",
  "-0",
  "1e3",
  "1000",
  "1000.0",
  "__proto__",
  "constructor",
  "\u00e9",
  "e\u0301",
  "\u212b",
  "\u00c5",
  "ss",
  "\u00df",
  "\u1e9e",
  "ff",
  "\ufb00",
  "I",
  "i",
  "\u0130",
  "\u0131",
  "\u03c3",
  "\u03c2",
  "\u202eabc",
  "\ud7ff",
  "\ue000",
  "\ufffd",
  "\uffff",
  "\u{10000}",
  "\u{1f600}",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  "\u{10ffff}",
];

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

async function assertOrder(
  backend: Parameters<ConformanceCase["run"]>[0],
  table: string,
  ids: readonly string[],
) {
  const shelf = unique();
  await backend.batchWrite(
    table,
    ids.map((id, n) => new Entry({ shelf, id, n })),
  );
  const expected = [...ids].sort(byBytes);
  const found = await backend.query(table, Entry, { shelf }).all();
  assert.deepEqual(
    found.map(({ id }) => id),
    expected,
  );
  const turned = await backend.query(table, Entry, { shelf }, { reverse: true }).all();
  assert.deepEqual(
    turned.map(({ id }) => id),
    expected.reverse(),
  );
}

/** Text that does not compress, as an index may compress its entries, of this many bytes. */
function noise(bytes: number): string {
  let made = "";
  while (made.length < bytes) made += unique().replaceAll("-", "");
  return made.slice(0, bytes);
}

export const keyCases: readonly ConformanceCase[] = cases("keys", [
  {
    title: "Sort keys are ordered by UTF-8 bytes, not by UTF-16 units",
    run: (backend, table) =>
      assertOrder(backend, table, [
        "\u{10000}",
        "\ufffd",
        "\ufb00",
        "\u{10ffff}",
        "\ue000",
        "z",
        "\u{1f600}",
        "\u00e9",
      ]),
  },
  {
    title: "Sort keys are ordered by UTF-8 bytes, not by the rules of a language",
    run: (backend, table) =>
      assertOrder(backend, table, [
        "_",
        "a",
        "B",
        "A",
        "b",
        "-",
        "Z",
        "\u00e9",
        "e",
        "\u00c9",
        "z",
        "2",
        "10",
        "a_b",
        "ab",
        "a-c",
        "a b",
        "aB",
      ]),
  },
  {
    title: "A sort key comes before every longer one that begins with it",
    run: (backend, table) =>
      assertOrder(backend, table, ["a\u0001", "a", "aa", "a ", "a#", "a\u{10ffff}", "b"]),
  },
  {
    title:
      "Sort keys are told apart character by character, whatever a language or a pattern takes for equal",
    async run(backend, table) {
      const shelf = unique();
      const entries = hostileTexts.map((id, n) => new Entry({ shelf, id, n }));
      for (const entry of entries) await backend.save(table, entry);
      for (const { id, n } of entries) {
        const found = await backend.get(table, Entry, { shelf, id });
        assert.equal(found?.n, n, `the item under ${JSON.stringify(id)}`);
        assert.equal(found?.id, id);
      }
      const all = await backend.query(table, Entry, { shelf }).all();
      assert.deepEqual(
        all.map(({ id }) => id),
        [...hostileTexts].sort(byBytes),
      );
    },
  },
  {
    title: "A key may begin with a byte order mark",
    async run(backend, table) {
      class Marked extends DBItem({ pk: "{shelf}", sk: "{id}", schema: object({ shelf: text, id: text }) }) {}
      const shelf = `\ufeff${unique()}`;
      await backend.batchWrite(table, [
        new Marked({ shelf, id: "\ufeff" }),
        new Marked({ shelf, id: "\ufeffa" }),
      ]);
      assert.equal((await backend.get(table, Marked, { shelf, id: "\ufeffa" }))?.id, "\ufeffa");
      const found = await backend.query(table, Marked, { shelf }).all();
      assert.deepEqual(
        found.map(({ id }) => id),
        ["\ufeff", "\ufeffa"],
      );
    },
  },
  {
    title: "Partition keys are told apart character by character, in reads, queries and deletes",
    async run(backend, table) {
      const prefix = unique();
      const entries = hostileTexts.map((suffix, n) => new Entry({ shelf: prefix + suffix, id: "only", n }));
      await backend.batchWrite(table, entries);
      for (const { shelf, n } of entries) {
        assert.equal((await backend.get(table, Entry, { shelf, id: "only" }))?.n, n, JSON.stringify(shelf));
        const found = await backend.query(table, Entry, { shelf }).all();
        assert.deepEqual(
          found.map((entry) => entry.n),
          [n],
        );
      }
      const gone = entries.filter(({ n }) => n % 2 === 0);
      for (const { shelf } of gone) await backend.delete(table, Entry, { shelf, id: "only" });
      for (const { shelf, n } of entries) {
        const found = await backend.get(table, Entry, { shelf, id: "only" });
        assert.equal(found?.n, n % 2 === 0 ? undefined : n, JSON.stringify(shelf));
      }
    },
  },
  {
    title: "Zero-padded numbers in a key are ordered by value",
    async run(backend, table) {
      class Lesson extends DBItem({
        pk: "SHELF#{shelf}",
        sk: "LESSON#{n:05d}",
        schema: object({ shelf: text, n: number }),
      }) {}
      const shelf = unique();
      const numbers = [100, 2, 99_999, 0, 10, 1, 20];
      await backend.batchWrite(
        table,
        numbers.map((n) => new Lesson({ shelf, n })),
      );
      const found = await backend.query(table, Lesson, { shelf }).all();
      assert.deepEqual(
        found.map(({ n }) => n),
        [0, 1, 2, 10, 20, 100, 99_999],
      );
    },
  },
  {
    title: "Dates, booleans, numbers and bigints in a key lead to their item, by value",
    async run(backend, table) {
      const shelf = unique();
      const at = new Date("2024-02-29T23:59:59.999Z");
      const first = { shelf, open: true, at, n: 1.5, big: 9_007_199_254_740_993n, row: 42 };
      const second = { ...first, open: false, n: -0.25, big: -7 };
      await backend.save(table, new Visit(first));
      await backend.save(table, new Visit(second));
      for (const key of [first, second]) {
        const found = await backend.get(table, Visit, { ...key, at: new Date(at) });
        assert.deepEqual({ ...found }, key);
      }
      assert.equal(await backend.get(table, Visit, { ...first, at: new Date(at.getTime() + 1) }), undefined);
      assert.equal(await backend.get(table, Visit, { ...first, n: 1.25 }), undefined);
    },
  },
  {
    title: "Minus zero in a key is zero",
    async run(backend, table) {
      class Lot extends DBItem({
        pk: "SHELF#{shelf}",
        sk: "LOT#{n}",
        schema: object({ shelf: text, n: number }),
      }) {}
      const shelf = unique();
      await backend.save(table, new Lot({ shelf, n: -0 }));
      assert.equal((await backend.get(table, Lot, { shelf, n: 0 }))?.n, 0);
      assert.equal((await backend.query(table, Lot, { shelf, n: -0 }).all()).length, 1);
    },
  },
  {
    title: "Encoded, empty and literal parts of a key come back as they were",
    async run(backend, table) {
      const shelf = unique();
      const tags = ["a#b", "100%", "caf\u00e9/\u{1f600}", "a+b c", "~!*'()", "{{TAG}}"];
      for (const tag of tags) {
        await backend.save(table, new Tag({ shelf, tag, note: "" }));
        await backend.save(table, new Tag({ shelf, tag, note: "x" }));
      }
      for (const tag of tags) {
        for (const note of ["", "x"]) {
          assert.deepEqual(
            { ...(await backend.get(table, Tag, { shelf, tag, note })) },
            { shelf, tag, note },
          );
        }
      }
      assert.equal((await backend.query(table, Tag, { shelf }).all()).length, 2 * tags.length);
    },
  },
  {
    title: "A partition key of 2,048 bytes and a sort key of 1,024 lead to their item",
    needs: { keyBytes: 3072 },
    refusal: "key.tooLong",
    async run(backend, table) {
      const shelf = noise(2048 - "SHELF#".length);
      const id = noise(1024);
      await backend.save(table, new Entry({ shelf, id, n: 1 }));
      assert.equal((await backend.get(table, Entry, { shelf, id }))?.n, 1);
      assert.equal((await backend.query(table, Entry, { shelf, id: id.slice(0, 1000) }).all()).length, 1);
      await backend.delete(table, Entry, { shelf, id });
      assert.equal(await backend.get(table, Entry, { shelf, id }), undefined);
    },
  },
  {
    title: "The longest keys that the backend claims to hold lead to their item",
    async run(backend, table) {
      const id = noise(1024);
      const room = Math.min(2048, backend.capabilities.keyBytes - 1024) - "SHELF#".length;
      const shelf = noise(room);
      await backend.batchWrite(table, [
        new Entry({ shelf, id, n: 1 }),
        new Entry({ shelf, id: `${id.slice(1)}x`, n: 2 }),
      ]);
      await backend.save(table, new Entry({ shelf, id, n: 3 }));
      const found = await backend.query(table, Entry, { shelf }).all();
      assert.deepEqual(found.map(({ n }) => n).sort(), [2, 3]);
    },
  },
]);
