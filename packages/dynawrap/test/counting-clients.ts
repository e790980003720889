import {
  type ConsumedCapacity,
  DynamoDBClient,
  type TransactWriteItemsInput,
} from "@aws-sdk/client-dynamodb";
import pg from "pg";
import { dynamodbConfig, postgresConfig } from "./backends.js";

/** What was sent, and what the server has said that it costs, whatever the library makes of that. */
export interface Counted {
  requests: number;
  "read units": number;
  "write units": number;
  statements: number;
  /** Writes that were sent in transactions, of which DynamoDB Local reports the same units however many there are. */
  transacted: number;
}

export function newCounted(): Counted {
  return { requests: 0, "read units": 0, "write units": 0, statements: 0, transacted: 0 };
}

/** A client of the SDK whose requests are counted, each attempt, and the units by the kind of their command. */
export function countingClient(counted: Counted): DynamoDBClient {
  const client = new DynamoDBClient(dynamodbConfig());
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (step) => {
        const { TransactItems = [] } = step.input as TransactWriteItemsInput;
        if (commandName === "TransactWriteItemsCommand") counted.transacted += TransactItems.length;
        const answer = await next(step);
        const { ConsumedCapacity = [] } = answer.output as {
          ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[];
        };
        const units = /Get|Query|Scan/.test(commandName) ? "read units" : "write units";
        for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) counted[units] += CapacityUnits;
        return answer;
      },
    { step: "initialize" },
  );
  client.middlewareStack.add(
    (next) => (step) => {
      counted.requests++;
      return next(step);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  return client;
}

/** A pool of pg whose statements are counted. */
export function countingPool(counted: Counted): pg.Pool {
  const pool = new pg.Pool(postgresConfig());
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...input: unknown[]) => unknown;
    client.query = ((...input: unknown[]) => {
      counted.statements++;
      return query(...input);
    }) as typeof client.query;
  });
  return pool;
}
