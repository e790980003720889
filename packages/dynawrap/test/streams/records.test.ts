import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { _Record } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { DBItem } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { fromStreamRecord, type StreamRecord } from "dynawrap/streams";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Story } from "../story.js";

class User extends DBItem({
  pk: "USER#{owner}",
  sk: "PROFILE",
  schema: z.object({ owner: z.string(), name: z.string() }),
}) {}

const Keys = { PK: { S: "USER#ann" }, SK: { S: "STORY#1" } };
const image = (title: string) => ({
  ...Keys,
  owner: { S: "ann" },
  story_id: { S: "1" },
  title: { S: title },
});
const record = (eventName: string, dynamodb: object): StreamRecord => ({ eventName, dynamodb });
const story = (title: string) => new Story({ owner: "ann", story_id: "1", title });
const mismatch = expect.objectContaining({ code: "stream.mismatch" });

const insert = record("INSERT", { Keys, NewImage: image("New"), StreamViewType: "NEW_AND_OLD_IMAGES" });
const modify = record("MODIFY", { Keys, NewImage: image("New"), OldImage: image("Old") });
const remove = record("REMOVE", { Keys, OldImage: image("Old") });

const backend = new DynamoDBBackend(new DynamoDBClient({ region: "local" }));
for (const [title, read] of [
  ["fromStreamRecord", fromStreamRecord],
  ["DynamoDBBackend.fromStreamRecord", backend.fromStreamRecord.bind(backend)],
] as [string, typeof fromStreamRecord][]) {
  describe(title, () => {
    it("gives the new image of an INSERT and a MODIFY, and the old one of a REMOVE", () => {
      expect(read(insert, Story)).toEqual(story("New"));
      expect(read(modify, Story)).toEqual(story("New"));
      expect(read(remove, Story)).toEqual(story("Old"));
      expect(read(remove, Story)).toBeInstanceOf(Story);
    });

    it("takes the key from Keys when the image lacks it", () => {
      const NewImage = { title: { S: "Short" } };
      expect(read(record("INSERT", { Keys, NewImage }), Story)).toEqual(story("Short"));
    });

    it("takes an image whatever made it: it may have no prototype", () => {
      const NewImage = Object.assign(Object.create(null), image("New"));
      expect(read(record("INSERT", { Keys, NewImage }), Story)).toEqual(story("New"));
    });

    it("takes the key from the image when there are no Keys", () => {
      expect(read(record("INSERT", { NewImage: image("New") }), Story)).toEqual(story("New"));
      expect(read(record("INSERT", { Keys: null, NewImage: image("New") }), Story)).toEqual(story("New"));
    });

    it("refuses a record of another model, so that it is safe on a mixed stream", () => {
      expect(() => read(insert, User)).toThrow(mismatch);
      const profile = { PK: { S: "USER#ann" }, SK: { S: "PROFILE" } };
      expect(() => read(record("INSERT", { Keys: profile, NewImage: profile }), Story)).toThrow(mismatch);
    });

    it("refuses a record whose image contradicts its key", () => {
      const NewImage = { ...image("New"), story_id: { S: "2" } };
      expect(() => read(record("INSERT", { Keys, NewImage }), Story)).toThrow(mismatch);
    });

    it("says that a record lacks the image, and under which view type", () => {
      const keysOnly = record("MODIFY", { Keys, StreamViewType: "KEYS_ONLY" });
      expect(() => read(keysOnly, Story)).toThrow(/no image.*MODIFY, KEYS_ONLY/);
      const newOnly = record("REMOVE", { Keys, StreamViewType: "NEW_IMAGE" });
      expect(() => read(newOnly, Story)).toThrow(/no image.*REMOVE, NEW_IMAGE/);
      expect(() => read(newOnly, Story)).toThrow(
        expect.objectContaining({ details: { model: "Story", key: { PK: "USER#ann", SK: "STORY#1" } } }),
      );
    });

    it("reads the REMOVE of an item that has expired like any other", () => {
      for (const name of ["principalId", "PrincipalId"]) {
        const userIdentity = { [name]: "dynamodb.amazonaws.com", type: "Service", Type: "Service" };
        expect(read({ ...remove, userIdentity } as StreamRecord, Story)).toEqual(story("Old"));
      }
    });

    it("keeps what the schema does not know, for a save that loses nothing", () => {
      const NewImage = { ...image("New"), later: { B: "AAE=" } };
      const read1 = read(record("INSERT", { Keys, NewImage }), Story);
      expect(read1).toEqual(story("New"));
      expect(read1.with({ title: "Newer" })).toEqual(story("Newer"));
    });

    it("refuses an image that the schema refuses, with the key and the issues", () => {
      const NewImage = { ...image("New"), title: { N: "5" } };
      expect(() => read(record("INSERT", { Keys, NewImage }), Story)).toThrow(
        expect.objectContaining({
          code: "item.invalid",
          details: expect.objectContaining({ key: { PK: "USER#ann", SK: "STORY#1" } }),
        }),
      );
    });

    const garbage: [string, unknown][] = [
      ["undefined", undefined],
      ["null", null],
      ["a number", 5],
      ["a text", "INSERT"],
      ["an array", []],
      ["an empty object", {}],
      ["no dynamodb", { eventName: "INSERT" }],
      ["dynamodb null", { eventName: "INSERT", dynamodb: null }],
      ["dynamodb a text", { eventName: "INSERT", dynamodb: "x" }],
      ["no event name", { dynamodb: insert.dynamodb }],
      ["an event name of another service", { ...insert, eventName: "aws:kinesis:record" }],
      ["an event name from a prototype", { ...insert, eventName: "constructor" }],
      ["an event name that is no text", { ...insert, eventName: 5 }],
      ["an event name that is null", { ...insert, eventName: null }],
      ["Keys a text", record("INSERT", { Keys: "x" })],
      ["Keys a number", record("INSERT", { Keys: 7, NewImage: null })],
      ["Keys an array", record("INSERT", { Keys: [Keys] })],
      ["Keys without types", record("INSERT", { Keys: { PK: "USER#ann", SK: "STORY#1" } })],
      ["Keys of null", record("INSERT", { Keys: { PK: null, SK: null } })],
      ["Keys of numbers", record("INSERT", { Keys: { PK: { N: "1" }, SK: { N: "2" } } })],
      ["Keys without a sort key", record("INSERT", { Keys: { PK: { S: "USER#ann" } } })],
      ["no image", record("INSERT", { Keys })],
      ["an image that is null", record("INSERT", { Keys, NewImage: null })],
      ["an old image that is null", record("REMOVE", { Keys, OldImage: null, NewImage: image("New") })],
      ["an image that is a text", record("INSERT", { Keys, NewImage: "image" })],
      ["an image that is a number", record("INSERT", { Keys, NewImage: 1 })],
    ];
    for (const [what, given] of garbage) {
      it(`refuses ${what} as no record of the model`, () => {
        expect(() => read(given as StreamRecord, Story)).toThrow(mismatch);
      });
    }

    for (const [what, value] of [
      ["no type", {}],
      ["two types", { S: "a", N: "1" }],
      ["an unknown type", { X: "a" }],
      ["null", null],
      ["a text", "a"],
      ["a number that is none", { N: "one" }],
      ["bytes that are no base64", { B: "%%%" }],
    ] as [string, unknown][]) {
      it(`refuses an attribute of ${what}, with its path`, () => {
        const NewImage = { ...image("New"), extra: { M: { deep: value } } };
        expect(() => read(record("INSERT", { Keys, NewImage }), Story)).toThrow(
          expect.objectContaining({ code: "value.unsupported", details: { path: ["extra", "deep"] } }),
        );
      });
    }

    it("takes no class that is not a model", () => {
      expect(() => read(insert, Date as never)).toThrow(expect.objectContaining({ code: "model.invalid" }));
    });
  });
}

describe("the types of fromStreamRecord", () => {
  it("take Lambda's record and the stream client's without a cast, and give the model's instance", () => {
    const fromLambda = (given: DynamoDBRecord): Story => fromStreamRecord(given, Story);
    const fromClient = (given: _Record): Story => fromStreamRecord(given, Story);
    const fromBackend = (given: DynamoDBRecord | _Record): User => backend.fromStreamRecord(given, User);
    expect(fromLambda(insert as DynamoDBRecord)).toEqual(fromClient(insert as _Record));
    expect(() => fromBackend(insert as _Record)).toThrow(mismatch);
  });
});
