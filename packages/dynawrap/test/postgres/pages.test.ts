import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { TableIndex, TableLayout } from "../../src/core/layout.js";
import type { KeyRange } from "../../src/core/range.js";
import type { Statement } from "../../src/postgres/client.js";
import { selectPage, selectSpan, selectSpans } from "../../src/postgres/pages.js";
import type { Condition } from "../../src/values/condition.js";
import { freshTable, postgresConfig } from "../backends.js";
import { Story, stories } from "../story.js";
import { driverOf, indexOf, layoutOf, newCall, rangeOf, requestOf } from "./drivers.js";

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
            const [first] = result.rows;
            if (first && "dot_sk" in first) brought.push(result.rows.length);
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
    expect(Math.max(...brought)).toBeLessThanOrEqual(500);
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

  const gsi = indexOf("GSI1", ["GSI1PK"], ["GSI1SK"]);
  const inverted = indexOf("inverted", ["SK"], ["PK"]);
  const multi = indexOf("multi", ["tenant"], ["year", { name: "n", type: "N" }]);

  /**
   * How PostgreSQL would bring a page: the node that finds the rows, below those that count or limit them. It is
   * asked for what it makes of the values, and for the plan that it keeps of a prepared statement.
   */
  async function scansOf({ text, values }: Statement): Promise<any[]> {
    const plans = [
      await pool.query(`EXPLAIN (FORMAT JSON) ${text}`, [...values]),
      await pool.query(`EXPLAIN (FORMAT JSON, GENERIC_PLAN) ${text}`),
    ];
    return plans.map(({ rows }) => {
      const [{ Plan: whole }] = rows[0]["QUERY PLAN"];
      // With a filter, the page is looked at before what fits is put in its order.
      let node = whole.Plans.find((plan: any) => plan["Subplan Name"] === "CTE page") ?? whole;
      while (/^(Limit|Subquery Scan|WindowAgg)$/.test(node["Node Type"])) [node] = node.Plans;
      return node;
    });
  }

  for (const analyzed of [false, true]) {
    describe(`in a table that is ${analyzed ? "" : "not "}analyzed`, () => {
      let layout: TableLayout;
      beforeAll(async () => {
        layout = layoutOf([gsi, inverted, multi]);
        const driver = driverOf(pool);
        await driver.createTable(layout, newCall());
        const data = `jsonb_build_object('GSI1PK', 'all', 'GSI1SK', lpad((n * 7919 % 100003)::text, 6, '0'), 'tenant', 't', 'year', '202' || n % 5, 'n', n)`;
        await pool.query(
          `INSERT INTO "${layout.name}" (pk, sk, data) SELECT 'USER#many', 'STORY#' || lpad(n::text, 6, '0'), ${data} FROM generate_series(0, 99999) AS n`,
        );
        await pool.query(
          `INSERT INTO "${layout.name}" (pk, sk, data) SELECT 'USER#' || n % 500, 'STORY#' || n, '{}' FROM generate_series(1, 20000) AS n`,
        );
        if (analyzed) await pool.query(`ANALYZE "${layout.name}"`);
      });

      const key = { PK: "USER#many", SK: "STORY#000500" };
      const filter: Condition = { kind: "gt", path: ["n"], value: { N: "5" } };
      const span = {
        kind: "span",
        from: { text: "0", inclusive: false },
        to: { text: "9", inclusive: true },
      } as const;
      const questions: [string, string, TableIndex | undefined, KeyRange, RegExp, object?][] = [
        ["the whole of a partition", "_pkey", undefined, rangeOf("USER#many"), /pk.*sk/],
        ["a prefix", "_pkey", undefined, rangeOf("USER#many", { kind: "prefix", text: "STORY#0" }), /pk.*sk/],
        ["a span", "_pkey", undefined, rangeOf("USER#many", span), /pk.*sk/],
        [
          "one key",
          "_pkey",
          undefined,
          rangeOf("USER#many", { kind: "equal", text: "STORY#000100" }),
          /pk.*sk/,
        ],
        [
          "the whole of an index's partition",
          ":GSI1",
          gsi,
          rangeOf("all"),
          /GSI1PK/,
          { index: ["all", "000500"] },
        ],
        [
          "a prefix in an index",
          ":GSI1",
          gsi,
          rangeOf("all", { kind: "prefix", text: "0" }),
          /GSI1SK/,
          { index: ["all", "000500"] },
        ],
        ["a span in an index", ":GSI1", gsi, rangeOf("all", span), /GSI1SK/, { index: ["all", "000500"] }],
        [
          "an inverted index",
          ":inverted",
          inverted,
          rangeOf("STORY#000500"),
          /sk/,
          { index: ["STORY#000500", "USER#many"] },
        ],
        [
          "the first attributes of several",
          ":multi",
          multi,
          rangeOf("t", { kind: "prefix", text: "" }, ["2021"]),
          /year/,
          { index: ["t", "2021", "77"] },
        ],
        [
          "a span of numbers",
          ":multi",
          multi,
          rangeOf("t", { ...span, to: { text: "99999", inclusive: true } }, ["2021"]),
          /year.*n/,
          { index: ["t", "2021", "77"] },
        ],
      ];
      for (const [title, name, index, range, condition, position = {}] of questions) {
        it(`follows the key, from where it goes on, for ${title}`, async () => {
          const source = { layout, index, derive: false };
          for (const after of [undefined, { key, ...position }])
            for (const reverse of [false, true])
              for (const changes of [{}, { filter }]) {
                const request = requestOf({ after, reverse, ...changes });
                for (const scan of await scansOf(selectPage(source, range, request, 100))) {
                  expect(scan).toMatchObject({
                    "Node Type": "Index Scan",
                    "Index Name": `${layout.name}${name}`,
                  });
                  expect(scan["Index Cond"]).toMatch(condition);
                  expect(scan.Filter).toBeUndefined();
                }
              }
        });
      }

      it("follows the key in a scan, from where it goes on", async () => {
        for (const [index, name] of [
          [undefined, "_pkey"],
          [gsi, ":GSI1"],
        ] as const) {
          const source = { layout, index, derive: false };
          for (const after of [undefined, { key, index: index && ["all", "000500"] }]) {
            for (const filtered of [undefined, filter]) {
              const request = requestOf({ after, filter: filtered });
              const spanned = selectSpan(source, { low: "U", high: "V" }, request, 100);
              for (const scan of await scansOf(spanned))
                expect(scan).toMatchObject({
                  "Node Type": "Index Scan",
                  "Index Name": `${layout.name}${name}`,
                });
            }
          }
          const spans = ["A", "USER#1", "USER#7", "USER#m"].map((low) => ({ low, high: `${low}~` }));
          const { text, values } = selectSpans(source, spans, requestOf(), 100);
          const { rows } = await pool.query(`EXPLAIN ${text}`, [...values]);
          const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
          expect(plan).toMatch(new RegExp(`Index Scan using "?${layout.name}${name}`));
          expect(plan).toMatch(/Incremental Sort/);
          expect(plan).not.toMatch(/Seq Scan|Bitmap|-> {2}Sort /);
        }
      });
    });
  }
});
