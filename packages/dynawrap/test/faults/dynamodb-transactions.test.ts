import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTable } from "../backends.js";
import { type DynamoDbFaults, startDynamoDbFaults } from "../servers/dynamodb-faults.js";
import { Story, stories } from "../story.js";
import { openClient } from "./dynamodb-client.js";

const key = { owner: "ann", story_id: "1" };
const other = { owner: "ann", story_id: "2" };
const more = (story: Story) => story.with({ likes: Number(story.likes) + 1 });

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")(
  "a transaction of a DynamoDB in trouble",
  () => {
    let faults: DynamoDbFaults;
    let backend: DynamoDBBackend;
    let direct: DynamoDBBackend;
    let table: string;
    beforeAll(async () => {
      faults = await startDynamoDbFaults({ endpoint: dynamodbConfig().endpoint, seed: 41 });
    });
    beforeEach(async () => {
      faults.calm();
      backend = new DynamoDBBackend(openClient(faults.endpoint));
      direct = new DynamoDBBackend(openClient(dynamodbConfig().endpoint));
      table = await freshTable(direct);
      await direct.save(table, new Story(key));
    });
    afterAll(() => faults?.stop());
    const likes = async () => Number((await direct.get(table, Story, key, { consistent: true }))?.likes);
    const tokens = () =>
      faults.exchanges
        .filter(({ operation }) => operation === "TransactWriteItems")
        .map(({ body }) => body.ClientRequestToken);
    const cancelled = (...codes: string[]) => ({
      error: "TransactionCanceledException",
      details: { CancellationReasons: codes.map((Code) => ({ Code })) },
    });
    const increment = (options = {}) =>
      backend.transact((tx) => {
        tx.update(table, Story, key, more);
        tx.save(table, new Story(other), { ifAbsent: true });
      }, options);

    for (const [title, trouble] of [
      ["the reply is lost once", (count: number) => (count === 1 ? { lostReply: "reset" } : undefined)],
      [
        "replies are lost for longer than the SDK tries",
        (count: number) => (count < 6 ? { lostReply: "reset" } : undefined),
      ],
      [
        "a lost reply is followed by throttling",
        (count: number) =>
          count === 1 ? { lostReply: "reset" } : count < 5 ? { error: "ThrottlingException" } : undefined,
      ],
      [
        "a lost reply is followed by a refusal",
        (count: number) =>
          count < 4 ? { lostReply: "reset" } : count < 8 ? { error: "ThrottlingException" } : undefined,
      ],
    ] as const) {
      it(`is made once, under one token: ${title}`, async () => {
        faults.on("TransactWriteItems", ({ count }) => trouble(count) as never);
        await increment();
        expect(await likes()).toBe(1);
        expect(tokens().length).toBeGreaterThan(1);
        expect(new Set(tokens()).size).toBe(1);
      });
    }

    it("is write.ambiguous when no reply ever comes, and made at most once", async () => {
      faults.on("TransactWriteItems", () => ({ lostReply: "reset" }));
      await expect(increment({ deadline: 20_000 })).rejects.toMatchObject({ code: "write.ambiguous" });
      expect(await likes()).toBe(1);
      expect(new Set(tokens()).size).toBe(1);
    });

    it("is made again, and of the item as it is then, when others stand in the way or load is too high", async () => {
      faults.on("TransactWriteItems", ({ count }) => {
        if (count === 1) return cancelled("TransactionConflict", "None");
        if (count === 2) return cancelled("None", "ThrottlingError");
        return count < 7 ? { error: "ProvisionedThroughputExceededException" } : undefined;
      });
      await increment();
      expect(await likes()).toBe(1);
      // What is another transaction has another token.
      expect(new Set(tokens()).size).toBeGreaterThan(2);
    });

    it("is made again when another has changed the item between its reading and its writing", async () => {
      const meanwhile = direct.update(table, Story, key, more);
      faults.on("TransactWriteItems", ({ count }) => (count === 1 ? { delay: 300 } : undefined));
      let calls = 0;
      await backend.transact((tx) => {
        tx.update(table, Story, key, async (story) => {
          calls++;
          if (calls === 1) {
            await meanwhile;
            await direct.update(table, Story, key, more);
          }
          return more(story);
        });
      });
      expect(calls).toBe(2);
      expect(await likes()).toBe(3);
    });

    it("is cancelled at once by its own conditions, whatever else is in the way", async () => {
      await direct.save(table, new Story(other));
      await expect(increment()).rejects.toMatchObject({
        code: "transaction.cancelled",
        details: { failures: [{ operation: 1, kind: "save", model: "Story", code: "item.exists" }] },
      });
      expect(tokens()).toHaveLength(1);
      expect(await likes()).toBe(0);
    });

    it("ends at its deadline by the name of what was in the way", async () => {
      const silence = { lostReply: "silence" } as const;
      faults.on("TransactWriteItems", () => cancelled("TransactionConflict", "None"));
      // The deadline finds it as it reads again, and not as it writes.
      faults.on("TransactGetItems", ({ count }) => (count > 1 ? silence : undefined));
      await expect(increment({ deadline: 1_500 })).rejects.toMatchObject({
        code: "transaction.cancelled",
        details: { failures: [{ operation: 0, kind: "update", code: "item.conflict" }] },
      });
      faults.on("TransactGetItems", () => undefined);
      faults.on("TransactWriteItems", () => silence);
      await expect(increment({ deadline: 1_500 })).rejects.toMatchObject({ code: "write.ambiguous" });
      faults.on("TransactGetItems", () => silence);
      await expect(increment({ deadline: 300 })).rejects.toMatchObject({ code: "backend.unavailable" });
    });

    it("ends with its signal", async () => {
      faults.on("TransactWriteItems", () => ({ lostReply: "silence" }));
      const controller = new AbortController();
      const reason = new Error("enough");
      const outcome = increment({ signal: controller.signal }).catch((error: unknown) => error);
      while (tokens().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(reason);
      expect(await outcome).toBe(reason);
    });

    it("of reads comes again when a transaction is in its way", async () => {
      faults.on("TransactGetItems", ({ count }) =>
        count < 3 ? cancelled("TransactionConflict", "None") : undefined,
      );
      expect(
        await backend.transactGet([
          [table, Story, key],
          [table, Story, other],
        ]),
      ).toEqual([new Story(key), undefined]);
    });
  },
);

