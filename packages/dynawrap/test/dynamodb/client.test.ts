import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocument, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTable } from "../backends.js";
import { Story } from "../story.js";

const story = new Story({ owner: "ann", story_id: "1", title: "Dune" });
const stored = {
  PK: { S: "USER#ann" },
  SK: { S: "STORY#1" },
  schema_version: { S: Story.schemaVersion },
  owner: { S: "ann" },
  story_id: { S: "1" },
  title: { S: "Dune" },
  likes: { N: "0" },
};

describe("a client that aws-sdk-client-mock stands in for", () => {
  const client = new DynamoDBClient({ region: "local" });
  const mock = mockClient(client);
  const backend = new DynamoDBBackend(client);
  beforeEach(() => mock.reset());

  it("sees the SDK's own commands, with an input that anyone can read", async () => {
    mock.on(PutItemCommand).resolves({}).on(GetItemCommand).resolves({ Item: stored });
    await backend.save("stories", story);
    expect(await backend.get("stories", Story, { owner: "ann", story_id: "1" })).toEqual(story);
    expect(mock.commandCalls(PutItemCommand)[0]?.args[0].input).toEqual({
      TableName: "stories",
      Item: stored,
      ReturnConsumedCapacity: "TOTAL",
    });
    expect(mock.commandCalls(GetItemCommand)[0]?.args[0].input).toEqual({
      TableName: "stories",
      Key: { PK: { S: "USER#ann" }, SK: { S: "STORY#1" } },
      ConsistentRead: false,
      ReturnConsumedCapacity: "TOTAL",
    });
  });

  it("is asked with an alias for every name and a parameter for every value", async () => {
    mock.on(QueryCommand).resolves({ Items: [] });
    await backend.query("stories", Story, { owner: "ann", story_id: "1" }, { limit: 3, reverse: true }).all();
    expect(mock.commandCalls(QueryCommand)[0]?.args[0].input).toEqual({
      TableName: "stories",
      KeyConditionExpression: "#0 = :0 AND begins_with(#1, :1)",
      ExpressionAttributeNames: { "#0": "PK", "#1": "SK" },
      ExpressionAttributeValues: { ":0": { S: "USER#ann" }, ":1": { S: "STORY#1" } },
      ScanIndexForward: false,
      ConsistentRead: false,
      Limit: 3,
      ReturnConsumedCapacity: "TOTAL",
    });
  });

  it("never gets a Limit that DynamoDB's 32-bit number cannot hold, however many pages come", async () => {
    let pages = 0;
    mock.on(QueryCommand).callsFake(() => ({ Items: [], ...(++pages < 40 && { LastEvaluatedKey: stored }) }));
    await backend.query("stories", Story, { owner: "ann" }, { limit: 3_000_000_000 }).all();
    const limits = mock.commandCalls(QueryCommand).map(({ args }) => args[0].input.Limit ?? 0);
    expect(limits).toHaveLength(40);
    expect(Math.max(...limits)).toBeLessThan(2 ** 31);
  });
});

describe.runIf(inject("dynamodb"))("a client of the caller's own making", () => {
  const clients: DynamoDBClient[] = [];
  const opened = (config: object = {}): DynamoDBClient => {
    const client = new DynamoDBClient({ ...dynamodbConfig(), ...config });
    clients.push(client);
    return client;
  };
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
  });

  it("keeps its middleware in force, at every step", async () => {
    const client = opened();
    const backend = new DynamoDBBackend(client);
    const table = await freshTable(backend);
    const passed: string[] = [];
    for (const step of ["initialize", "serialize", "build", "finalizeRequest", "deserialize"] as const) {
      client.middlewareStack.add(
        (next: any, context: any) => async (args: any) => {
          passed.push(`${step} ${context.commandName} ${args.input.TableName === table}`);
          return next(args);
        },
        { step, name: `probe-${step}` } as any,
      );
    }
    await backend.save(table, story);
    expect(passed).toEqual([
      "initialize PutItemCommand true",
      "serialize PutItemCommand true",
      "build PutItemCommand true",
      "finalizeRequest PutItemCommand true",
      "deserialize PutItemCommand true",
    ]);
    expect(await backend.get(table, Story, { owner: "ann", story_id: "1" })).toEqual(story);
  });

  it("tells its logger of every command", async () => {
    const lines: any[] = [];
    const info = (line: unknown) => lines.push(line);
    const backend = new DynamoDBBackend(
      opened({ logger: { info, debug() {}, trace() {}, warn() {}, error() {} } }),
    );
    const table = await freshTable(backend);
    lines.length = 0;
    await backend.save(table, story);
    await backend.query(table, Story, { owner: "ann" }).all();
    expect(lines.map(({ commandName }) => commandName)).toEqual(["PutItemCommand", "QueryCommand"]);
    expect(lines[0].input).toMatchObject({ TableName: table, Item: stored });
  });

  it("serves even when a DocumentClient was made of it before", async () => {
    const client = opened();
    DynamoDBDocumentClient.from(client);
    const backend = new DynamoDBBackend(client);
    const table = await freshTable(backend);
    await backend.save(table, story);
    expect(await backend.get(table, Story, { owner: "ann", story_id: "1" })).toEqual(story);
  });

  it("stays open after close, unless the backend was told to close it", async () => {
    const own = opened();
    const table = await freshTable(new DynamoDBBackend(own));
    await new DynamoDBBackend(own).close();
    await new DynamoDBBackend(own).save(table, story);

    const given = opened();
    let destroyed = 0;
    given.destroy = () => {
      destroyed += 1;
    };
    await new DynamoDBBackend(given).close();
    expect(destroyed).toBe(0);
    await new DynamoDBBackend(given, { closeClient: true }).close();
    expect(destroyed).toBe(1);
  });
});

describe("what is no DynamoDBClient", () => {
  const client = new DynamoDBClient({ region: "local" });
  for (const [title, other] of [
    ["a DocumentClient", DynamoDBDocumentClient.from(client)],
    ["a DynamoDBDocument", DynamoDBDocument.from(client)],
    ["nothing", undefined],
    ["null", null],
    ["a table's name", "stories"],
    ["the options of a client", { region: "local" }],
  ] as const) {
    it(`is refused at run time: ${title}`, () => {
      expect(() => new DynamoDBBackend(other as never)).toThrow(
        expect.objectContaining({ code: "option.invalid" }),
      );
    });
  }

  it("is refused by the types as well, a DocumentClient included", () => {
    // @ts-expect-error a DocumentClient translates values in its own way
    expect(() => new DynamoDBBackend(DynamoDBDocumentClient.from(client))).toThrow("DocumentClient");
    // @ts-expect-error neither is the fuller form of it a DynamoDBClient
    expect(() => new DynamoDBBackend(DynamoDBDocument.from(client))).toThrow("DocumentClient");
  });
});
