import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTable, freshTableName } from "../backends.js";
import { type DynamoDbFaults, startDynamoDbFaults } from "../servers/dynamodb-faults.js";
import { Story, stories } from "../story.js";
import { openClient } from "./dynamodb-client.js";

const story = new Story({ owner: "ann", story_id: "1", title: "Dune" });
const key = { owner: "ann", story_id: "1" };

describe.runIf(inject("dynamodb"))("what DynamoDB answers instead of a result", () => {
  let faults: DynamoDbFaults;
  let backend: DynamoDBBackend;
  let table: string;
  beforeAll(async () => {
    faults = await startDynamoDbFaults({ endpoint: dynamodbConfig().endpoint, seed: 2 });
    const client = new DynamoDBClient(dynamodbConfig());
    table = await freshTable(new DynamoDBBackend(client));
    client.destroy();
  });
  beforeEach(() => {
    faults.calm();
    backend = new DynamoDBBackend(openClient(faults.endpoint, { maxAttempts: 3 }));
  });
  afterAll(() => faults?.stop());
  const requests = (operation: string) =>
    faults.exchanges.filter((exchange) => exchange.operation === operation).length;

  it("is table.missing for every operation, when there is no such table", async () => {
    const none = freshTableName();
    const missing = {
      code: "table.missing",
      details: { table: none },
      cause: { name: "ResourceNotFoundException" },
    };
    await expect(backend.save(none, story)).rejects.toMatchObject(missing);
    await expect(backend.get(none, Story, key)).rejects.toMatchObject(missing);
    await expect(backend.query(none, Story, key).all()).rejects.toMatchObject(missing);
    await expect(backend.delete(none, story)).rejects.toMatchObject(missing);
    await expect(backend.delete(none, Story, key)).rejects.toMatchObject(missing);
    await expect(backend.batchWrite(none, [story])).rejects.toMatchObject(missing);
    await expect(backend.batchWrite(none, { delete: [story] })).rejects.toMatchObject(missing);
  });

  for (const error of [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
  ]) {
    it(`is backend.throttled after the SDK's own retries: ${error}`, async () => {
      faults.on("PutItem", () => ({ error }));
      await expect(backend.save(table, story)).rejects.toMatchObject({
        code: "backend.throttled",
        details: { operation: "save" },
        cause: { name: error },
      });
      expect(requests("PutItem")).toBe(3);
    });
  }

  it("is backend.throttled for reads and deletions too", async () => {
    faults.on("*", () => ({ error: "ProvisionedThroughputExceededException" }));
    for (const [operation, call] of [
      ["get", () => backend.get(table, Story, key)],
      ["query", () => backend.query(table, Story, key).all()],
      ["delete", () => backend.delete(table, story)],
    ] as const) {
      await expect(call()).rejects.toMatchObject({ code: "backend.throttled", details: { operation } });
    }
  });

  it("is nothing that the caller sees, when a retry of the SDK gets through", async () => {
    faults.on("PutItem", ({ count }) => (count < 3 ? { error: "ThrottlingException" } : undefined));
    faults.on("GetItem", ({ count }) =>
      count < 3 ? { error: "InternalServerError", status: 500 } : undefined,
    );
    await backend.save(table, story);
    expect(await backend.get(table, Story, key)).toEqual(story);
    expect([requests("PutItem"), requests("GetItem")]).toEqual([3, 3]);
  });

  for (const [error, status] of [
    ["InternalServerError", 500],
    ["ServiceUnavailable", 503],
  ] as const) {
    it(`is backend.unavailable after the SDK's own retries: ${status}`, async () => {
      faults.on("*", () => ({ error, status }));
      for (const call of [() => backend.save(table, story), () => backend.get(table, Story, key)]) {
        await expect(call()).rejects.toMatchObject({ code: "backend.unavailable", cause: { name: error } });
      }
      expect(faults.exchanges).toHaveLength(6);
    });
  }

  for (const error of ["TransactionConflictException", "ReplicatedWriteConflictException"]) {
    it(`is backend.throttled when somebody else is writing the same item: ${error}`, async () => {
      faults.on("PutItem", () => ({ error }));
      await expect(backend.save(table, story)).rejects.toMatchObject({
        code: "backend.throttled",
        cause: { name: error },
      });
    });
  }

  for (const error of [
    "AccessDeniedException",
    "ValidationException",
    "ItemCollectionSizeLimitExceededException",
  ]) {
    it(`is backend.failed at once, with the SDK's error as the cause: ${error}`, async () => {
      faults.on("PutItem", () => ({ error, message: "so it is" }));
      const failed: any = await backend.save(table, story).catch((caught) => caught);
      expect(failed).toMatchObject({
        code: "backend.failed",
        details: { operation: "save" },
        cause: { name: error },
      });
      expect(failed.message).toContain("so it is");
      expect(failed.cause).toBeInstanceOf(Error);
      expect(requests("PutItem")).toBe(1);
    });
  }

  it("ends a query in the middle, after the pages that came", async () => {
    const all = stories("mid", 30, { extra: "x".repeat(100_000) });
    await backend.batchWrite(table, all);
    faults.calm();
    faults.on("Query", ({ count }) => (count > 2 ? { error: "AccessDeniedException" } : undefined));
    const seen: string[] = [];
    const reading = async () => {
      for await (const { story_id } of backend.query(table, Story, { owner: "mid" })) seen.push(story_id);
    };
    await expect(reading()).rejects.toMatchObject({
      code: "backend.failed",
      details: { operation: "query" },
    });
    expect(seen.length).toBeGreaterThan(10);
    expect(seen).toEqual(all.slice(0, seen.length).map(({ story_id }) => story_id));
  });

  it("may be an empty page with more behind it, which is no end", async () => {
    const all = stories("empty", 6);
    await backend.batchWrite(table, all);
    faults.calm();
    const last = (item: any) => ({ PK: item.PK, SK: item.SK });
    faults.on("Query", ({ count, body }) => {
      body.Limit = 2;
      // Every other page is filtered to nothing on its way back.
      return {
        reply: (reply) =>
          count % 2 === 1
            ? { ...reply, Items: [], Count: 0, LastEvaluatedKey: last(reply.Items.at(-1)) }
            : reply,
      };
    });
    const found = await backend.query(table, Story, { owner: "empty" }).all();
    expect(found.map(({ story_id }) => story_id)).toEqual(["000002", "000003"]);
    const limited = await backend.query(table, Story, { owner: "empty" }, { limit: 1 }).all();
    expect(limited).toHaveLength(1);
    for await (const page of backend.query(table, Story, { owner: "empty" }).pages()) {
      expect(page.length).toBeGreaterThan(0);
    }
  });
});
