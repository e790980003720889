import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTable } from "../backends.js";
import { type DynamoDbFaults, type Exchange, startDynamoDbFaults } from "../servers/dynamodb-faults.js";
import { Story } from "../story.js";
import { openClient } from "./dynamodb-client.js";

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")(
  "increments in a DynamoDB that is under a storm",
  () => {
    let faults: DynamoDbFaults;
    let backend: DynamoDBBackend;
    let direct: DynamoDBBackend;
    let table: string;
    beforeAll(async () => {
      faults = await startDynamoDbFaults({ endpoint: dynamodbConfig().endpoint, seed: 23 });
    });
    beforeEach(async () => {
      faults.calm();
      backend = new DynamoDBBackend(openClient(faults.endpoint));
      direct = new DynamoDBBackend(openClient(dynamodbConfig().endpoint));
      table = await freshTable(direct);
    });
    afterAll(() => faults?.stop());

    const storm = ({ operation, random }: Exchange) => {
      const draw = random();
      if (draw < 0.12) return { lostReply: "reset" } as const;
      if (draw < 0.2) return { error: "ProvisionedThroughputExceededException" };
      if (draw < 0.25) return { error: "InternalServerError", status: 500 };
      if (draw > 0.32) return undefined;
      if (operation === "TransactWriteItems" && draw > 0.28)
        return { error: "TransactionInProgressException" };
      if (operation === "TransactWriteItems") {
        return {
          error: "TransactionCanceledException",
          details: { CancellationReasons: [{ Code: "TransactionConflict" }, { Code: "None" }] },
        };
      }
      return operation === "GetItem" ? undefined : { error: "TransactionConflictException" };
    };
    const key = { owner: "ann", story_id: "1" };
    const likes = async (story_id = "1"): Promise<number> =>
      Number((await direct.get(table, Story, { owner: "ann", story_id }, { consistent: true }))?.likes);
    const more = (story: Story) => story.with({ likes: Number(story.likes) + 1 });
    /** Each is made, or it is not, or nobody can know: what was reported must be what is there. */
    const count = async (increment: () => Promise<unknown>, rounds: number): Promise<number> => {
      let made = 0;
      for (let round = 0; round < rounds; round++) {
        const outcome: any = await increment().then(
          () => "made",
          (error) => error.code ?? error.stack,
        );
        expect(outcome).toMatch(/^(made|write.ambiguous|backend.(throttled|unavailable)|item.conflict)$/);
        const now = await likes();
        if (outcome === "made") expect(now).toBe(made + 1);
        else if (outcome === "write.ambiguous") expect([made, made + 1]).toContain(now);
        else expect(now).toBe(made);
        made = now;
      }
      return made;
    };

    it("are made as they are reported, by update", async () => {
      await direct.save(table, new Story(key));
      faults.on("*", storm);
      expect(await count(() => backend.update(table, Story, key, more), 15)).toBeGreaterThan(7);
      expect(faults.exchanges.filter(({ fault }) => fault).length).toBeGreaterThan(5);
    });

    it("are made as they are reported, by a transaction", async () => {
      await direct.save(table, new Story(key));
      await direct.save(table, new Story({ ...key, story_id: "2" }));
      faults.on("*", storm);
      const increment = () =>
        backend.transact((tx) => {
          tx.update(table, Story, key, more);
          tx.update(table, Story, { ...key, story_id: "2" }, more);
        });
      expect(await count(increment, 12)).toBeGreaterThan(5);
      expect(await likes("2")).toBe(await likes());
      expect(faults.exchanges.filter(({ fault }) => fault).length).toBeGreaterThan(5);
    });

    it("are made once each, though many make them at once", async () => {
      await direct.save(table, new Story(key));
      const worker = async (): Promise<void> => {
        for (let round = 0; round < 10; round++) {
          await backend.update(table, Story, key, more, { deadline: 20_000 });
        }
      };
      await Promise.all([worker(), worker(), worker()]);
      expect(await likes()).toBe(30);
    });

    it("leave an ifAbsent that found its own write a success, and one that found another's a refusal", async () => {
      faults.on("PutItem", ({ count: place }) => (place % 2 === 1 ? { lostReply: "reset" } : undefined));
      await backend.save(table, new Story({ ...key, title: "ours" }), { ifAbsent: true });
      faults.calm();
      faults.on("PutItem", ({ count: place }) =>
        place === 1 ? { error: "ProvisionedThroughputExceededException" } : undefined,
      );
      const again = backend.save(table, new Story({ ...key, title: "ours" }), { ifAbsent: true });
      await expect(again).rejects.toMatchObject({ code: "item.exists" });
    });
  },
);
