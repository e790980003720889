import { DynamoDB } from "@aws-sdk/client-dynamodb";
import dynamoose from "dynamoose";

export const name = "Dynamoose";
export const packages = ["dynamoose"];
export const modules = ["dynamoose"];
export const bundle = 'export { default } from "dynamoose";';

const text = { type: String, required: true };
const number = { type: Number, required: true };
const flag = { type: Boolean, required: true };
const map = (schema) => ({ type: Object, required: true, schema });
const list = (item) => ({ type: Array, required: true, schema: [item] });

const small = {
  PK: { type: String, hashKey: true },
  SK: { type: String, rangeKey: true },
  owner: text,
  story_id: text,
  title: text,
  content: text,
  likes: number,
  tags: list(String),
  draft: flag,
  created_at: text,
};

const large = {
  ...small,
  meta: map({
    language: text,
    source: map({ name: text, url: text, verified: flag }),
    counts: map({ views: number, shares: number, rating: number }),
  }),
  chapters: list({
    type: Object,
    schema: {
      heading: text,
      length: number,
      paragraphs: list(String),
      notes: list({ type: Object, schema: { author: text, text, stars: number } }),
    },
  }),
};

export function open({ client, table, size }) {
  // It calls the methods of the SDK's aggregated client.
  const { region, credentials, endpoint, requestHandler } = client.config;
  const instance = new dynamoose.Instance();
  instance.aws.ddb.set(new DynamoDB({ region, credentials, requestHandler, ...(endpoint && { endpoint }) }));
  const schema = new dynamoose.Schema(size === "small" ? small : large);
  const Story = dynamoose.model(`${size}-story`, schema);
  new instance.Table(table, [Story], { create: false, waitForActive: false });
  const key = ({ owner, story_id }) => ({ PK: `USER#${owner}`, SK: `STORY#${story_id}` });
  return {
    leaves: ["PK", "SK"],
    plain: (item) => item.toJSON(),
    put: (item) => Story.create({ ...key(item), ...item }, { overwrite: true }),
    get: (item) => Story.get(key(item)),
    query: (owner) => Story.query("PK").eq(`USER#${owner}`).where("SK").beginsWith("STORY#").all().exec(),
    putAll: (items) => Story.batchPut(items.map((item) => ({ ...key(item), ...item }))),
    scan: (limit) => Story.scan().limit(limit).exec(),
  };
}
