import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DBItem } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { dynamodbConfig, freshTable } from "../backends.js";

class Ticket extends DBItem({
  pk: "TICKET#{id}",
  sk: "TICKET",
  schema: z.object({
    id: z.string(),
    status: z.string().nullish(),
    rank: z.number().optional(),
    project: z.string().optional(),
  }),
  indexes: {
    byStatus: { index: "GSI1", pk: "STATUS#{status}", sk: "RANK#{rank:04d}" },
    byProject: { index: "GSI2", pk: "PROJECT#{project}" },
  },
}) {}

describe.runIf(inject("dynamodb"))("the key attributes of indexes in DynamoDB", () => {
  let client: DynamoDBClient;
  let backend: DynamoDBBackend;
  let table: string;
  const stored = async (id: string) => {
    const Key = { PK: { S: `TICKET#${id}` }, SK: { S: "TICKET" } };
    const { Item = {} } = await client.send(new GetItemCommand({ TableName: table, Key }));
    return Object.fromEntries(Object.entries(Item).filter(([name]) => name.startsWith("GSI")));
  };
  beforeAll(async () => {
    client = new DynamoDBClient(dynamodbConfig());
    backend = new DynamoDBBackend(client);
    table = await freshTable(backend);
  });
  afterAll(() => client.destroy());

  it("are written when every field of the index's patterns is there", async () => {
    await backend.save(table, new Ticket({ id: "1", status: "open", rank: 7, project: "x" }));
    expect(await stored("1")).toEqual({
      GSI1PK: { S: "STATUS#open" },
      GSI1SK: { S: "RANK#0007" },
      GSI2PK: { S: "PROJECT#x" },
    });
  });

  it("are written by a batch as well", async () => {
    await backend.batchWrite(table, [new Ticket({ id: "b", project: "y" })]);
    expect(await stored("b")).toEqual({ GSI2PK: { S: "PROJECT#y" } });
  });

  it("are left out when a field is missing, for that index alone", async () => {
    await backend.save(table, new Ticket({ id: "2", status: "open", project: "x" }));
    expect(await stored("2")).toEqual({ GSI2PK: { S: "PROJECT#x" } });
    await backend.save(table, new Ticket({ id: "3" }));
    expect(await stored("3")).toEqual({});
  });

  it("follow the fields: they change with them, and go when a field goes", async () => {
    await backend.save(table, new Ticket({ id: "4", status: "open", rank: 1 }));
    const read = await backend.get(table, Ticket, { id: "4" });
    await backend.save(table, read!.with({ status: "closed" }));
    expect(await stored("4")).toEqual({ GSI1PK: { S: "STATUS#closed" }, GSI1SK: { S: "RANK#0001" } });
    await backend.save(table, read!.with({ rank: undefined }));
    expect(await stored("4")).toEqual({});
  });

  it("refuse null and the empty text, which DynamoDB would refuse whole", async () => {
    for (const status of [null, ""]) {
      const save = backend.save(table, new Ticket({ id: "5", status, rank: 1 }));
      await expect(save).rejects.toMatchObject({ code: "key.invalid", details: { field: "status" } });
    }
    expect(await backend.get(table, Ticket, { id: "5" })).toBeUndefined();
  });

  it("are refused when they are longer than DynamoDB takes them", async () => {
    const long = backend.save(table, new Ticket({ id: "6", project: "x".repeat(2041) }));
    await expect(long).rejects.toMatchObject({ code: "key.tooLong", details: { attribute: "GSI2PK" } });
  });
});
