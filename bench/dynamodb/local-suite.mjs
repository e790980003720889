import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { assertFound } from "../stories/found.mjs";
import { stories } from "../stories/stories.mjs";

/**
 * Gives a contender a table of its own on a real server, puts a partition of a hundred items into it, has each job done
 * once, checks what came of it, and returns the jobs ready to be timed.
 *
 * @param {{ endpoint: string }} settings
 */
export async function prepare({ open }, { endpoint }) {
  const client = new DynamoDBClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const table = `bench-${process.pid}`;
  await createTable(client, table);
  const items = stories("small", 100);
  const [first] = items;
  const store = await open({ client, table, size: "small" });
  for (const item of items) await store.put(item);
  assertFound([await store.get(first)], [first], store);
  assertFound(await store.query(first.owner), items, store);

  let turn = 0;
  return {
    put: { start: () => store.put(items[turn++ % items.length]) },
    get: { start: () => store.get(first) },
    "query of 100": { start: () => store.query(first.owner) },
  };
}

function createTable(client, table) {
  const attribute = (AttributeName, KeyType) => ({ AttributeName, KeyType });
  const input = {
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["PK", "SK"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [attribute("PK", "HASH"), attribute("SK", "RANGE")],
  };
  return client.send(new CreateTableCommand(input));
}
