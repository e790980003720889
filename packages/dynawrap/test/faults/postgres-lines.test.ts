import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { freshTable, postgresConfig } from "../backends.js";
import { startTcpFaults, type TcpFaults } from "../servers/tcp-faults.js";
import { Story, stories } from "../story.js";

const story = new Story({ owner: "ann", story_id: "1", title: "Dune" });
const key = { owner: "ann", story_id: "1" };
const unavailable = { code: "backend.unavailable" };

describe.runIf(inject("postgres"))("a line to PostgreSQL that breaks", () => {
  let faults: TcpFaults;
  let pool: pg.Pool;
  let backend: PostgresBackend;
  let table: string;
  beforeAll(async () => {
    faults = await startTcpFaults({ url: postgresConfig().connectionString, seed: 5 });
  });
  beforeEach(async () => {
    pool = new pg.Pool({ connectionString: faults.url, max: 2 });
    pool.on("error", () => {});
    backend = new PostgresBackend(pool);
    table = await freshTable(backend);
  });
  afterEach(async () => {
    faults.calm();
    faults.resetAll();
    await pool.end();
  });
  afterAll(() => faults?.stop());

  for (const how of ["reset", "close"] as const) {
    it(`fails the statement that was on its way, with pg's error as the cause, and not the process: ${how}`, async () => {
      const before = faults.cuts;
      faults.cut({ after: "INSERT", how });
      await expect(backend.save(table, story)).rejects.toMatchObject({
        ...unavailable,
        details: { operation: "save" },
        cause: expect.any(Error),
      });
      expect(faults.cuts).toBe(before + 1);
      await backend.save(table, story.with({ title: "Again" }));
      expect(await backend.get(table, Story, key)).toMatchObject({ title: "Again" });
      expect(pool.totalCount).toBeLessThanOrEqual(2);
    });

    it(`fails a query in the middle of a page, and the next query has it whole: ${how}`, async () => {
      const all = stories("ann", 50, { extra: "x".repeat(10_000) });
      await backend.batchWrite(table, all);
      faults.cut({ after: "SELECT", how, replyBytes: 100_000 });
      await expect(backend.query(table, Story, { owner: "ann" }).all()).rejects.toMatchObject(unavailable);
      expect(await backend.query(table, Story, { owner: "ann" }).all()).toEqual(all);
    });
  }

  it("leaves a batch with exactly what no statement has confirmed", async () => {
    const all = stories("ann", 1_200);
    faults.cut({ after: "INSERT", how: "reset" });
    const failed: any = await backend.batchWrite(table, all).catch((error) => error);
    expect(failed).toMatchObject({ code: "batch.incomplete", details: { delete: [] } });
    const left = new Set(failed.details.save.map((item: Story) => item.story_id));
    const written = new Set(
      (await backend.query(table, Story, { owner: "ann" }).all()).map((item) => item.story_id),
    );
    expect(left.size).toBe(failed.details.save.length);
    for (const { story_id } of all) expect(left.has(story_id) || written.has(story_id)).toBe(true);
    await backend.batchWrite(table, failed.details.save);
    expect(await backend.query(table, Story, { owner: "ann" }).all()).toEqual(all);
  });

  it("keeps nobody waiting: a batch ends at its first error that no waiting mends", async () => {
    faults.cut({ after: "INSERT", times: 100 });
    await expect(backend.batchWrite(table, stories("ann", 3_000))).rejects.toMatchObject({
      code: "batch.incomplete",
      cause: unavailable,
    });
  });

  it("costs idle connections, and no later call", async () => {
    await Promise.all([backend.save(table, story), backend.save(table, story)]);
    faults.resetAll();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await backend.get(table, Story, key)).toEqual(story);
  });

  it("is mended by the caller's next call when the server was away", async () => {
    faults.refuse();
    faults.resetAll();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(backend.get(table, Story, key)).rejects.toMatchObject({
      ...unavailable,
      cause: { code: "ECONNREFUSED" },
    });
    await expect(backend.createTable(table)).rejects.toMatchObject(unavailable);
    await faults.accept();
    expect(await backend.get(table, Story, key)).toBeUndefined();
  });

  it("is no harm in a storm that a caller weathers by trying again", async () => {
    faults.storm({ cutOneIn: 3, withinBytes: 4_000 });
    const all = stories("ann", 40);
    for (const item of all) {
      for (let attempt = 0; ; attempt++) {
        const outcome = await backend.save(table, item).catch((error) => error);
        if (outcome === undefined) break;
        expect(outcome).toMatchObject(unavailable);
        expect(attempt).toBeLessThan(50);
      }
    }
    faults.calm();
    expect(await backend.query(table, Story, { owner: "ann" }).all()).toEqual(all);
  });
});
