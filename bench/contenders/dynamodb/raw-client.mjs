import {
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

export const name = "raw client, marshall";
export const packages = ["@aws-sdk/client-dynamodb", "@aws-sdk/util-dynamodb"];

export function open({ client, table }) {
  const key = ({ owner, story_id }) => ({ PK: `USER#${owner}`, SK: `STORY#${story_id}` });
  const row = (item) => marshall({ ...key(item), ...item });
  return {
    leaves: ["PK", "SK"],
    put: (item) => client.send(new PutItemCommand({ TableName: table, Item: row(item) })),
    async get(item) {
      const input = { TableName: table, Key: marshall(key(item)) };
      const { Item } = await client.send(new GetItemCommand(input));
      return Item && unmarshall(Item);
    },
    async query(owner) {
      const items = [];
      let ExclusiveStartKey;
      do {
        const input = {
          TableName: table,
          KeyConditionExpression: "PK = :pk AND begins_with(SK, :sk)",
          ExpressionAttributeValues: marshall({ ":pk": `USER#${owner}`, ":sk": "STORY#" }),
          ExclusiveStartKey,
        };
        const { Items, LastEvaluatedKey } = await client.send(new QueryCommand(input));
        for (const item of Items) items.push(unmarshall(item));
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return items;
    },
    putAll(items) {
      const requests = items.map((item) => ({ PutRequest: { Item: row(item) } }));
      return client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    },
    async scan(limit) {
      const { Items } = await client.send(new ScanCommand({ TableName: table, Limit: limit }));
      return Items.map((item) => unmarshall(item));
    },
  };
}
