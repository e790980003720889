import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTable } from "../backends.js";
import { type DynamoDbFaults, startDynamoDbFaults } from "../servers/dynamodb-faults.js";
import { startTcpFaults } from "../servers/tcp-faults.js";
import { Story } from "../story.js";
import { openClient } from "./dynamodb-client.js";

const key = { owner: "ann", story_id: "1" };
const lost = { lostReply: "reset" } as const;

describe.runIf(inject("dynamodb"))("a conditional write to DynamoDB whose reply is lost", () => {
  let faults: DynamoDbFaults;
  let backend: DynamoDBBackend;
  let direct: DynamoDBBackend;
  let table: string;
  beforeAll(async () => {
    faults = await startDynamoDbFaults({ endpoint: dynamodbConfig().endpoint, seed: 31 });
  });
  beforeEach(async () => {
    faults.calm();
    backend = new DynamoDBBackend(openClient(faults.endpoint));
    direct = new DynamoDBBackend(openClient(dynamodbConfig().endpoint));
    table = await freshTable(direct);
  });
  afterAll(() => faults?.stop());
  const stored = (story_id = "1") => direct.get(table, Story, { ...key, story_id }, { consistent: true });
  const requests = (operation: string) =>
    faults.exchanges.filter((exchange) => exchange.operation === operation).length;
  /** The first replies to requests of an operation are lost. */
  const lose = (operation: string, times = 1) =>
    faults.on(operation, ({ count }) => (count <= times ? lost : undefined));

  const before = new Story({ ...key, title: "Before", likes: 1 });
  const after = before.with({ title: "After" });
  const saves: [string, object | undefined, () => Promise<unknown>][] = [
    ["ifAbsent", undefined, () => backend.save(table, after, { ifAbsent: true })],
    ["ifUnchanged", before, () => backend.save(table, after, { ifUnchanged: before })],
    ["if", before, () => backend.save(table, after, { if: { title: "Before" } })],
    ["ifPresent", before, () => backend.delete(table, before, { ifPresent: true })],
    ["if of a deletion", before, () => backend.delete(table, before, { if: { likes: 1 } })],
  ];
  for (const [title, standing, write] of saves) {
    const removes = /ifPresent|deletion/.test(title);
    const operation = removes ? "DeleteItem" : "PutItem";

    it(`meets its own first attempt, and is a success: ${title}`, async () => {
      if (standing) await direct.save(table, before);
      lose(operation);
      await write();
      expect(requests(operation)).toBe(2);
      expect(await stored()).toEqual(removes ? undefined : after);
    });

    it(`is a success by what stands there, where no attempt was answered: ${title}`, async () => {
      if (standing) await direct.save(table, before);
      lose(operation, 10);
      await write();
      expect(requests(operation)).toBeGreaterThan(2);
      expect(requests("GetItem")).toBe(1);
      expect(await stored()).toEqual(removes ? undefined : after);
    });

    // The second attempt at this one is as good as the first, whoever has saved the item since.
    if (title === "ifPresent") continue;
    it(`is write.ambiguous where another has changed the item meanwhile: ${title}`, async () => {
      if (standing) await direct.save(table, before);
      faults.on(operation, ({ count }) => (count === 1 ? lost : { delay: 300 }));
      const outcome = write().catch((error: unknown) => error);
      while (requests(operation) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      await direct.save(table, new Story({ ...key, title: "Another's" }));
      expect(await outcome).toMatchObject({
        code: "write.ambiguous",
        details: { key: { PK: "USER#ann", SK: "STORY#1" } },
      });
      expect(await stored()).toMatchObject({ title: "Another's" });
    });
  }

  it("is a success for an item that moves to another key, made once", async () => {
    await direct.save(table, before);
    lose("TransactWriteItems", 2);
    await backend.save(table, new Story({ ...key, story_id: "2", title: "Moved" }), { replaces: before });
    expect([await stored(), await stored("2")]).toMatchObject([undefined, { title: "Moved" }]);
    expect(new Set(faults.exchanges.map(({ body }) => body.ClientRequestToken)).size).toBe(1);
  });

  it("is write.ambiguous where the server cannot be asked any more", async () => {
    await direct.save(table, before);
    const line = await startTcpFaults({ url: dynamodbConfig().endpoint, seed: 3 });
    const through = new DynamoDBBackend(openClient(line.url, { maxAttempts: 2 }));
    await through.get(table, Story, key);
    line.cut({ after: "PutItem" });
    // The next attempt finds nobody: that it was never sent says nothing of the first.
    line.refuse();
    await expect(through.save(table, after, { ifUnchanged: before })).rejects.toMatchObject({
      code: "write.ambiguous",
      cause: { code: "backend.unavailable" },
    });
    expect(await stored()).toEqual(after);
    await line.stop();
  });

  it("is backend.unavailable, and certainly not made, where no connection was made at all", async () => {
    const line = await startTcpFaults({ url: dynamodbConfig().endpoint });
    line.refuse();
    const through = new DynamoDBBackend(openClient(line.url));
    for (const write of [
      () => through.save(table, after, { ifAbsent: true }),
      () => through.delete(table, after, { ifPresent: true }),
      () => through.transact((tx) => tx.save(table, after)),
      () => through.update(table, Story, key, (story) => story),
    ]) {
      await expect(write()).rejects.toMatchObject({
        code: "backend.unavailable",
        details: { applied: false },
        cause: { code: "ECONNREFUSED" },
      });
    }
    expect(await stored()).toBeUndefined();
    await line.stop();
  });

  it("proves nothing to an update, since another may have written the same", async () => {
    await direct.save(table, new Story(key));
    const more = (story: Story) => story.with({ likes: Number(story.likes) + 1 });
    // The first attempt never took effect, and another makes the same of the item before the second.
    faults.on("PutItem", ({ count }) =>
      count === 1 ? { error: "InternalServerError", status: 500 } : { delay: 300 },
    );
    const outcome = backend.update(table, Story, key, more).catch((error: unknown) => error);
    while (requests("PutItem") < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await direct.update(table, Story, key, more);
    expect(await outcome).toMatchObject({ code: "write.ambiguous" });
    expect(await stored()).toMatchObject({ likes: 1 });
  });
});
