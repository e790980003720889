import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { type Backend, DBItem, eq, Table } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { MemoryBackend } from "dynawrap/memory";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { dynamodbConfig, freshTableName, postgresConfig } from "../backends.js";

/** Stands in every key, field and condition, and must come out nowhere. */
const canary = "CANARY";

class Note extends DBItem({
  pk: "USER#{owner}",
  sk: "NOTE#{id}",
  schema: z.object({
    owner: z.string(),
    id: z.string(),
    text: z.string().default("none"),
    likes: z.number().default(0),
  }),
  indexes: { byText: { index: "GSI1", pk: "TEXT#{text}", sk: "NOTE#{id}" } },
}) {}

const exporter = new InMemorySpanExporter();

function register(): void {
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
}

function unregister(): void {
  trace.disable();
  context.disable();
}

/** What a driver's own instrumentation does: a span for each request, under the one that is active. */
function traced<Result>(work: () => Promise<Result>): Promise<Result> {
  return trace.getTracer("client").startActiveSpan("request", (span) => work().finally(() => span.end()));
}

const stores = [
  { store: "memory", system: "memory", requests: false, open: async () => new MemoryBackend() },
  {
    store: "postgres",
    system: "postgresql",
    requests: true,
    async open() {
      const pool = new pg.Pool(postgresConfig());
      pool.on("connect", (client) => {
        const query = client.query.bind(client) as (statement: object) => Promise<unknown>;
        client.query = ((statement: object) => traced(() => query(statement))) as never;
      });
      return new PostgresBackend(pool as never, { closeClient: true });
    },
  },
  {
    store: "dynamodb",
    system: "aws.dynamodb",
    requests: true,
    async open() {
      const client = new DynamoDBClient(dynamodbConfig());
      client.middlewareStack.add((next) => (args) => traced(() => next(args)), { step: "finalizeRequest" });
      return new DynamoDBBackend(client, { closeClient: true });
    },
  },
] as const;

