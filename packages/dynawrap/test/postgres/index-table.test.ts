import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { TableLayout } from "../../src/core/layout.js";
import { freshTableName, postgresConfig } from "../backends.js";
import {
  driverOf,
  drivers,
  indexOf,
  keysOf,
  layoutOf,
  newCall,
  type OpenDriver,
  putAll,
  rangeOf,
} from "./drivers.js";

const index = indexOf("GSI1", ["GSI1PK"], ["GSI1SK"]);
const numbers = indexOf("GSI2", [{ name: "year", type: "N" }], ["GSI1SK"]);
const named = (layout: TableLayout, ...indexes: (typeof index)[]): TableLayout => ({
  ...layout,
  indexes: new Map(indexes.map((each) => [each.name, each])),
});

for (const { title, open } of drivers) {
  describe(`a table with indexes through ${title}`, () => {
    let client: OpenDriver;
    beforeAll(async () => {
      client = await open();
    });
    afterAll(() => client.close());
    const create = (layout: TableLayout) => client.driver.createTable(layout, newCall());
    const columnsOf = async ({ name }: TableLayout) =>
      client.sql(
        "SELECT column_name AS name, data_type AS type, collation_name AS collation, is_generated AS generated FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position OFFSET 4",
        [name],
      );

    it("has a column for each key attribute, derived from the data", async () => {
      const layout = layoutOf([index, numbers]);
      expect(await create(layout)).toEqual([]);
      expect(await columnsOf(layout)).toEqual([
        { name: "GSI1PK", type: "text", collation: "C", generated: "ALWAYS" },
        { name: "GSI1SK", type: "text", collation: "C", generated: "ALWAYS" },
        { name: "year", type: "numeric", collation: null, generated: "ALWAYS" },
      ]);
      expect(await create(layout)).toEqual([]);
    });

    it("has keys of numbers where the layout says so, and an empty sort key where there is none", async () => {
      const layout = layoutOf([], { pk: { name: "id", type: "N" }, sk: undefined });
      await create(layout);
      await putAll(client.driver, layout, [["7", undefined]]);
      expect(await client.sql(`SELECT pk + 1 AS next, sk FROM "${layout.name}"`)).toEqual([
        { next: "8", sk: "" },
      ]);
    });

    it("says which indexes it has got while in use, and has the items in them that are there already", async () => {
      const layout = layoutOf([index]);
      await create(layout);
      await putAll(client.driver, layout, [
        ["a", "1", { GSI1PK: { S: "p" }, GSI1SK: { S: "s" }, year: { N: "2026" } }],
      ]);
      const wider = named(layout, index, numbers);
      expect(await create(wider)).toEqual([numbers]);
      expect(await create(wider)).toEqual([]);
      expect(await create(layout)).toEqual([]);
      const keys = await keysOf((request) =>
        client.driver.page(wider, numbers, rangeOf("2026"), request, newCall()),
      );
      expect(keys).toEqual(["a/1"]);
      await client.sql(`DROP INDEX "${layout.name}:GSI2"`);
      expect(await create(wider)).toEqual([numbers]);
    });

    it("has names for its indexes that PostgreSQL does not cut, and no two alike", async () => {
      const long = "i".repeat(200);
      const indexes = [1, 2, 3].map((last) => indexOf(`${long}${last}`, [`a${last}`]));
      const layout = layoutOf(indexes, { name: `${freshTableName()}${"n".repeat(26)}` });
      await create(layout);
      expect(await create(layout)).toEqual([]);
      const found = await client.sql("SELECT indexname AS name FROM pg_indexes WHERE tablename = $1", [
        layout.name,
      ]);
      expect(new Set(found.map(({ name }) => name)).size).toBe(4);
      // The names of two tables and their indexes, put together, are the same.
      const [first, second] = [layoutOf([indexOf("b_c", ["x"])]), layoutOf([indexOf("c", ["x"])])];
      await create(first);
      await create({ ...second, name: `${first.name}_b` });
      expect(await create(first)).toEqual([]);
    });

    it("is refused when what is there is something else", async () => {
      const [text, own, other] = [layoutOf(), layoutOf(), layoutOf([index])];
      await create(text);
      await client.sql(
        `CREATE TABLE "${own.name}" (pk text, sk text, schema_version text, data jsonb, "GSI1PK" text, PRIMARY KEY (pk, sk))`,
      );
      await create(other);
      const different = indexOf("GSI1", ["GSI1SK"], ["GSI1PK"]);
      const asNumber = indexOf("GSI2", [{ name: "GSI1PK", type: "N" }]);
      const id = { name: "id", type: "N" } as const;
      for (const [layout, problem] of [
        [{ ...text, pk: id }, /column pk of type text/],
        [{ ...text, sk: id }, /column sk of type text/],
        [named(own, index), /column GSI1PK of its own/],
        [named(other, different), /index GSI1 of other columns/],
        [named(other, asNumber), /column GSI1PK of type text/],
      ] as const) {
        await expect(create(layout)).rejects.toMatchObject({
          code: "table.invalid",
          details: { table: layout.name },
          message: expect.stringMatching(problem),
        });
      }
    });

    it("gets indexes although something else has made it, and sorts by them in bytes", async () => {
      const layout = layoutOf([index, indexOf("inverted", ["SK"], ["PK"])]);
      await client.sql(
        `CREATE TABLE "${layout.name}" (pk TEXT NOT NULL, sk TEXT NOT NULL, schema_version TEXT, data JSONB NOT NULL, PRIMARY KEY (pk, sk))`,
      );
      const pks = ["b", "B", "a", "é", "_"];
      const data = JSON.stringify({ GSI1PK: "p", GSI1SK: "s", schema_version: "old" });
      for (const pk of pks)
        await client.sql(`INSERT INTO "${layout.name}" VALUES ($1, 'x', NULL, $2)`, [pk, data]);
      expect((await create(layout)).map(({ name }) => name)).toEqual(["GSI1", "inverted"]);
      for (const [place, pk] of [
        [index, "p"],
        [layout.indexes.get("inverted"), "x"],
      ] as const) {
        for (const rows of [1, 100]) {
          const keys = await keysOf(
            (request) => client.driver.page(layout, place, rangeOf(pk), request, newCall()),
            { rows },
          );
          expect(keys).toEqual(["B/x", "_/x", "a/x", "b/x", "é/x"]);
        }
      }
      const [part] = await client.driver.divide(
        layout,
        undefined,
        { of: 1, index: undefined, heads: [""] },
        newCall(),
      );
      const keys = await keysOf(
        (request) => client.driver.scan(layout, undefined, part!, request, newCall()),
        { rows: 2 },
      );
      expect(keys).toEqual(["B/x", "_/x", "a/x", "b/x", "é/x"]);
    });
  });
}

