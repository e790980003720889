import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { TableIndex, TableLayout } from "../../src/core/layout.js";
import { compareUtf8, type KeyRange, type SortCondition } from "../../src/core/range.js";
import { DynamoDBDriver } from "../../src/dynamodb/driver.js";
import type { PageRequest, Position } from "../../src/engine/driver.js";
import { compareNumbers } from "../../src/values/number.js";
import {
  allRows,
  call,
  equal,
  everything,
  fill,
  index,
  key,
  layout,
  number,
  openDriver,
  prefix,
  range,
  text,
} from "./driver.js";

const span = (from: string | undefined, to: string | undefined, inclusive = true): SortCondition => ({
  kind: "span",
  from: from === undefined ? undefined : { text: from, inclusive },
  to: to === undefined ? undefined : { text: to, inclusive },
});

/** Whether a sort key must come back; one at an exclusive bound may. */
function fits(
  sort: SortCondition,
  key: string,
  compare: (a: string, b: string) => number,
): boolean | "maybe" {
  if (sort.kind === "equal") return compare(key, sort.text) === 0;
  if (sort.kind === "prefix") return key.startsWith(sort.text);
  for (const [bound, sign] of [
    [sort.from, 1],
    [sort.to, -1],
  ] as const) {
    const side = bound ? compare(key, bound.text) * sign : 1;
    if (side < 0) return false;
    if (side === 0 && !bound?.inclusive) return "maybe";
  }
  return true;
}

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")("a range of keys in DynamoDB", () => {
  const local = index("LSI1", { pk: [text("PK")], sk: [text("GSI1SK")], local: true });
  const scores = index("scores", { pk: [text("GSI1PK")], sk: [number("score")] });
  const hashed = index("hashed", { pk: [text("GSI1SK")], sk: [] });
  const table = layout({}, index("GSI1"), local, scores, hashed);
  const numeric = layout({ pk: number("year"), sk: number("day") });
  let driver: ReturnType<typeof openDriver>;
  beforeAll(async () => {
    driver = openDriver();
    await driver.createTable(table, call());
    await driver.createTable(numeric, call());
  });
  afterAll(() => driver.close());

  const sortKeys = async (
    on: TableLayout,
    of: TableIndex | undefined,
    wanted: KeyRange,
    request: Partial<PageRequest> = {},
  ): Promise<(string | undefined)[]> => {
    const rows = await allRows((after) =>
      driver.page(on, of, wanted, { ...everything, ...request, after }, call()),
    );
    return rows.map((each) => driver.decode(each, on).key.SK);
  };

  it("brings what is in it, in the order of UTF-8 bytes and in pages of any size", async () => {
    const texts = ["a", "a#", "a#1", "ab", "b", "B", "é", "\u{1F600}", "\uFB00", "z", "~", "\u{10FFFF}"];
    await fill(
      driver,
      table,
      texts.map((SK) => [key("p", SK)] as const),
    );
    const some = fc.constantFrom(...texts, "", "a#0", "c", "\u{1F601}");
    const bound = fc.option(fc.record({ text: some, inclusive: fc.boolean() }), { nil: undefined });
    const sort = fc.oneof(
      fc.record({ kind: fc.constant("equal" as const), text: some.filter((each) => each !== "") }),
      fc.record({ kind: fc.constant("prefix" as const), text: some }),
      fc.record({ kind: fc.constant("span" as const), from: bound, to: bound }),
    );
    await fc.assert(
      fc.asyncProperty(sort, fc.integer({ min: 1, max: 20 }), fc.boolean(), async (wanted, rows, reverse) => {
        const found = await sortKeys(table, undefined, range("p", wanted), { rows, reverse });
        const order = texts.toSorted(compareUtf8);
        if (reverse) order.reverse();
        const expected = order.filter((each) => {
          const fit = fits(wanted, each, compareUtf8);
          return fit === "maybe" ? found.includes(each) : fit;
        });
        expect(found).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it("compares numeric keys as numbers, whatever their notation, and gives them one", async () => {
    const days = ["-10", "-9.5", "0", "2", "10", "10.5", "9007199254740993", "1e-100", "1e30"];
    await fill(
      driver,
      numeric,
      days.map((day) => [key("2024", day)] as const),
    );
    const order = ["-10", "-9.5", "0", "1e-100", "2", "10", "10.5", "9007199254740993"];
    order.push("1000000000000000000000000000000");
    expect(await sortKeys(numeric, undefined, range("2024.0"))).toEqual(order);
    expect(await sortKeys(numeric, undefined, range("2024"), { reverse: true, rows: 1 })).toEqual(
      order.toReversed(),
    );
    expect(await sortKeys(numeric, undefined, range("2024", equal("20e-1")))).toEqual(["2"]);
    for (const [from, to] of [
      ["2", "10"],
      ["-9.5", undefined],
      [undefined, "1.05e1"],
      ["9007199254740992", "9007199254740993"],
      ["9007199254740993", "9007199254740992"],
      ["10", "2"],
    ] as const) {
      const wanted = span(from, to);
      const expected = order.filter((each) => fits(wanted, each, compareNumbers));
      expect(await sortKeys(numeric, undefined, range("2024", wanted)), `${from}..${to}`).toEqual(expected);
    }
    expect(await driver.get(numeric, key("2.024e3", "2.0"), true, call())).toBeDefined();
  });

  it("never asks for reversed bounds, which DynamoDB refuses", async () => {
    const one = call();
    for (const sort of [span("b", "a"), span("\u{1F600}", "\uFB00"), span(undefined, ""), span("a", "")]) {
      const page = await driver.page(table, undefined, range("p", sort), everything, one);
      expect(page).toEqual({ rows: [], next: undefined, examined: 0 });
    }
    expect(one.meter.requests).toBe(0);
    await driver.page(table, undefined, range("p", span("b", "b", false)), everything, one);
    await driver.page(table, undefined, range("p", span("", "b", false)), everything, one);
    expect(one.meter.requests).toBe(2);
  });

  it("may be one of a global index, of a local one, and of one without a sort key", async () => {
    await fill(
      driver,
      table,
      Array.from({ length: 30 }, (_, place) => {
        const GSI1SK = `S${String(place % 10).padStart(2, "0")}`;
        return [
          key(`T${place % 3}`, `item${String(place).padStart(2, "0")}`),
          { GSI1PK: "all", GSI1SK, score: place - 15, ...(place === 7 && { GSI1PK: undefined }) },
        ] as const;
      }),
    );
    const rows = 4;
    const all = await sortKeys(table, index("GSI1"), range("all"), { rows });
    expect(all).toHaveLength(29);
    expect(new Set(all).size).toBe(29);
    const equals = await sortKeys(table, index("GSI1"), range("all", equal("S03")), { rows: 1 });
    expect(equals.toSorted()).toEqual(["item03", "item13", "item23"]);
    const middle = await sortKeys(table, index("GSI1"), range("all", span("S02", "S03")), { rows });
    expect(middle.toSorted()).toEqual(["item02", "item03", "item12", "item13", "item22", "item23"]);
    const locals = await sortKeys(table, local, range("T1", prefix("S0")), { rows, consistent: true });
    expect(locals).toHaveLength(10);
    expect((await sortKeys(table, hashed, range("S05"), { rows: 1 })).toSorted()).toEqual([
      "item05",
      "item15",
      "item25",
    ]);
    const low = await sortKeys(table, scores, range("all", span("-12", "-10.5", false)), { rows: 1 });
    expect(low).toEqual(["item03", "item04"]);
  });

  it("goes on behind any row of an index, in either direction", async () => {
    const of = index("GSI1");
    const forth = await allRows((after) =>
      driver.page(table, of, range("all"), { ...everything, after }, call()),
    );
    for (const reverse of [false, true]) {
      const order = (reverse ? forth.toReversed() : forth).map((each) => driver.decode(each, table));
      for (const place of [0, 5, 28]) {
        const { key: stored, attributes } = order[place]!;
        const after = { key: stored, index: [attributes.GSI1PK as string, attributes.GSI1SK as string] };
        const page = await driver.page(table, of, range("all"), { ...everything, reverse, after }, call());
        expect(page.rows.map((each) => driver.decode(each, table))).toEqual(order.slice(place + 1));
      }
    }
  });

  it("is table.invalid for an index that the table has not, with the way to add it", async () => {
    const none = index("GSI9");
    for (const reading of [
      driver.page(table, none, range("p"), everything, call()),
      driver.scan(table, none, {}, everything, call()),
    ]) {
      await expect(reading).rejects.toMatchObject({
        code: "table.invalid",
        message: expect.stringMatching(/createTable.*GSI9/),
      });
    }
    const otherKey = index("GSI1", { pk: [text("other")] });
    await expect(driver.page(table, otherKey, range("p"), everything, call())).rejects.toMatchObject({
      code: "table.invalid",
    });
  });

  it("is explained by the native request", () => {
    const wanted = range("all", span("S02", "S03", false));
    const request = {
      ...everything,
      rows: 10,
      reverse: true,
      after: { key: key("T0", "item1"), index: ["all", "S02"] },
    };
    expect(driver.explain(table, index("GSI1"), wanted, request)).toEqual({
      TableName: table.name,
      IndexName: "GSI1",
      KeyConditionExpression: "#0 = :0 AND #1 BETWEEN :1 AND :2",
      ExpressionAttributeNames: { "#0": "GSI1PK", "#1": "GSI1SK" },
      ExpressionAttributeValues: { ":0": { S: "all" }, ":1": { S: "S02" }, ":2": { S: "S03" } },
      ScanIndexForward: false,
      ConsistentRead: false,
      Limit: 10,
      ExclusiveStartKey: {
        PK: { S: "T0" },
        SK: { S: "item1" },
        GSI1PK: { S: "all" },
        GSI1SK: { S: "S02" },
      },
    });
  });
});

/** DynamoDB has had them since November 2025; DynamoDB Local does not know them. */
describe("a range of an index whose key has several attributes", () => {
  const many = index("many", {
    pk: [text("tenant"), number("year")],
    sk: [text("region"), number("day"), text("name")],
  });
  const table = layout({ name: "several" }, many);
  const driver = openDriver({ endpoint: "http://127.0.0.1:1" });

  it("takes the partition key's parts and the leading sort values as equal, and the condition on the next", () => {
    expect(
      driver.explain(table, many, range(["acme", "2024"], span("10", undefined, false), "north"), everything),
    ).toEqual({
      TableName: "several",
      IndexName: "many",
      KeyConditionExpression: "#0 = :0 AND #1 = :1 AND #2 = :2 AND #3 > :3",
      ExpressionAttributeNames: { "#0": "tenant", "#1": "year", "#2": "region", "#3": "day" },
      ExpressionAttributeValues: {
        ":0": { S: "acme" },
        ":1": { N: "2024" },
        ":2": { S: "north" },
        ":3": { N: "10" },
      },
      ScanIndexForward: true,
      ConsistentRead: false,
    });
  });

  it("takes no condition where all sort values lead", () => {
    const after = { key: key("a", "b"), index: ["acme", "2024", "north", "10", "ann"] };
    expect(
      driver.explain(table, many, range(["acme", "2024"], prefix(""), "north", "10", "ann"), {
        ...everything,
        after,
      }),
    ).toMatchObject({
      KeyConditionExpression: "#0 = :0 AND #1 = :1 AND #2 = :2 AND #3 = :3 AND #4 = :4",
      ExclusiveStartKey: {
        PK: { S: "a" },
        SK: { S: "b" },
        tenant: { S: "acme" },
        year: { N: "2024" },
        region: { S: "north" },
        day: { N: "10" },
        name: { S: "ann" },
      },
    });
  });

  it("goes on behind all attributes of the index and the table", async () => {
    const client = new DynamoDBClient({ region: "local" });
    const mock = mockClient(client);
    const mocked = new DynamoDBDriver(client, () => {});
    const last = {
      day: { N: "10.0" },
      PK: { S: "a" },
      tenant: { S: "acme" },
      name: { S: "ann" },
      SK: { S: "b" },
      region: { S: "north" },
      year: { N: "2024" },
    };
    mock
      .on(QueryCommand)
      .resolvesOnce({ Items: [last], LastEvaluatedKey: last })
      .resolves({ Items: [] });
    const read = (after?: Position) =>
      mocked.page(table, many, range(["acme", "2024"]), { ...everything, after }, call());
    const { next } = await read();
    expect(next).toEqual({ key: key("a", "b"), index: ["acme", "2024", "north", "10", "ann"] });
    await read(next);
    expect(mock.commandCalls(QueryCommand)[1]?.args[0].input.ExclusiveStartKey).toEqual({
      ...last,
      day: { N: "10" },
    });
  });

  it("is created with every attribute in its order", async () => {
    const client = new DynamoDBClient({ region: "local" });
    const mock = mockClient(client);
    mock
      .on(DescribeTableCommand)
      .rejectsOnce(Object.assign(new Error(), { name: "ResourceNotFoundException" }))
      .callsFake(() => {
        const { input } = mock.commandCalls(CreateTableCommand)[0]!.args[0];
        return { Table: { ...input, TableStatus: "ACTIVE" } };
      });
    mock.on(CreateTableCommand).resolves({});
    expect(await new DynamoDBDriver(client, () => {}).createTable(table, call())).toEqual([]);
    const { input } = mock.commandCalls(CreateTableCommand)[0]!.args[0];
    expect(input.GlobalSecondaryIndexes?.[0]?.KeySchema).toEqual([
      { AttributeName: "tenant", KeyType: "HASH" },
      { AttributeName: "year", KeyType: "HASH" },
      { AttributeName: "region", KeyType: "RANGE" },
      { AttributeName: "day", KeyType: "RANGE" },
      { AttributeName: "name", KeyType: "RANGE" },
    ]);
    expect(input.AttributeDefinitions).toContainEqual({ AttributeName: "day", AttributeType: "N" });
    expect(input.LocalSecondaryIndexes).toBeUndefined();
  });
});