describe.each(stores.filter(({ store }) => inject("backends").includes(store)))(
  "traces of $store",
  ({ system, requests, open }) => {
    let backend: Backend;
    const table = new Table(freshTableName(), {
      models: [Note],
      indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } },
    });
    const at = (id: string) => ({ owner: canary, id });
    const note = (id: string, likes = 0) => new Note({ ...at(id), text: canary, likes });
    const many = Array.from({ length: 120 }, (_, place) => note(`${canary}${place + 100}`, place));

    beforeAll(async () => {
      backend = await open();
      await backend.createTable(table);
      // Later than the backend.
      register();
    });
    afterEach(() => exporter.reset());
    afterAll(async () => {
      unregister();
      await backend.close();
    });

    /** The library's spans of some work, each of which tells of no value. */
    const spansOf = async (work: () => Promise<unknown>): Promise<ReadableSpan[]> => {
      exporter.reset();
      await work().catch(() => undefined);
      const all = exporter.getFinishedSpans();
      const own = all.filter(({ instrumentationScope }) => instrumentationScope.name === "dynawrap");
      for (const { name, attributes, events, status, links } of own) {
        expect(JSON.stringify([name, attributes, events, status, links])).not.toContain(canary);
      }
      const others = all.filter((span) => !own.includes(span));
      if (requests) expect(others.length).toBeGreaterThan(0);
      for (const { parentSpanContext } of others) {
        expect(own.map((span) => span.spanContext().spanId)).toContain(parentSpanContext?.spanId);
      }
      return own;
    };
    const only = async (work: () => Promise<unknown>): Promise<ReadableSpan> => {
      const spans = await spansOf(work);
      expect(spans).toHaveLength(1);
      return spans[0] as ReadableSpan;
    };
    const pattern = "USER#{owner} NOTE#{id}";

    const operations: [string, object, () => Promise<unknown>][] = [
      ["save", { pattern, returned: 1 }, () => backend.save(table, note("1"))],
      ["get", { pattern, returned: 1, examined: 1 }, () => backend.get(table, Note, at("1"))],
      [
        "update",
        { pattern, returned: 1 },
        () => backend.update(table, Note, at("1"), (current) => current.with({ likes: 1 })),
      ],
      ["batchWrite", { returned: 120 }, () => backend.batchWrite(table, many)],
      ["batchGet", { pattern, returned: 120, examined: 120 }, () => backend.batchGet(table, Note, many)],
      [
        "collection",
        { pattern, returned: 121 },
        () => backend.collection(table, [Note], { owner: canary }).all(),
      ],
      ["scan", { pattern, returned: 121 }, () => backend.scan(table, [Note], { segments: 3 }).all()],
      [
        "transact",
        { pattern, returned: 3 },
        () =>
          backend.transact((tx) => {
            tx.save(table, note("2"));
            tx.check(table, Note, at("1"), { text: canary });
            tx.update(table, Note, at(`${canary}100`), (current) => current.with({ likes: 9 }));
          }),
      ],
      [
        "transactGet",
        { pattern, returned: 2 },
        () =>
          backend.transactGet([
            [table, Note, at("1")],
            [table, Note, at("2")],
            [table, Note, at("3")],
          ]),
      ],
      [
        "delete",
        { pattern, returned: 1 },
        () => backend.delete(table, Note, at("2"), { if: { text: canary } }),
      ],
    ];
    for (const [operation, told, work] of operations) {
      it(`are one span of kind client, with the counts: ${operation}`, async () => {
        const { name, kind, attributes, status, parentSpanContext } = await only(work);
        expect({ name, kind, status: status.code, parentSpanContext }).toEqual({
          name: `${operation} ${table.name}`,
          kind: SpanKind.CLIENT,
          status: SpanStatusCode.UNSET,
          parentSpanContext: undefined,
        });
        expect(attributes).toMatchObject({
          "db.system.name": system,
          "db.operation.name": operation,
          "db.collection.name": table.name,
          "db.query.summary": `${operation} ${table.name}`,
          "dynawrap.model": "Note",
          ...Object.fromEntries(Object.entries(told).map(([key, value]) => [`dynawrap.${key}`, value])),
        });
        expect(attributes["dynawrap.requests"]).toBeGreaterThan(0);
        expect(Object.values(attributes)).not.toContain(undefined);
      });
    }

    it("are one span for a query of many pages, and none for what is not asked", async () => {
      const query = backend.query(
        table,
        Note,
        { text: canary },
        { index: "byText", where: { likes: eq(7) }, examine: 90, limit: 3 },
      );
      const { name, attributes } = await only(() => query.all());
      expect(name).toBe(`query ${table.name}`);
      expect(attributes).toMatchObject({
        "dynawrap.index": "GSI1",
        "dynawrap.pattern": "TEXT#{text} NOTE#{id}",
        "dynawrap.returned": 1,
      });
      expect(attributes["dynawrap.requests"]).toBeGreaterThan(1);
      const paged = await only(async () => {
        for await (const { likes } of backend.query(table, Note, { owner: canary })) if (likes > 110) break;
      });
      expect(paged.attributes["dynawrap.returned"]).toBeGreaterThan(100);
      exporter.reset();
      backend.query(table, Note, { owner: canary });
      await expect(backend.get(table, Note, { owner: canary, id: "" })).rejects.toMatchObject({
        code: "key.invalid",
      });
      expect(exporter.getFinishedSpans()).toEqual([]);
    });

    it("stand under the caller's span, a query under the one of its first step", async () => {
      const tracer = trace.getTracer("caller");
      const seen: (string | undefined)[] = [];
      await tracer.startActiveSpan("caller", async (caller) => {
        await backend.get(table, Note, at("1"));
        for await (const _ of backend.query(table, Note, { owner: canary })) {
          seen.push(trace.getActiveSpan()?.spanContext().spanId);
        }
        caller.end();
        const { spanId } = caller.spanContext();
        const own = exporter.getFinishedSpans().filter(({ kind }) => kind === SpanKind.CLIENT);
        expect(own.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([spanId, spanId]);
        // The loop's body is the caller's, and no part of the query.
        expect(new Set(seen)).toEqual(new Set([spanId]));
      });
    });

    it("tell of an error by its code alone", async () => {
      const failing: [string, () => Promise<unknown>][] = [
        ["item.exists", () => backend.save(table, note("1"), { ifAbsent: true })],
        ["condition.failed", () => backend.delete(table, Note, at("1"), { if: { text: `no ${canary}` } })],
        ["item.missing", () => backend.update(table, Note, at("none"), (current) => current)],
        [
          "transaction.cancelled",
          () => backend.transact((tx) => tx.check(table, Note, at("1"), { text: `no ${canary}` })),
        ],
        [
          "_OTHER",
          () =>
            backend.update(table, Note, at("1"), () => {
              throw new Error(canary);
            }),
        ],
      ];
      for (const [code, work] of failing) {
        const { status, attributes, events } = await only(work);
        expect(status).toEqual({ code: SpanStatusCode.ERROR });
        expect(attributes["error.type"]).toBe(code);
        expect(events).toMatchObject([{ name: "exception", attributes: { "exception.type": code } }]);
      }
    });
  },
);

describe("an operation", () => {
  const key = { owner: "ann", id: "1" };
  const run = async (observe?: () => void): Promise<void> => {
    const backend = new MemoryBackend({ observe });
    await backend.createTable("notes");
    await backend.save("notes", new Note(key));
    expect(await backend.get("notes", Note, key)).toEqual(new Note(key));
    expect(await backend.query("notes", Note, { owner: "ann" }).all()).toHaveLength(1);
    await expect(backend.save("notes", new Note(key), { ifAbsent: true })).rejects.toMatchObject({
      code: "item.exists",
    });
  };
  const globalName = Symbol.for("opentelemetry.js.api.1");
  const globals = globalThis as { [globalName]?: unknown };
  afterEach(unregister);

  it("needs no OpenTelemetry", async () => {
    unregister();
    const before = globals[globalName];
    delete globals[globalName];
    await run();
    globals[globalName] = before;
  });

  it("is untouched by an SDK, or an observer, that throws", async () => {
    register();
    const api = globals[globalName] as { trace: object };
    const thrown = (): never => {
      throw new Error("broken");
    };
    for (const broken of [
      { getTracer: thrown },
      { getTracer: () => ({ startActiveSpan: thrown }) },
      {
        getTracer: () => ({
          startActiveSpan: (_: string, __: object, work: any) => work({ setAttributes: thrown }),
        }),
      },
      {},
    ]) {
      globals[globalName] = { ...api, trace: broken };
      await run(thrown);
    }
    globals[globalName] = api;
  });

  it("is traced where an SDK has spans, but no contexts", async () => {
    register();
    const api = globals[globalName] as { context?: object };
    globals[globalName] = { ...api, context: undefined };
    exporter.reset();
    await run();
    globals[globalName] = api;
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual([
      "createTable notes",
      "save notes",
      "get notes",
      "query notes",
      "save notes",
    ]);
  });
});
