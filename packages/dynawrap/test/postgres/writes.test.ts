import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { TableLayout } from "../../src/core/layout.js";
import type { PostgresDriver } from "../../src/postgres/driver.js";
import type { Condition } from "../../src/values/condition.js";
import { postgresConfig } from "../backends.js";
import { driverOf, drivers, layoutOf, newCall, type OpenDriver, putAll, writeOf } from "./drivers.js";

const absent: Condition = { kind: "absent" };
const present: Condition = { kind: "present" };
const is = (n: number): Condition => ({ kind: "eq", path: ["n"], value: { N: String(n) } });
const n = (value: number) => ({ n: { N: String(value) } });

for (const { title, open } of drivers) {
  describe(`writes with conditions through ${title}`, () => {
    let client: OpenDriver;
    let driver: PostgresDriver;
    let layout: TableLayout;
    beforeAll(async () => {
      client = await open();
      driver = client.driver;
      layout = layoutOf();
      await driver.createTable(layout, newCall());
    });
    afterAll(() => client.close());
    const put = (key: [string, string], value: number, condition?: Condition) =>
      driver.write(writeOf(driver, layout, "put", key, n(value), condition, "v1"), newCall());
    const remove = (key: [string, string], condition?: Condition) =>
      driver.write(writeOf(driver, layout, "delete", key, {}, condition), newCall());
    const check = (key: [string, string], condition: Condition) =>
      driver.write(writeOf(driver, layout, "check", key, {}, condition), newCall());
    const stored = async ([PK, SK]: [string, string]) => {
      const row = await driver.get(layout, { PK, SK }, true, newCall());
      return row && driver.decode(row, layout).attributes.n;
    };
    const refusal = (value: number | undefined) => ({
      reason: "condition",
      retried: false,
      current: value === undefined ? undefined : expect.objectContaining({ data: `{"n": ${value}}` }),
    });

    it("put where there is nothing, once", async () => {
      expect(await put(["absent", "1"], 1, absent)).toBeUndefined();
      expect(await put(["absent", "1"], 2, absent)).toEqual(refusal(1));
      expect(await stored(["absent", "1"])).toBe(1);
    });

    it("put in the place of what the condition holds for, and say what stands there otherwise", async () => {
      expect(await put(["place", "1"], 1, is(0))).toEqual(refusal(undefined));
      expect(await put(["place", "1"], 1, present)).toEqual(refusal(undefined));
      await put(["place", "1"], 0);
      expect(await put(["place", "1"], 1, is(0))).toBeUndefined();
      expect(await put(["place", "1"], 2, is(0))).toEqual(refusal(1));
      expect(await stored(["place", "1"])).toBe(1);
      const either: Condition = { kind: "or", conditions: [absent, is(1)] };
      expect(await put(["place", "1"], 5, either)).toBeUndefined();
      expect(await put(["place", "1"], 6, either)).toEqual(refusal(5));
      expect(await put(["place", "2"], 7, either)).toBeUndefined();
      expect([await stored(["place", "1"]), await stored(["place", "2"])]).toEqual([5, 7]);
    });

    it("delete what the condition holds for; nothing is deleted where a condition holds for nothing", async () => {
      expect(await remove(["gone", "1"], present)).toEqual(refusal(undefined));
      expect(await remove(["gone", "1"], { kind: "not", condition: is(1) })).toBeUndefined();
      await put(["gone", "1"], 1);
      expect(await remove(["gone", "1"], { kind: "not", condition: is(1) })).toEqual(refusal(1));
      expect(await remove(["gone", "1"], is(1))).toBeUndefined();
      expect(await stored(["gone", "1"])).toBeUndefined();
      expect(await remove(["gone", "1"])).toBeUndefined();
    });

    it("check, and change nothing", async () => {
      await put(["check", "1"], 1);
      expect(await check(["check", "1"], is(1))).toBeUndefined();
      expect(await check(["check", "1"], absent)).toEqual(refusal(1));
      expect(await check(["check", "2"], absent)).toBeUndefined();
      expect(await check(["check", "2"], present)).toEqual(refusal(undefined));
    });

    it("take one statement when the condition holds", async () => {
      const call = newCall();
      await driver.write(writeOf(driver, layout, "put", ["one", "1"], n(1), absent), call);
      await driver.write(writeOf(driver, layout, "put", ["one", "1"], n(2), is(1)), call);
      await driver.write(writeOf(driver, layout, "delete", ["one", "1"], {}, is(2)), call);
      expect(call.meter.requests).toBe(3);
    });

    it("are told apart by the version too", async () => {
      const version = (text: string | undefined): Condition => ({ kind: "version", version: text });
      await put(["version", "1"], 1);
      expect(await put(["version", "1"], 2, version(undefined))).toEqual(refusal(1));
      expect(await put(["version", "1"], 2, version("v1"))).toBeUndefined();
    });

    it("reach a table without a sort key, and one of numbers", async () => {
      const single = layoutOf([], { sk: undefined });
      const numeric = layoutOf([], { pk: { name: "id", type: "N" }, sk: undefined });
      for (const [table, key, same] of [
        [single, "a", "a"],
        [numeric, "10", "1e1"],
      ] as const) {
        await driver.createTable(table, newCall());
        const write = (kind: "put" | "delete", id: string, condition: Condition) =>
          driver.write(writeOf(driver, table, kind, [id], n(1), condition), newCall());
        expect(await write("put", key, absent)).toBeUndefined();
        expect(await write("put", same, absent)).toMatchObject({ current: { pk: key } });
        const found = await driver.get(table, { PK: same }, true, newCall());
        expect(driver.decode(found!, table)).toEqual({
          key: { PK: key },
          version: undefined,
          attributes: { n: 1 },
        });
        await putAll(driver, table, [[same, undefined, n(2)]]);
        const { rows } = await driver.getBatch(table, [{ PK: same }], true, newCall());
        expect(rows.map((row) => driver.decode(row, table))).toMatchObject([
          { key: { PK: key }, attributes: { n: 2 } },
        ]);
        expect(await write("delete", same, present)).toBeUndefined();
        expect(await driver.get(table, { PK: key }, true, newCall())).toBeUndefined();
      }
    });
  });

  describe(`reads of many keys through ${title}`, () => {
    let client: OpenDriver;
    beforeAll(async () => {
      client = await open();
    });
    afterAll(() => client.close());

    it("come in one statement, from several tables, in the order asked for", async () => {
      const { driver } = client;
      const [stories, users] = [layoutOf(), layoutOf([], { pk: { name: "id", type: "N" }, sk: undefined })];
      await driver.createTable(stories, newCall());
      await driver.createTable(users, newCall());
      await putAll(driver, stories, [
        ["a", "1", n(1)],
        ["\ufeffb", "\ufeff2", n(2)],
      ]);
      await putAll(driver, users, [["7", undefined, n(7)]]);
      const reads = [
        { layout: users, key: { PK: "7.0" } },
        { layout: stories, key: { PK: "a", SK: "2" } },
        { layout: stories, key: { PK: "\ufeffb", SK: "\ufeff2" } },
        { layout: users, key: { PK: "8" } },
        { layout: stories, key: { PK: "a", SK: "1" } },
      ];
      const call = newCall();
      const rows = await driver.getSnapshot(reads, call);
      const found = rows.map((row, place) => row && driver.decode(row, reads[place]!.layout));
      expect(found.map((item) => item && [item.key, item.attributes])).toEqual([
        [{ PK: "7" }, { n: 7 }],
        undefined,
        [{ PK: "\ufeffb", SK: "\ufeff2" }, { n: 2 }],
        undefined,
        [{ PK: "a", SK: "1" }, { n: 1 }],
      ]);
      expect(call.meter).toMatchObject({ requests: 1, rows: 3 });
      expect(await driver.getSnapshot([], newCall())).toEqual([]);
      const gone = layoutOf();
      await expect(
        driver.getSnapshot([...reads, { layout: gone, key: { PK: "a" } }], newCall()),
      ).rejects.toMatchObject({ code: "table.missing", details: { table: gone.name } });
    });

    it("find all of 1,000 keys, each once", async () => {
      const { driver } = client;
      const layout = layoutOf();
      await driver.createTable(layout, newCall());
      const keys = Array.from({ length: 1000 }, (_, place) => ({ PK: `p${place % 7}`, SK: `s${place}` }));
      await putAll(
        driver,
        layout,
        keys.map(({ PK, SK }) => [PK, SK]),
      );
      const { rows, putOff } = await driver.getBatch(layout, keys, false, newCall());
      expect(new Set(rows.map(({ pk, sk }) => `${pk}/${sk}`)).size).toBe(1000);
      expect([rows.length, putOff]).toEqual([1000, []]);
    });
  });
}

