import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTable } from "../backends.js";
import { Story, stories } from "../story.js";
import { callOtherwise } from "./other-names.js";

const story = new Story({
  owner: "ann",
  story_id: "1",
  extra: { bytes: Uint8Array.of(0, 1, 255), n: 12345678901234567890n },
});
const key = { owner: "ann", story_id: "1" };

type Seen = { readonly input: any; readonly output: any; readonly request: any; readonly command: string };

/** A middleware of the caller's, as tracers add it: around everything, with the request and the output. */
function watch(client: DynamoDBClient): Seen[] {
  const seen: Seen[] = [];
  let request: unknown;
  client.middlewareStack.add(
    (next) => async (args) => {
      ({ request } = args as { request: unknown });
      return next(args);
    },
    { step: "finalizeRequest", name: "watchRequest" },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const command = String(context.commandName);
      seen.push({ input: args.input, output: result.output, request, command });
      return result;
    },
    { step: "initialize", name: "watch" },
  );
  return seen;
}

describe.runIf(inject("dynamodb"))("a request in DynamoDB's JSON", () => {
  let client: DynamoDBClient;
  let backend: DynamoDBBackend;
  let table: string;
  const open = (config: DynamoDBClientConfig = {}): void => {
    client = new DynamoDBClient({ ...dynamodbConfig(), ...config });
    backend = new DynamoDBBackend(client, { closeClient: true });
  };
  beforeAll(async () => {
    open();
    table = await freshTable(backend);
  });
  afterEach(() => backend.close());

  it("goes through the caller's middleware, which sees an ordinary input and the output", async () => {
    open();
    const seen = watch(client);
    await backend.save(table, story);
    expect(await backend.get(table, Story, key)).toEqual(story);
    const [put, get] = seen;
    expect([put?.command, get?.command]).toEqual(["PutItemCommand", "GetItemCommand"]);
    expect(put?.input.Item.extra.M.bytes.B).toEqual(Uint8Array.of(0, 1, 255));
    expect(JSON.parse(put?.request.body).Item.extra.M.bytes.B).toBe("AAH/");
    expect(get?.output).toMatchObject({
      Item: { owner: { S: "ann" }, extra: { M: { n: { N: "12345678901234567890" } } } },
      $metadata: { httpStatusCode: 200, attempts: 1, requestId: expect.any(String) },
    });
  });

  it("goes through the caller's middleware, whose changes to the items of a page count", async () => {
    open();
    await backend.batchWrite(table, stories("mia", 3));
    const change = (how: (items: any[]) => any[]): void =>
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          const output = result.output as { Items: any[] };
          return { ...result, output: { ...output, Items: how(output.Items) } as never };
        },
        { step: "initialize", name: "change", override: true },
      );
    const titles = async () =>
      (await backend.query(table, Story, { owner: "mia" }).all()).map(({ title }) => title);
    change((items) => items.map((item) => ({ ...item, title: { S: `new ${item.title.S}` } })));
    expect(await titles()).toEqual(["new Story 0", "new Story 1", "new Story 2"]);
    change((items) => {
      for (const item of items) item.title.S = "same";
      return items;
    });
    expect(await titles()).toEqual(["same", "same", "same"]);
    client.middlewareStack.remove("change");
    expect(await titles()).toEqual(["Story 0", "Story 1", "Story 2"]);
  });

  it("goes through middleware that is added or removed after the first request", async () => {
    open();
    await backend.get(table, Story, key);
    const seen = watch(client);
    await backend.get(table, Story, key);
    expect(seen).toHaveLength(1);
    client.middlewareStack.remove("watch");
    await backend.get(table, Story, key);
    expect(seen).toHaveLength(1);
  });

  it("keeps the headers of each request to itself", async () => {
    open();
    const requests: any[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        requests.push((args as { request: unknown }).request);
        return next(args);
      },
      { step: "finalizeRequest", priority: "low", name: "watchRequest" },
    );
    const keys = Array.from({ length: 20 }, (_, n) => ({ owner: "ann", story_id: `${n}` }));
    await Promise.all(keys.map((each) => backend.get(table, Story, each)));
    expect(new Set(requests).size).toBe(20);
    for (const header of ["authorization", "amz-sdk-invocation-id"]) {
      expect(new Set(requests.map(({ headers }) => headers[header])).size).toBe(20);
    }
    expect(new Set(requests.map(({ body }) => body)).size).toBe(20);
  });

  it("is told to the caller's logger, input and output", async () => {
    const told: any[] = [];
    const quiet = () => {};
    open({ logger: { info: (entry) => told.push(entry), debug: quiet, warn: quiet, error: quiet } });
    await backend.get(table, Story, key);
    expect(told).toMatchObject([
      {
        commandName: "GetItemCommand",
        input: { TableName: table },
        output: { Item: { owner: { S: "ann" } } },
      },
    ]);
  });

  it("that is refused ends as the SDK's own error, with its class, name and metadata", async () => {
    open();
    const refused: any = await backend.save(table, story, { if: { likes: 77 } }).catch((error) => error);
    expect(refused).toMatchObject({ code: "condition.failed" });
    const failed: any = await backend.get("missing-table", Story, key).catch((error) => error.cause);
    expect(failed).toMatchObject({
      name: "ResourceNotFoundException",
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    });
    const thrown: unknown[] = [];
    client.middlewareStack.add(
      (next) => (args) =>
        next(args).catch((error) => {
          thrown.push(error);
          throw error;
        }),
      { step: "initialize", name: "catch" },
    );
    await backend.save(table, story, { ifAbsent: true }).catch(() => {});
    expect(thrown[0]).toBeInstanceOf(ConditionalCheckFailedException);
  });

  it("ends with the signal", async () => {
    open();
    const reason = new Error("enough");
    await expect(backend.get(table, Story, key, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const outcome = backend.get(table, Story, key, { signal: controller.signal });
    controller.abort(reason);
    await expect(outcome).rejects.toBe(reason);
  });

  it("is left to the SDK where its middleware has other names", async () => {
    open();
    const seen = watch(client);
    callOtherwise(client);
    await backend.save(table, story);
    expect(await backend.get(table, Story, key)).toEqual(story);
    expect(seen[1]?.output.Item.extra.M.bytes.B).toEqual(Uint8Array.of(0, 1, 255));
  });
});

