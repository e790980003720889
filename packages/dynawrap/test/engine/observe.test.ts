import { type ConsumedCapacity, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PGlite } from "@electric-sql/pglite";
import { type Backend, DBItem, eq, gte, type OperationEvent, Table } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { MemoryBackend } from "dynawrap/memory";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { dynamodbConfig, freshTableName, postgresConfig } from "../backends.js";
import { type DynamoDbFaults, startDynamoDbFaults } from "../servers/dynamodb-faults.js";

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
class User extends DBItem({
  pk: "USER#{owner}",
  sk: "PROFILE",
  schema: z.object({ owner: z.string() }),
}) {}

const table = new Table(freshTableName(), {
  models: [Note, User],
  indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } },
});
const note = (id: number, owner = "ann") =>
  new Note({ owner, id: String(id).padStart(4, "0"), likes: id, text: "x".repeat(200) });
const one = { owner: "ann", id: "0000" };

/** What the SDK is told that requests have cost, whatever the library makes of it. */
function capacityOf(client: DynamoDBClient): { units: number; sent: number } {
  const told = { units: 0, sent: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer: any = await next(args);
      const consumed: ConsumedCapacity[] = [answer.output.ConsumedCapacity ?? []].flat();
      for (const { CapacityUnits = 0 } of consumed) told.units += CapacityUnits;
      return answer;
    },
    { step: "initialize" },
  );
  client.middlewareStack.add(
    (next) => (args) => {
      told.sent++;
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  return told;
}

type Observe = (event: OperationEvent) => void;
const stores = [
  {
    store: "memory",
    capacity: false,
    bytes: false,
    open: (observe: Observe) => new MemoryBackend({ observe }),
  },
  {
    store: "pglite",
    capacity: false,
    bytes: true,
    open: (observe: Observe) => new PostgresBackend(new PGlite() as never, { observe, closeClient: true }),
  },
  {
    store: "postgres",
    capacity: false,
    bytes: true,
    open: (observe: Observe) =>
      new PostgresBackend(new pg.Pool(postgresConfig()), { observe, closeClient: true }),
  },
  {
    store: "dynamodb",
    capacity: true,
    bytes: false,
    open: (observe: Observe) =>
      new DynamoDBBackend(new DynamoDBClient(dynamodbConfig()), { observe, closeClient: true }),
  },
] as const;

describe.each(stores.filter(({ store }) => inject("backends").includes(store)))(
  "an observer of $store",
  ({ open, capacity, bytes }) => {
    const events: OperationEvent[] = [];
    let backend: Backend;
    beforeAll(async () => {
      backend = open((event) => events.push(event));
      await backend.createTable(table);
      await backend.batchWrite(table, [
        ...Array.from({ length: 60 }, (_, id) => note(id)),
        new User({ owner: "ann" }),
      ]);
    });
    beforeEach(() => {
      events.length = 0;
    });
    afterAll(() => backend.close());
    const pattern = "USER#{owner} NOTE#{id}";

    const operations: [Partial<OperationEvent>, () => Promise<unknown>][] = [
      [{ operation: "save", returned: 1 }, () => backend.save(table, note(0))],
      [{ operation: "get", examined: 1, returned: 1 }, () => backend.get(table, Note, one)],
      [
        { operation: "get", examined: 0, returned: 0 },
        () => backend.get(table, Note, { owner: "ann", id: "none" }),
      ],
      [
        { operation: "query", examined: 60, returned: 10 },
        () => backend.query(table, Note, { owner: "ann" }, { where: { likes: gte(50) } }).all(),
      ],
      [
        {
          operation: "query",
          index: "GSI1",
          pattern: "TEXT#{text} NOTE#{id}",
          examined: 60,
          returned: 1,
        },
        () =>
          backend
            .query(table, Note, { text: note(0).text }, { index: "byText", where: { likes: eq(7) } })
            .all(),
      ],
      [
        {
          operation: "collection",
          model: "Note, User",
          pattern: "USER#{owner} NOTE#{id}, USER#{owner} PROFILE",
          examined: 61,
          returned: 61,
        },
        () => backend.collection(table, [Note, User], { owner: "ann" }).all(),
      ],
      [
        { operation: "scan", model: "User", pattern: "USER#{owner} PROFILE", returned: 1 },
        () => backend.scan(table, [User]).all(),
      ],
      [
        { operation: "update", returned: 1, examined: 1 },
        () => backend.update(table, Note, one, (current) => current.with({ likes: 0 })),
      ],
      [
        { operation: "batchGet", examined: 2, returned: 2 },
        () =>
          backend.batchGet(table, Note, [one, { owner: "ann", id: "none" }, { owner: "ann", id: "0001" }]),
      ],
      [
        { operation: "batchWrite", model: "Note, User", pattern: undefined, returned: 30 },
        () =>
          backend.batchWrite(table, [
            ...Array.from({ length: 29 }, (_, id) => note(id)),
            new User({ owner: "ann" }),
          ]),
      ],
      [
        {
          operation: "transact",
          model: "Note, User",
          pattern: "USER#{owner} NOTE#{id}, USER#{owner} PROFILE",
          returned: 2,
        },
        () =>
          backend.transact((tx) => {
            tx.save(table, note(0));
            tx.check(table, User, { owner: "ann" }, { owner: "ann" });
          }),
      ],
      [
        { operation: "transactGet", examined: 1, returned: 1 },
        () =>
          backend.transactGet([
            [table, Note, one],
            [table, Note, { owner: "ann", id: "none" }],
          ]),
      ],
      [
        { operation: "save", returned: 0, error: "item.exists" },
        () => backend.save(table, note(0), { ifAbsent: true }).catch(() => undefined),
      ],
      [{ operation: "delete", returned: 1 }, () => backend.delete(table, note(59))],
      [{ operation: "createTable", model: undefined, pattern: undefined }, () => backend.createTable(table)],
    ];
    for (const [told, work] of operations) {
      it(`is told once of each operation, and what it has cost: ${JSON.stringify(told)}`, async () => {
        await work();
        expect(events).toHaveLength(1);
        const [event] = events as [OperationEvent];
        expect(event).toMatchObject({
          table: table.name,
          model: "Note",
          index: undefined,
          pattern,
          error: undefined,
          retries: 0,
          ...told,
        });
        // Tables in memory are no server that would be asked for them.
        if (event.operation !== "createTable") expect(event.requests).toBeGreaterThan(0);
        expect(event.duration).toBeGreaterThan(0);
        expect(event.rows).toBe(event.examined);
        // DynamoDB does not say what a refusal has cost.
        expect(event.capacity > 0).toBe(capacity && !event.error && event.operation !== "createTable");
        if (event.examined > 0) expect(event.bytes > 0).toBe(bytes);
      });
    }

    it("sees of a query what each of its readings has consumed, as the query itself adds it up", async () => {
      const query = backend.query(table, Note, { owner: "ann" }, { where: { likes: gte(20) } });
      expect(query.consumed).toEqual({ requests: 0, retries: 0, capacity: 0, rows: 0, bytes: 0 });
      await query.all();
      const once = query.consumed;
      expect(once.rows).toBeGreaterThan(50);
      await query.first();
      await query.page({ size: 10 });
      for await (const _ of query) break;
      await Promise.all([query.count(), query.count()]);
      expect(events).toHaveLength(6);
      for (const name of ["requests", "retries", "capacity", "rows", "bytes"] as const) {
        expect(query.consumed[name]).toBeCloseTo(events.reduce((sum, event) => sum + event[name], 0));
      }
      expect(query.consumed.requests).toBeGreaterThan(once.requests + 4);
    });
  },
);

describe.runIf(inject("dynamodb"))("what an observer is told of DynamoDB", () => {
  let faults: DynamoDbFaults;
  beforeAll(async () => {
    faults = await startDynamoDbFaults({ endpoint: dynamodbConfig().endpoint, seed: 71 });
  });
  afterAll(() => faults?.stop());

  it("is the sum of what the server has said, through pages, retries and throttling", async () => {
    const client = new DynamoDBClient({ ...dynamodbConfig(), endpoint: faults.endpoint, maxAttempts: 12 });
    const told = capacityOf(client);
    const events: OperationEvent[] = [];
    const backend = new DynamoDBBackend(client, {
      observe: (event) => events.push(event),
      closeClient: true,
    });
    const mine = new Table(freshTableName(), {
      models: [Note],
      indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } },
    });
    await backend.createTable(mine);
    faults.on("*", ({ random }) =>
      random() < 0.25 ? { error: "ProvisionedThroughputExceededException" } : undefined,
    );
    events.length = 0;
    Object.assign(told, { units: 0, sent: 0 });
    await backend.batchWrite(
      mine,
      Array.from({ length: 120 }, (_, id) => note(id)),
    );
    await backend.save(mine, note(0));
    await backend.get(mine, Note, one, { consistent: true });
    const query = backend.query(mine, Note, { owner: "ann" }, { where: { likes: eq(119) }, limit: 1 });
    await query.all();
    await backend.query(mine, Note, { text: note(0).text }, { index: "byText" }).all();
    await backend.scan(mine, [Note], { segments: 4 }).all();
    await backend.update(mine, Note, one, (current) => current.with({ likes: 5 }));
    await backend.batchGet(
      mine,
      Note,
      Array.from({ length: 120 }, (_, id) => note(id)),
    );
    await backend.transact((tx) => {
      tx.update(mine, Note, one, (current) => current.with({ likes: 6 }));
      tx.save(mine, note(500));
    });
    await backend.transactGet([[mine, Note, one]]);
    await backend.delete(mine, note(500));
    const sum = (name: "capacity" | "requests" | "retries") =>
      events.reduce((total, event) => total + event[name], 0);
    expect(events).toHaveLength(11);
    expect(told.units).toBeGreaterThan(100);
    expect(sum("capacity")).toBeCloseTo(told.units);
    expect(sum("requests")).toBe(told.sent);
    expect(sum("retries")).toBeGreaterThanOrEqual(faults.exchanges.filter(({ fault }) => fault).length);
    expect(query.consumed.requests).toBeGreaterThan(2);
    await backend.close();
  });
});