describe.runIf(inject("postgres"))("writers with conditions who meet", () => {
  let pool: pg.Pool;
  let driver: PostgresDriver;
  let layout: TableLayout;
  beforeAll(async () => {
    pool = new pg.Pool({ ...postgresConfig(), max: 20 });
    driver = driverOf(pool);
    layout = layoutOf();
    await driver.createTable(layout, newCall());
  });
  afterAll(() => pool.end());

  it("let one of them put where there is nothing", async () => {
    for (let round = 0; round < 20; round++) {
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, place) =>
          driver.write(writeOf(driver, layout, "put", ["first", `${round}`], n(place), absent), newCall()),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === undefined)).toHaveLength(1);
      for (const outcome of outcomes) if (outcome) expect(outcome.current).toBeDefined();
    }
  });

  it("lose no increment", async () => {
    await driver.write(writeOf(driver, layout, "put", ["count", "1"], n(0)), newCall());
    const increment = async () => {
      for (;;) {
        const row = await driver.get(layout, { PK: "count", SK: "1" }, true, newCall());
        const before = driver.decode(row!, layout).attributes.n as number;
        const write = writeOf(driver, layout, "put", ["count", "1"], n(before + 1), is(before));
        if ((await driver.write(write, newCall())) === undefined) return;
      }
    };
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        for (let turn = 0; turn < 10; turn++) await increment();
      }),
    );
    const row = await driver.get(layout, { PK: "count", SK: "1" }, true, newCall());
    expect(driver.decode(row!, layout).attributes.n).toBe(120);
  });

  it("delete and put by turns, and each is told the truth", async () => {
    const key: [string, string] = ["turns", "1"];
    const tally = { put: 0, deleted: 0 };
    await Promise.all(
      Array.from({ length: 8 }, async (_, place) => {
        for (let turn = 0; turn < 50; turn++) {
          const adds = (place + turn) % 2 === 0;
          const write = adds
            ? writeOf(driver, layout, "put", key, n(turn), absent)
            : writeOf(driver, layout, "delete", key, {}, present);
          if ((await driver.write(write, newCall())) === undefined) tally[adds ? "put" : "deleted"] += 1;
        }
      }),
    );
    const left = await driver.get(layout, { PK: "turns", SK: "1" }, true, newCall());
    expect(tally.put - tally.deleted).toBe(left === undefined ? 0 : 1);
  });
});
