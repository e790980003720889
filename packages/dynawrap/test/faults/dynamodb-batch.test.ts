import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTable } from "../backends.js";
import { type DynamoDbFaults, startDynamoDbFaults } from "../servers/dynamodb-faults.js";
import { Story, stories } from "../story.js";
import { openClient, sortKeysIn } from "./dynamodb-client.js";

const keysOf = (items: readonly object[]) => items.map((item) => `STORY#${(item as Story).story_id}`).sort();

describe.runIf(inject("dynamodb"))("a batch to a DynamoDB under load", () => {
  let faults: DynamoDbFaults;
  let backend: DynamoDBBackend;
  let table: string;
  beforeAll(async () => {
    faults = await startDynamoDbFaults({ endpoint: dynamodbConfig().endpoint, seed: 6 });
  });
  beforeEach(async () => {
    faults.calm();
    const direct = new DynamoDBClient(dynamodbConfig());
    table = await freshTable(new DynamoDBBackend(direct));
    direct.destroy();
    backend = new DynamoDBBackend(openClient(faults.endpoint, { maxAttempts: 1 }));
  });
  afterAll(() => faults?.stop());

  const requests = () => faults.exchanges.filter(({ operation }) => operation === "BatchWriteItem");
  const sent = () => requests().flatMap(({ body }) => body.RequestItems[table]);
  const sortKeyOf = ({ PutRequest, DeleteRequest }: any): string =>
    (PutRequest?.Item ?? DeleteRequest.Key).SK.S;

  it("sends 25 entries in a request, each once when all goes well", async () => {
    const all = stories("ann", 110);
    await backend.batchWrite(table, all);
    expect(
      requests()
        .map(({ body }) => body.RequestItems[table].length)
        .sort((a, b) => a - b),
    ).toEqual([10, 25, 25, 25, 25]);
    expect(sent().map(sortKeyOf).sort()).toEqual(keysOf(all));
  });

  it("sends what comes back unprocessed again, and nothing else", async () => {
    const held: string[] = [];
    faults.on("BatchWriteItem", ({ random, count }) => ({
      unprocessed: (entry) => {
        const hold = count <= 8 && random() < 0.4;
        if (hold) held.push(sortKeyOf(entry));
        return hold;
      },
    }));
    const all = stories("ann", 100);
    const progress: number[] = [];
    await backend.batchWrite(table, all, {
      onProgress: ({ done, total }) => progress.push(done / (total ?? 0)),
    });
    expect(held.length).toBeGreaterThan(0);
    expect(sent().map(sortKeyOf).sort()).toEqual([...keysOf(all), ...held].sort());
    expect(await sortKeysIn(table)).toEqual(keysOf(all));
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it("does the same for deletions, and for both in one batch", async () => {
    const all = stories("ann", 60);
    await backend.batchWrite(table, all);
    faults.on("BatchWriteItem", ({ count, random }) => ({ unprocessed: () => count < 12 && random() < 0.5 }));
    await backend.batchWrite(table, { save: stories("bob", 5), delete: all.slice(0, 50) });
    expect(await sortKeysIn(table)).toEqual([...keysOf(all.slice(50)), ...keysOf(stories("bob", 5))].sort());
  });

  it("sends a call again that was throttled as a whole", async () => {
    faults.on("BatchWriteItem", ({ count }) =>
      count < 5 ? { error: "ProvisionedThroughputExceededException" } : undefined,
    );
    await backend.batchWrite(table, stories("ann", 60));
    expect(await sortKeysIn(table)).toEqual(keysOf(stories("ann", 60)));
  });

  it("waits for an earlier entry of the same key, so that the last wins though the first was put off", async () => {
    faults.on("BatchWriteItem", ({ count }) =>
      count <= 3 ? { unprocessed: (_entry, index) => index === 0 } : undefined,
    );
    const many = stories("ann", 80);
    const entries = many.flatMap((story) => [
      story.with({ title: "first" }),
      ...(story.likes === 0 ? many.slice(1, 60) : []),
    ]);
    await backend.batchWrite(table, [...entries, ...many.map((story) => story.with({ title: "last" }))]);
    const found = await new DynamoDBBackend(openClient(faults.endpoint))
      .query(table, Story, { owner: "ann" })
      .all();
    expect(found.map(({ title }) => title)).toEqual(many.map(() => "last"));
  });

  it("is batch.incomplete at the deadline, carrying whatever was not confirmed", async () => {
    faults.on("BatchWriteItem", () => ({ unprocessed: (_entry, index) => index % 3 === 0 }));
    const [all, gone] = [stories("ann", 100), stories("bob", 50)];
    const failed: any = await backend
      .batchWrite(table, { save: all, delete: gone }, { deadline: 400 })
      .catch((error) => error);
    // One entry of each request is always put off, so that the last ones never get through.
    expect(failed).toMatchObject({ code: "batch.incomplete", cause: { code: "backend.unavailable" } });
    const { save, delete: remove } = failed.details;
    expect(save.length + remove.length).toBeGreaterThan(0);
    expect(save.every((item: Story) => all.includes(item))).toBe(true);
    expect(remove.every((item: Story) => gone.includes(item))).toBe(true);
    const confirmed = keysOf(all.filter((item) => !save.includes(item)));
    expect(await sortKeysIn(table)).toEqual(expect.arrayContaining(confirmed));
    faults.calm();
    await backend.batchWrite(table, { save, delete: remove });
    expect(await sortKeysIn(table)).toEqual(keysOf(all));
  });

  it("is batch.incomplete when a request is refused after others were written, carrying exactly the remainder", async () => {
    faults.on("BatchWriteItem", ({ count }) => (count === 3 ? { error: "ValidationException" } : undefined));
    const all = stories("ann", 400);
    const failed: any = await backend.batchWrite(table, all).catch((error) => error);
    expect(failed).toMatchObject({
      code: "batch.incomplete",
      cause: { code: "backend.failed", cause: { name: "ValidationException" } },
    });
    const written = all.filter((item) => !failed.details.save.includes(item));
    expect(written.length).toBeGreaterThan(0);
    expect(await sortKeysIn(table)).toEqual(keysOf(written));
    expect(new Set(failed.details.save).size).toBe(failed.details.save.length);
  });

  it("warns nobody of too many listeners, whatever runs at once under one signal", async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error) => warnings.push(warning);
    process.on("warning", hear);
    await backend.batchWrite(table, stories("ann", 500), {
      deadline: 20_000,
      signal: new AbortController().signal,
    });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", hear);
    expect(warnings).toEqual([]);
  });

  it("is the plain error when nothing was written at all", async () => {
    faults.on("BatchWriteItem", () => ({ error: "AccessDeniedException" }));
    await expect(backend.batchWrite(table, stories("ann", 40))).rejects.toMatchObject({
      code: "backend.failed",
    });
    expect(await sortKeysIn(table)).toEqual([]);
  });

  it("may have written more than it reports when a reply is lost, never less", async () => {
    faults.on("BatchWriteItem", ({ count }) => (count === 2 ? { lostReply: "reset" } : undefined));
    const all = stories("ann", 100);
    const failed: any = await backend.batchWrite(table, all).catch((error) => error);
    expect(failed).toMatchObject({ code: "batch.incomplete", cause: { code: "backend.unavailable" } });
    const reported = keysOf(all.filter((item) => !failed.details.save.includes(item)));
    expect(await sortKeysIn(table)).toEqual(expect.arrayContaining(reported));
    await backend.batchWrite(table, failed.details.save);
    expect(await sortKeysIn(table)).toEqual(keysOf(all));
  });

  it("leaves an input that flows by to its owner: what was not read is still there to be read", async () => {
    faults.on("BatchWriteItem", ({ count }) => (count === 2 ? { error: "ValidationException" } : undefined));
    const all = stories("ann", 2_000);
    const flow = all[Symbol.iterator]();
    const failed: any = await backend
      .batchWrite(table, { [Symbol.iterator]: () => flow })
      .catch((error) => error);
    expect(failed.code).toBe("batch.incomplete");
    await backend.batchWrite(table, [...failed.details.save, ...flow]);
    expect(await sortKeysIn(table)).toEqual(keysOf(all));
  });
});
