import {
  CreateTableCommand,
  DescribeTableCommand,
  type DescribeTableCommandOutput,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { isDynawrapError } from "../core/errors.js";
import { pause } from "../engine/deadline.js";
import type { Call } from "../engine/driver.js";

/** Sends a command; its errors are the library's, with the SDK's as the cause. */
export type Send = (command: object) => Promise<never>;

/**
 * Makes a table of the key PK, SK, billed by request, and waits until it can be used. The description lags behind
 * the creation, and a table on its way out must be gone before the next can be.
 */
export async function createTable(table: string, call: Call, send: Send): Promise<void> {
  for (let wait = 25; ; wait = Math.min(wait * 2, 2000)) {
    const found = await describeTable(table, send);
    if (found === undefined) await requestTable(table, send);
    else if (found.TableStatus !== "CREATING" && found.TableStatus !== "DELETING") return;
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
