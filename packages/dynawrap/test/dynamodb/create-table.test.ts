import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type TableStatus,
} from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTableName } from "../backends.js";
import { Story } from "../story.js";

const key = [
  { AttributeName: "PK", KeyType: "HASH" },
  { AttributeName: "SK", KeyType: "RANGE" },
] as const;
const texts = [
  { AttributeName: "PK", AttributeType: "S" },
  { AttributeName: "SK", AttributeType: "S" },
] as const;

describe.runIf(inject("dynamodb"))("createTable on DynamoDB", () => {
  let client: DynamoDBClient;
  let backend: DynamoDBBackend;
  beforeAll(() => {
    client = new DynamoDBClient(dynamodbConfig());
    backend = new DynamoDBBackend(client);
  });
  afterAll(() => client.destroy());

  it("makes a table with the text keys PK and SK, paid by request", async () => {
    const table = freshTableName();
    await backend.createTable(table);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    expect(Table?.KeySchema).toEqual(key);
    expect(Table?.AttributeDefinitions).toEqual(texts);
    expect(Table?.BillingModeSummary?.BillingMode).toBe("PAY_PER_REQUEST");
  });

  it("changes nothing when the table is there, also when many create it at once", async () => {
    const table = freshTableName();
    await Promise.all(Array.from({ length: 10 }, () => backend.createTable(table)));
    const story = new Story({ owner: "ann", story_id: "1" });
    await backend.save(table, story);
    await backend.createTable(table);
    expect(await backend.get(table, Story, { owner: "ann", story_id: "1" })).toEqual(story);
  });

  it("makes a table again that has been deleted", async () => {
    const table = freshTableName();
    await backend.createTable(table);
    await client.send(new DeleteTableCommand({ TableName: table }));
    await backend.createTable(table);
    expect(await backend.get(table, Story, { owner: "ann", story_id: "1" })).toBeUndefined();
  });

  it("refuses a name that DynamoDB refuses, before any I/O", async () => {
    const offline = new DynamoDBBackend(
      new DynamoDBClient({ endpoint: "http://127.0.0.1:1", region: "local" }),
    );
    for (const table of ["", "ab", "a b", "größe", "a".repeat(256), "x/y", "stories\n"]) {
      await expect(offline.createTable(table), table).rejects.toMatchObject({ code: "table.invalid" });
      await expect(offline.get(table, Story, { owner: "a", story_id: "1" }), table).rejects.toMatchObject({
        code: "table.invalid",
      });
    }
  });
});

/** What DynamoDB proper answers and DynamoDB Local, whose tables are there at once, never does. */
describe("createTable on a DynamoDB that takes its time", () => {
  const missing = Object.assign(new Error("Requested resource not found"), {
    name: "ResourceNotFoundException",
  });
  const inUse = Object.assign(new Error("Table already exists"), { name: "ResourceInUseException" });
  const described = (TableStatus: TableStatus) => ({
    Table: { TableStatus, KeySchema: [...key], AttributeDefinitions: [...texts] },
  });
  const client = new DynamoDBClient({ region: "local" });
  const mock = mockClient(client);
  const backend = new DynamoDBBackend(client);

  it("waits while the table is being created, and while nobody has heard of it yet", async () => {
    mock.reset();
    mock.on(CreateTableCommand).resolves({});
    mock
      .on(DescribeTableCommand)
      .rejectsOnce(missing)
      .resolvesOnce(described("CREATING"))
      .resolves(described("ACTIVE"));
    await backend.createTable("stories");
    expect(mock.commandCalls(DescribeTableCommand)).toHaveLength(3);
  });

  it("does not wait for a table that is being changed, which can be used meanwhile", async () => {
    mock.reset();
    mock.on(DescribeTableCommand).resolves(described("UPDATING"));
    await backend.createTable("stories", { deadline: 5_000 });
  });

  it("waits until a table on its way out is gone, and creates it anew", async () => {
    mock.reset();
    mock.on(CreateTableCommand).rejectsOnce(inUse).resolves({});
    mock
      .on(DescribeTableCommand)
      .resolvesOnce(described("DELETING"))
      .rejectsOnce(missing)
      .rejectsOnce(missing)
      .resolves(described("ACTIVE"));
    await backend.createTable("stories");
    expect(mock.commandCalls(CreateTableCommand)).toHaveLength(2);
  });

  it("gives up at the deadline", async () => {
    mock.reset();
    mock.on(DescribeTableCommand).resolves(described("CREATING"));
    await expect(backend.createTable("stories", { deadline: 300 })).rejects.toMatchObject({
      code: "backend.unavailable",
    });
  });

  it("asks for no more than a look where the table is there, so that a role which may not create can start", async () => {
    mock.reset();
    mock.on(DescribeTableCommand).resolves(described("ACTIVE"));
    await backend.createTable("stories");
    expect(mock.commandCalls(CreateTableCommand)).toHaveLength(0);
  });

  it("says so when it may not", async () => {
    mock.reset();
    const denied = Object.assign(new Error("not authorized to perform"), { name: "AccessDeniedException" });
    mock.on(DescribeTableCommand).rejects(missing);
    mock.on(CreateTableCommand).rejects(denied);
    await expect(backend.createTable("stories")).rejects.toMatchObject({
      code: "backend.failed",
      cause: denied,
    });
  });
});
