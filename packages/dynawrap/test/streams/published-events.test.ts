import { existsSync, readFileSync } from "node:fs";
import type { DynamoDBStreamEvent, KinesisStreamEvent } from "aws-lambda";
import { DBItem } from "dynawrap";
import { fromStreamRecord, type StreamRecord } from "dynawrap/streams";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Story } from "../story.js";

/** Events as AWS's own Lambda libraries publish them for tests; they are not part of this repository. */
const folder = new URL("../../../../../shared/cases/stream-events/", import.meta.url);
const text = (file: string) => readFileSync(new URL(file, folder), "utf8");

/** A model whose keys the events are moved to, whatever their own tables' keys are called. */
class Anything extends DBItem({
  pk: "EVENT#{first}",
  sk: "KEY#{second}",
  schema: z.looseObject({ first: z.string(), second: z.string() }),
}) {}

describe.runIf(existsSync(folder))("stream events as AWS publishes them", () => {
  const { files } = existsSync(folder) ? JSON.parse(text("manifest.json")) : { files: [] };

  for (const { file, valid = true, records = [] } of files) {
    if (!valid || file.startsWith("pt-ts__kinesis")) continue;
    it(`${file}: each record is refused for a model with other keys, and read for one with its keys`, () => {
      const event: DynamoDBStreamEvent = JSON.parse(text(file));
      expect((event.Records ?? []).map(({ eventName }) => eventName)).toEqual(
        records.map(([name]: [string]) => name),
      );
      for (const record of event.Records ?? []) {
        expect(() => fromStreamRecord(record, Story)).toThrow(
          expect.objectContaining({ code: "stream.mismatch" }),
        );
        expect(fromStreamRecord(moved(record), Anything)).toMatchObject({ first: "a", second: "b" });
      }
    });
  }

  it("pt-ts__kinesis-dynamodb-stream.json: a record of Kinesis is none, and the one that it carries is", () => {
    const event: KinesisStreamEvent = JSON.parse(text("pt-ts__kinesis-dynamodb-stream.json"));
    for (const { kinesis, ...outer } of event.Records) {
      expect(() => fromStreamRecord(outer as StreamRecord, Story)).toThrow(
        expect.objectContaining({ code: "stream.mismatch" }),
      );
      const inner = JSON.parse(Buffer.from(kinesis.data, "base64").toString());
      expect(() => fromStreamRecord(inner, Story)).toThrow(
        expect.objectContaining({ code: "stream.mismatch" }),
      );
      expect(fromStreamRecord(moved(inner), Anything)).toMatchObject({ first: "a", second: "b" });
    }
  });
});

/** The record with keys of ours in place of its own table's. */
function moved(record: StreamRecord): StreamRecord {
  const Keys = { PK: { S: "EVENT#a" }, SK: { S: "KEY#b" } };
  return { ...record, dynamodb: { ...record.dynamodb, Keys } };
}
