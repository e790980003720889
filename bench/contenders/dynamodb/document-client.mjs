import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/lib-dynamodb";

export const name = "DocumentClient";
export const packages = ["@aws-sdk/lib-dynamodb"];
/** What the others are measured by. */
export const baseline = true;

export function open({ client, table }) {
  const documents = DynamoDBDocumentClient.from(client);
  const key = ({ owner, story_id }) => ({ PK: `USER#${owner}`, SK: `STORY#${story_id}` });
  return {
    leaves: ["PK", "SK"],
    put: (item) => documents.send(new PutCommand({ TableName: table, Item: { ...key(item), ...item } })),
    async get(item) {
      const { Item } = await documents.send(new GetCommand({ TableName: table, Key: key(item) }));
      return Item;
    },
    async query(owner) {
      const items = [];
      let ExclusiveStartKey;
      do {
        const input = {
          TableName: table,
          KeyConditionExpression: "PK = :pk AND begins_with(SK, :sk)",
          ExpressionAttributeValues: { ":pk": `USER#${owner}`, ":sk": "STORY#" },
          ExclusiveStartKey,
        };
        const { Items, LastEvaluatedKey } = await documents.send(new QueryCommand(input));
        for (const item of Items) items.push(item);
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return items;
    },
    putAll(items) {
      const requests = items.map((item) => ({ PutRequest: { Item: { ...key(item), ...item } } }));
      return documents.send(new BatchWriteCommand({ RequestItems: { [table]: requests } }));
    },
    async scan(limit) {
      const { Items } = await documents.send(new ScanCommand({ TableName: table, Limit: limit }));
      return Items;
    },
  };
}
