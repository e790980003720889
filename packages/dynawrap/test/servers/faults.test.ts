import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type DynamoDbFaults, startDynamoDbFaults } from "./dynamodb-faults.js";
import { seededRandom } from "./random.js";
import { startTcpFaults, type TcpFaults } from "./tcp-faults.js";

const postgres = inject("postgres");
const dynamodb = inject("dynamodb");

describe("the seeded random numbers", () => {
  it("are the same for the same seed, and within [0, 1)", () => {
    const draw = (seed: number) => Array.from({ length: 1000 }, seededRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).every((number) => number >= 0 && number < 1)).toBe(true);
  });
});

describe.runIf(postgres)("the TCP proxy in front of PostgreSQL", () => {
  let faults: TcpFaults;
  const clients: pg.Client[] = [];

  async function connected(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: faults.url });
    client.on("error", () => undefined);
    clients.push(client);
    await client.connect();
    return client;
  }

  beforeAll(async () => {
    faults = await startTcpFaults({ url: postgres ?? "", seed: 3 });
    const client = await connected();
    await client.query("CREATE TABLE IF NOT EXISTS fault_probe (text text)");
  });
  afterEach(async () => {
    faults.calm();
    await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
    faults.resetAll();
  });
  afterAll(() => faults?.stop());

  it("passes everything on, large replies included", async () => {
    const client = await connected();
    const { rows } = await client.query("SELECT repeat('x', 3000000) AS text");
    expect(rows[0].text).toHaveLength(3_000_000);
  });

  it("loses the reply of a statement that the server has carried out", async () => {
    const client = await connected();
    const before = faults.cuts;
    faults.cut({ after: "INSERT INTO fault_probe" });
    await client.query("SELECT 1");
    await expect(client.query("INSERT INTO fault_probe VALUES ('lost')")).rejects.toThrow("ECONNRESET");
    expect(faults.cuts).toBe(before + 1);
    const { rows } = await (await connected()).query("SELECT text FROM fault_probe");
    expect(rows).toEqual([{ text: "lost" }]);
  });

  it("lets some bytes of a reply through before it closes the line", async () => {
    const client = await connected();
    faults.cut({ replyBytes: 1000, how: "close" });
    await expect(client.query("SELECT repeat('x', 5000)")).rejects.toThrow("Connection terminated");
  });

  it("goes silent, so that only a deadline helps", async () => {
    const client = await connected();
    faults.cut({ how: "silence" });
    const answer = client.query("SELECT 1").catch(() => "cut");
    const patience = new Promise((resolve) => setTimeout(resolve, 200, "silence"));
    expect(await Promise.race([answer, patience])).toBe("silence");
    faults.resetAll();
    expect(await answer).toBe("cut");
  });

  it("refuses connections until it accepts them again", async () => {
    faults.refuse();
    await expect(connected()).rejects.toThrow("ECONNREFUSED");
    await faults.accept();
    await expect(connected()).resolves.toBeDefined();
  });

  it("delays replies", async () => {
    const client = await connected();
    faults.delay(150);
    const start = performance.now();
    await client.query("SELECT 1");
    expect(performance.now() - start).toBeGreaterThan(140);
  });

  it("cuts the same connections of a storm for the same seed", async () => {
    const survivors = async () => {
      const proxy = await startTcpFaults({ url: postgres ?? "", seed: 11 });
      proxy.storm({ cutOneIn: 2, withinBytes: 100 });
      const fates: boolean[] = [];
      for (let index = 0; index < 12; index++) {
        const client = new pg.Client({ connectionString: proxy.url });
        client.on("error", () => undefined);
        const survived = client.connect().then(
          () => true,
          () => false,
        );
        fates.push(await survived);
        await client.end().catch(() => undefined);
      }
      await proxy.stop();
      return fates;
    };
    const fates = await survivors();
    expect(fates).toContain(true);
    expect(fates).toContain(false);
    expect(await survivors()).toEqual(fates);
  });
});

