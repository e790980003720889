import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { describe, expect, inject, it } from "vitest";
import { freshTableName, postgresConfig } from "../backends.js";
import { prepareChild } from "../child.js";
import { Story } from "../story.js";

/** Waits for the appointed time, so that all begin at once; creates the table, and saves a story of its own. */
const starter = `
  import pg from "pg";
  import { PostgresBackend } from "../src/postgres/index.ts";
  import { Story } from "./story.ts";
  const { URL_OF_POSTGRES: connectionString, TABLE, OWNER, AT } = process.env;
  const pool = new pg.Pool({ connectionString });
  await pool.query("SELECT 1");
  const backend = new PostgresBackend(pool);
  await new Promise((resolve) => setTimeout(resolve, Number(AT) - Date.now()));
  await PostgresBackend.createTable(pool, TABLE);
  await backend.save(TABLE, new Story({ owner: OWNER, story_id: "1" }));
  await pool.end();
`;

describe.runIf(inject("postgres"))("processes that start at once on PostgreSQL", () => {
  it("all create the same table, and all find it there", async () => {
    const url = postgresConfig().connectionString;
    const child = await prepareChild(starter);
    const pool = new pg.Pool(postgresConfig());
    const backend = new PostgresBackend(pool);
    for (let round = 0; round < 3; round++) {
      const TABLE = freshTableName();
      const AT = String(Date.now() + 2_500);
      const owners = ["ann", "bob", "cy", "dee"];
      await Promise.all(owners.map((OWNER) => child.run({ URL_OF_POSTGRES: url, TABLE, OWNER, AT })));
      const found = await Promise.all(
        owners.map((owner) => backend.get(TABLE, Story, { owner, story_id: "1" })),
      );
      expect(found.map((story) => story?.owner)).toEqual(owners);
    }
    await pool.end();
  });
});
