import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { freshTable, freshTableName, postgresConfig } from "../backends.js";
import { Story } from "../story.js";
import { clients, type OpenClient } from "./clients.js";

const story = new Story({ owner: "ann", story_id: "1", title: "Dune" });
const key = { owner: "ann", story_id: "1" };

for (const { title, open } of clients) {
  describe(`a table through ${title}`, () => {
    let client: OpenClient;
    beforeAll(async () => {
      client = await open();
    });
    afterAll(() => client.close());

    it("has the columns pk, sk, schema_version and data, and the keys in byte order", async () => {
      const table = await freshTable(client.backend);
      const columns = await client.sql(
        "SELECT column_name AS name, data_type AS type, collation_name AS collation, is_nullable AS nullable FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position",
        [table],
      );
      expect(columns).toEqual([
        { name: "pk", type: "text", collation: "C", nullable: "NO" },
        { name: "sk", type: "text", collation: "C", nullable: "NO" },
        { name: "schema_version", type: "text", collation: null, nullable: "YES" },
        { name: "data", type: "jsonb", collation: null, nullable: "NO" },
      ]);
    });

    for (const name of ["select", "Order-Items.v2", "UPPER_and_lower", "000", "a".repeat(63), "...", "---"]) {
      it(`may have any name that DynamoDB takes, in 63 characters: ${name}`, async () => {
        await client.backend.createTable(name);
        await client.backend.createTable(name);
        await client.backend.save(name, story);
        expect(await client.backend.get(name, Story, key)).toEqual(story);
        expect(await client.sql(`SELECT count(*)::int AS rows FROM "${name}"`)).toEqual([{ rows: 1 }]);
        await client.sql(`DROP TABLE "${name}"`);
      });
    }

    it("may not have a name that PostgreSQL would cut, or keeps for itself", async () => {
      for (const name of ["a".repeat(64), "pg_stories", "PG_stories", "pg_"]) {
        await expect(client.backend.createTable(name)).rejects.toMatchObject({ code: "table.invalid" });
      }
    });

    it("is missing until it is made, for every operation, and the error has PostgreSQL's as its cause", async () => {
      const { backend } = client;
      const table = freshTableName();
      const missing = { code: "table.missing", details: { table }, cause: { code: "42P01" } };
      await expect(backend.save(table, story)).rejects.toMatchObject(missing);
      await expect(backend.get(table, Story, key)).rejects.toMatchObject(missing);
      await expect(backend.query(table, Story, key).all()).rejects.toMatchObject(missing);
      await expect(backend.delete(table, story)).rejects.toMatchObject(missing);
      await expect(backend.batchWrite(table, [story])).rejects.toMatchObject(missing);
      await expect(backend.batchWrite(table, { delete: [story] })).rejects.toMatchObject(missing);
    });

    it("is refused when it is there and somebody else's", async () => {
      const { backend } = client;
      const [columns, view, keyless] = [freshTableName(), freshTableName(), freshTableName()];
      await client.sql(`CREATE TABLE ${columns} (id int PRIMARY KEY, title text)`);
      await client.sql(`CREATE VIEW ${view} AS SELECT 1 AS one`);
      for (const table of [columns, view]) {
        const invalid = { code: "table.invalid", details: { table } };
        await expect(backend.createTable(table)).rejects.toMatchObject(invalid);
        await expect(backend.get(table, Story, key)).rejects.toMatchObject(invalid);
        await expect(backend.save(table, story)).rejects.toMatchObject(invalid);
      }
      await client.sql(`CREATE TABLE ${keyless} (pk text, sk text, schema_version text, data jsonb)`);
      await expect(backend.save(keyless, story)).rejects.toMatchObject({ code: "table.invalid" });
    });
  });
}

describe.runIf(inject("postgres"))("createTable on PostgreSQL", () => {
  const pool = inject("postgres") === undefined ? undefined : new pg.Pool({ ...postgresConfig(), max: 10 });
  afterAll(() => pool?.end());

  it("is there for start-up code that has no backend yet, and leaves the pool open", async () => {
    const table = freshTableName();
    await PostgresBackend.createTable(pool!, table);
    await PostgresBackend.createTable(pool!, table);
    expect((await pool!.query(`SELECT * FROM ${table}`)).rows).toEqual([]);
  });

  it("takes no harm from creations at the same time", async () => {
    for (let round = 0; round < 10; round++) {
      const table = freshTableName();
      await Promise.all(Array.from({ length: 10 }, () => PostgresBackend.createTable(pool!, table)));
      await new PostgresBackend(pool!).save(table, story);
    }
  });

  it("lets a role start that may use the table and may not create one", async () => {
    const table = await freshTable(new PostgresBackend(pool!));
    const role = freshTableName();
    await pool!.query(
      `CREATE ROLE ${role} LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO ${role}`,
    );
    const url = new URL(postgresConfig().connectionString);
    url.username = role;
    const limited = new pg.Client({ connectionString: url.href });
    await limited.connect();
    const backend = new PostgresBackend(limited);
    await backend.createTable(table);
    await backend.save(table, story);
    await expect(backend.createTable(freshTableName())).rejects.toMatchObject({
      code: "backend.failed",
      cause: { code: "42501" },
    });
    await limited.end();
  });
});