describe.runIf(inject("postgres"))("indexes on PostgreSQL", () => {
  const pool = inject("postgres") === undefined ? undefined : new pg.Pool({ ...postgresConfig(), max: 20 });
  afterAll(() => pool?.end());

  it("are added once by creations at the same time, and every one of them finds them there", async () => {
    for (let round = 0; round < 5; round++) {
      const plain = layoutOf();
      if (round > 0) await driverOf(pool!).createTable(plain, newCall());
      const layout = named(plain, index, numbers);
      const added = await Promise.all(
        Array.from({ length: 10 }, () => driverOf(pool!).createTable(layout, newCall())),
      );
      expect(added.filter((indexes) => indexes.length > 0)).toEqual(round > 0 ? [[index, numbers]] : []);
      await putAll(driverOf(pool!), layout, [["a", "1", { year: { N: "1" } }]]);
    }
  });

  it("are added while others write", async () => {
    const plain = layoutOf();
    const driver = driverOf(pool!);
    await driver.createTable(plain, newCall());
    const layout = named(plain, index);
    let open = true;
    let written = 0;
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; open; n++, written++)
        await putAll(driver, plain, [
          [`w${writer}`, `${n}`, { GSI1PK: { S: "p" }, GSI1SK: { S: `${writer} ${n}` } }],
        ]);
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await driver.createTable(layout, newCall())).toEqual([index]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    open = false;
    await Promise.all(writers);
    const keys = await keysOf((request) => driver.page(layout, index, rangeOf("p"), request, newCall()));
    expect(keys).toHaveLength(written);
  });

  it("do not keep a role from starting that may use the table and may not change it", async () => {
    const layout = layoutOf([index]);
    await driverOf(pool!).createTable(layout, newCall());
    const role = freshTableName();
    await pool!.query(
      `CREATE ROLE ${role} LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON "${layout.name}" TO ${role}`,
    );
    const url = new URL(postgresConfig().connectionString);
    url.username = role;
    const limited = new pg.Client({ connectionString: url.href });
    await limited.connect();
    const driver = driverOf(limited);
    expect(await driver.createTable(layout, newCall())).toEqual([]);
    await putAll(driver, layout, [["a", "1", { GSI1PK: { S: "p" }, GSI1SK: { S: "s" } }]]);
    await expect(driver.createTable(named(layout, index, numbers), newCall())).rejects.toMatchObject({
      code: "backend.failed",
      cause: { code: "42501" },
    });
    await limited.end();
  });
});
