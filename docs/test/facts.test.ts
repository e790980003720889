import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Table } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { MemoryBackend } from "dynawrap/memory";
import { PostgresBackend } from "dynawrap/postgres";
import { describe, expect, it } from "vitest";
import type { Lack } from "../../packages/dynawrap/src/postgres/tables.js";

const workspace = fileURLToPath(new URL("../..", import.meta.url));
const oneLine = (text: string) => text.replace(/\s+/g, " ");
const textOf = (page: string) => readFileSync(join(workspace, page), "utf8");

const dynamodb = new DynamoDBBackend(new DynamoDBClient({ region: "eu-west-1" }));
const postgres = new PostgresBackend({ totalCount: 0, connect: () => Promise.reject(), end: async () => {} });
const memory = new MemoryBackend();

/** The cells of the row that begins with these words. */
function row(page: string, words: string): readonly string[] {
  const line = textOf(page)
    .split("\n")
    .find((text) => text.startsWith(`| ${words}`));
  return (line ?? "").split("|").map((cell) => cell.trim());
}

describe("what the pages say in numbers", () => {
  it("of keys", () => {
    const { keyBytes, indexBytes } = postgres.capabilities;
    const together = keyBytes.toLocaleString("en");
    const inIndexes = indexBytes.toLocaleString("en");
    for (const page of ["README.md", "docs/keys.md", "docs/backends.md"]) {
      expect(textOf(page)).toContain(together);
      for (const [, number] of textOf(page).matchAll(/\b(2,[67]\d\d)\b/g)) {
        expect(number).toBe(number === inIndexes ? inIndexes : together);
      }
    }
    expect(row("docs/backends.md", "Entry of an index").join()).toContain(`and ${inIndexes} together`);
    for (const { capabilities } of [dynamodb, memory]) expect(capabilities.keyBytes).toBe(2048 + 1024);
  });

  it("of batches", () => {
    const [, , onDynamoDB, onPostgres, onClient, inMemory] = row("docs/batches.md", "Entries in a request");
    expect([onDynamoDB, onPostgres, onClient, inMemory].map(Number)).toEqual(
      [dynamodb, postgres, postgres, memory].map(({ driver }) => driver.batch.size),
    );
    const atOnce = row("docs/batches.md", "Requests at once");
    expect([atOnce[2], atOnce[3], atOnce[5]].map(Number)).toEqual(
      [dynamodb, postgres, memory].map(({ driver }) => driver.batch.concurrency),
    );
    expect(row("docs/backends.md", "Entries of a batch").join()).toMatch(
      new RegExp(`,${dynamodb.driver.batch.size},${postgres.driver.batch.size};`),
    );
  });

  it("of the table in PostgreSQL", async () => {
    const [table = "", index = ""] = Array.from(
      textOf("docs/backends.md").matchAll(/```sql\n([\s\S]*?)\n```/g),
      ([, sql = ""]) => oneLine(sql),
    );
    const { definitions, findLack } = await import("../../packages/dynawrap/src/postgres/tables.js");
    const statements = ({ layout }: Table, lack: Lack) =>
      oneLine(
        definitions(layout, lack)
          .map(({ text }) => text)
          .join(";\n"),
      );
    const plain = new Table("stories");
    expect(statements(plain, await findLack(plain.layout, async () => []))).toBe(table);
    const indexed = new Table("stories", { indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } } });
    const lack = await findLack(indexed.layout, async () => []);
    expect(statements(indexed, { ...lack, table: false })).toBe(index);
  });
});
