import { DynamoDBClient, type DynamoDBClientConfig, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterEach } from "vitest";
import { dynamodbConfig } from "../backends.js";

const opened: DynamoDBClient[] = [];
afterEach(() => {
  for (const client of opened.splice(0)) client.destroy();
});

/** A client by way of a proxy, with a retry quota of its own, until the test is over. */
export function openClient(endpoint: string, config: Partial<DynamoDBClientConfig> = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...dynamodbConfig(), endpoint, ...config });
  opened.push(client);
  return client;
}

/** The sort keys in a table, asked past every proxy. */
export async function sortKeysIn(table: string): Promise<string[]> {
  const client = new DynamoDBClient(dynamodbConfig());
  const keys: string[] = [];
  let ExclusiveStartKey: any;
  do {
    const page: any = await client.send(new ScanCommand({ TableName: table, ExclusiveStartKey }));
    keys.push(...page.Items.map((item: any) => item.SK.S));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  client.destroy();
  return keys.sort();
}
