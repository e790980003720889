import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  QueryCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { inject } from "vitest";
import { bareLayout, versionAttribute } from "../../src/core/layout.js";
import { conditionText } from "../../src/dynamodb/condition.js";
import { Expression } from "../../src/dynamodb/expression.js";
import { conditionSql } from "../../src/postgres/condition.js";
import { Parameters } from "../../src/postgres/parameters.js";
import type { Condition } from "../../src/values/condition.js";
import { type ConditionItem, holds } from "../../src/values/condition-truth.js";
import { toTaggedJson } from "../../src/values/tagged-json.js";
import { dynamodbConfig, freshTableName, postgresConfig } from "../backends.js";

/** Something that knows the truth of conditions. */
export interface TruthTeller {
  /** For each condition, of which of the items it holds; the last place is that of an item that is not there. */
  truth(items: readonly ConditionItem[], conditions: readonly Condition[]): Promise<boolean[][]>;
  close(): Promise<void>;
}

/** What every store is held to. */
export function expectedTruth(
  items: readonly ConditionItem[],
  conditions: readonly Condition[],
): boolean[][] {
  return conditions.map((condition) => [...items, undefined].map((item) => holds(condition, item)));
}

export interface Store {
  readonly title: string;
  /** Whether thousands of questions take it but seconds. */
  readonly quick: boolean;
  /** Whether it may be asked for an item itself, by its key. */
  readonly keys: boolean;
  /** Whether it can hold text with the character U+0000. */
  readonly nulText: boolean;
  open(): Promise<TruthTeller>;
}

/** A client of PostgreSQL that knows nothing of the library. */
export interface SqlClient {
  query(text: string, values: unknown[]): Promise<{ rows: any[] }>;
  close(): Promise<void>;
}

/** A row that is not there has no truth in SQL: a driver asks `holds` of it. */
function postgresTruth(client: SqlClient): TruthTeller {
  return {
    async truth(items, conditions) {
      const parameters = new Parameters();
      const columns = conditions.map((condition) => conditionSql(condition, parameters));
      const version = parameters.add(items.map((item) => item.version ?? null));
      const data = parameters.add(items.map((item) => toTaggedJson(item.wire)));
      const from = `unnest(${version}::text[], ${data}::text[]::jsonb[]) WITH ORDINALITY AS item (schema_version, data, place)`;
      const text = `SELECT to_jsonb(ARRAY[${columns.join(", ")}]::boolean[]) AS truth FROM ${from} ORDER BY place`;
      const { rows } = await client.query(text, parameters.values);
      return conditions.map((condition, place) => [
        ...rows.map(({ truth }) => truth[place]),
        holds(condition, undefined),
      ]);
    },
    close: () => client.close(),
  };
}

const attributes = ["PK", "SK"] as const;

async function dynamodbTruth(asFilter: boolean): Promise<TruthTeller> {
  const client = new DynamoDBClient(dynamodbConfig());
  const layout = bareLayout(freshTableName());
  const TableName = layout.name;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: attributes.map((AttributeName, place) => ({
        AttributeName,
        KeyType: place === 0 ? "HASH" : "RANGE",
      })),
    }),
  );
  let partitions = 0;
  return {
    async truth(items, conditions) {
      const PK = { S: `p${partitions++}` };
      const keys = [...items, undefined].map((_, place) => ({ PK, SK: { S: String(place) } }));
      const rows = items.map(({ wire, version }, place) => ({
        PutRequest: {
          Item: {
            ...wire,
            ...keys[place],
            ...(version !== undefined && { [versionAttribute]: { S: version } }),
          },
        },
      }));
      for (let start = 0; start < rows.length; start += 25) {
        const some = rows.slice(start, start + 25) as never;
        await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: some } }));
      }
      const filter = async (condition: Condition): Promise<boolean[]> => {
        const expression = new Expression();
        const input = {
          TableName,
          KeyConditionExpression: `${expression.name("PK")} = ${expression.value(PK)}`,
          FilterExpression: conditionText(condition, expression, layout),
          ...expression.terms,
        };
        const { Items = [] } = await client.send(new QueryCommand(input as never));
        const found = new Set(Items.map((item) => item.SK?.S));
        return [...items.map((_, place) => found.has(String(place))), holds(condition, undefined)];
      };
      const check = async (condition: Condition): Promise<boolean[]> => {
        const expression = new Expression();
        const ConditionExpression = conditionText(condition, expression, layout);
        const checks = keys.map((Key) => ({
          ConditionCheck: { TableName, Key, ConditionExpression, ...expression.terms },
        }));
        try {
          await client.send(new TransactWriteItemsCommand({ TransactItems: checks as never }));
          return keys.map(() => true);
        } catch (error) {
          const { CancellationReasons: reasons } = error as { CancellationReasons?: { Code?: string }[] };
          if (reasons === undefined) throw error;
          return reasons.map(({ Code }) => Code === "None");
        }
      };
      const truths: boolean[][] = [];
      // Two checks of one item at once would be in conflict.
      const atOnce = asFilter ? 8 : 1;
      for (let start = 0; start < conditions.length; start += atOnce) {
        const some = conditions.slice(start, start + atOnce);
        truths.push(...(await Promise.all(some.map(asFilter ? filter : check))));
      }
      return truths;
    },
    async close() {
      client.destroy();
    },
  };
}

/** The clients of PostgreSQL that this run is about. */
export const sqlClients = [
  {
    title: "PostgreSQL",
    store: "postgres",
    async open(): Promise<SqlClient> {
      const client = new pg.Client(postgresConfig());
      await client.connect();
      return { query: (text, values) => client.query(text, values), close: () => client.end() };
    },
  },
  {
    title: "PGlite",
    store: "pglite",
    async open(): Promise<SqlClient> {
      const lite = await PGlite.create();
      return { query: (text, values) => lite.query(text, values), close: () => lite.close() };
    },
  },
].filter(({ store }) => inject("backends").includes(store as "postgres"));

// dynalite has no transactions, and never decides.
const dynamodb = inject("dynamodb")?.engine === "dynamodb-local" ? [false, true] : [];

/** The stores that this run is about. */
export const stores: readonly Store[] = [
  ...dynamodb.map((asFilter) => ({
    title: `a ${asFilter ? "Filter" : "Condition"}Expression of DynamoDB`,
    quick: asFilter,
    keys: !asFilter,
    nulText: true,
    open: () => dynamodbTruth(asFilter),
  })),
  ...sqlClients.map(({ title, open }) => ({
    title,
    quick: true,
    keys: true,
    nulText: false,
    open: async () => postgresTruth(await open()),
  })),
];
