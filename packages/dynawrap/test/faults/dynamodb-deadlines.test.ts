import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { Story, stories } from "../story.js";
import { openClient } from "./dynamodb-client.js";

const story = new Story({ owner: "ann", story_id: "1" });
const key = { owner: "ann", story_id: "1" };
/** Far more than any deadline here, and far less than a test's patience. */
const soon = 10_000;

describe.runIf(inject("dynamodb"))("a DynamoDB that does not answer", () => {
  let silence: Server;
  let backend: DynamoDBBackend;
  let arrived = 0;
  let abandoned = 0;
  beforeAll(async () => {
    silence = createServer((request, response) => {
      arrived += 1;
      request.resume();
      response.once("close", () => {
        abandoned += 1;
      });
    });
    await new Promise<void>((resolve) => silence.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(() => {
    arrived = 0;
    abandoned = 0;
    backend = new DynamoDBBackend(openClient(`http://127.0.0.1:${(silence.address() as AddressInfo).port}`));
  });
  afterAll(() => {
    silence?.closeAllConnections();
    silence?.close();
  });
  const settled = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  const calls = [
    ["save", (options: object) => backend.save("stories", story, options)],
    ["get", (options: object) => backend.get("stories", Story, key, options)],
    ["delete", (options: object) => backend.delete("stories", Story, key, options)],
    ["query", (options: object) => backend.query("stories", Story, key, options).all()],
    ["createTable", (options: object) => backend.createTable("stories", options)],
  ] as const;
  for (const [operation, call] of calls) {
    it(`is backend.unavailable within the deadline, and the request is given up: ${operation}`, async () => {
      const started = Date.now();
      await expect(call({ deadline: 1_000 })).rejects.toMatchObject({
        code: "backend.unavailable",
        details: { operation },
      });
      expect(Date.now() - started).toBeLessThan(soon);
      await settled(() => abandoned === arrived);
      expect(arrived).toBe(1);
    });

    it(`is left by the signal, whose reason the caller gets, and the request is given up: ${operation}`, async () => {
      const reason = new Error("the user went away");
      const controller = new AbortController();
      const outcome = call({ signal: controller.signal }).then(
        () => "an answer",
        (error: unknown) => error,
      );
      await settled(() => arrived === 1);
      controller.abort(reason);
      expect(await outcome).toBe(reason);
      await settled(() => abandoned === 1);
    });

    it(`is not even asked when the signal has been aborted before: ${operation}`, async () => {
      const reason = new Error("too late");
      await expect(call({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      expect(arrived).toBe(0);
    });
  }

  it("leaves a batch as it was given, and sends no more of it", async () => {
    const all = stories("ann", 300);
    const failed: any = await backend.batchWrite("stories", all, { deadline: 1_000 }).catch((error) => error);
    expect(failed).toMatchObject({ code: "batch.incomplete", cause: { code: "backend.unavailable" } });
    expect(failed.details.save).toEqual(all);
    await settled(() => abandoned === arrived);
    const sent = arrived;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(arrived).toBe(sent);
  });

  it("lets a query's deadline count the waiting for pages, not what the caller does between them", async () => {
    const quick = new DynamoDBBackend(openClient(inject("dynamodb")?.endpoint ?? ""));
    const table = `patient_${Date.now()}`;
    await quick.createTable(table);
    await quick.batchWrite(table, stories("ann", 25, { extra: "x".repeat(100_000) }));
    let count = 0;
    for await (const _ of quick.query(table, Story, { owner: "ann" }, { deadline: 5_000 })) {
      if (count++ === 5) await new Promise((resolve) => setTimeout(resolve, 5_500));
    }
    expect(count).toBe(25);
  });
});