describe("a reply", () => {
  let server: Server;
  let answer: RequestListener;
  let backend: DynamoDBBackend;
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on("end", () => answer(request, response));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const endpoint = `http://127.0.0.1:${port}`;
    const client = new DynamoDBClient({ endpoint, region: "local", credentials, maxAttempts: 1 });
    backend = new DynamoDBBackend(client, { closeClient: true });
  });
  afterAll(async () => {
    await backend.close();
    server.closeAllConnections();
    server.close();
  });

  const whole = JSON.stringify({
    Items: [{ PK: { S: "USER#ann" }, SK: { S: "STORY#1" }, owner: { S: "ann" }, story_id: { S: "1" } }],
    Count: 1,
    ScannedCount: 1,
  });
  const bodies: readonly (readonly [string, string | Buffer])[] = [
    ["cut off", whole.slice(0, -20)],
    ["empty", ""],
    ["no JSON", "<html></html>"],
    ["no object", "[]"],
    ["null", "null"],
    [
      "no UTF-8",
      Buffer.concat([Buffer.from(whole.slice(0, 60)), Buffer.of(0xff), Buffer.from(whole.slice(60))]),
    ],
    ["without its items", "{}"],
    ["of items that are no list", '{"Items":{}}'],
    ["of items that are none", '{"Items":[null]}'],
    ["of fewer items than it says", whole.replace('"Count":1', '"Count":2')],
    ["of an item without a key", '{"Items":[{"owner":{"S":"ann"}}]}'],
    ["of a value with two types", whole.replace('"owner":{"S":"ann"}', '"owner":{"S":"ann","N":"1"}')],
    ["of a value of a wrong type", whole.replace('"owner":{"S":"ann"}', '"owner":{"S":5}')],
    ["whose place to go on is none", whole.replace("{", '{"LastEvaluatedKey":"x",')],
  ];
  for (const [what, body] of bodies) {
    it(`that is ${what} is an error, never half a page`, async () => {
      answer = (_, response) => void response.writeHead(200).end(body);
      const failed: any = await backend
        .query("stories", Story, { owner: "ann" })
        .all()
        .catch((error) => error);
      expect(failed.code).toMatch(/^(?:backend\.(?:failed|unavailable)|value\.unsupported)$/);
    });
  }

  for (const [what, body] of [
    ["no item", '{"Item":[]}'],
    ["a text", '{"Item":"x"}'],
    ["null", '{"Item":null}'],
    ["an empty item", '{"Item":{}}'],
    ["nothing at all", ""],
  ] as const) {
    it(`that holds ${what} is an error, never a miss`, async () => {
      answer = (_, response) => void response.writeHead(200).end(body);
      const failed: any = await backend.get("stories", Story, key).catch((error) => error);
      expect(failed?.code).toMatch(/^(?:backend\.(?:failed|unavailable)|value\.unsupported)$/);
    });
  }

  it("whose connection breaks in the middle is backend.unavailable", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": whole.length });
      response.write(whole.slice(0, 50), () => response.destroy());
    };
    await expect(backend.query("stories", Story, { owner: "ann" }).all()).rejects.toMatchObject({
      code: "backend.unavailable",
    });
  });

  it("to a write that cannot be read leaves open whether the write was made", async () => {
    answer = (_, response) => void response.writeHead(200).end("{");
    await expect(backend.save("stories", story)).rejects.toMatchObject({ code: "backend.unavailable" });
    await expect(backend.save("stories", story, { ifAbsent: true })).rejects.toMatchObject({
      code: "write.ambiguous",
    });
  });

  it("comes in any number of pieces", async () => {
    answer = (_, response) => {
      response.writeHead(200);
      const pieces = whole.match(/.{1,7}/g) ?? [];
      for (const piece of pieces) response.write(piece);
      response.end();
    };
    const [read] = await backend.query("stories", Story, { owner: "ann" }).all();
    expect(read).toMatchObject({ owner: "ann", story_id: "1" });
  });
});
