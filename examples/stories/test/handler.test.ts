import { DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { describe, expect, inject, it, vi } from "vitest";
import { dynamodbConfig, freshTable } from "../../../packages/dynawrap/test/backends.js";
import { type Change, Comment, createHandler, handler, Story, StoryService } from "../src/index.js";
import { commentImage, eventOf, record, storyImage } from "./events.js";

const story = { PK: "USER#john", SK: "STORY#1" };
const comment = { PK: "USER#john", SK: "COMMENT#1#2026-01-31T12:00:00.000Z#c1" };

function collecting() {
  const changes: Change[] = [];
  return {
    changes,
    handle: createHandler(async (change) => {
      changes.push(change);
    }),
  };
}

function silent() {
  return vi.spyOn(console, "error").mockImplementation(() => {});
}

describe("the stream handler", () => {
  it("takes INSERT, MODIFY and REMOVE of both models out of one stream, in its order", async () => {
    const { changes, handle } = collecting();
    const response = await handle(
      eventOf(
        record("INSERT", "100", story, { after: storyImage("john", "1", "Draft") }),
        record("INSERT", "101", comment, { after: commentImage("john", "1", "Nice") }),
        record("MODIFY", "102", story, {
          before: storyImage("john", "1", "Draft"),
          after: storyImage("john", "1", "Final"),
        }),
        record("REMOVE", "103", comment, { before: commentImage("john", "1", "Nice") }),
      ),
    );
    expect(response).toEqual({ batchItemFailures: [] });
    expect(changes.map(({ kind, item }) => [kind, item.constructor])).toEqual([
      ["INSERT", Story],
      ["INSERT", Comment],
      ["MODIFY", Story],
      ["REMOVE", Comment],
    ]);
    expect(changes[2]?.item).toMatchObject({ title: "Final" });
    expect(changes[3]?.item).toMatchObject({
      text: "Nice",
      written_at: new Date("2026-01-31T12:00:00.000Z"),
    });
  });

  it("passes over records of models that it does not know", async () => {
    const { changes, handle } = collecting();
    const other = record(
      "INSERT",
      "100",
      { PK: "USER#john", SK: "PROFILE" },
      { after: { owner: { S: "john" } } },
    );
    expect(await handle(eventOf(other))).toEqual({ batchItemFailures: [] });
    expect(changes).toEqual([]);
  });

  it("stops at the first failure and reports that record alone", async () => {
    silent();
    const seen: string[] = [];
    const handle = createHandler(async ({ item }) => {
      seen.push(item.story_id);
      if (item.story_id === "2") throw new Error("the index is down");
    });
    const records = ["1", "2", "3"].map((id) =>
      record(
        "INSERT",
        `10${id}`,
        { PK: "USER#john", SK: `STORY#${id}` },
        { after: storyImage("john", id, "T") },
      ),
    );
    expect(await handle(eventOf(...records))).toEqual({ batchItemFailures: [{ itemIdentifier: "102" }] });
    expect(seen).toEqual(["1", "2"]);
  });

  it("reports an item that the schema refuses, and one whose image the stream does not carry", async () => {
    const error = silent();
    const { handle } = collecting();
    const invalid = record("INSERT", "7", story, { after: storyImage("john", "1", "") });
    expect(await handle(eventOf(invalid))).toEqual({ batchItemFailures: [{ itemIdentifier: "7" }] });
    const keysOnly = record("INSERT", "8", story, {});
    expect(await handle(eventOf(keysOnly))).toEqual({ batchItemFailures: [{ itemIdentifier: "8" }] });
    expect(error.mock.calls.map(([, cause]) => (cause as { code: string }).code)).toEqual([
      "item.invalid",
      "stream.mismatch",
    ]);
  });

  it("fails the whole batch when the record has no sequence number to name", async () => {
    const { handle } = collecting();
    const broken: DynamoDBRecord = {
      eventName: "INSERT",
      dynamodb: { Keys: { PK: { S: "USER#john" }, SK: { S: "STORY#1" } } },
    };
    await expect(handle(eventOf(broken))).rejects.toMatchObject({ code: "stream.mismatch" });
  });

  it("as Lambda calls it, says what happened", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await handler(
      eventOf(
        record("INSERT", "1", story, { after: storyImage("john", "1", "A Title") }),
        record("REMOVE", "2", comment, { before: commentImage("john", "1", "Nice") }),
      ),
    );
    expect(log.mock.calls).toEqual([["INSERT story a-title"], ["REMOVE comment of jane"]]);
  });
});

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")(
  "the stream handler on DynamoDB's own stream",
  () => {
    it("sees what the service did, in order", async () => {
      const client = new DynamoDBClient(dynamodbConfig());
      const streams = new DynamoDBStreamsClient(dynamodbConfig());
      try {
        const stories = new StoryService(
          new DynamoDBBackend(client),
          await freshTable(new DynamoDBBackend(client)),
        );
        await client.send(
          new UpdateTableCommand({
            TableName: stories.table,
            StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
          }),
        );
        await stories.put({ owner: "john", story_id: "1", title: "Draft" });
        await stories.comment({
          owner: "john",
          story_id: "1",
          written_at: new Date("2026-01-31T12:00:00Z"),
          comment_id: "c1",
          author: "jane",
          text: "Nice",
        });
        await stories.rename("john", "1", "Final");
        await stories.remove("john", "1");

        const { changes, handle } = collecting();
        expect(await handle(eventOf(...(await recordsOf(streams, stories.table, 5))))).toEqual({
          batchItemFailures: [],
        });
        const told = changes.map(({ kind, item }) => {
          return item instanceof Story ? [kind, "story", item.title] : [kind, "comment", item.text];
        });
        expect(told).toEqual([
          ["INSERT", "story", "Draft"],
          ["INSERT", "comment", "Nice"],
          ["MODIFY", "story", "Final"],
          ["REMOVE", "comment", "Nice"],
          ["REMOVE", "story", "Final"],
        ]);
      } finally {
        client.destroy();
        streams.destroy();
      }
    });
  },
);

/** The first records of a table's stream, in the JSON form in which Lambda passes them on. */
async function recordsOf(
  streams: DynamoDBStreamsClient,
  table: string,
  count: number,
): Promise<DynamoDBRecord[]> {
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName: table }));
  const StreamArn = Streams?.[0]?.StreamArn;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const found: DynamoDBRecord[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const start = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    let iterator = start.ShardIterator;
    for (let tries = 0; iterator !== undefined && found.length < count && tries < 50; tries++) {
      const { Records = [], NextShardIterator } = await streams.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      found.push(...JSON.parse(JSON.stringify(Records)));
      iterator = NextShardIterator;
    }
  }
  return found;
}
