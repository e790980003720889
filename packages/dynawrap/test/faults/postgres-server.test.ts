import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { freshTable, postgresConfig } from "../backends.js";
import { Story, stories } from "../story.js";

const story = new Story({ owner: "ann", story_id: "1" });
const key = { owner: "ann", story_id: "1" };

describe.runIf(inject("postgres"))("what PostgreSQL itself refuses or ends", () => {
  let admin: pg.Pool;
  let table: string;
  const pools: pg.Pool[] = [];
  const opened = (options: pg.PoolConfig): PostgresBackend => {
    const pool = new pg.Pool({ ...postgresConfig(), ...options });
    pool.on("error", () => {});
    pools.push(pool);
    return new PostgresBackend(pool);
  };
  beforeAll(async () => {
    admin = new pg.Pool(postgresConfig());
    table = await freshTable(new PostgresBackend(admin));
    await new PostgresBackend(admin).save(table, story);
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await admin.end();
  });

  /** Holds the table while the others wait for it; ended by `ROLLBACK`. */
  async function lockedTable(): Promise<pg.PoolClient> {
    const locker = await admin.connect();
    await locker.query(`BEGIN; LOCK TABLE ${table}`);
    return locker;
  }
  const waiting = async (name: string, count: number): Promise<number[]> => {
    for (;;) {
      const { rows } = await admin.query(
        "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'",
        [name],
      );
      if (rows.length >= count) return rows.map(({ pid }) => pid);
    }
  };

  it("is a typed error when a backend is terminated in the middle of a statement, and the next call works", async () => {
    const backend = opened({ application_name: "terminated", max: 2 });
    const locker = await lockedTable();
    const failed = backend.save(table, story).catch((error: unknown) => error);
    for (const pid of await waiting("terminated", 1))
      await admin.query("SELECT pg_terminate_backend($1)", [pid]);
    expect(await failed).toMatchObject({ code: "backend.unavailable", cause: { code: "57P01" } });
    await locker.query("ROLLBACK");
    locker.release();
    expect(await backend.get(table, Story, key)).toEqual(story);
  });

  it("costs nothing when a backend is terminated between two statements", async () => {
    const backend = opened({ application_name: "idle", max: 2 });
    await Promise.all([backend.get(table, Story, key), backend.get(table, Story, key)]);
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'idle'",
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await backend.get(table, Story, key)).toEqual(story);
  });

  it("is told to a Client, whose later calls fail alike, since it has one connection", async () => {
    const client = new pg.Client({ ...postgresConfig(), application_name: "single" });
    client.on("error", () => {});
    await client.connect();
    const backend = new PostgresBackend(client);
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'single'",
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(backend.get(table, Story, key)).rejects.toMatchObject({ code: "backend.unavailable" });
    await expect(backend.save(table, story)).rejects.toMatchObject({ code: "backend.unavailable" });
  });

  for (const [title, options, code] of [
    ["a statement that the server cancels after its own time", { statement_timeout: 100 }, "57014"],
    ["a statement that pg gives up after its own time", { query_timeout: 100 }, undefined],
  ] as [string, pg.PoolConfig, string | undefined][]) {
    it(`is unavailable: ${title}`, async () => {
      const backend = opened({ ...options, max: 1 });
      const locker = await lockedTable();
      const failed: any = await backend.save(table, story).catch((error: unknown) => error);
      await locker.query("ROLLBACK");
      locker.release();
      expect(failed).toMatchObject({ code: "backend.unavailable" });
      expect(failed.cause.code).toBe(code);
      expect(await backend.get(table, Story, key)).toEqual(story);
    });
  }

  it("is a conflict when a lock is not to be had in time, which a batch waits out", async () => {
    const backend = opened({ options: "-c lock_timeout=50ms" });
    const locker = await lockedTable();
    await expect(backend.save(table, story)).rejects.toMatchObject({
      code: "backend.throttled",
      cause: { code: "55P03" },
    });
    const batch = backend.batchWrite(table, stories("bob", 10));
    setTimeout(() => locker.query("ROLLBACK").then(() => locker.release()), 300);
    await batch;
    expect(await backend.query(table, Story, { owner: "bob" }).all()).toHaveLength(10);
  });

  it("is unavailable when there are too many connections already", async () => {
    await admin.query("CREATE ROLE few LOGIN CONNECTION LIMIT 0");
    const url = new URL(postgresConfig().connectionString);
    url.username = "few";
    const backend = opened({ connectionString: url.href });
    await expect(backend.get(table, Story, key)).rejects.toMatchObject({
      code: "backend.unavailable",
      cause: { code: "53300" },
    });
    await admin.query("DROP ROLE few");
  });

  it("is refused for good when the role may not, with PostgreSQL's error as the cause", async () => {
    await admin.query("CREATE ROLE stranger LOGIN");
    const url = new URL(postgresConfig().connectionString);
    url.username = "stranger";
    const backend = opened({ connectionString: url.href });
    await expect(backend.get(table, Story, key)).rejects.toMatchObject({
      code: "backend.failed",
      cause: { code: "42501" },
    });
    await expect(backend.batchWrite(table, [story])).rejects.toMatchObject({
      code: "backend.failed",
      cause: { code: "42501" },
    });
    await admin.query("DROP ROLE stranger");
  });
});
