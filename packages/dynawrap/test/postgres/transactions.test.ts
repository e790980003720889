import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { TableLayout } from "../../src/core/layout.js";
import type { Write } from "../../src/engine/driver.js";
import type { PostgresDriver } from "../../src/postgres/driver.js";
import type { PostgresRow } from "../../src/postgres/row.js";
import type { Condition } from "../../src/values/condition.js";
import { postgresConfig } from "../backends.js";
import { startTcpFaults, type TcpFaults } from "../servers/tcp-faults.js";
import { driverOf, drivers, layoutOf, newCall, type OpenDriver, putAll, writeOf } from "./drivers.js";

const absent: Condition = { kind: "absent" };
const present: Condition = { kind: "present" };
const is = (n: number): Condition => ({ kind: "eq", path: ["n"], value: { N: String(n) } });
const n = (value: number) => ({ n: { N: String(value) } });
let tokens = 0;
const token = () => `token ${tokens++}`;

/** Everything in a table, as `pk/sk` and its `n`. */
const contents = async (client: Pick<OpenDriver, "sql">, { name }: TableLayout) =>
  Object.fromEntries(
    (await client.sql(`SELECT pk, sk, data->>'n' AS n FROM "${name}"`)).map(({ pk, sk, n }) => [
      `${pk}/${sk}`,
      Number(n),
    ]),
  );

for (const { title, open } of drivers) {
  describe(`a transaction through ${title}`, () => {
    let client: OpenDriver;
    let driver: PostgresDriver;
    beforeAll(async () => {
      client = await open();
      driver = client.driver;
    });
    afterAll(() => client.close());
    const make = async (changes: Partial<TableLayout> = {}) => {
      const layout = layoutOf([], changes);
      await driver.createTable(layout, newCall());
      return layout;
    };

    it("makes all of its writes, in any order and in several tables", async () => {
      const [one, two] = [await make(), await make({ pk: { name: "id", type: "N" }, sk: undefined })];
      await putAll(driver, one, [
        ["b", "1", n(1)],
        ["c", "1", n(1)],
        ["d", "1", n(1)],
      ]);
      await putAll(driver, two, [["10", undefined, n(1)]]);
      const writes = [
        writeOf(driver, two, "put", ["10.0"], n(2), is(1)),
        writeOf(driver, one, "put", ["z", "1"], n(2), absent),
        writeOf(driver, one, "check", ["d", "1"], {}, is(1)),
        writeOf(driver, one, "delete", ["c", "1"], {}, present),
        writeOf(driver, one, "put", ["b", "1"], n(2)),
        writeOf(driver, one, "put", ["a", "1"], n(2)),
        writeOf(driver, one, "check", ["nobody", "1"], {}, absent),
        writeOf(driver, one, "delete", ["nobody", "2"]),
        writeOf(driver, two, "put", ["9"], n(9)),
      ];
      expect(await driver.transact(writes, token(), newCall())).toBeUndefined();
      expect(await contents(client, one)).toEqual({ "a/1": 2, "b/1": 2, "d/1": 1, "z/1": 2 });
      expect(await contents(client, two)).toEqual({ "10/": 2, "9/": 9 });
    });

    it("makes none when a condition does not hold, and says which ones, and what stands there", async () => {
      const layout = await make();
      await putAll(driver, layout, [
        ["a", "1", n(1)],
        ["b", "1", n(1)],
      ]);
      const writes = [
        writeOf(driver, layout, "put", ["new", "1"], n(2)),
        writeOf(driver, layout, "put", ["b", "1"], n(2), absent),
        writeOf(driver, layout, "delete", ["none", "1"], {}, present),
        writeOf(driver, layout, "check", ["a", "1"], {}, is(1)),
        writeOf(driver, layout, "put", ["a", "2"], n(2), absent),
        writeOf(driver, layout, "put", ["none", "2"], n(2), is(1)),
        writeOf(driver, layout, "delete", ["a", "3"], {}, { kind: "not", condition: is(1) }),
      ];
      const refused = { reason: "condition", retried: false };
      expect(await driver.transact(writes, token(), newCall())).toEqual([
        undefined,
        { ...refused, current: expect.objectContaining({ pk: "b", data: '{"n": 1}' }) },
        { ...refused, current: undefined },
        undefined,
        undefined,
        { ...refused, current: undefined },
        undefined,
      ]);
      expect(await contents(client, layout)).toEqual({ "a/1": 1, "b/1": 1 });
    });

    it("leaves nothing behind when it fails, and the client as it was", async () => {
      const layout = await make();
      const write = writeOf(driver, layout, "put", ["a", "1"], n(1));
      const broken = {
        ...write,
        key: { PK: "b", SK: "1" },
        row: { ...(write.row as PostgresRow), pk: "b", data: "{" },
      };
      await expect(driver.transact([write, broken], token(), newCall())).rejects.toMatchObject({
        code: "backend.failed",
      });
      await expect(
        driver.transact([write, { ...write, layout: layoutOf() }], token(), newCall()),
      ).rejects.toMatchObject({ code: "table.missing" });
      expect(await contents(client, layout)).toEqual({});
      expect(await driver.transact([write], token(), newCall())).toBeUndefined();
      expect(await contents(client, layout)).toEqual({ "a/1": 1 });
    });

    it("takes a hundred writes", async () => {
      const layout = await make();
      const writes = Array.from({ length: 100 }, (_, place) =>
        writeOf(driver, layout, "put", ["p", `${place}`], n(place), place % 2 ? absent : undefined),
      );
      expect(await driver.transact(writes, token(), newCall())).toBeUndefined();
      const again = await driver.transact(writes, token(), newCall());
      expect(again?.filter(Boolean)).toHaveLength(50);
    });

    it("stops when it is told to, and leaves nothing behind", async () => {
      const layout = await make();
      const writes = [writeOf(driver, layout, "put", ["a", "1"], n(1))];
      const controller = new AbortController();
      const outcome = driver.transact(writes, token(), newCall(controller.signal));
      controller.abort(new Error("enough"));
      await expect(outcome).rejects.toThrow("enough");
      await putAll(driver, layout, [["b", "1", n(1)]]);
      expect(await contents(client, layout)).toEqual({ "b/1": 1 });
    });
  });
}

