import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { type Backend, DBItem } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { dynamodbConfig, freshTable } from "../backends.js";
import { Story, stories } from "../story.js";

/** Stands in the same partition and sorts between the stories. */
class Draft extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story_id}#DRAFT#{draft}",
  schema: z.object({ owner: z.string(), story_id: z.string(), draft: z.string() }),
}) {}

describe.runIf(inject("dynamodb"))("a query of DynamoDB in pages", () => {
  let client: DynamoDBClient;
  let backend: DynamoDBBackend & Backend;
  let table: string;
  let requests: { readonly rows: number; readonly limit: number | undefined }[] = [];
  beforeAll(async () => {
    client = new DynamoDBClient(dynamodbConfig());
    client.middlewareStack.add((next, { commandName }) => async (args) => {
      const result: any = await next(args);
      if (commandName === QueryCommand.name) {
        requests.push({ rows: result.output.Items.length, limit: (args.input as any).Limit });
      }
      return result;
    });
    backend = new DynamoDBBackend(client);
    table = await freshTable(backend);
  });
  afterAll(() => client.destroy());

  it("brings everything in key order over several pages of 1 MB, and holds one of them", async () => {
    const all = stories("big", 40, { extra: "x".repeat(100_000) });
    await backend.batchWrite(table, all);
    requests = [];
    const sizes: number[] = [];
    const found: string[] = [];
    for await (const page of backend.query(table, Story, { owner: "big" }).pages()) {
      sizes.push(page.length);
      found.push(...page.map(({ story_id }) => story_id));
    }
    expect(found).toEqual(all.map(({ story_id }) => story_id));
    expect(requests.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(11);
    const reversed = await backend.query(table, Story, { owner: "big" }, { reverse: true }).all();
    expect(reversed.map(({ story_id }) => story_id)).toEqual(found.reverse());
  });

  it("asks no further than it is read", async () => {
    await backend.batchWrite(table, stories("lazy", 30, { extra: "x".repeat(100_000) }));
    requests = [];
    for await (const { story_id } of backend.query(table, Story, { owner: "lazy" })) {
      if (story_id === "000003") break;
    }
    expect(requests).toHaveLength(1);
  });

  it("asks for as many rows as the limit, and for more when other models' items come first", async () => {
    const drafts = Array.from({ length: 60 }, (_, index) => {
      return new Draft({ owner: "mixed", story_id: "0", draft: String(index).padStart(2, "0") });
    });
    await backend.batchWrite(table, [...drafts, new Story({ owner: "mixed", story_id: "1" })]);
    requests = [];
    const found = await backend.query(table, Story, { owner: "mixed" }, { limit: 2 }).all();
    expect(found.map(({ story_id }) => story_id)).toEqual(["1"]);
    expect(requests[0]).toEqual({ rows: 2, limit: 2 });
    expect(requests.length).toBeLessThan(5);
  });

  it("gives exactly the limit, though the server still promises more", async () => {
    await backend.batchWrite(table, stories("exact", 10));
    for (const limit of [1, 9, 10, 11]) {
      const found = await backend.query(table, Story, { owner: "exact" }, { limit }).all();
      expect(found).toHaveLength(Math.min(limit, 10));
    }
  });

  it("saves and brings back an item of almost 400 KB, and refuses one beyond before any I/O", async () => {
    const story = (length: number) => new Story({ owner: "large", story_id: "1", extra: "x".repeat(length) });
    const largest = 409_600 - 140;
    await backend.save(table, story(largest));
    expect(await backend.get(table, Story, { owner: "large", story_id: "1" })).toEqual(story(largest));
    const refused = backend.save(table, story(409_600));
    await expect(refused).rejects.toMatchObject({ code: "item.tooLarge", details: { limit: 409_600 } });
  });

  it("writes a batch of 25 items of almost 400 KB, 10 MB in one request", async () => {
    const all = stories("heavy", 25, { extra: "x".repeat(409_000) });
    await backend.batchWrite(table, all);
    let count = 0;
    for await (const _ of backend.query(table, Story, { owner: "heavy" })) count += 1;
    expect(count).toBe(25);
  });
});