describe.runIf(dynamodb)("the HTTP proxy in front of DynamoDB", () => {
  const TableName = "fault-probe";
  let faults: DynamoDbFaults;
  let client: DynamoDBClient;

  const put = (PK: string) => client.send(new PutItemCommand({ TableName, Item: { PK: { S: PK } } }));
  const get = async (PK: string) =>
    (await client.send(new GetItemCommand({ TableName, Key: { PK: { S: PK } } }))).Item;
  const entry = (PK: string) => ({ PutRequest: { Item: { PK: { S: PK } } } });

  beforeAll(async () => {
    faults = await startDynamoDbFaults({ endpoint: dynamodb?.endpoint ?? "" });
    client = new DynamoDBClient({
      endpoint: faults.endpoint,
      region: "local",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: "PK", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "PK", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
  });
  beforeEach(() => faults.calm());
  afterAll(async () => {
    client?.destroy();
    await faults?.stop();
  });

  it("passes requests on and keeps a record of them", async () => {
    await put("plain");
    expect(await get("plain")).toEqual({ PK: { S: "plain" } });
    expect(faults.exchanges.map(({ operation, count }) => `${operation} ${count}`)).toEqual([
      "PutItem 1",
      "GetItem 1",
    ]);
  });

  it("answers with an error that the server never sees", async () => {
    faults.on("PutItem", ({ count }) =>
      count === 1 ? { error: "ProvisionedThroughputExceededException" } : undefined,
    );
    await expect(put("throttled")).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
    expect(await get("throttled")).toBeUndefined();
    await put("throttled");
    expect(await get("throttled")).toBeDefined();
  });

  it("returns chosen entries of a batch as unprocessed and forwards the rest", async () => {
    faults.on("BatchWriteItem", () => ({ unprocessed: (_entry, index) => index % 2 === 1 }));
    const entries = ["a", "b", "c"].map(entry);
    const reply = await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: entries } }));
    expect(reply.UnprocessedItems).toEqual({ [TableName]: [entry("b")] });
    expect([await get("a"), await get("b"), await get("c")].map(Boolean)).toEqual([true, false, true]);
  });

  it("returns chosen keys of a batch read as unprocessed, all of them as well", async () => {
    await put("one");
    await put("two");
    const RequestItems = { [TableName]: { Keys: [{ PK: { S: "one" } }, { PK: { S: "two" } }] } };
    faults.on("BatchGetItem", ({ count }) => ({ unprocessed: (key) => count === 1 || key.PK.S === "two" }));
    const all = await client.send(new BatchGetItemCommand({ RequestItems }));
    expect(all).toMatchObject({ Responses: {}, UnprocessedKeys: RequestItems });
    const some = await client.send(new BatchGetItemCommand({ RequestItems }));
    expect(some.Responses).toEqual({ [TableName]: [{ PK: { S: "one" } }] });
    expect(some.UnprocessedKeys).toEqual({ [TableName]: { Keys: [{ PK: { S: "two" } }] } });
  });

  it("loses the reply of a request that the server has carried out", async () => {
    faults.on("PutItem", () => ({ lostReply: "reset" }));
    await expect(put("lost")).rejects.toThrow(/ECONNRESET|socket hang up|aborted/);
    expect(await get("lost")).toBeDefined();
  });

  it("changes requests, and replies on their way back", async () => {
    await put("changed");
    faults.on("Scan", ({ body }) => {
      body.Limit = 1;
      return { reply: (reply) => ({ ...reply, ScannedCount: 42 }) };
    });
    expect(await client.send(new ScanCommand({ TableName }))).toMatchObject({ Count: 1, ScannedCount: 42 });
  });

  it("forwards late", async () => {
    faults.on("*", () => ({ delay: 150 }));
    const start = performance.now();
    await get("late");
    expect(performance.now() - start).toBeGreaterThan(140);
  });
});
