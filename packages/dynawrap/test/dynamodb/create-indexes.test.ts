import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type TableDescription,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { DynamoDBDriver } from "../../src/dynamodb/driver.js";
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
  text,
} from "./driver.js";

const invalid = (message: RegExp) => ({ code: "table.invalid", message: expect.stringMatching(message) });

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")("createTable with a layout", () => {
  let driver: ReturnType<typeof openDriver>;
  beforeAll(() => {
    driver = openDriver();
  });
  afterAll(() => driver.close());
  const described = async (TableName: string): Promise<TableDescription> =>
    (await driver.client.send(new DescribeTableCommand({ TableName }))).Table!;

  it("makes the keys and all indexes at once, which are then not added to anything", async () => {
    const table = layout(
      { pk: text("tenant"), sk: number("at") },
      index("GSI1"),
      index("inverted", { pk: [number("at")], sk: [text("tenant")], projection: "KEYS_ONLY" }),
      index("bare", { pk: [text("email")], sk: [], projection: ["title", "at"] }),
      index("LSI1", { pk: [text("tenant")], sk: [text("title")], local: true }),
    );
    expect(await driver.createTable(table, call())).toEqual([]);
    const found = await described(table.name);
    expect(found.KeySchema).toEqual([
      { AttributeName: "tenant", KeyType: "HASH" },
      { AttributeName: "at", KeyType: "RANGE" },
    ]);
    const types = found.AttributeDefinitions?.map(
      ({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`,
    );
    expect(types?.toSorted()).toEqual(["GSI1PK S", "GSI1SK S", "at N", "email S", "tenant S", "title S"]);
    const indexes = Object.fromEntries(
      [...found.GlobalSecondaryIndexes!, ...found.LocalSecondaryIndexes!].map(
        ({ IndexName, KeySchema, Projection }) => [
          IndexName,
          [KeySchema?.map(({ AttributeName }) => AttributeName), Projection],
        ],
      ),
    );
    expect(indexes).toEqual({
      GSI1: [["GSI1PK", "GSI1SK"], { ProjectionType: "ALL" }],
      inverted: [["at", "tenant"], { ProjectionType: "KEYS_ONLY" }],
      bare: [["email"], { ProjectionType: "INCLUDE", NonKeyAttributes: ["title", "schema_version"] }],
      LSI1: [["tenant", "title"], { ProjectionType: "ALL" }],
    });
    expect(found.LocalSecondaryIndexes).toHaveLength(1);
    expect(await driver.createTable(table, call())).toEqual([]);
  });

  it("makes a table without a sort key", async () => {
    const table = layout({ pk: text("id"), sk: undefined });
    await driver.createTable(table, call());
    await driver.createTable(table, call());
    expect((await described(table.name)).KeySchema).toEqual([{ AttributeName: "id", KeyType: "HASH" }]);
  });

  it("adds the global indexes that a table in use lacks, and answers them", async () => {
    const first = layout({}, index("GSI1"));
    await driver.createTable(first, call());
    await fill(driver, first, [
      [key("p", "s"), { GSI1PK: "a", GSI1SK: "b", GSI2PK: "c", GSI2SK: "d", n: 5 }],
    ]);
    const byNumber = index("by-number", { pk: [number("n")], sk: [] });
    const grown = layout({ name: first.name }, index("GSI1"), index("GSI2"), byNumber);
    const added = await driver.createTable(grown, call());
    expect(added.map(({ name }) => name).toSorted()).toEqual(["GSI2", "by-number"]);
    for (const [each, pk] of [
      [index("GSI2"), "c"],
      [byNumber, "5"],
    ] as const) {
      const rows = await allRows((after) =>
        driver.page(grown, each, range(pk), { ...everything, after }, call()),
      );
      expect(rows).toHaveLength(1);
    }
    expect(await driver.createTable(grown, call())).toEqual([]);
    expect(await driver.createTable(first, call())).toEqual([]);
  });

  it("does no harm when many do it at once", async () => {
    const small = layout();
    const large = layout({ name: small.name }, index("GSI1"), index("GSI2"));
    const makers = Array.from({ length: 6 }, (_, place) =>
      driver.createTable(place % 2 ? small : large, call()),
    );
    await Promise.all(makers);
    const names = (await described(small.name)).GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName);
    expect(names?.toSorted()).toEqual(["GSI1", "GSI2"]);
  });

  it("refuses a table that has other keys, and says which", async () => {
    const table = layout(
      { pk: text("id"), sk: undefined },
      index("GSI1"),
      index("GSI2", { projection: ["a"] }),
    );
    await driver.createTable(table, call());
    const like = (parts: object, ...indexes: ReturnType<typeof index>[]) =>
      driver.createTable(
        layout({ name: table.name, pk: text("id"), sk: undefined, ...parts }, ...indexes),
        call(),
      );
    const bare = { pk: text("PK"), sk: text("SK"), bare: true };
    await expect(like(bare)).rejects.toMatchObject(
      invalid(/has the key id \(HASH S\) and not PK \(HASH S\), SK \(RANGE S\)/),
    );
    await expect(like({ pk: number("id") })).rejects.toMatchObject(
      invalid(/id \(HASH S\) and not id \(HASH N\)/),
    );
    await expect(like({}, index("GSI1", { sk: [] }))).rejects.toMatchObject(
      invalid(/for the index GSI1 the key GSI1PK \(HASH S\), GSI1SK \(RANGE S\) and not GSI1PK \(HASH S\)/),
    );
    await expect(like({}, index("GSI2"))).rejects.toMatchObject(invalid(/GSI2 that holds less/));
    await expect(like({}, index("GSI2", { projection: ["a", "b"] }))).rejects.toMatchObject(invalid(/GSI2/));
    for (const projection of ["KEYS_ONLY", ["a"], ["id", "GSI2SK"]] as const) {
      expect(await like({}, index("GSI2", { projection }))).toEqual([]);
    }
  });

  it("refuses a local index that a table in use lacks: only a new table can have it", async () => {
    const table = layout({}, index("GSI1"));
    await driver.createTable(table, call());
    for (const name of ["LSI1", "GSI1"]) {
      const local = index(name, { pk: [text("PK")], sk: [text("other")], local: true });
      await expect(driver.createTable(layout({ name: table.name }, local), call())).rejects.toMatchObject(
        invalid(new RegExp(`no local index ${name}`)),
      );
    }
  });

  it("is backend.unsupported for keys of several attributes, on a server that knows none", async () => {
    const several = index("GSI1", { pk: [text("a"), text("b")], sk: [text("c")] });
    const unsupported = { code: "backend.unsupported", details: { capability: "multiAttributeKeys" } };
    await expect(driver.createTable(layout({}, several), call())).rejects.toMatchObject({
      ...unsupported,
      cause: { name: "ValidationException" },
    });
    const table = layout();
    await driver.createTable(table, call());
    await expect(driver.createTable(layout({ name: table.name }, several), call())).rejects.toMatchObject(
      unsupported,
    );
  });
});

/** What DynamoDB proper answers and DynamoDB Local, whose indexes are there at once, never does. */
describe("createTable that adds indexes to a DynamoDB that takes its time", () => {
  const client = new DynamoDBClient({ region: "local" });
  const mock = mockClient(client);
  const driver = new DynamoDBDriver(client, () => {});
  const table = layout({ name: "stories" }, index("GSI1"), index("GSI2"));
  const refusal = (name: string, message = "") => Object.assign(new Error(message), { name });
  const names = (...attributes: string[]) =>
    attributes.map((AttributeName) => ({ AttributeName, AttributeType: "S" as const }));
  const keys = (...attributes: string[]) =>
    attributes.map((AttributeName, place) => ({ AttributeName, KeyType: place ? "RANGE" : "HASH" }) as const);
  const described = (
    TableStatus: TableDescription["TableStatus"],
    indexes: Record<string, string> = {},
    more: object = {},
  ) => ({
    Table: {
      TableStatus,
      KeySchema: keys("PK", "SK"),
      AttributeDefinitions: names(
        "PK",
        "SK",
        ...Object.keys(indexes).flatMap((name) => [`${name}PK`, `${name}SK`]),
      ),
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, IndexStatus]) => ({
        IndexName,
        IndexStatus: IndexStatus as "ACTIVE",
        KeySchema: keys(`${IndexName}PK`, `${IndexName}SK`),
        Projection: { ProjectionType: "ALL" as const },
      })),
      ...more,
    },
  });
  const updates = () => mock.commandCalls(UpdateTableCommand).map(({ args }) => args[0].input);
  beforeEach(() => {
    mock.reset();
    mock.on(UpdateTableCommand).resolves({});
  });

  it("adds one at a time, and waits for each until it can be used", async () => {
    const seen: number[] = [];
    const states = [
      described("ACTIVE"),
      described("UPDATING"),
      described("UPDATING", { GSI1: "CREATING" }),
      described("ACTIVE", { GSI1: "CREATING" }),
      described("ACTIVE", { GSI1: "ACTIVE" }),
      described("UPDATING", { GSI1: "ACTIVE", GSI2: "CREATING" }),
      described("ACTIVE", { GSI1: "ACTIVE", GSI2: "CREATING" }),
      described("ACTIVE", { GSI1: "ACTIVE", GSI2: "ACTIVE" }),
    ];
    mock.on(DescribeTableCommand).callsFake(() => {
      seen.push(updates().length);
      return states[Math.min(seen.length, states.length) - 1];
    });
    const added = await driver.createTable(table, call());
    expect(added.map(({ name }) => name)).toEqual(["GSI1", "GSI2"]);
    expect(seen).toEqual([0, 1, 1, 1, 1, 2, 2, 2]);
    expect(updates()).toEqual(
      ["GSI1", "GSI2"].map((IndexName, place) => ({
        TableName: "stories",
        AttributeDefinitions: names(
          "PK",
          "SK",
          ...(place ? ["GSI1PK", "GSI1SK"] : []),
          `${IndexName}PK`,
          `${IndexName}SK`,
        ),
        GlobalSecondaryIndexUpdates: [
          {
            Create: {
              IndexName,
              KeySchema: keys(`${IndexName}PK`, `${IndexName}SK`),
              Projection: { ProjectionType: "ALL" },
            },
          },
        ],
      })),
    );
  });

  it("gives an index of a provisioned table the throughput of the table", async () => {
    const ProvisionedThroughput = { ReadCapacityUnits: 7, WriteCapacityUnits: 3 };
    mock
      .on(DescribeTableCommand)
      .resolvesOnce(described("ACTIVE", { GSI1: "ACTIVE" }, { ProvisionedThroughput }))
      .resolves(described("ACTIVE", { GSI1: "ACTIVE", GSI2: "ACTIVE" }, { ProvisionedThroughput }));
    await driver.createTable(table, call());
    expect(updates()[0]?.GlobalSecondaryIndexUpdates?.[0]?.Create).toMatchObject({ ProvisionedThroughput });
  });

  it("lets another be faster", async () => {
    mock
      .on(UpdateTableCommand)
      .rejectsOnce(refusal("ResourceInUseException"))
      .rejectsOnce(refusal("LimitExceededException"))
      .rejectsOnce(refusal("ValidationException", "Attempting to create an index which already exists"))
      .resolves({});
    mock
      .on(DescribeTableCommand)
      .resolvesOnce(described("ACTIVE", { GSI1: "ACTIVE" }))
      .resolvesOnce(described("ACTIVE", { GSI1: "ACTIVE" }))
      .resolvesOnce(described("ACTIVE", { GSI1: "ACTIVE" }))
      .resolvesOnce(described("ACTIVE", { GSI1: "ACTIVE", GSI2: "CREATING" }))
      .resolves(described("ACTIVE", { GSI1: "ACTIVE", GSI2: "ACTIVE" }));
    expect((await driver.createTable(table, call())).map(({ name }) => name)).toEqual(["GSI2"]);
    expect(updates()).toHaveLength(3);
  });

  it("waits for an index that somebody deletes or creates, and makes it anew", async () => {
    mock
      .on(DescribeTableCommand)
      .resolvesOnce(described("ACTIVE", { GSI1: "ACTIVE", GSI2: "DELETING" }))
      .resolvesOnce(described("ACTIVE", { GSI1: "ACTIVE", other: "CREATING" }))
      .resolvesOnce(described("ACTIVE", { GSI1: "ACTIVE", other: "ACTIVE" }))
      .resolves(described("ACTIVE", { GSI1: "ACTIVE", GSI2: "ACTIVE" }));
    expect((await driver.createTable(table, call())).map(({ name }) => name)).toEqual(["GSI2"]);
    expect(updates()).toHaveLength(1);
  });

  it("says so when it may not, or when the server never lets it", async () => {
    mock.on(DescribeTableCommand).resolves(described("ACTIVE", { GSI1: "ACTIVE" }));
    mock.on(UpdateTableCommand).rejects(refusal("AccessDeniedException"));
    await expect(driver.createTable(table, call())).rejects.toMatchObject({ code: "backend.failed" });
    expect(mock.commandCalls(CreateTableCommand)).toHaveLength(0);
    mock.on(UpdateTableCommand).rejects(refusal("LimitExceededException"));
    const impatient = driver.createTable(table, call(AbortSignal.timeout(300)));
    await expect(impatient).rejects.toMatchObject({ name: "TimeoutError" });
  });
});
