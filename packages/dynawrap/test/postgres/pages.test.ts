import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { KeyRange } from "../../src/core/range.js";
import type { PageRequest } from "../../src/engine/driver.js";
import { selectPage } from "../../src/postgres/sql.js";
import { freshTable, postgresConfig } from "../backends.js";
import { Story, stories } from "../story.js";

describe.runIf(inject("postgres"))("a query of PostgreSQL in pages", () => {
  let pool: pg.Pool;
  let backend: PostgresBackend;
  let table: string;
  /** Rows that came with each statement. */
  const brought: number[] = [];
  beforeAll(async () => {
    pool = new pg.Pool(postgresConfig());
    const counting = {
      totalCount: 0,
      end: () => pool.end(),
      async connect() {
        const client = await pool.connect();
        return {
          async query(statement: { text: string; values: unknown[] }) {
            const result = await client.query(statement);
            brought.push(result.rows.length);
            return result;
          },
          release: (destroy?: boolean) => client.release(destroy),
        };
      },
    };
    backend = new PostgresBackend(counting);
    table = await freshTable(backend);
  });
  afterAll(() => pool.end());

  it("holds one page of a partition of 200,000 rows, and brings every row once, in order", async () => {
    const data = `jsonb_build_object('owner', 'many', 'story_id', lpad(n::text, 6, '0'), 'title', repeat('x', 100))`;
    await pool.query(
      `INSERT INTO ${table} (pk, sk, data) SELECT 'USER#many', 'STORY#' || lpad(n::text, 6, '0'), ${data} FROM generate_series(0, 199999) AS n`,
    );
    await pool.query(
      `INSERT INTO ${table} (pk, sk, data) SELECT 'USER#' || n % 500, 'STORY#' || n, '{}' FROM generate_series(1, 20000) AS n`,
    );
    brought.length = 0;
    let count = 0;
    let highest = 0;
    const before = process.memoryUsage().heapUsed;
    for await (const { story_id } of backend.query(table, Story, { owner: "many" })) {
      if (Number(story_id) !== count) throw new Error(`${story_id} came in the place of ${count}`);
      count += 1;
      if (count % 20_000 === 0) highest = Math.max(highest, process.memoryUsage().heapUsed - before);
    }
    expect(count).toBe(200_000);
    expect(Math.max(...brought)).toBeLessThanOrEqual(1000);
    expect(highest).toBeLessThan(400_000_000);
  }, 120_000);

  it("makes smaller pages of bigger items", async () => {
    const largest = await freshTable(backend);
    await backend.batchWrite(largest, stories("big", 60, { extra: "x".repeat(300_000) }));
    brought.length = 0;
    const first = await backend.query(largest, Story, { owner: "big" }, { limit: 2 }).all();
    expect(first).toHaveLength(2);
    let count = 0;
    for await (const _ of backend.query(largest, Story, { owner: "big" })) count += 1;
    expect(count).toBe(60);
    expect(Math.max(...brought)).toBeLessThanOrEqual(4);
  });

  it("asks for no more rows than the limit, and no further than it is read", async () => {
    brought.length = 0;
    expect(await backend.query(table, Story, { owner: "many" }, { limit: 3 }).all()).toHaveLength(3);
    expect(await backend.query(table, Story, { owner: "many" }).first()).toBeDefined();
    expect(brought).toEqual([3, 1]);
    for await (const { story_id } of backend.query(table, Story, { owner: "many" })) {
      if (story_id === "000001") break;
    }
    expect(brought).toHaveLength(3);
  });

  /** How PostgreSQL would bring a page: the node below the limit. */
  async function scanOf(range: KeyRange, request: Pick<PageRequest, "reverse" | "after">): Promise<any> {
    const { text, values } = selectPage(table, range, { consistent: false, rows: 100, ...request }, 100);
    const { rows } = await pool.query(`EXPLAIN (FORMAT JSON) ${text}`, [...values]);
    const [{ Plan: limit }] = rows[0]["QUERY PLAN"];
    expect(limit["Node Type"]).toBe("Limit");
    return limit.Plans[0];
  }

  for (const analyzed of [false, true]) {
    it(`follows the primary key from where it goes on, in a table that is ${analyzed ? "" : "not "}analyzed`, async () => {
      if (analyzed) await pool.query(`ANALYZE ${table}`);
      const whole = { pk: "USER#many", sk: { kind: "prefix", text: "" } } as const;
      const prefix = { pk: "USER#many", sk: { kind: "prefix", text: "STORY#0" } } as const;
      const after = { PK: "USER#many", SK: "STORY#000500" };
      for (const [range, request] of [
        [whole, { reverse: false, after: undefined }],
        [whole, { reverse: true, after }],
        [prefix, { reverse: false, after: undefined }],
        [prefix, { reverse: false, after }],
        [prefix, { reverse: true, after }],
      ] as const) {
        const scan = await scanOf(range, request);
        expect(scan).toMatchObject({ "Node Type": "Index Scan", "Index Name": `${table}_pkey` });
        expect(scan["Index Cond"]).toMatch(/pk.*sk/);
        expect(scan.Filter).toBeUndefined();
      }
    });
  }
});
