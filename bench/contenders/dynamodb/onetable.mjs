import { Table } from "dynamodb-onetable";

export const name = "dynamodb-onetable";
export const packages = ["dynamodb-onetable"];
export const modules = ["dynamodb-onetable"];
export const bundle = 'export { Table } from "dynamodb-onetable";';

const text = { type: String, required: true };
const number = { type: Number, required: true };
const flag = { type: Boolean, required: true };
const map = (schema) => ({ type: Object, required: true, schema });
const list = (items) => ({ type: Array, required: true, items });

const small = {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: OneTable's own templates
  PK: { type: String, value: "USER#${owner}" },
  SK: { type: String, value: "STORY#${story_id}" },
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: until here
  owner: text,
  story_id: text,
  title: text,
  content: text,
  likes: number,
  tags: list({ type: String }),
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
      paragraphs: list({ type: String }),
      notes: list({ type: Object, schema: { author: text, text, stars: number } }),
    },
  }),
};

export function open({ client, table: name, size }) {
  const schema = {
    format: "onetable:1.1.0",
    version: "0.0.1",
    indexes: { primary: { hash: "PK", sort: "SK" } },
    models: { Story: size === "small" ? small : large },
    params: { isoDates: false, timestamps: false },
  };
  const table = new Table({ client, name, schema, partial: false });
  const Story = table.getModel("Story");
  return {
    bookkeeping: ["_type"],
    // Without `exists: null` a put is made conditional.
    put: (item) => Story.create(item, { exists: null }),
    get: ({ owner, story_id }) => Story.get({ owner, story_id }),
    query: (owner) => Story.find({ owner }),
    async putAll(items) {
      const batch = {};
      for (const item of items) await Story.create(item, { batch, exists: null });
      await table.batchWrite(batch);
    },
    scan: (limit) => Story.scan({}, { limit, maxPages: 1 }),
  };
}
