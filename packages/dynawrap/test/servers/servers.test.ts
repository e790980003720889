import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import pg from "pg";
import { describe, expect, inject, it } from "vitest";
import { startDynalite, startDynamoDb } from "./dynamodb-local.js";
import { startPostgres } from "./postgres.js";

const backends = inject("backends");

async function answerOf(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text: statement, rowMode: "array" });
    return rows.map(([value]: readonly unknown[]) => value);
  } finally {
    await client.end();
  }
}

async function tablesOf(endpoint: string): Promise<readonly string[] | undefined> {
  const client = new DynamoDBClient({
    endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  try {
    return (await client.send(new ListTablesCommand({}))).TableNames;
  } finally {
    client.destroy();
  }
}

describe.runIf(backends.includes("postgres"))(startPostgres.name, () => {
  it("starts PostgreSQL 18, which sorts by the rules of a language, and stops it", async () => {
    const server = await startPostgres();
    try {
      expect(await answerOf(server.url, "SELECT version()")).toEqual([
        expect.stringMatching(/^PostgreSQL 18\./),
      ]);
      expect(
        await answerOf(server.url, "SELECT * FROM unnest(ARRAY['B','a','C']) AS t(x) ORDER BY x"),
      ).toEqual(["a", "B", "C"]);
    } finally {
      await server.stop();
    }
    await expect(answerOf(server.url, "SELECT 1")).rejects.toThrow("ECONNREFUSED");
  });
});

for (const start of [startDynamoDb, startDynalite]) {
  describe.runIf(backends.includes("dynamodb"))(start.name, () => {
    it("starts a DynamoDB without tables, and stops it", async () => {
      const server = await start();
      try {
        expect(await tablesOf(server.endpoint)).toEqual([]);
      } finally {
        await server.stop();
      }
      await expect(tablesOf(server.endpoint)).rejects.toThrow("ECONNREFUSED");
    });
  });
}
