import { DynamoDBClient, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { beginsWith, DBItem, gt, lt, Table } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import type { DynamoDBDriver } from "../../src/dynamodb/driver.js";
import type { Position } from "../../src/engine/driver.js";
import type { Condition } from "../../src/values/condition.js";
import { dynamodbConfig, freshTableName } from "../backends.js";
import { allRows, call, everything, key, range, removal } from "./driver.js";

class Order extends DBItem({
  pk: "CUSTOMER#{customer}",
  sk: "ORDER#{id}",
  schema: z.object({
    customer: z.string(),
    id: z.string(),
    status: z.string().optional(),
    total: z.number(),
    note: z.string().default(""),
  }),
  indexes: {
    byStatus: { index: "GSI1", pk: "{status}", sk: "{total}" },
    byTotal: { index: "LSI1", pk: "CUSTOMER#{customer}", sk: "{total}" },
    byId: { index: "GSI2", pk: "ORDER#{id}" },
    byNote: { index: "GSI3", pk: "NOTE#{note}", sk: "CUSTOMER#{customer}" },
  },
}) {}

const indexes = {
  GSI1: { pk: "status", sk: { name: "total", type: "N" }, projection: ["note"] },
  LSI1: { pk: "PK", sk: { name: "total", type: "N" }, local: true },
  GSI2: { pk: "SK", projection: "KEYS_ONLY" },
  GSI3: { pk: "GSI3PK", sk: "GSI3SK" },
} as const;

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")("the indexes of a Table in DynamoDB", () => {
  const table = new Table(freshTableName(), { models: [Order], indexes });
  const inputs: QueryCommandInput[] = [];
  let backend: DynamoDBBackend;
  beforeAll(async () => {
    const client = new DynamoDBClient(dynamodbConfig());
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args: any) => {
          if (/Query|Scan/.test(commandName ?? "")) inputs.push(args.input);
          return next(args);
        },
      { step: "initialize" },
    );
    backend = new DynamoDBBackend(client, { closeClient: true });
    await backend.createTable(table);
    await backend.batchWrite(
      table,
      Array.from({ length: 40 }, (_, place) => {
        const status = place % 4 === 0 ? undefined : place % 2 ? "open" : "closed";
        const note = place < 20 ? "early" : "late";
        return new Order({
          customer: `c${place % 3}`,
          id: `o${place}`,
          total: place / 2 - 5,
          note,
          ...(status && { status }),
        });
      }),
    );
  });
  afterAll(() => backend?.close());
  const totals = (orders: readonly { readonly total: number }[]) => orders.map(({ total }) => total);

  it("are ordered by number where the key is one, in ranges, reversed and page by page", async () => {
    const open = backend.query(table, Order, { status: "open" }, { index: "byStatus", fetch: true });
    const all = await open.all();
    expect(all).toHaveLength(20);
    expect(totals(all)).toEqual(totals(all).toSorted((left, right) => left - right));
    const some = await backend
      .query(
        table,
        Order,
        { status: "open", total: gt(-2.5) },
        { index: "byStatus", fetch: true, reverse: true, limit: 3 },
      )
      .all();
    expect(totals(some)).toEqual(totals(all).toReversed().slice(0, 3));
    const pages: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await open.page({ size: 3, ...(cursor && { cursor }) });
      pages.push(...totals(page.items));
      cursor = page.cursor;
    } while (cursor);
    expect(pages).toEqual(totals(all));
  });

  it("are read consistently when they are local", async () => {
    const found = await backend
      .query(table, Order, { customer: "c1", total: lt(0) }, { index: "byTotal", consistent: true })
      .all();
    expect(totals(found)).toEqual([-4.5, -3, -1.5]);
    expect(inputs.at(-1)?.ConsistentRead).toBe(true);
    const global = backend.query(
      table,
      Order,
      { status: "open" },
      { index: "byStatus", consistent: true, fetch: true },
    );
    const asked = inputs.length;
    await expect(global.all()).rejects.toMatchObject({ code: "backend.unsupported" });
    expect(inputs).toHaveLength(asked);
  });

  it("filter at the server by what they hold, and in the library by the rest", async () => {
    const where = { where: { note: beginsWith("la") } };
    const held = await backend
      .query(table, Order, { status: "open" }, { index: "byStatus", fetch: true, ...where })
      .all();
    expect(held).toHaveLength(10);
    const byId = backend.query(table, Order, { id: "o25" }, { index: "byId", fetch: true, ...where });
    expect(await byId.all()).toHaveLength(1);
    const local = backend.query(
      table,
      Order,
      { customer: "c1" },
      { index: "byTotal", where: { total: gt(10), id: "o34" } },
    );
    expect(totals(await local.all())).toEqual([12]);
  });

  it("take no look inside a key attribute, which has no inside", async () => {
    const layouts = table.layout;
    const driver = backend.driver as DynamoDBDriver;
    const inside: Condition = { kind: "eq", path: ["status", "code"], value: { S: "x" } };
    const rows = async (filter: Condition) => {
      const read = (after?: Position) =>
        driver.page(layouts, undefined, range("CUSTOMER#c1"), { ...everything, filter, after }, call());
      return (await allRows(read)).length;
    };
    expect(await rows(inside)).toBe(0);
    expect(await rows({ kind: "not", condition: inside })).toBe(13);
    expect(await rows({ ...inside, kind: "ne" })).toBe(13);
    const write = removal(layouts, key("CUSTOMER#c1", "ORDER#o1"), inside);
    expect(await driver.write(write, call())).toMatchObject({ reason: "condition" });
  });

  it("bring the fields that are picked, also where an index holds but the keys", async () => {
    const picked = await backend
      .query(table, Order, { id: "o7" }, { index: "byId", pick: ["customer", "id"] })
      .all();
    expect(picked).toEqual([{ customer: "c1", id: "o7" }]);
    const notes = await backend
      .query(table, Order, { note: "late", customer: "c2" }, { index: "byNote", pick: ["total"], limit: 2 })
      .all();
    expect(notes.every((each) => Object.keys(each).join() === "total")).toBe(true);
    expect(inputs.at(-1)?.ProjectionExpression).toBeDefined();
    const scanned = await backend.scan(table, [Order], { index: "byStatus", pick: ["note"] } as never).all();
    expect(scanned).toHaveLength(30);
  });

  it("are added to a table in use, and filled", async () => {
    const name = freshTableName();
    const { GSI3, ...others } = indexes;
    class Old extends DBItem({
      name: "Order",
      pk: Order.pk,
      sk: "ORDER#{id}",
      schema: z.object({ customer: z.string(), id: z.string(), total: z.number(), note: z.string() }),
    }) {}
    const before = new Table(name, { models: [Old], indexes: others });
    await backend.createTable(before);
    await backend.save(before, new Old({ customer: "c", id: "1", total: 5, note: "kept" }));
    const after = new Table(name, { models: [Order], indexes });
    await backend.createTable(after);
    const found = await backend
      .query(after, Order, { note: "kept", customer: "c" }, { index: "byNote" })
      .all();
    expect(found.map(({ id }) => id)).toEqual(["1"]);
  });

  it("are table.invalid where the table has not got them yet", async () => {
    const name = freshTableName();
    await backend.createTable(name);
    const late = new Table(name, { models: [Order], indexes });
    const query = backend.query(late, Order, { id: "1" }, { index: "byId", fetch: true });
    await expect(query.all()).rejects.toMatchObject({
      code: "table.invalid",
      message: expect.stringContaining("createTable"),
    });
    await expect(backend.createTable(late)).rejects.toMatchObject({ code: "table.invalid" });
  });

  it("are refused as backend.unsupported with several attributes, where the server is said to know none", async () => {
    class Visit extends DBItem({
      pk: "V#{id}",
      sk: "V",
      schema: z.object({ id: z.string(), site: z.string(), day: z.string(), at: z.string() }),
      indexes: { bySite: { index: "GSI1", pk: ["{site}", "{day}"], sk: ["{at}", "{id}"] } },
    }) {}
    const visits = new Table("visits", {
      models: [Visit],
      indexes: { GSI1: { pk: ["site", "day"], sk: ["at", "id"] } },
    });
    const client = new DynamoDBClient({ ...dynamodbConfig(), endpoint: "http://127.0.0.1:1" });
    const without = new DynamoDBBackend(client, { multiAttributeKeys: false, closeClient: true });
    const unsupported = { code: "backend.unsupported", details: { capability: "multiAttributeKeys" } };
    await expect(without.createTable(visits)).rejects.toMatchObject(unsupported);
    const query = without.query(visits, Visit, { site: "s", day: "d", at: gt("1") }, { index: "bySite" });
    await expect(query.all()).rejects.toMatchObject(unsupported);
    await without.close();
  });
});
