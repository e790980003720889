import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import {
  allRows,
  call,
  everything,
  fill,
  index,
  key,
  layout,
  number,
  openDriver,
  range,
} from "../dynamodb/driver.js";
import { type DynamoDbFaults, startDynamoDbFaults } from "../servers/dynamodb-faults.js";

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")("reads of a DynamoDB in trouble", () => {
  const table = layout({}, index("GSI1"));
  const numeric = layout({ pk: number("id"), sk: undefined });
  const keys = Array.from({ length: 100 }, (_, place) => key(`p${place % 3}`, `s${place}`));
  let faults: DynamoDbFaults;
  let driver: ReturnType<typeof openDriver>;
  beforeAll(async () => {
    const direct = openDriver();
    await direct.createTable(table, call());
    await direct.createTable(numeric, call());
    await fill(
      direct,
      table,
      keys.map((each) => [each, { GSI1PK: "all", GSI1SK: each.SK }] as const),
    );
    await fill(direct, numeric, [[key("1")], [key("2")], [key("3")]]);
    await direct.close();
    faults = await startDynamoDbFaults({ endpoint: inject("dynamodb")?.endpoint ?? "", seed: 13 });
  });
  beforeEach(() => {
    faults.calm();
    driver = openDriver({ endpoint: faults.endpoint, maxAttempts: 2 });
  });
  afterEach(() => driver.close());
  afterAll(() => faults?.stop());

  it("of a batch say which keys the server put off, until all have come", async () => {
    faults.on("BatchGetItem", ({ random }) => ({ unprocessed: () => random() < 0.6 }));
    let open: readonly { PK: string; SK?: string }[] = keys;
    const found: string[] = [];
    for (let round = 0; open.length > 0 && round < 50; round++) {
      const { rows, putOff } = await driver.getBatch(table, open, false, call());
      expect(rows.length + putOff.length).toBe(open.length);
      expect(putOff.every((each) => open.includes(each))).toBe(true);
      found.push(...rows.map((each) => driver.decode(each, table).key.SK!));
      open = putOff;
    }
    expect(found.toSorted()).toEqual(keys.map(({ SK }) => SK).toSorted());
    expect(faults.exchanges.length).toBeGreaterThan(5);
  });

  it("of a batch know a numeric key again, in whichever notation it comes back", async () => {
    faults.on("BatchGetItem", () => ({ unprocessed: (_key, place) => place !== 1 }));
    const asked = [key("1.0"), key("2.0"), key("30e-1")];
    const { rows, putOff } = await driver.getBatch(numeric, asked, false, call());
    expect(rows.map((each) => driver.decode(each, numeric).key)).toEqual([{ PK: "2" }]);
    expect(putOff).toEqual([asked[0], asked[2]]);
  });

  it("of a batch are backend.throttled when nothing at all got through", async () => {
    faults.on("BatchGetItem", () => ({ error: "ProvisionedThroughputExceededException" }));
    const one = call();
    await expect(driver.getBatch(table, keys, false, one)).rejects.toMatchObject({
      code: "backend.throttled",
    });
    expect(one.meter).toMatchObject({ requests: 2, retries: 1 });
  });

  it("of one moment are made again when a transaction is in their way, a few times", async () => {
    const conflict = {
      error: "TransactionCanceledException",
      details: { CancellationReasons: [{ Code: "None" }, { Code: "TransactionConflict" }] },
    };
    const reads = keys.slice(0, 2).map((each) => ({ layout: table, key: each }));
    faults.on("TransactGetItems", ({ count }) => (count < 3 ? conflict : undefined));
    const one = call();
    expect(await driver.getSnapshot(reads, one)).toHaveLength(2);
    expect(one.meter).toMatchObject({ requests: 3, retries: 2, rows: 2 });
    faults.on("TransactGetItems", () => conflict);
    await expect(driver.getSnapshot(reads, call())).rejects.toMatchObject({
      code: "backend.throttled",
      cause: { name: "TransactionCanceledException" },
    });
    const denied = { ...conflict, details: { CancellationReasons: [{ Code: "AccessDenied" }] } };
    faults.calm();
    faults.on("TransactGetItems", () => denied);
    await expect(driver.getSnapshot(reads, call())).rejects.toMatchObject({ code: "backend.failed" });
    expect(faults.exchanges).toHaveLength(1);
  });

  it("go on behind a page that was filtered to nothing, in an index and in a scan", async () => {
    const trouble = (place: number) => (reply: any) =>
      place % 2 ? { ...reply, Items: [], Count: 0 } : reply;
    faults.on("*", ({ count }) => ({ reply: trouble(count) }));
    for (const read of [
      (after: any) =>
        driver.page(table, index("GSI1"), range("all"), { ...everything, rows: 10, after }, call()),
      (after: any) => driver.scan(table, undefined, {}, { ...everything, rows: 10, after }, call()),
    ]) {
      expect((await allRows(read)).length).toBe(50);
    }
  });

  describe("whose reply is damaged", () => {
    const page = () => driver.page(table, index("GSI1"), range("all"), { ...everything, rows: 3 }, call());
    const damages: [string, string, () => Promise<unknown>, (reply: any) => unknown][] = [
      ["no rows", "Query", page, ({ Items: _, ...reply }) => reply],
      ["nothing", "Query", page, () => ({})],
      [
        "a place that is none",
        "Query",
        page,
        ({ LastEvaluatedKey: { SK: _, ...last }, ...reply }) => ({ ...reply, LastEvaluatedKey: last }),
      ],
      [
        "a place of the table, where an index was asked",
        "Query",
        page,
        ({ LastEvaluatedKey: { PK, SK }, ...reply }) => ({ ...reply, LastEvaluatedKey: { PK, SK } }),
      ],
      ["no rows of a scan", "Scan", () => driver.scan(table, undefined, {}, everything, call()), () => ({})],
      [
        "no rows of a batch",
        "BatchGetItem",
        () => driver.getBatch(table, keys.slice(0, 3), false, call()),
        () => ({}),
      ],
      [
        "a key put off that nobody asked for",
        "BatchGetItem",
        () => driver.getBatch(table, keys.slice(0, 3), false, call()),
        (reply) => ({
          ...reply,
          UnprocessedKeys: { [table.name]: { Keys: [{ PK: { S: "other" }, SK: { S: "x" } }] } },
        }),
      ],
      [
        "an entry put off that nobody wrote",
        "BatchWriteItem",
        () => driver.writeBatch(table, [{ key: key("none", "1"), row: undefined }], call()),
        () => ({ UnprocessedItems: { [table.name]: [{ DeleteRequest: { Key: { PK: { S: "p" } } } }] } }),
      ],
      [
        "fewer rows than were asked for at one moment",
        "TransactGetItems",
        () => driver.getSnapshot([{ layout: table, key: keys[0]! }], call()),
        () => ({ Responses: [] }),
      ],
    ];
    for (const [title, operation, read, reply] of damages) {
      it(`are an error, not a shorter answer: ${title}`, async () => {
        faults.on(operation, () => ({ reply }));
        await expect(read()).rejects.toMatchObject({ code: "backend.failed", message: /damaged/ });
      });
    }
  });
});