describe("what a query would ask", () => {
  const explained = async (backend: Backend) => {
    const { text } = note(0);
    const queries = {
      table: backend.query(table, Note, { owner: "ann" }),
      range: backend.query(table, Note, { owner: "ann", id: gte("0010") }),
      index: backend.query(table, Note, { text }, { index: "byText", limit: 5 }),
      reverse: backend.query(table, Note, { owner: "ann", id: eq("0001") }, { reverse: true }),
    };
    await backend.close();
    return Object.fromEntries(Object.entries(queries).map(([name, query]) => [name, query.explain()]));
  };
  const { name } = table;
  const words = {
    table: `"${name}" where PK = "USER#ann" and SK begins with "NOTE#"`,
    range: `"${name}" where PK = "USER#ann" and SK >= "NOTE#0010" and SK < "NOTE$"`,
    index: `the index GSI1 of "${name}" where GSI1PK = "TEXT#${note(0).text}" and GSI1SK begins with "NOTE#"`,
    reverse: `"${name}" where PK = "USER#ann" and SK = "NOTE#0001", from the greatest down`,
  };

  for (const { store, open } of stores.filter(({ store: each }) => inject("backends").includes(each))) {
    it(`is said in the same words, and as ${store} is asked it, without asking`, async () => {
      const explanations = await explained(open(() => {}));
      for (const [kind, { text, request }] of Object.entries(explanations)) {
        expect(text, kind).toBe(words[kind as keyof typeof words]);
        expect(request).toBeTypeOf("object");
      }
      if (store === "dynamodb") {
        expect(explanations.index?.request).toMatchObject({
          TableName: name,
          IndexName: "GSI1",
          KeyConditionExpression: expect.stringContaining("begins_with"),
          Limit: 5,
          ScanIndexForward: true,
        });
        expect(explanations.reverse?.request).toMatchObject({ ScanIndexForward: false });
        expect(explanations.range?.request).toMatchObject({
          KeyConditionExpression: expect.stringContaining("BETWEEN"),
        });
      } else if (store === "postgres") {
        expect(explanations.table?.request).toMatchObject({
          text: expect.stringMatching(/^SELECT /),
          values: expect.arrayContaining(["USER#ann"]),
        });
        expect(explanations.reverse?.request).toMatchObject({ text: expect.stringContaining("DESC") });
      }
    });
  }
});