describe.runIf(inject("dynamodb"))("batchGet from a DynamoDB in trouble", () => {
  let faults: DynamoDbFaults;
  let backend: DynamoDBBackend;
  const all = stories("bob", 250);
  let table: string;
  beforeAll(async () => {
    faults = await startDynamoDbFaults({ endpoint: dynamodbConfig().endpoint, seed: 43 });
    backend = new DynamoDBBackend(openClient(faults.endpoint));
    table = await freshTable(backend);
    await backend.batchWrite(table, all);
  });
  beforeEach(() => {
    faults.calm();
    // One request in five fails: of four attempts all do now and then, of ten they do not.
    backend = new DynamoDBBackend(openClient(faults.endpoint, { maxAttempts: 10 }));
  });
  afterAll(() => faults?.stop());

  it("answers all keys in their order, though the server puts some off, loses replies, and throttles", async () => {
    faults.on("BatchGetItem", ({ random }) => {
      const draw = random();
      if (draw < 0.1) return { lostReply: "reset" };
      if (draw < 0.2) return { error: "ProvisionedThroughputExceededException" };
      return { unprocessed: () => random() < 0.4 };
    });
    const asked = [...all].reverse();
    expect(await backend.batchGet(table, Story, [...asked, { owner: "bob", story_id: "none" }])).toEqual([
      ...asked,
      undefined,
    ]);
    expect(faults.exchanges.filter(({ fault }) => fault && "unprocessed" in fault).length).toBeGreaterThan(3);
  });

  it("ends at its deadline when nothing gets through", async () => {
    faults.on("BatchGetItem", () => ({ unprocessed: () => true }));
    const started = Date.now();
    await expect(backend.batchGet(table, Story, all, { deadline: 400 })).rejects.toMatchObject({
      code: "backend.unavailable",
      details: { operation: "batchGet" },
    });
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
