import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { dynamodbConfig, freshTableName } from "../backends.js";

/** From the years of v3: before its middleware was built, before and after its schemas, and the latest. */
const versions = {
  "3.300": () => import("client-dynamodb-3.300"),
  "3.564": () => import("client-dynamodb-3.564"),
  "3.787": () => import("client-dynamodb-3.787"),
  "3.980": () => import("client-dynamodb-3.980"),
  "the latest": () => import("@aws-sdk/client-dynamodb"),
};

for (const [version, load] of Object.entries(versions)) {
  describe.runIf(inject("dynamodb"))(`the SDK's client and commands of version ${version}`, async () => {
    vi.resetModules();
    const sdk = (await load()) as unknown as typeof import("@aws-sdk/client-dynamodb");
    vi.doMock("@aws-sdk/client-dynamodb", () => sdk);
    const { DynamoDBBackend } = await import("dynawrap/dynamodb");
    const { everyType, Story, stories } = await import("../story.js");
    vi.doUnmock("@aws-sdk/client-dynamodb");

    const client = new sdk.DynamoDBClient(dynamodbConfig());
    const backend = new DynamoDBBackend(client, { closeClient: true });
    const table = freshTableName();
    const story = new Story(everyType);
    const key = { owner: "ann", story_id: "1" };
    const outputs: any[] = [];
    beforeAll(async () => {
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          outputs.push(result.output);
          return result;
        },
        { step: "initialize", name: "watch" },
      );
      await backend.createTable(table);
    });
    afterAll(() => backend.close());

    it("gives back what it was given, and reads replies as JSON", async () => {
      await backend.save(table, story);
      outputs.length = 0;
      expect(await backend.get(table, Story, key)).toEqual(story);
      expect(outputs).toMatchObject([
        { Item: { extra: { M: { bytes: { B: "AP8=" } } } }, $metadata: { httpStatusCode: 200, attempts: 1 } },
      ]);
    });

    it("writes batches, and reads them in pages and in a scan", async () => {
      const all = stories("bob", 60, { extra: "x".repeat(50_000) });
      await backend.batchWrite(table, all);
      expect(await backend.query(table, Story, { owner: "bob" }).all()).toEqual(all);
      expect(await backend.scan(table, [Story], { where: { owner: "bob" } }).count()).toBe(60);
      expect(await backend.batchGet(table, Story, all.slice(0, 3))).toEqual(all.slice(0, 3));
    });

    it("makes transactions, and says what a condition has met", async () => {
      await backend.transact((tx) => {
        tx.save(table, new Story({ owner: "cid", story_id: "1" }));
        tx.save(table, new Story({ owner: "cid", story_id: "2" }));
      });
      const [one] = await backend.transactGet([[table, Story, { owner: "cid", story_id: "1" }]]);
      expect(one).toMatchObject({ owner: "cid" });
      await expect(backend.save(table, story, { ifAbsent: true })).rejects.toMatchObject({
        code: "item.exists",
      });
      const failed = await backend.get("missing-table", Story, key).catch((error) => error.cause);
      expect(failed).toBeInstanceOf(sdk.ResourceNotFoundException);
      expect(failed).toMatchObject({
        name: "ResourceNotFoundException",
        $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
      });
    });
  });
}
