import { PGlite } from "@electric-sql/pglite";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { describe, expect, inject, it } from "vitest";
import { freshTable, postgresConfig } from "../backends.js";
import { Story } from "../story.js";

const story = new Story({ owner: "ann", story_id: "1" });

describe("close", () => {
  for (const [title, store, open] of [
    ["a Pool of pg", "postgres", async () => new pg.Pool(postgresConfig())],
    [
      "a Client of pg",
      "postgres",
      async () => {
        const client = new pg.Client(postgresConfig());
        await client.connect();
        return client;
      },
    ],
    ["a PGlite", "pglite", () => PGlite.create()],
  ] as [string, "postgres" | "pglite", () => Promise<pg.Pool | pg.Client | PGlite>][]) {
    it.runIf(inject("backends").includes(store))(
      `leaves ${title} open, and closes it when the backend was told to`,
      async () => {
        const client = await open();
        const table = await freshTable(new PostgresBackend(client));
        await new PostgresBackend(client).close();
        await new PostgresBackend(client).save(table, story);

        const owner = new PostgresBackend(client, { closeClient: true });
        await owner.close();
        await owner.close();
        await expect(owner.save(table, story)).rejects.toMatchObject({ code: "backend.unavailable" });
        await expect((client as PGlite).query("SELECT 1")).rejects.toThrow();
      },
      120_000,
    );
  }
});

describe("what is no client of PostgreSQL", () => {
  for (const other of [
    undefined,
    null,
    "postgres://localhost/db",
    {},
    { connectionString: "x" },
    { query: 1 },
    () => {},
  ]) {
    it(`is refused at run time: ${JSON.stringify(other) ?? typeof other}`, () => {
      expect(() => new PostgresBackend(other as never)).toThrow(
        expect.objectContaining({ code: "option.invalid" }),
      );
    });
  }
});
