import { PGlite } from "@electric-sql/pglite";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { freshTable, postgresConfig } from "../backends.js";
import { startTcpFaults, type TcpFaults } from "../servers/tcp-faults.js";
import { Story, stories } from "../story.js";

const story = new Story({ owner: "ann", story_id: "1" });
const key = { owner: "ann", story_id: "1" };
/** Far more than any deadline here, and far less than a test's patience. */
const soon = 10_000;

describe.runIf(inject("postgres"))("a PostgreSQL that does not answer", () => {
  let faults: TcpFaults;
  let pool: pg.Pool;
  let backend: PostgresBackend;
  let table: string;
  beforeAll(async () => {
    faults = await startTcpFaults({ url: postgresConfig().connectionString });
  });
  beforeEach(async () => {
    pool = new pg.Pool({ connectionString: faults.url, max: 2 });
    pool.on("error", () => {});
    backend = new PostgresBackend(pool);
    table = await freshTable(backend);
    await backend.save(table, story);
  });
  afterEach(async () => {
    faults.calm();
    faults.resetAll();
    await pool.end();
  });
  afterAll(() => faults?.stop());

  it("costs no connection for good: 50 calls that time out leave a pool of 2 in working order", async () => {
    faults.cut({ how: "silence", after: "SELECT", times: 1_000 });
    for (let round = 0; round < 50; round++) {
      const started = Date.now();
      await expect(backend.get(table, Story, key, { deadline: 20 })).rejects.toMatchObject({
        code: "backend.unavailable",
        details: { operation: "get" },
      });
      expect(Date.now() - started).toBeLessThan(soon);
    }
    expect(faults.cuts).toBeGreaterThan(10);
    faults.calm();
    expect(pool.totalCount).toBeLessThanOrEqual(2);
    const found = await Promise.all(Array.from({ length: 10 }, () => backend.get(table, Story, key)));
    expect(found).toEqual(Array.from({ length: 10 }, () => story));
    expect(pool.waitingCount).toBe(0);
  });

  it("lets a statement that was given up run on, on a connection that nobody else gets", async () => {
    const locker = new pg.Client(postgresConfig());
    await locker.connect();
    await locker.query(`BEGIN; LOCK TABLE ${table}`);
    for (let round = 0; round < 5; round++) {
      await expect(backend.save(table, story, { deadline: 50 })).rejects.toMatchObject({
        code: "backend.unavailable",
      });
    }
    await locker.query("ROLLBACK");
    await locker.end();
    await backend.save(table, story.with({ title: "After" }), { deadline: soon });
    expect(await backend.get(table, Story, key)).toMatchObject({ title: "After" });
  });

  it("ends the call with the reason of the signal, at once", async () => {
    const reason = new Error("the user went away");
    for (const call of [
      (signal: AbortSignal) => backend.get(table, Story, key, { signal }),
      (signal: AbortSignal) => backend.save(table, story, { signal }),
      (signal: AbortSignal) => backend.delete(table, story, { signal }),
      (signal: AbortSignal) => backend.createTable(table, { signal }),
      (signal: AbortSignal) => backend.query(table, Story, key, { signal }).all(),
    ]) {
      faults.delay(3_000);
      const controller = new AbortController();
      const outcome = call(controller.signal).catch((error: unknown) => error);
      setTimeout(() => controller.abort(reason), 20);
      expect(await outcome).toBe(reason);
      faults.calm();
    }
    await expect(backend.get(table, Story, key, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await backend.get(table, Story, key, { deadline: soon })).toEqual(story);
  });

  it("ends a batch with exactly what was not confirmed, the reason as the cause", async () => {
    const all = stories("ann", 2_000);
    faults.cut({ how: "silence", after: "INSERT" });
    const failed: any = await backend.batchWrite(table, all, { deadline: 1_500 }).catch((error) => error);
    expect(failed).toMatchObject({ code: "batch.incomplete", cause: { code: "backend.unavailable" } });
    faults.calm();
    await backend.batchWrite(table, failed.details.save);
    expect(await backend.query(table, Story, { owner: "ann" }).all()).toHaveLength(2_001);
  });

  it("gives back a connection that comes too late", async () => {
    const busy = [await pool.connect(), await pool.connect()];
    await expect(backend.get(table, Story, key, { deadline: 50 })).rejects.toMatchObject({
      code: "backend.unavailable",
    });
    for (const client of busy) client.release();
    const found = await Promise.all([1, 2, 3].map(() => backend.get(table, Story, key, { deadline: soon })));
    expect(found).toEqual([story, story, story]);
  });

  it("is given up within the deadline when it cannot even be reached", async () => {
    // Addresses of this block are for documentation: nobody answers there, or the system says so at once.
    const nowhere = new pg.Pool({ connectionString: "postgres://user:secret@192.0.2.1:5432/db" });
    const away = new PostgresBackend(nowhere);
    const started = Date.now();
    const failed: any = await away.get("stories", Story, key, { deadline: 300 }).catch((error) => error);
    expect(failed).toMatchObject({ code: "backend.unavailable" });
    expect(String(failed)).not.toContain("secret");
    expect(Date.now() - started).toBeLessThan(soon);
  });
});

describe.runIf(inject("backends").includes("pglite"))("a PGlite that is busy", () => {
  it("keeps to the deadline, and serves the next call when it is free again", async () => {
    const lite = await PGlite.create();
    const backend = new PostgresBackend(lite);
    const table = await freshTable(backend);
    let free = () => {};
    const busy = lite.transaction(
      () =>
        new Promise<void>((resolve) => {
          free = resolve;
        }),
    );
    await expect(backend.save(table, story, { deadline: 100 })).rejects.toMatchObject({
      code: "backend.unavailable",
    });
    free();
    await busy;
    expect(await backend.query(table, Story, key, { deadline: soon }).all()).toHaveLength(1);
    await lite.close();
  }, 120_000);
});
