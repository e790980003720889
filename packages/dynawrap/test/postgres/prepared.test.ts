import { anyOf, eq, gt } from "dynawrap";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { PreparedQuery } from "../../src/postgres/prepared-query.js";
import { freshTable, postgresConfig } from "../backends.js";
import { Story, stories } from "../story.js";
import { driverOf, indexOf, keysOf, layoutOf, newCall, putAll, rangeOf } from "./drivers.js";

describe.runIf(inject("postgres"))("statements that repeat", () => {
  let client: pg.Client;
  let backend: PostgresBackend;
  let table: string;
  const [story] = stories("ann", 1) as [Story];
  const key = { owner: "ann", story_id: story.story_id };
  beforeEach(async () => {
    client = new pg.Client(postgresConfig());
    await client.connect();
    backend = new PostgresBackend(client);
    table = await freshTable(backend);
    await backend.save(table, story);
  });
  afterEach(() => client.end());

  const prepared = async (): Promise<{ name: string; statement: string }[]> => {
    const { rows } = await client.query(
      "SELECT name, statement FROM pg_prepared_statements WHERE name LIKE 'dynawrap%' ORDER BY prepare_time",
    );
    return rows;
  };
  const getThrice = async (from = backend): Promise<void> => {
    for (let turn = 0; turn < 3; turn++) expect(await from.get(table, Story, key)).toEqual(story);
  };

  it("are prepared under a name of their text, and once", async () => {
    await getThrice();
    const [first, ...others] = (await prepared()).filter(({ statement }) => statement.includes(table));
    expect(first?.name).toMatch(/^dynawrap_[0-9a-f]{16}$/);
    expect(first?.statement).toContain("WHERE item.pk = $1 AND item.sk = $2");
    expect(others).toEqual([]);
    const elsewhere = new pg.Client(postgresConfig());
    await elsewhere.connect();
    await getThrice(new PostgresBackend(elsewhere));
    const { rows } = await elsewhere.query(
      "SELECT name FROM pg_prepared_statements WHERE statement LIKE $1",
      [`%FROM "${table}"%`],
    );
    expect(rows).toEqual([{ name: first?.name }]);
    await elsewhere.end();
  });

  it("are those of every operation", async () => {
    const all = stories("bob", 20);
    for (let turn = 0; turn < 3; turn++) {
      await backend.save(table, story);
      await backend.save(table, story, { if: { likes: eq(story.likes) } });
      await backend.batchWrite(table, all);
      expect(await backend.query(table, Story, { owner: "bob" }, { limit: 7 + turn }).all()).toHaveLength(
        7 + turn,
      );
      expect(await backend.batchGet(table, Story, all)).toEqual(all);
      await backend.transact((tx) => tx.save(table, story, { if: { likes: eq(story.likes) } }));
      await backend.delete(table, story);
      await backend.save(table, story, { ifAbsent: true });
      await backend.batchWrite(table, { delete: all });
    }
    const statements = (await prepared()).map(({ statement }) => statement);
    for (const word of ["SELECT", "INSERT", "UPDATE", "DELETE", "unnest", "json_agg", "WITH"])
      expect(statements.filter((statement) => statement.includes(word))).not.toEqual([]);
    expect(statements.join()).not.toMatch(/ann|bob|BEGIN|COMMIT/);
  });

  it("are sent as they are with prepare: false", async () => {
    await client.query("DISCARD ALL");
    const names: unknown[] = [];
    const watched = {
      query(statement: { text: string; values: unknown[]; name?: string }) {
        names.push(statement.name);
        return client.query(statement);
      },
    };
    const plain = new PostgresBackend(watched, { prepare: false });
    for (let turn = 0; turn < 3; turn++) {
      await plain.save(table, story);
      await plain.query(table, Story, { owner: "ann" }).all();
      await plain.transact((tx) => tx.save(table, story));
    }
    await getThrice(plain);
    expect(new Set(names)).toEqual(new Set([undefined]));
    expect(await prepared()).toEqual([]);
  });

  it("are no more than 200, however many there are", async () => {
    for (let n = 1; n <= 240; n++) {
      const where = anyOf(...Array.from({ length: n }, (_, likes) => ({ likes: gt(likes) })));
      for (let turn = 0; turn < 2; turn++)
        await backend.query(table, Story, { owner: "ann" }, { where }).all();
    }
    expect((await prepared()).length).toBe(200);
    await getThrice();
  }, 60_000);

  it("make few different ones of many limits, none of which brings a row too many", async () => {
    await backend.batchWrite(table, stories("cyd", 150));
    const examined: number[] = [];
    const watched = new PostgresBackend(client, { observe: (event) => examined.push(event.examined) });
    const limits = Array.from({ length: 60 }, (_, place) => place + 1);
    for (const limit of limits) {
      const query = watched.query(table, Story, { owner: "cyd" }, { limit });
      expect(await query.all()).toHaveLength(limit);
    }
    expect(examined).toEqual(limits);
    expect((await prepared()).filter(({ statement }) => statement.includes("LIMIT"))).toHaveLength(3);
  });

  it("are planned once, pages too, in a table of any size", async () => {
    for (const partitions of [0, 3, 100]) {
      const large = await freshTable(backend);
      await client.query(
        `INSERT INTO ${large} (pk, sk, data) SELECT 'USER#' || p, 'STORY#' || n, jsonb_build_object('owner', p::text, 'story_id', n::text, 'title', repeat('x', 100)) FROM generate_series(1, $1::int) AS p, generate_series(1000, 1199) AS n`,
        [partitions],
      );
      await client.query(`ANALYZE ${large}`);
      for (let turn = 0; turn < 9; turn++) {
        await backend.query(large, Story, { owner: "1" }, { limit: 100 }).all();
        await backend.query(large, Story, { owner: "2" }, { reverse: true }).all();
        await backend.get(large, Story, { owner: "1", story_id: "1100" });
      }
      const { rows } = await client.query(
        "SELECT generic_plans::int AS plans FROM pg_prepared_statements WHERE statement LIKE $1 AND statement LIKE 'SELECT%'",
        [`%"${large}"%`],
      );
      expect(rows.map(({ plans }) => plans > 0)).toEqual([true, true, true]);
    }
  });

  for (const [title, spoil] of [
    ["was told to forget everything", () => client.query("DISCARD ALL")],
    ["was told to forget its statements", () => client.query("DEALLOCATE ALL")],
  ] as const) {
    it(`go on on a connection that ${title}, also in a transaction`, async () => {
      await getThrice();
      await spoil();
      const query = backend.query(table, Story, { owner: "ann" });
      await getThrice();
      expect(await prepared()).toEqual([]);
      expect(await query.all()).toEqual([story]);

      const other = new PostgresBackend(client);
      const change = () =>
        other.transact((tx) =>
          tx.update(table, Story, key, (now) => now.with({ likes: Number(now.likes) + 1 })),
        );
      for (let turn = 0; turn < 3; turn++) await change();
      expect(await prepared()).not.toEqual([]);
      await spoil();
      for (let turn = 0; turn < 3; turn++) await change();
      expect((await other.get(table, Story, key))?.likes).toBe(Number(story.likes) + 6);
    });
  }

  it("go on where someone else, through the same pooler, has taken the name before", async () => {
    await getThrice();
    const [{ name, statement } = { name: "", statement: "" }] = (await prepared()).slice(-1);
    const elsewhere = new pg.Client(postgresConfig());
    await elsewhere.connect();
    await elsewhere.query(`PREPARE "${name}" AS ${statement}`);
    const requests: number[] = [];
    await getThrice(new PostgresBackend(elsewhere, { observe: (event) => requests.push(event.requests) }));
    expect(requests).toEqual([1, 2, 1]);
    await elsewhere.end();
  });

  it("outlive a table that is dropped and made again, and say meanwhile that it is missing", async () => {
    await getThrice();
    const names = (await prepared()).length;
    await client.query(`DROP TABLE ${table}`);
    for (let turn = 0; turn < 3; turn++)
      await expect(backend.get(table, Story, key)).rejects.toMatchObject({ code: "table.missing" });
    await backend.createTable(table);
    expect(await backend.get(table, Story, key)).toBeUndefined();
    await backend.save(table, story);
    await getThrice();
    expect((await prepared()).length).toBeGreaterThanOrEqual(names);
  });

  it("outlive columns that are added or get another type", async () => {
    const driver = driverOf(client);
    const plain = layoutOf();
    const index = indexOf("GSI1", ["GSI1PK"], ["GSI1SK"]);
    const indexed = { ...plain, indexes: new Map([["GSI1", index]]) };
    await driver.createTable(plain, newCall());
    const work = async (layout = plain): Promise<void> => {
      for (let turn = 0; turn < 3; turn++) {
        await putAll(driver, layout, [["a", "1", { GSI1PK: { S: "p" }, GSI1SK: { S: "s" } }]]);
        const call = newCall();
        expect(await driver.get(layout, { PK: "a", SK: "1" }, true, call)).toMatchObject({
          schema_version: "v1",
        });
        const read = (at?: typeof index) =>
          keysOf((request) => driver.page(layout, at, rangeOf(at ? "p" : "a"), request, call));
        expect(await read()).toEqual(["a/1"]);
        if (layout !== plain) expect(await read(index)).toEqual(["a/1"]);
        expect(call.meter.retries).toBe(0);
      }
    };
    await work();
    await driver.createTable(indexed, newCall());
    await work(indexed);
    await client.query(
      `ALTER TABLE "${plain.name}" ALTER schema_version TYPE varchar(20), ADD COLUMN note text`,
    );
    await work(indexed);
    await client.query(`ALTER TABLE "${plain.name}" DROP COLUMN note`);
    await work(indexed);
    expect(await prepared()).not.toEqual([]);
  });

  it("are prepared by a client in a pipeline, too, in its own way", async () => {
    const pipelined = new pg.Client({ ...postgresConfig(), pipeline: true } as pg.ClientConfig);
    await pipelined.connect();
    await getThrice(new PostgresBackend(pipelined));
    const { rows } = await pipelined.query(
      "SELECT count(*)::int AS names FROM pg_prepared_statements WHERE name LIKE 'dynawrap%'",
    );
    expect(rows).toEqual([{ names: 1 }]);
    await pipelined.end();
  });

  it("are read by pg itself where a column is no text", async () => {
    const driver = driverOf(client);
    const layout = layoutOf();
    await driver.createTable(layout, newCall());
    await putAll(driver, layout, [["a", "1", { n: { N: "1" } }]]);
    const condition = { kind: "eq", path: ["n"], value: { N: "1" } } as const;
    const check = { layout, kind: "check", key: { PK: "a", SK: "1" }, row: undefined, condition } as const;
    for (let turn = 0; turn < 4; turn++) {
      expect(await driver.write(check, newCall())).toBeUndefined();
      const other = { ...check, condition: { ...condition, value: { N: "2" } } };
      expect(await driver.write(other, newCall())).toMatchObject({ reason: "condition" });
    }
  });

  const ask = async (
    values: unknown[],
    text: string,
    columns: string[],
    wrap = (query: PreparedQuery) => query,
  ): Promise<unknown> => {
    const query = new PreparedQuery({ name: `test ${text.length}`, text, values }, columns);
    client.query(wrap(query) as never);
    return (await query).rows;
  };

  it("take any text as a parameter, alone and in a list", async () => {
    const texts = [
      "",
      " ",
      "NULL",
      "null",
      '"',
      "\\",
      '\\"',
      "{a,b}",
      "a,b",
      "'",
      "\n\t\r\u0001",
      "é€😀",
      "\ufeff",
      "$1",
    ];
    const text =
      "SELECT place::text, one, $2::text AS alone FROM unnest($1::text[]) WITH ORDINALITY AS list (one, place)";
    for (const alone of [...texts, null]) {
      const list = [...texts, null];
      expect(await ask([list, alone], text, ["place", "one", "alone"])).toEqual(
        list.map((one, place) => ({ place: String(place + 1), one, alone })),
      );
    }
    const sum = "SELECT (sum(one) + $2::int)::text AS sum FROM unnest($1::int[]) AS list (one)";
    expect(await ask([[1, 20], 300], sum, ["sum"])).toEqual([{ sum: "321" }]);
    expect(await ask([[], 0], sum, ["sum"])).toEqual([{ sum: null }]);
  });

  it("leave the connection usable when they fail, and take a tracer's callback", async () => {
    const divide = "SELECT (1 / $1::int)::text AS part";
    for (let turn = 0; turn < 2; turn++) {
      await expect(ask([0], divide, ["part"])).rejects.toMatchObject({ code: "22012" });
      expect(await ask([1], divide, ["part"])).toEqual([{ part: "1" }]);
    }
    // One that nobody asks for an answer makes no unhandled rejection.
    client.query(new PreparedQuery({ name: "unasked", text: divide, values: [0] }, ["part"]) as never);
    expect(await ask([1], divide, ["part"])).toEqual([{ part: "1" }]);
    const heard: unknown[] = [];
    const traced = (query: PreparedQuery) => {
      const { callback } = query;
      query.callback = (error, answer) => {
        heard.push(error ?? answer);
        callback(error, answer);
      };
      return query;
    };
    await ask([1], divide, ["part"], traced);
    expect(heard).toEqual([{ rows: [{ part: "1" }] }]);
  });
});