describe("a client of one connection", () => {
  for (const [title, store, open] of [
    [
      "a Client of pg",
      "postgres",
      async () => {
        const client = new pg.Client(postgresConfig());
        await client.connect();
        return { client, close: () => client.end() };
      },
    ],
    [
      "a PGlite",
      "pglite",
      async () => {
        const client = await PGlite.create();
        return { client, close: () => client.close() };
      },
    ],
  ] as const) {
    it.runIf(inject("backends").includes(store))(
      `lets no other statement into a transaction, not even of another backend: ${title}`,
      async () => {
        const { client, close } = await open();
        const [first, second] = [driverOf(client), driverOf(client)];
        const layout = layoutOf();
        await first.createTable(layout, newCall());
        await putAll(first, layout, [["taken", "1", n(0)]]);
        const outcomes = await Promise.all(
          Array.from({ length: 60 }, (_, place) => {
            const driver = place % 2 ? first : second;
            // A put that got into a transaction which is cancelled would be undone with it.
            if (place % 3)
              return driver.write(writeOf(driver, layout, "put", ["put", `${place}`], n(1)), newCall());
            const writes = [
              writeOf(driver, layout, "put", ["undone", `${place}`], n(1)),
              writeOf(driver, layout, "put", ["taken", "1"], n(1), absent),
            ];
            return driver.transact(writes, token(), newCall());
          }),
        );
        expect(outcomes.filter(Boolean)).toHaveLength(20);
        const { rows } = await (client as pg.Client).query(
          `SELECT pk, count(*)::int AS count FROM "${layout.name}" GROUP BY pk ORDER BY pk`,
        );
        expect(rows).toEqual([
          { pk: "put", count: 40 },
          { pk: "taken", count: 1 },
        ]);
        await close();
      },
      120_000,
    );
  }
});

describe.runIf(inject("postgres"))("a Client of pg whose transaction is given up", () => {
  it("has nothing of it left, and goes on with what is asked next", async () => {
    const [client, rival] = [new pg.Client(postgresConfig()), new pg.Client(postgresConfig())];
    await Promise.all([client.connect(), rival.connect()]);
    const driver = driverOf(client);
    const layout = layoutOf();
    await driver.createTable(layout, newCall());
    await rival.query(`BEGIN; LOCK TABLE "${layout.name}" IN ACCESS EXCLUSIVE MODE`);
    const controller = new AbortController();
    const writes = [
      writeOf(driver, layout, "put", ["a", "1"], n(1)),
      writeOf(driver, layout, "put", ["b", "1"], n(1)),
    ];
    const given = driver.transact(writes, token(), newCall(controller.signal));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const waiting = driver.write(
      writeOf(driver, layout, "put", ["c", "1"], n(1)),
      newCall(controller.signal),
    );
    const next = driver.write(writeOf(driver, layout, "put", ["d", "1"], n(1)), newCall());
    await new Promise((resolve) => setTimeout(resolve, 100));
    controller.abort(new Error("enough"));
    await expect(given).rejects.toThrow("enough");
    await expect(waiting).rejects.toThrow("enough");
    await rival.query("COMMIT");
    await next;
    await driver.write(writeOf(driver, layout, "put", ["e", "1"], n(1)), newCall());
    const { rows } = await rival.query(`SELECT string_agg(pk, ' ' ORDER BY pk) AS pks FROM "${layout.name}"`);
    expect(rows).toEqual([{ pks: "d e" }]);
    await Promise.all([client.end(), rival.end()]);
  });
});

