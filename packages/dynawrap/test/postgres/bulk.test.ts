import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { freshTable, postgresConfig } from "../backends.js";
import { seededRandom } from "../servers/random.js";
import { Story, stories } from "../story.js";
import { clients, type OpenClient } from "./clients.js";

for (const { title, open } of clients) {
  describe(`a large batch through ${title}`, () => {
    let client: OpenClient;
    let table: string;
    beforeAll(async () => {
      client = await open();
      table = await freshTable(client.backend);
    });
    afterAll(() => client.close());

    it("writes 5,000 rows, overwrites them, and deletes them", async () => {
      const { backend } = client;
      const rows = async () => (await client.sql(`SELECT count(*)::int AS rows FROM ${table}`))[0].rows;
      const progress: number[] = [];
      await backend.batchWrite(table, stories("ann", 5_000), {
        onProgress: ({ done }) => progress.push(done),
      });
      expect(progress.at(-1)).toBe(5_000);
      expect(await rows()).toBe(5_000);
      await backend.batchWrite(
        table,
        stories("ann", 5_000).map((story) => story.with({ title: "New" })),
      );
      expect(await client.sql(`SELECT DISTINCT data->>'title' AS title FROM ${table}`)).toEqual([
        { title: "New" },
      ]);
      await backend.batchWrite(table, { delete: stories("ann", 5_000) });
      expect(await rows()).toBe(0);
    });

    it("writes the last of many entries for one key", async () => {
      const same = stories("bob", 1_200).map(
        ({ likes }) => new Story({ owner: "bob", story_id: "same", likes }),
      );
      await client.backend.batchWrite(table, same);
      const found = await client.backend.query(table, Story, { owner: "bob" }).all();
      expect(found.map(({ likes }) => likes)).toEqual([1_199]);
    });
  });
}

describe.runIf(inject("postgres"))("batches that meet", () => {
  let pool: pg.Pool;
  let backend: PostgresBackend;
  beforeAll(() => {
    pool = new pg.Pool({ ...postgresConfig(), max: 20 });
    backend = new PostgresBackend(pool);
  });
  afterAll(() => pool.end());
  const deadlocks = async () => {
    await pool.query("SELECT pg_stat_force_next_flush()");
    const { rows } = await pool.query(
      "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
    );
    return Number(rows[0].deadlocks);
  };

  it("never lock each other out, and lose nothing, with the same keys in opposite orders", async () => {
    const table = await freshTable(backend);
    const before = await deadlocks();
    const all = stories("ann", 400);
    const random = seededRandom(4);
    for (let round = 0; round < 15; round++) {
      const shuffled = [...all].sort(() => random() - 0.5);
      const backwards = [...all].reverse();
      await Promise.all([
        backend.batchWrite(table, all),
        backend.batchWrite(table, backwards),
        backend.batchWrite(table, shuffled),
        backend.batchWrite(table, { delete: shuffled.slice(0, 200) }),
        backend.batchWrite(table, { delete: backwards }),
        backend.batchWrite(table, { save: all.slice(0, 200), delete: backwards.slice(0, 200) }),
      ]);
    }
    await backend.batchWrite(table, all);
    expect(await backend.query(table, Story, { owner: "ann" }).all()).toEqual(all);
    expect((await deadlocks()) - before).toBe(0);
  });
});
