import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  BatchPutRequest,
  BatchWriteCommand,
  boolean,
  Entity,
  executeBatchWrite,
  GetItemCommand,
  item,
  list,
  map,
  number,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  string,
  Table,
} from "dynamodb-toolbox";

export const name = "dynamodb-toolbox";
export const packages = ["dynamodb-toolbox"];
export const modules = ["dynamodb-toolbox"];
export const bundle = `export { boolean, Entity, GetItemCommand, item, list, map, number, PutItemCommand, QueryCommand, string, Table }
  from "dynamodb-toolbox";`;

const small = {
  owner: string().key(),
  story_id: string().key(),
  title: string(),
  content: string(),
  likes: number(),
  tags: list(string()),
  draft: boolean(),
  created_at: string(),
};

const large = {
  ...small,
  meta: map({
    language: string(),
    source: map({ name: string(), url: string(), verified: boolean() }),
    counts: map({ views: number(), shares: number(), rating: number() }),
  }),
  chapters: list(
    map({
      heading: string(),
      length: number(),
      paragraphs: list(string()),
      notes: list(map({ author: string(), text: string(), stars: number() })),
    }),
  ),
};

export function open({ client, table: tableName, size }) {
  const table = new Table({
    name: tableName,
    documentClient: DynamoDBDocumentClient.from(client),
    partitionKey: { name: "PK", type: "string" },
    sortKey: { name: "SK", type: "string" },
  });
  const Story = new Entity({
    name: "story",
    table,
    schema: item(size === "small" ? small : large),
    computeKey: ({ owner, story_id }) => ({ PK: `USER#${owner}`, SK: `STORY#${story_id}` }),
    timestamps: false,
  });
  return {
    bookkeeping: ["_et"],
    put: (story) => Story.build(PutItemCommand).item(story).send(),
    async get({ owner, story_id }) {
      const { Item } = await Story.build(GetItemCommand).key({ owner, story_id }).send();
      return Item;
    },
    async query(owner) {
      const { Items } = await table
        .build(QueryCommand)
        .entities(Story)
        .query({ partition: `USER#${owner}`, range: { beginsWith: "STORY#" } })
        .options({ maxPages: Number.POSITIVE_INFINITY })
        .send();
      return Items;
    },
    putAll(stories) {
      const requests = stories.map((story) => Story.build(BatchPutRequest).item(story));
      return executeBatchWrite(table.build(BatchWriteCommand).requests(...requests));
    },
    async scan(limit) {
      const { Items } = await table.build(ScanCommand).entities(Story).options({ limit }).send();
      return Items;
    },
  };
}
