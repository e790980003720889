import { PutItemCommand, TransactGetItemsCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Condition } from "../../src/values/condition.js";
import { allRows, call, everything, fill, index, key, layout, number, openDriver, range } from "./driver.js";

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")("reads of DynamoDB", () => {
  const sparse = index("GSI1", { projection: "KEYS_ONLY" });
  const some = index("GSI2", { projection: ["title"] });
  const table = layout({}, sparse, some, index("GSI3"));
  const numeric = layout({ pk: number("id"), sk: undefined });
  let driver: ReturnType<typeof openDriver>;
  beforeAll(async () => {
    driver = openDriver();
    await driver.createTable(table, call());
    await driver.createTable(numeric, call());
    await fill(
      driver,
      table,
      Array.from({ length: 60 }, (_, place) => {
        const marks = { GSI1PK: `g${place % 2}`, GSI1SK: `${place}`, GSI2PK: "g", GSI2SK: `${place}` };
        const attributes = { title: `t${place}`, likes: place, rest: "x", GSI3PK: "g", GSI3SK: `${place}` };
        return [key(`p${place % 7}`, `s${place}`), { ...attributes, ...(place % 3 === 0 && marks) }] as const;
      }),
    );
    await fill(driver, numeric, [
      [key("1"), { title: "one" }],
      [key("2.5"), { title: "two and a half" }],
    ]);
  });
  afterAll(() => driver.close());

  describe("of a batch", () => {
    it("bring what is there in any order, with nothing put off by an idle server", async () => {
      const keys = [key("p1", "s1"), key("p2", "s2"), key("none", "s1"), key("p0", "s0")];
      const one = call();
      const { rows, putOff } = await driver.getBatch(table, keys, true, one);
      const titles = rows.map((each) => driver.decode(each, table).attributes.title);
      expect(titles.toSorted()).toEqual(["t0", "t1", "t2"]);
      expect(putOff).toEqual([]);
      expect(one.meter).toMatchObject({ requests: 1, rows: 3 });
      expect(one.meter.capacity).toBeGreaterThan(0);
    });

    it("know numeric keys in any notation", async () => {
      const { rows } = await driver.getBatch(numeric, [key("1.0"), key("25e-1")], false, call());
      expect(rows.map((each) => driver.decode(each, numeric).key.PK).toSorted()).toEqual(["1", "2.5"]);
    });
  });

  describe("of one moment", () => {
    it("come in the order asked for, from several tables, a key twice and a miss among them", async () => {
      const of = (PK: string, SK?: string) => ({ layout: SK ? table : numeric, key: key(PK, SK) });
      const reads = [of("p1", "s1"), of("1"), of("p0", "s7"), of("none", "x"), of("1.0"), of("p1", "s1")];
      const one = call();
      const rows = await driver.getSnapshot(reads, one);
      const titles = rows.map(
        (each, place) => each && driver.decode(each, reads[place]!.layout).attributes.title,
      );
      expect(titles).toEqual(["t1", "one", "t7", undefined, "one", "t1"]);
      expect(one.meter).toMatchObject({ requests: 1, rows: 3 });
      expect(one.meter.capacity).toBeGreaterThan(0);
    });

    it("could not ask DynamoDB for one key twice", async () => {
      const Get = { TableName: numeric.name, Key: { id: { N: "1" } } };
      const command = new TransactGetItemsCommand({ TransactItems: [{ Get }, { Get }] });
      await expect(driver.client.send(command)).rejects.toThrow("multiple operations on one item");
    });

    it("name the tables when one is missing", async () => {
      const none = layout();
      const reads = [
        { layout: table, key: key("p1", "s1") },
        { layout: none, key: key("p1", "s1") },
      ];
      await expect(driver.getSnapshot(reads, call())).rejects.toMatchObject({
        code: "table.missing",
        message: expect.stringContaining(none.name),
      });
    });
  });

  describe("of a whole table", () => {
    const scanned = async (of: number, request = {}, on = table.indexes.get("none")) => {
      const parts = await driver.divide(table, on, { of, index: undefined, heads: [] });
      const found = parts.map((part) =>
        allRows((after) => driver.scan(table, on, part, { ...everything, ...request, after }, call())),
      );
      return (await Promise.all(found)).map((rows) => rows.map((each) => driver.decode(each, table).key.SK!));
    };
    const all = Array.from({ length: 60 }, (_, place) => `s${place}`).toSorted();

    it("bring every item once, in any number of parts and pages", async () => {
      for (const of of [1, 2, 5, 40]) {
        const parts = await scanned(of, { rows: 4 });
        expect(parts).toHaveLength(of);
        expect(parts.flat().toSorted()).toEqual(all);
      }
    });

    it("are divided among machines that know nothing of each other", async () => {
      const found: string[] = [];
      for (const place of [0, 1, 2]) {
        const division = { of: 3, index: place, heads: [] };
        const [part, ...others] = await openDriver().divide(table, undefined, division);
        expect(others).toEqual([]);
        const rows = await allRows((after) =>
          driver.scan(table, undefined, part!, { ...everything, after }, call()),
        );
        found.push(...rows.map((each) => driver.decode(each, table).key.SK!));
      }
      expect(found.toSorted()).toEqual(all);
    });

    it("bring what is in a sparse index, and filter", async () => {
      const [rows] = await scanned(1, { rows: 7 }, sparse);
      expect(rows).toHaveLength(20);
      const filter: Condition = { kind: "lt", path: ["likes"], value: { N: "5" } };
      const [few] = await scanned(1, { filter, rows: 10 });
      expect(few?.toSorted()).toEqual(["s0", "s1", "s2", "s3", "s4"]);
    });
  });

  it("examine what the filter leaves out as well", async () => {
    const filter: Condition = { kind: "gte", path: ["likes"], value: { N: "50" } };
    const one = call();
    const page = await driver.page(table, undefined, range("p1"), { ...everything, rows: 5, filter }, one);
    expect(page).toMatchObject({ rows: [], examined: 5, next: { key: { PK: "p1" } } });
    expect(one.meter).toMatchObject({ requests: 1, rows: 5 });
  });

  describe("of a few attributes", () => {
    const attributes = ["title", "size", "a.b"];

    it("bring the keys and the version with them", async () => {
      const request = { ...everything, attributes, rows: 1 };
      for (const [on, pk, keys] of [
        [undefined, "p1", []],
        [table.indexes.get("GSI3"), "g", ["GSI3PK", "GSI3SK"]],
      ] as const) {
        const { rows, next } = await driver.page(table, on, range(pk), request, call());
        const { version, attributes: found } = driver.decode(rows[0]!, table);
        expect(version).toBe("v1");
        expect(Object.keys(found).toSorted()).toEqual([...keys, "title"]);
        expect(next?.index?.length).toBe(on && 2);
      }
    });

    it("bring what an index has, where it has not everything", async () => {
      const request = { ...everything, attributes };
      const keysOnly = await driver.page(table, sparse, range("g0"), request, call());
      const found = driver.decode(keysOnly.rows[0]!, table);
      expect(found.version).toBeUndefined();
      expect(Object.keys(found.attributes).toSorted()).toEqual(["GSI1PK", "GSI1SK"]);
      const included = await driver.page(table, some, range("g"), request, call());
      const { version, attributes: more } = driver.decode(included.rows[0]!, table);
      expect(version).toBe("v1");
      expect(Object.keys(more).toSorted()).toEqual(["GSI2PK", "GSI2SK", "title"]);
    });
  });

  it("refuse a row without the table's key: half an item is none", async () => {
    const other = layout({ name: table.name, pk: { name: "rest", type: "N" } });
    const { rows } = await driver.page(table, undefined, range("p1"), { ...everything, rows: 1 }, call());
    expect(() => driver.decode(rows[0]!, other)).toThrow(
      expect.objectContaining({ code: "value.unsupported" }),
    );
    for (const damaged of [null, {}, { PK: { S: "a" } }, { PK: { S: "a" }, SK: { N: "1" } }]) {
      expect(() => driver.decode(damaged as never, table)).toThrow(
        expect.objectContaining({ code: "value.unsupported" }),
      );
    }
  });

  it("keep apart an attribute that is called like the other table's key", async () => {
    const Item = { id: { N: "7" }, PK: { S: "a field" }, SK: { L: [] }, schema_version: { S: "v9" } };
    await driver.client.send(new PutItemCommand({ TableName: numeric.name, Item }));
    const found = await driver.get(numeric, key("7"), true, call());
    expect(driver.decode(found!, numeric)).toEqual({
      key: { PK: "7" },
      version: "v9",
      attributes: { PK: "a field", SK: [] },
    });
  });
});
