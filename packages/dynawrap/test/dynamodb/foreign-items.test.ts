import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DBItem } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { dynamodbConfig, freshTable } from "../backends.js";
import { Story } from "../story.js";

type Wire = Record<string, AttributeValue>;

describe.runIf(inject("dynamodb"))("items in DynamoDB that others wrote", () => {
  let client: DynamoDBClient;
  let backend: DynamoDBBackend;
  let table: string;
  const put = (item: Wire) => client.send(new PutItemCommand({ TableName: table, Item: item }));
  const stored = async (story_id: string): Promise<Wire | undefined> => {
    const Key = { PK: { S: "USER#ann" }, SK: { S: `STORY#${story_id}` } };
    return (await client.send(new GetItemCommand({ TableName: table, Key }))).Item;
  };
  const get = (story_id: string) => backend.get(table, Story, { owner: "ann", story_id });
  beforeAll(async () => {
    client = new DynamoDBClient(dynamodbConfig());
    backend = new DynamoDBBackend(client);
    table = await freshTable(backend);
  });
  afterAll(() => client.destroy());

  it("are read without a schema version, with the fields that stand only in the key", async () => {
    await put({ PK: { S: "USER#ann" }, SK: { S: "STORY#bare" }, title: { S: "Bare" } });
    const story = await get("bare");
    expect(story).toEqual(new Story({ owner: "ann", story_id: "bare", title: "Bare" }));
    expect(story?.schemaVersion).toBe(Story.schemaVersion);
  });

  it("are read as the Python library writes them", async () => {
    await put({
      PK: { S: "USER#ann" },
      SK: { S: "STORY#python" },
      owner: { S: "ann" },
      story_id: { S: "python" },
      title: { S: "From Python" },
      likes: { N: "3" },
      schema_version: { S: "5f0c7a21" },
    });
    const story = await get("python");
    expect(story).toEqual(new Story({ owner: "ann", story_id: "python", title: "From Python", likes: 3 }));
    expect(story?.schemaVersion).toBe("5f0c7a21");
  });

  it("keep every attribute that the schema does not know, through with and save", async () => {
    const unknown: Wire = {
      strings: { SS: ["a", "b"] },
      numbers: { NS: ["1", "2.5", "12345678901234567890123456789012345678"] },
      binaries: { BS: [Uint8Array.of(1), Uint8Array.of(2)] },
      bytes: { B: Uint8Array.of(0, 255) },
      exact: { N: "0.1234567890123456789012345678901234567" },
      huge: { N: "1".padEnd(126, "0") },
      map: { M: { ["__proto__"]: { NULL: true }, "a.b-c#d": { L: [{ BOOL: false }, { S: "" }] } } },
      GSI9PK: { S: "an index of somebody else" },
    };
    const known = { owner: { S: "ann" }, story_id: { S: "rich" }, title: { S: "Old" }, likes: { N: "1" } };
    await put({ PK: { S: "USER#ann" }, SK: { S: "STORY#rich" }, ...known, ...unknown });
    const before = await stored("rich");
    const story = await get("rich");
    await backend.save(table, story!.with({ title: "New" }));
    const after = await stored("rich");
    expect(sorted(after)).toEqual(
      sorted({ ...before, title: { S: "New" }, schema_version: { S: Story.schemaVersion } }),
    );
  });

  it("are read with a set in a field, and with numbers beyond 2^53", async () => {
    await put({
      PK: { S: "USER#ann" },
      SK: { S: "STORY#set" },
      likes: { N: "9007199254740993" },
      extra: { SS: ["b", "a"] },
    });
    expect(await get("set")).toMatchObject({ likes: 9007199254740993n, extra: new Set(["a", "b"]) });
  });

  it("are told from the model's own: keys of another model, and fields that contradict the key, are passed over", async () => {
    await put({ PK: { S: "USER#mixed" }, SK: { S: "PROFILE" }, name: { S: "Ann" } });
    await put({ PK: { S: "USER#mixed" }, SK: { S: "STORY#1" }, story_id: { S: "2" } });
    await put({ PK: { S: "USER#mixed" }, SK: { S: "STORY#3" }, title: { S: "Third" } });
    const found = await backend.query(table, Story, { owner: "mixed" }).all();
    expect(found.map(({ story_id }) => story_id)).toEqual(["3"]);
    expect(await backend.get(table, Story, { owner: "mixed", story_id: "1" })).toBeUndefined();
  });

  it("go to onError when the schema refuses them", async () => {
    await put({ PK: { S: "USER#bad" }, SK: { S: "STORY#1" }, title: { N: "5" } });
    await put({ PK: { S: "USER#bad" }, SK: { S: "STORY#2" }, title: { S: "Good" } });
    const query = (onError: any) => backend.query(table, Story, { owner: "bad" }, { onError }).all();
    const key = { PK: "USER#bad", SK: "STORY#1" };
    await expect(query("throw")).rejects.toMatchObject({ code: "item.invalid", details: { key } });
    expect(await query("skip")).toHaveLength(1);
    const seen: unknown[] = [];
    expect(await query((error: any) => seen.push(error.details.key))).toHaveLength(1);
    expect(seen).toEqual([key]);
  });
});

describe.runIf(inject("dynamodb"))("attribute names in DynamoDB", () => {
  it("may be reserved words, and may hold what an expression could not", async () => {
    const names = [
      "name",
      "status",
      "size",
      "type",
      "data",
      "ttl",
      "a.b",
      "a-b",
      "a#b",
      "a b",
      ":v",
      "#n",
      "ünï",
      "and",
    ];
    const shape = Object.fromEntries(names.map((name) => [name, z.string()])) as Record<
      "name" | "status",
      z.ZodString
    >;
    class Word extends DBItem({ pk: "WORDS#{name}", sk: "{status}", schema: z.object(shape) }) {}
    const client = new DynamoDBClient(dynamodbConfig());
    const backend = new DynamoDBBackend(client, { closeClient: true });
    const table = await freshTable(backend);
    const values = Object.fromEntries(names.map((name) => [name, `the ${name}`]));
    const word = new Word(values as { name: string; status: string });
    await backend.save(table, word);
    expect(await backend.get(table, Word, { name: "the name", status: "the status" })).toEqual(word);
    expect(await backend.query(table, Word, { name: "the name", status: "the" }).all()).toEqual([word]);
    await backend.close();
  });
});

/** Sets have no order, and the server none to keep. */
function sorted(item: Wire | undefined): unknown {
  return Object.fromEntries(
    Object.entries(item ?? {}).map(([name, value]) => {
      const members = value.SS ?? value.NS ?? value.BS;
      return [name, members ? members.map(String).sort() : value];
    }),
  );
}
