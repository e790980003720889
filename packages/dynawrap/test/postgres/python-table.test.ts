import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshTableName } from "../backends.js";
import { Story } from "../story.js";
import { clients, type OpenClient } from "./clients.js";

/** As the Python library makes it: no collation, so that the database's own one sorts. */
const layout = (table: string) => `
  CREATE TABLE ${table} (
    pk TEXT NOT NULL, sk TEXT NOT NULL, schema_version TEXT, data JSONB NOT NULL, PRIMARY KEY (pk, sk)
  )`;

const ids = [
  "a",
  "A",
  "b",
  "B",
  "_",
  "~",
  "é",
  "e",
  "f",
  "10",
  "2",
  "a-b",
  "ab",
  "a b",
  "\u{fb00}",
  "\u{1f600}",
  "z",
];

for (const { title, open } of clients) {
  describe(`a table that the Python library has made, through ${title}`, () => {
    let client: OpenClient;
    let table: string;
    const insert = (id: string, data: object, version: string | null = "5f0c7a21") =>
      client.sql(`INSERT INTO ${table} (pk, sk, schema_version, data) VALUES ($1, $2, $3, $4)`, [
        "USER#ann",
        `STORY#${id}`,
        version,
        JSON.stringify(data),
      ]);
    beforeAll(async () => {
      client = await open();
      table = freshTableName();
      await client.sql(layout(table));
      await client.sql(`CREATE INDEX idx_${table}_pk ON ${table} (pk)`);
      for (const id of ids) {
        await insert(id, { owner: "ann", story_id: id, title: id, schema_version: "5f0c7a21" });
      }
    });
    afterAll(() => client.close());

    it("is left as it is by createTable", async () => {
      await client.backend.createTable(table);
      expect(await client.sql(`SELECT count(*)::int AS rows FROM ${table}`)).toEqual([{ rows: ids.length }]);
    });

    it("is read in the order of bytes, forwards, backwards and page by page", async () => {
      const expected = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      const read = async (options: object) =>
        (await client.backend.query(table, Story, { owner: "ann" }, options).all()).map(
          ({ story_id }) => story_id,
        );
      expect(await read({})).toEqual(expected);
      expect(await read({ reverse: true })).toEqual([...expected].reverse());
      expect(await read({ limit: 5 })).toEqual(expected.slice(0, 5));
      expect(await read({ limit: 5, reverse: true })).toEqual([...expected].reverse().slice(0, 5));
    });

    it("is read by prefix, and by whole keys", async () => {
      const found = await client.backend.query(table, Story, { owner: "ann", story_id: "a" }).all();
      expect(found.map(({ story_id }) => story_id)).toEqual(["a", "a b", "a-b", "ab"]);
      expect(await client.backend.get(table, Story, { owner: "ann", story_id: "A" })).toMatchObject({
        title: "A",
      });
    });

    it("gives rows without the version that the Python library keeps inside of the data too", async () => {
      const story = await client.backend.get(table, Story, { owner: "ann", story_id: "a" });
      expect(story).toEqual(new Story({ owner: "ann", story_id: "a", title: "a" }));
      expect(story?.schemaVersion).toBe("5f0c7a21");
    });

    it("takes the version from the data where the column has none", async () => {
      await insert("late", { owner: "ann", story_id: "late", schema_version: "1234" }, null);
      const story = await client.backend.get(table, Story, { owner: "ann", story_id: "late" });
      expect(story?.schemaVersion).toBe("1234");
    });

    it("is written in place, so that nothing of the old row is left", async () => {
      const story = await client.backend.get(table, Story, { owner: "ann", story_id: "b" });
      await client.backend.save(table, story!.with({ title: "New" }));
      await client.backend.batchWrite(table, [new Story({ owner: "ann", story_id: "B", title: "New too" })]);
      const rows = await client.sql(
        `SELECT schema_version, data FROM ${table} WHERE sk IN ('STORY#b', 'STORY#B') ORDER BY sk COLLATE "C"`,
      );
      const data = { owner: "ann", likes: 0 };
      expect(rows).toEqual([
        { schema_version: Story.schemaVersion, data: { ...data, story_id: "B", title: "New too" } },
        { schema_version: Story.schemaVersion, data: { ...data, story_id: "b", title: "New" } },
      ]);
    });
  });
}
