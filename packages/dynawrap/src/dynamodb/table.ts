import {
  CreateTableCommand,
  DescribeTableCommand,
  type DescribeTableCommandOutput,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { DynawrapError, isDynawrapError } from "../core/errors.js";
import { pause } from "../engine/deadline.js";
import type { Call } from "../engine/driver.js";

/** Sends a command; its errors are the library's, with the SDK's as the cause. */
export type Send = (command: object) => Promise<never>;

/**
 * Makes a table of the key PK, SK, billed by request, and waits until it can be used. The description lags behind
 * the creation, and a table on its way out must be gone before the next can be.
 *
 * @throws DynawrapError `table.invalid` for a table that is there already and is another kind of table.
 */
export async function createTable(table: string, call: Call, send: Send): Promise<void> {
  for (let wait = 25; ; wait = Math.min(wait * 2, 2000)) {
    const found = await describeTable(table, send);
    if (found === undefined) await requestTable(table, send);
    else if (found.TableStatus !== "CREATING" && found.TableStatus !== "DELETING") return checkKeys(table, found);
    await pause(wait, call.signal);
  }
}

async function describeTable(table: string, send: Send): Promise<TableDescription | undefined> {
  try {
    const { Table }: DescribeTableCommandOutput = await send(new DescribeTableCommand({ TableName: table }));
    return Table;
  } catch (error) {
    if (isDynawrapError(error, "table.missing")) return undefined;
    throw error;
  }
}

async function requestTable(table: string, send: Send): Promise<void> {
  const command = new CreateTableCommand({
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["PK", "SK"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "PK", KeyType: "HASH" },
      { AttributeName: "SK", KeyType: "RANGE" },
    ],
  });
  try {
    await send(command);
  } catch (error) {
    // Somebody else was faster; the next description tells.
    if (((error as Error).cause as Error | undefined)?.name !== "ResourceInUseException") throw error;
  }
}

function checkKeys(table: string, { KeySchema = [], AttributeDefinitions = [] }: TableDescription): void {
  const types = new Map(AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
  const keys = KeySchema.map(({ AttributeName }) => `${AttributeName} ${types.get(AttributeName)}`).join();
  if (keys === "PK S,SK S") return;
  throw new DynawrapError("table.invalid", `The table "${table}" has the key ${keys}, not PK S,SK S.`, { table });
}
