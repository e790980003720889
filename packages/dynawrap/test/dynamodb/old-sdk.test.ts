import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as old from "client-dynamodb-3.300";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { Row } from "../../src/dynamodb/reply.js";
import { dynamodbConfig, freshTable, freshTableName } from "../backends.js";
import { startDynamoDbFaults } from "../servers/dynamodb-faults.js";
import { everyType, Story, stories } from "../story.js";
import {
  call,
  check,
  everything,
  index,
  key as keyOf,
  layout,
  openDriver,
  put,
  range,
  row,
} from "./driver.js";
import { callOtherwise } from "./other-names.js";

vi.mock("@aws-sdk/client-dynamodb", () => import("client-dynamodb-3.300"));

const story = new Story(everyType);
const key = { owner: "ann", story_id: "1" };

describe.runIf(inject("dynamodb"))("version 3.300 of the SDK, with its own client and commands", () => {
  let client: DynamoDBClient;
  let backend: DynamoDBBackend;
  let table: string;
  beforeAll(async () => {
    client = new DynamoDBClient(dynamodbConfig());
    backend = new DynamoDBBackend(client);
    table = await freshTable(backend);
  });
  afterAll(() => client.destroy());

  it("is what these tests run against", () => {
    expect(DynamoDBClient).toBe(old.DynamoDBClient);
  });

  it("creates, saves, gets and deletes", async () => {
    await backend.createTable(table);
    await backend.save(table, story);
    expect(await backend.get(table, Story, key)).toEqual(story);
    await backend.delete(table, story);
    expect(await backend.get(table, Story, key)).toBeUndefined();
  });

  it("writes batches and reads them in pages", async () => {
    const all = stories("bob", 60, { extra: "x".repeat(50_000) });
    await backend.batchWrite(table, all);
    expect(await backend.query(table, Story, { owner: "bob" }).all()).toEqual(all);
  });

  it("ends with the signal, and has errors that are told apart", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const outcome = backend.query(table, Story, { owner: "bob" }, { signal: controller.signal }).all();
    controller.abort(reason);
    await expect(outcome).rejects.toBe(reason);
    await expect(backend.get(freshTableName(), Story, key)).rejects.toMatchObject({ code: "table.missing" });
    const nowhere = new DynamoDBClient({ ...dynamodbConfig(), endpoint: "http://127.0.0.1:1" });
    await expect(new DynamoDBBackend(nowhere).get(table, Story, key)).rejects.toMatchObject({
      code: "backend.unavailable",
    });
    nowhere.destroy();
  });

  it("makes indexes and transactions, and says which condition failed with what stands there", async () => {
    const driver = openDriver();
    const small = layout();
    const large = layout({ name: small.name }, index("GSI1"));
    await driver.createTable(small, call());
    expect(await driver.createTable(large, call())).toHaveLength(1);
    const absent = { kind: "absent" } as const;
    const writes = [
      put(driver, large, keyOf("a", "1"), { GSI1PK: "x", GSI1SK: "y" }, absent),
      check(large, keyOf("b", "1"), absent),
    ];
    expect(await driver.transact(writes, "first", call())).toBeUndefined();
    expect(await driver.transact(writes, "first", call())).toBeUndefined();
    expect(await driver.transact(writes, "second", call())).toEqual([
      { reason: "condition", current: writes[0]?.row, retried: false },
      undefined,
    ]);
    const reads = [keyOf("a", "1"), keyOf("b", "1")].map((each) => ({ layout: large, key: each }));
    expect(await driver.getSnapshot(reads, call())).toEqual([writes[0]?.row, undefined]);
    const { rows } = await driver.page(large, index("GSI1"), range("x"), everything, call());
    const [found] = rows.map((each) => driver.decode(each, large));
    expect(found).toEqual(driver.decode(writes[0]?.row as Row, large));
    await driver.close();
  });

  it.each<[string, (client: DynamoDBClient) => void, readonly string[]]>([
    ["says what stands in the way of one write, which it does not know how to ask for itself", () => {}, []],
    ["is asked what stands there, where its own reading does not say it", callOtherwise, ["GetItem"]],
  ])("%s", async (_, prepare, asked) => {
    const faults = await startDynamoDbFaults({ endpoint: dynamodbConfig().endpoint, seed: 17 });
    const driver = openDriver({ endpoint: faults.endpoint });
    prepare(driver.client);
    const place = layout({ name: table });
    faults.on("PutItem", ({ count }) => {
      if (count === 1) return { lostReply: "reset" };
      return count === 2 ? { error: "TransactionConflictException" } : undefined;
    });
    const stored = keyOf("own", String(asked.length));
    const write = put(driver, place, stored, { title: "x" }, { kind: "absent" });
    const current = row(driver, place, stored, { title: "x" });
    expect(await driver.write(write, call())).toEqual({ reason: "condition", current, retried: true });
    const operations = faults.exchanges.map(({ operation }) => operation);
    expect(operations).toEqual(["PutItem", "PutItem", "PutItem", ...asked]);
    const again = await driver.write(write, call());
    expect(again).toEqual({
      reason: "condition",
      current: asked.length > 0 ? undefined : current,
      retried: false,
    });
    await driver.close();
    await faults.stop();
  });
});
