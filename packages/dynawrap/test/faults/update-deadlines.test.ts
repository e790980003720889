import { DynamoDBBackend } from "dynawrap/dynamodb";
import { MemoryBackend } from "dynawrap/memory";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { dynamodbConfig, freshTable } from "../backends.js";
import { type DynamoDbFaults, startDynamoDbFaults } from "../servers/dynamodb-faults.js";
import { Story } from "../story.js";
import { openClient } from "./dynamodb-client.js";
import { counter, plusOne } from "./increments.js";

describe.runIf(inject("dynamodb"))("an update that is not done by its deadline", () => {
  let faults: DynamoDbFaults;
  let backend: DynamoDBBackend;
  let direct: DynamoDBBackend;
  let table: string;
  beforeAll(async () => {
    faults = await startDynamoDbFaults({ endpoint: dynamodbConfig().endpoint, seed: 61 });
  });
  beforeEach(async () => {
    faults.calm();
    backend = new DynamoDBBackend(openClient(faults.endpoint));
    direct = new DynamoDBBackend(openClient(dynamodbConfig().endpoint));
    table = await freshTable(direct);
    await direct.save(table, new Story(counter));
    await backend.get(table, Story, counter);
  });
  afterAll(() => faults?.stop());
  const likes = async () => Number((await direct.get(table, Story, counter, { consistent: true }))?.likes);
  const refused = { error: "ConditionalCheckFailedException" };
  const arrived = async (operation: string): Promise<void> => {
    while (!faults.exchanges.some((exchange) => exchange.operation === operation))
      await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it("is item.conflict where others kept changing the item, and was not made", async () => {
    faults.on("PutItem", () => refused);
    // The deadline finds it at its third reading, and not at a write.
    faults.on("GetItem", ({ count }) => (count > 3 ? { lostReply: "silence" } : undefined));
    const started = Date.now();
    await expect(backend.update(table, Story, counter, plusOne, { deadline: 800 })).rejects.toMatchObject({
      code: "item.conflict",
      details: { model: "Story", key: { PK: "USER#all", SK: "STORY#counter" } },
    });
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(await likes()).toBe(0);
  });

  it("is write.ambiguous where a write was not answered by then, whatever came of it", async () => {
    faults.on("PutItem", () => ({ lostReply: "silence" }));
    await expect(backend.update(table, Story, counter, plusOne, { deadline: 800 })).rejects.toMatchObject({
      code: "write.ambiguous",
    });
    await vi.waitFor(async () => expect(await likes()).toBe(1), 10_000);
  });

  it("is backend.unavailable where not even the item could be read", async () => {
    faults.on("GetItem", () => ({ lostReply: "silence" }));
    await expect(backend.update(table, Story, counter, plusOne, { deadline: 300 })).rejects.toMatchObject({
      code: "backend.unavailable",
      details: { operation: "update" },
    });
  });

  it("is item.conflict for those who wait behind another of the same backend, which goes on", async () => {
    faults.on("GetItem", ({ count }) => (count === 2 ? { delay: 1_500 } : undefined));
    const first = backend.update(table, Story, counter, plusOne);
    const behind = backend.update(table, Story, counter, plusOne, { deadline: 200 });
    await expect(behind).rejects.toMatchObject({ code: "item.conflict" });
    const last = backend.update(table, Story, counter, plusOne);
    expect(await first).toMatchObject({ likes: 1 });
    expect(await last).toMatchObject({ likes: 2 });
  });

  it("ends with its signal, at whatever it is", async () => {
    for (const [operation, trouble] of [
      ["GetItem", () => ({ lostReply: "silence" })],
      ["PutItem", () => ({ lostReply: "silence" })],
      ["PutItem", () => refused],
    ] as const) {
      faults.calm();
      faults.on(operation, trouble as never);
      const controller = new AbortController();
      const reason = new Error("enough");
      const { signal } = controller;
      const outcome = backend.update(table, Story, counter, plusOne, { signal }).catch((error) => error);
      await arrived(operation);
      controller.abort(reason);
      expect(await outcome).toBe(reason);
    }
  });
});

describe("updates that follow each other in one backend", () => {
  it("need not read the item that they were waiting for when it was saved", async () => {
    const seen: string[] = [];
    const backend = new MemoryBackend({
      observe: ({ operation, requests }) => seen.push(`${operation} ${requests}`),
    });
    await backend.createTable("stories");
    await backend.save("stories", new Story(counter));
    const update = () => backend.update("stories", Story, counter, plusOne);
    await Promise.all([update(), update(), update()]);
    await update();
    // Of those who waited every second one reads it all the same, for the sake of writers elsewhere.
    expect(seen.slice(2)).toEqual(["update 2", "update 1", "update 2", "update 2"]);
    expect(await backend.get("stories", Story, counter)).toMatchObject({ likes: 4 });
  });

  it("see what others did between them, whatever those did", async () => {
    const backend = new MemoryBackend();
    await backend.createTable("stories");
    await backend.save("stories", new Story(counter));
    const titles: string[] = [];
    const change = async (story: Story): Promise<Story> => {
      titles.push(story.title);
      if (titles.length === 2) await backend.save("stories", story.with({ title: "another's" }));
      return plusOne(story);
    };
    const gone = async (story: Story): Promise<Story> => {
      await backend.delete("stories", story);
      return plusOne(story);
    };
    const update = (work: (story: Story) => Promise<Story>) =>
      backend.update("stories", Story, counter, work);
    await Promise.all([update(change), update(change), update(change)]);
    expect(titles).toEqual(["", "", "another's", "another's"]);
    const outcomes = await Promise.allSettled([update(change), update(gone), update(change)]);
    expect(outcomes).toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: { code: "item.missing" } },
      { status: "rejected", reason: { code: "item.missing" } },
    ]);
  });
});
