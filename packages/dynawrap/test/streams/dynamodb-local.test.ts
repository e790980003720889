import { DynamoDBClient, type StreamViewType, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { DBItem, isDynawrapError } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { fromStreamRecord } from "dynawrap/streams";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { dynamodbConfig, freshTable } from "../backends.js";
import { Story } from "../story.js";

class User extends DBItem({
  pk: "USER#{owner}",
  sk: "PROFILE",
  schema: z.object({ owner: z.string(), name: z.string() }),
}) {}

const rich = {
  bytes: Uint8Array.of(0, 255),
  set: new Set([1, 2.5]),
  list: [null, true, "", { deep: 12345678901234567890n }],
};
const first = new Story({ owner: "ann", story_id: "1", title: "First", extra: rich });
const second = first.with({ title: "Second" });
const user = new User({ owner: "ann", name: "Ann" });

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")("the stream of a DynamoDB table", () => {
  let client: DynamoDBClient;
  let streams: DynamoDBStreamsClient;
  let backend: DynamoDBBackend;
  beforeAll(() => {
    client = new DynamoDBClient(dynamodbConfig());
    streams = new DynamoDBStreamsClient(dynamodbConfig());
    backend = new DynamoDBBackend(client);
  });
  afterAll(() => {
    client.destroy();
    streams.destroy();
  });

  /** The records of two models' comings and goings: INSERT, INSERT, MODIFY, REMOVE. */
  async function recordsOf(StreamViewType: StreamViewType): Promise<_Record[]> {
    const TableName = await freshTable(backend);
    const StreamSpecification = { StreamEnabled: true, StreamViewType };
    const { TableDescription } = await client.send(
      new UpdateTableCommand({ TableName, StreamSpecification }),
    );
    const StreamArn = TableDescription?.LatestStreamArn;
    await backend.save(TableName, first);
    await backend.save(TableName, user);
    await backend.save(TableName, second);
    await backend.delete(TableName, second);
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const records: _Record[] = [];
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      const start = await streams.send(
        new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
      );
      const { Records = [] } = await streams.send(
        new GetRecordsCommand({ ShardIterator: start.ShardIterator }),
      );
      records.push(...Records);
    }
    const number = ({ dynamodb }: _Record) => BigInt(dynamodb?.SequenceNumber ?? 0);
    records.sort((a, b) => (number(a) < number(b) ? -1 : 1));
    expect(records.map(({ eventName }) => eventName)).toEqual(["INSERT", "INSERT", "MODIFY", "REMOVE"]);
    return records;
  }

  /** What the records come to for each of the two models: the instance, or the code of the refusal. */
  function readings(records: readonly _Record[], read: typeof fromStreamRecord): unknown[] {
    const reading = (record: _Record, model: typeof Story | typeof User): unknown => {
      try {
        return read<typeof Story | typeof User>(record, model);
      } catch (error) {
        return isDynawrapError(error) ? error.code : error;
      }
    };
    return records.map((record) => [reading(record, Story), reading(record, User)]);
  }

  const none = "stream.mismatch";
  const expected: [StreamViewType, unknown[]][] = [
    [
      "NEW_AND_OLD_IMAGES",
      [
        [first, none],
        [none, user],
        [second, none],
        [second, none],
      ],
    ],
    [
      "NEW_IMAGE",
      [
        [first, none],
        [none, user],
        [second, none],
        [none, none],
      ],
    ],
    [
      "OLD_IMAGE",
      [
        [none, none],
        [none, none],
        [none, none],
        [second, none],
      ],
    ],
    [
      "KEYS_ONLY",
      [
        [none, none],
        [none, none],
        [none, none],
        [none, none],
      ],
    ],
  ];
  for (const [view, instances] of expected) {
    it(`with ${view} gives each model its own instances, and refuses the rest`, async () => {
      const records = await recordsOf(view);
      expect(readings(records, fromStreamRecord)).toEqual(instances);
      expect(readings(records, backend.fromStreamRecord.bind(backend))).toEqual(instances);
    });
  }
});
