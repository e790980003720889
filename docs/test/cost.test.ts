import { readFileSync } from "node:fs";
import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { Backend, Observer, OperationEvent } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { PostgresBackend } from "dynawrap/postgres";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { freshTableName } from "../../packages/dynawrap/test/backends.js";
import {
  type Counted,
  countingClient,
  countingPool,
  newCounted,
} from "../../packages/dynawrap/test/counting-clients.js";
import { book, bytesOf, card, shop, story, tableOf, user } from "./cost-items.js";
import { type Costly, operations } from "./cost-operations.js";

/** A row of the page: what is done, and what that costs, as it stands there, by the head of the column. */
interface Row {
  readonly title: string;
  readonly cells: { readonly [head: string]: string };
}

const page = readFileSync(new URL("../cost.md", import.meta.url), "utf8");
const rows = page
  .split("\n\n")
  .filter((block) => block.startsWith("|"))
  .flatMap(rowsOf);

function rowsOf(table: string): readonly Row[] {
  const cellsOf = (line: string) => line.split("|").slice(1, -1);
  const [heads = [], , ...lines] = table
    .trim()
    .split("\n")
    .map((line) => cellsOf(line).map((cell) => cell.trim()));
  return lines.map(([title = "", ...cells]) => ({
    title,
    cells: Object.fromEntries(cells.map((cell, place) => [heads[place + 1], cell])),
  }));
}

/** The least and the most that a cell says: a number, `3 or more`, `6.5 to 8`; nothing where it is empty. */
function figures(cell: string): readonly [least: number, most: number] {
  if (cell === "") return [0, 0];
  const [, least, and, most] = /^(\d[\d.]*)( or more)?(?: to (\d[\d.]*))?$/.exec(cell) ?? [];
  if (least === undefined) throw new Error(`"${cell}" is no figure`);
  return [Number(least), and ? Number.POSITIVE_INFINITY : Number(most ?? least)];
}

function operationOf({ title }: Row): Costly {
  const operation = operations[title];
  if (operation === undefined) throw new Error(`Nothing here does what the row "${title}" says.`);
  return operation;
}

/** Does what costs, by a backend that has not read anything yet, and tells what was counted and what was observed. */
async function measure(
  open: (observe?: Observer) => Backend,
  { given = [], work }: Costly,
  counted: Counted,
): Promise<{ readonly counted: Counted; readonly events: readonly OperationEvent[] }> {
  const table = tableOf(freshTableName());
  const before = open();
  await before.createTable(table);
  await before.batchWrite(table, given);
  const events: OperationEvent[] = [];
  const backend = open((event) => events.push(event));
  Object.assign(counted, newCounted());
  await work(backend, table);
  return { counted: { ...counted }, events };
}

const sum = (events: readonly OperationEvent[], of: (event: OperationEvent) => number): number =>
  events.reduce((total, event) => total + of(event), 0);

function expectFigures({ cells }: Row, heads: readonly (keyof Counted)[], counted: Counted): void {
  for (const head of heads) {
    const cell = cells[head] ?? "";
    const ruled = /^\((.+)\)$/.exec(cell)?.[1];
    if (ruled !== undefined && counted.transacted > 0) {
      // What DynamoDB Local reports of a transaction is wrong. All of them here write items of 1 KB.
      expect(2 * counted.transacted, head).toBe(Number(ruled));
      continue;
    }
    // In brackets otherwise stands what is not reported.
    const [least, most] = figures(ruled === undefined ? cell : "");
    expect(counted[head], head).toBeGreaterThanOrEqual(least);
    expect(counted[head], head).toBeLessThanOrEqual(most);
  }
}

describe("the page on cost", () => {
  it("has a row for each operation that is counted here, and no other", () => {
    expect(rows.map(({ title }) => title)).toEqual(Object.keys(operations));
  });

  it("says of each row what it asks of either server", () => {
    for (const { cells } of rows) {
      for (const head of Object.keys(cells)) expect(newCounted()).toHaveProperty([head]);
      expect(cells.requests).toMatch(/./);
      expect(cells.statements).toMatch(/./);
    }
  });
});

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")("what the page says of DynamoDB", () => {
  const counted = newCounted();
  let client: DynamoDBClient;
  const open = (observe?: Observer) => new DynamoDBBackend(client, { observe });
  beforeAll(() => {
    client = countingClient(counted);
  });
  afterAll(() => client.destroy());

  it("is said of items of 1 KB", async () => {
    const table = tableOf(freshTableName());
    await open().createTable(table);
    const items = [
      user(),
      story("0000"),
      book("0000"),
      book("0001", "Lem"),
      card("0000"),
      shop("San", "0000"),
    ];
    await open().batchWrite(table, items);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table.name }));
    const texts = Items.map((item) =>
      Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S])),
    );
    expect(texts.map(bytesOf)).toEqual(items.map(() => 1024));
  });

  it("has brackets around what a transaction writes, since DynamoDB Local reports another figure", async () => {
    const table = tableOf(freshTableName());
    await open().createTable(table);
    for (const items of [[story("0000")], [story("0001"), story("0002"), story("0003")]]) {
      Object.assign(counted, newCounted());
      await open().transact((tx) => {
        for (const item of items) tx.save(table, item);
      });
      expect(counted["write units"]).not.toBe(2 * counted.transacted);
    }
  });

  it.each(rows.filter(({ cells }) => cells.requests !== "–"))(
    "is what is sent and billed: $title",
    async (row) => {
      const cost = await measure(open, operationOf(row), counted);
      expectFigures(row, ["requests", "read units", "write units"], cost.counted);
      expect(sum(cost.events, ({ requests }) => requests)).toBe(cost.counted.requests);
      expect(sum(cost.events, ({ capacity }) => capacity)).toBe(
        cost.counted["read units"] + cost.counted["write units"],
      );
    },
  );

  it("is nothing where there is no such operation", () => {
    expect(rows.filter(({ cells }) => cells.requests === "–")).toMatchObject([{ title: /^`sweepExpired`/ }]);
    expect("sweepExpired" in open()).toBe(false);
  });
});

describe.runIf(inject("postgres"))("what the page says of PostgreSQL", () => {
  const counted = newCounted();
  let pool: ReturnType<typeof countingPool>;
  const open = (observe?: Observer) => new PostgresBackend(pool, { observe });
  beforeAll(() => {
    pool = countingPool(counted);
  });
  afterAll(() => pool.end());

  it.each(rows)("is what is sent: $title", async (row) => {
    const cost = await measure(open, operationOf(row), counted);
    expectFigures(row, ["statements"], cost.counted);
    expect(sum(cost.events, ({ requests }) => requests)).toBe(cost.counted.statements);
  });
});
