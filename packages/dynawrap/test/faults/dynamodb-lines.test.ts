import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTable } from "../backends.js";
import { type DynamoDbFaults, startDynamoDbFaults } from "../servers/dynamodb-faults.js";
import { startTcpFaults, type TcpFaults } from "../servers/tcp-faults.js";
import { Story, stories } from "../story.js";
import { openClient, sortKeysIn } from "./dynamodb-client.js";

const story = new Story({ owner: "ann", story_id: "1", title: "x".repeat(5_000) });
const key = { owner: "ann", story_id: "1" };
const unavailable = { code: "backend.unavailable", cause: expect.any(Error) };

describe.runIf(inject("dynamodb"))("a line to DynamoDB that breaks", () => {
  let line: TcpFaults;
  let faults: DynamoDbFaults;
  let table: string;
  const through = (endpoint: string, config = {}) => new DynamoDBBackend(openClient(endpoint, config));
  beforeAll(async () => {
    const { endpoint } = dynamodbConfig();
    line = await startTcpFaults({ url: endpoint, seed: 8 });
    faults = await startDynamoDbFaults({ endpoint, seed: 8 });
    const client = new DynamoDBClient(dynamodbConfig());
    table = await freshTable(new DynamoDBBackend(client));
    client.destroy();
  });
  beforeEach(() => {
    line.calm();
    faults.calm();
  });
  afterAll(async () => {
    await line?.stop();
    await faults?.stop();
  });

  for (const [title, cut] of [
    ["reset before the reply", { how: "reset" }],
    ["closed before the reply", { how: "close" }],
    ["reset in the middle of the reply", { how: "reset", replyBytes: 3_000 }],
    ["closed in the middle of the reply, which is cut off", { how: "close", replyBytes: 3_000 }],
  ] as const) {
    it(`is mended by the SDK's retries when it happens once: ${title}`, async () => {
      const backend = through(line.url);
      await backend.save(table, story);
      const before = line.cuts;
      line.cut({ ...cut, after: "GetItem" });
      expect(await backend.get(table, Story, key)).toEqual(story);
      expect(line.cuts).toBe(before + 1);
    });

    it(`is backend.unavailable when it happens each time, with the SDK's error as the cause: ${title}`, async () => {
      const backend = through(line.url, { maxAttempts: 2 });
      await backend.save(table, story);
      line.cut({ ...cut, after: "GetItem", times: 10 });
      await expect(backend.get(table, Story, key)).rejects.toMatchObject({
        ...unavailable,
        details: { operation: "get" },
      });
      line.cut({ ...cut, replyBytes: 20, after: "PutItem", times: 10 });
      await expect(backend.save(table, story)).rejects.toMatchObject({
        ...unavailable,
        details: { operation: "save" },
      });
    });
  }

  it("is told of a write that has taken effect all the same: the reply was lost, not the write", async () => {
    faults.on("PutItem", () => ({ lostReply: "reset" }));
    const backend = through(faults.endpoint, { maxAttempts: 1 });
    await expect(backend.save(table, new Story({ owner: "lost", story_id: "lost" }))).rejects.toMatchObject(
      unavailable,
    );
    expect(await sortKeysIn(table)).toContain("STORY#lost");
  });

  it("is no harm in a storm: every write that was reported is there", async () => {
    line.storm({ cutOneIn: 3, withinBytes: 3_000 });
    const reported: string[] = [];
    for (const item of stories("storm", 30)) {
      const outcome = await through(line.url)
        .save(table, item)
        .catch((error) => error);
      if (outcome === undefined) reported.push(`STORY#${item.story_id}`);
      else expect(outcome).toMatchObject(unavailable);
    }
    expect(reported.length).toBeGreaterThan(0);
    expect(await sortKeysIn(table)).toEqual(expect.arrayContaining(reported));
  });
});

describe("a DynamoDB that cannot be reached", () => {
  it("is backend.unavailable: nobody listens there", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const credentials = { accessKeyId: "a", secretAccessKey: "s" };
    const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${port}`, region: "local", credentials });
    const backend = new DynamoDBBackend(client);
    await expect(backend.get("stories", Story, key)).rejects.toMatchObject({
      ...unavailable,
      cause: { code: "ECONNREFUSED" },
    });
    await expect(backend.createTable("stories")).rejects.toMatchObject(unavailable);
    client.destroy();
  });

  it("is backend.unavailable: there is no such host", async () => {
    const credentials = { accessKeyId: "a", secretAccessKey: "s" };
    const client = new DynamoDBClient({ endpoint: "http://nowhere.invalid:1", region: "local", credentials });
    await expect(new DynamoDBBackend(client).get("stories", Story, key)).rejects.toMatchObject(unavailable);
    client.destroy();
  });
});
