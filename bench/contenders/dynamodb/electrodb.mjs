import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { Entity } from "electrodb";

export const name = "ElectroDB";
export const packages = ["electrodb"];
export const modules = ["electrodb"];
export const bundle = 'export { Entity } from "electrodb";';

const required = (type, rest = {}) => ({ type, required: true, ...rest });
const text = required("string");
const number = required("number");
const list = (items) => required("list", { items });
const map = (properties) => required("map", { properties });

const small = {
  owner: text,
  story_id: text,
  title: text,
  content: text,
  likes: number,
  tags: list({ type: "string" }),
  draft: required("boolean"),
  created_at: text,
};

const large = {
  ...small,
  meta: map({
    language: text,
    source: map({ name: text, url: text, verified: required("boolean") }),
    counts: map({ views: number, shares: number, rating: number }),
  }),
  chapters: list(
    map({
      heading: text,
      length: number,
      paragraphs: list({ type: "string" }),
      notes: list(map({ author: text, text, stars: number })),
    }),
  ),
};

// Templates, so that its keys are those of the others.
const indexes = {
  stories: {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: ElectroDB's own templates
    pk: { field: "PK", composite: ["owner"], template: "USER#${owner}", casing: "none" },
    sk: { field: "SK", composite: ["story_id"], template: "STORY#${story_id}", casing: "none" },
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: until here
  },
};

export function open({ client, table, size }) {
  const model = { entity: "story", version: "1", service: "bench" };
  const attributes = size === "small" ? small : large;
  const Story = new Entity(
    { model, attributes, indexes },
    { client: DynamoDBDocumentClient.from(client), table },
  );
  return {
    bookkeeping: ["__edb_e__", "__edb_v__"],
    put: (item) => Story.put(item).go(),
    get: async ({ owner, story_id }) => (await Story.get({ owner, story_id }).go()).data,
    query: async (owner) => (await Story.query.stories({ owner }).go({ pages: "all" })).data,
    putAll: (items) => Story.put(items).go(),
    scan: async (limit) => (await Story.scan.go({ limit })).data,
  };
}