describe.runIf(inject("postgres"))("transactions that meet", () => {
  let pool: pg.Pool;
  let driver: PostgresDriver;
  let layout: TableLayout;
  const sql = async (text: string) => (await pool.query(text)).rows;
  beforeAll(async () => {
    pool = new pg.Pool({ ...postgresConfig(), max: 20 });
    driver = driverOf(pool);
    layout = layoutOf();
    await driver.createTable(layout, newCall());
  });
  afterAll(() => pool.end());
  const read = async (pk: string) => {
    const row = await driver.get(layout, { PK: pk, SK: "1" }, true, newCall());
    return row && (driver.decode(row, layout).attributes.n as number);
  };
  /** Tries until its conditions hold; conflicts and refusals begin anew. */
  const transactUntil = async (build: () => Promise<readonly Write<PostgresRow>[]>) => {
    for (;;) if ((await driver.transact(await build(), token(), newCall())) === undefined) return;
  };

  it("move money and lose none, in any order of the accounts", async () => {
    const accounts = ["a", "b", "c", "d", "e"];
    await putAll(
      driver,
      layout,
      accounts.map((pk) => [pk, "1", n(100)]),
    );
    let moved = 0;
    await Promise.all(
      Array.from({ length: 10 }, async (_, worker) => {
        for (let turn = 0; turn < 20; turn++) {
          const [from, to] = [
            accounts[(worker + turn) % 5] as string,
            accounts[(worker * 3 + turn * 2 + 1) % 5] as string,
          ];
          if (from === to) continue;
          await transactUntil(async () => {
            const [giver, taker] = [(await read(from)) as number, (await read(to)) as number];
            return [
              writeOf(driver, layout, "put", [from, "1"], n(giver - 1), is(giver)),
              writeOf(driver, layout, "put", [to, "1"], n(taker + 1), is(taker)),
            ];
          });
          moved += 1;
        }
      }),
    );
    expect(moved).toBeGreaterThan(100);
    const sum = (await Promise.all(accounts.map(read))).reduce((a, b) => (a ?? 0) + (b ?? 0), 0);
    expect(sum).toBe(500);
  });

  it("let one of them put where there is nothing, and the others say so", async () => {
    for (let round = 0; round < 20; round++) {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, place) =>
          driver.transact(
            [
              writeOf(driver, layout, "put", [`once ${round}`, "1"], n(place), absent),
              writeOf(driver, layout, "put", [`mine ${round}`, `${place}`], n(place)),
            ],
            token(),
            newCall(),
          ),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome)
          expect(outcome).toEqual([
            expect.objectContaining({ reason: "condition", current: expect.anything() }),
            undefined,
          ]);
      expect(await sql(`SELECT FROM "${layout.name}" WHERE pk = 'mine ${round}'`)).toHaveLength(1);
    }
  });

  it("never both find that the other's item is not there, and put their own", async () => {
    for (let round = 0; round < 40; round++) {
      const own = (me: string, other: string) =>
        driver.transact(
          [
            writeOf(driver, layout, "check", [`${other} ${round}`, "1"], {}, absent),
            writeOf(driver, layout, "put", [`${me} ${round}`, "1"], n(1), absent),
          ],
          token(),
          newCall(),
        );
      const outcomes = await Promise.all([own("left", "right"), own("right", "left")]);
      expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
    }
  });

  it("keep what a check has found until they are done, an item that is missing included", async () => {
    // A slow transaction: its second table makes it wait for a lock that is held here.
    const slow = { ...layoutOf(), name: `z${layoutOf().name}` };
    await driver.createTable(slow, newCall());
    const holder = await pool.connect();
    await holder.query(`BEGIN; LOCK TABLE "${slow.name}" IN ACCESS EXCLUSIVE MODE`);
    const order: string[] = [];
    const transaction = driver
      .transact(
        [
          writeOf(driver, layout, "check", ["nobody yet", "1"], {}, absent),
          writeOf(driver, slow, "put", ["done", "1"], n(1)),
        ],
        token(),
        newCall(),
      )
      .then((outcome) => order.push(`transaction ${outcome}`));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const put = driver
      .write(writeOf(driver, layout, "put", ["nobody yet", "1"], n(1)), newCall())
      .then(() => order.push("put"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(order).toEqual([]);
    await holder.query("COMMIT");
    holder.release();
    await Promise.all([transaction, put]);
    expect(order.sort()).toEqual(["put", "transaction undefined"]);
    expect(await read("nobody yet")).toBe(1);
  });

  it("wait for each other in one order, and lock nobody out", async () => {
    const deadlocks = async () => {
      await pool.query("SELECT pg_stat_force_next_flush()");
      return Number(
        (await sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))[0].deadlocks,
      );
    };
    const before = await deadlocks();
    const keys = Array.from({ length: 20 }, (_, place) => `key ${place}`);
    await Promise.all(
      Array.from({ length: 12 }, async (_, worker) => {
        for (let turn = 0; turn < 10; turn++) {
          const order = worker % 2 ? keys : [...keys].reverse();
          const writes = order.map((pk, place) =>
            writeOf(driver, layout, (place + worker + turn) % 3 ? "put" : "delete", [pk, "1"], n(turn)),
          );
          if (worker % 4 > 0) expect(await driver.transact(writes, token(), newCall())).toBeUndefined();
          else expect(await driver.writeBatch(layout, writes, newCall())).toEqual([]);
        }
      }),
    );
    expect((await deadlocks()) - before).toBe(0);
  });

  it("are told of a conflict when the server had to end one of them", async () => {
    await putAll(driver, layout, [
      ["x", "1", n(1)],
      ["y", "1", n(1)],
    ]);
    const rival = await pool.connect();
    await rival.query("BEGIN");
    await rival.query(`UPDATE "${layout.name}" SET data = data WHERE pk = 'y'`);
    const outcome = driver.transact(
      [writeOf(driver, layout, "put", ["x", "1"], n(2)), writeOf(driver, layout, "put", ["y", "1"], n(2))],
      token(),
      newCall(),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    await rival.query(
      `SET LOCAL deadlock_timeout = '1h'; UPDATE "${layout.name}" SET data = data WHERE pk = 'x'`,
    );
    await rival.query("COMMIT");
    rival.release();
    expect(await outcome).toEqual([{ reason: "conflict" }, { reason: "conflict" }]);
  });
});

