import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"; import { DynamoDBBackend } from "dynawrap/dynamodb"; import { it } from "vitest"; import { dynamodbConfig, freshTable } from "../../packages/dynawrap/test/backends.js";
it("x", async () => {
  const c = new DynamoDBClient(dynamodbConfig()); const t = await freshTable(new DynamoDBBackend(c));
  for (let n = 29; n < 36; n++) { let v: any = { N: "1" }; for (let i = 0; i < n; i++) v = { L: [v] };
   try { await c.send(new PutItemCommand({ TableName: t, Item: { PK: { S: "a" }, SK: { S: "a" }, v } })); console.log(n, "ok") } catch (e: any) { console.log(n, e.message) } }
}, 120000);