describe.runIf(inject("postgres"))("a transaction over a line that breaks", () => {
  let faults: TcpFaults;
  let pool: pg.Pool;
  let driver: PostgresDriver;
  let layout: TableLayout;
  beforeAll(async () => {
    faults = await startTcpFaults({ url: postgresConfig().connectionString, seed: 6 });
    layout = layoutOf();
    const direct = new pg.Pool(postgresConfig());
    await driverOf(direct).createTable(layout, newCall());
    await direct.end();
  });
  beforeEach(() => {
    // New connections, as the faults know a statement among the last ones that a connection has sent.
    pool = new pg.Pool({ connectionString: faults.url, max: 2 });
    pool.on("error", () => {});
    driver = driverOf(pool);
  });
  afterEach(() => pool.end());
  afterAll(() => faults.stop());
  const increment = (pk: string, from: number) => [
    writeOf(driver, layout, "put", [pk, "1"], n(from + 1), from === 0 ? absent : is(from)),
  ];

  it("is done when the reply to its commit was lost, as the server can still say", async () => {
    faults.cut({ after: "COMMIT\0" });
    const before = faults.cuts;
    expect(await driver.transact(increment("lost", 0), token(), newCall())).toBeUndefined();
    expect(faults.cuts).toBe(before + 1);
    expect(await driver.get(layout, { PK: "lost", SK: "1" }, true, newCall())).toMatchObject({
      data: '{"n": 1}',
    });
  });

  it("is not made when the line broke before, and can be made again", async () => {
    const mine = token();
    faults.cut({ after: "unnest" });
    await expect(driver.transact(increment("early", 0), mine, newCall())).rejects.toMatchObject({
      code: "backend.unavailable",
      cause: expect.any(Error),
    });
    expect(await driver.transact(increment("early", 0), mine, newCall())).toBeUndefined();
    expect(await driver.get(layout, { PK: "early", SK: "1" }, true, newCall())).toMatchObject({
      data: '{"n": 1}',
    });
  });

  it("is not made twice when it is tried again after a reply was lost and the server was away", async () => {
    const mine = token();
    faults.cut({ after: "COMMIT\0" });
    faults.cut({ after: "pg_xact_status" });
    await expect(driver.transact(increment("twice", 0), mine, newCall())).rejects.toMatchObject({
      code: "backend.unavailable",
    });
    expect(await driver.transact(increment("twice", 0), mine, newCall())).toBeUndefined();
    expect(await driver.get(layout, { PK: "twice", SK: "1" }, true, newCall())).toMatchObject({
      data: '{"n": 1}',
    });
  });
});
