export const name = "dynamodb-toolbox";
export const packages = ["dynamodb-toolbox"];

/** What the models' modules share. */
export const shared = {
  "table.ts": `import { Table } from "dynamodb-toolbox";
export const table = new Table({
  name: "stories",
  partitionKey: { name: "PK", type: "string" },
  sortKey: { name: "SK", type: "string" },
  indexes: {
    byTitle: {
      type: "global",
      partitionKey: { name: "GSI1PK", type: "string" },
      sortKey: { name: "GSI1SK", type: "number" },
    },
  },
});
`,
};

const basics = (n) => `
  const { Item: story } = await Story${n}.build(GetItemCommand).key({ owner${n}: "o", story_id${n}: "1" }).send();
  const stories = table.build(QueryCommand).entities(Story${n}).query({ partition: "USER#o", range: { beginsWith: "STORY${n}#" } });
  const { Items: all = [] } = await stories.send();
  if (story) await Story${n}.build(PutItemCommand).item(story).send();`;

const rest = (n) => `
  const titled = table.build(QueryCommand).entities(Story${n});
  titled.query({ index: "byTitle", partition: "TITLE${n}#Dune" }).send();
  titled.query({ index: "byTitle", partition: "TITLE${n}#Dune", range: { between: [1, 9] } }).send();
  stories.options({ filters: { story${n}: { and: [{ attr: "likes", gt: 5 }, { attr: "draft", eq: true }] } } }).send();
  stories.options({ filters: { story${n}: { or: [{ attr: "likes", lt: 5 }, { attr: "title", eq: "D" }] } } }).send();
  console.log((await stories.options({ attributes: ["likes"] }).send()).Items?.[0]?.likes);`;

const module = (n, index, lines) => `import {
  boolean, Entity, GetItemCommand, item, list, map, nul, number, PutItemCommand, QueryCommand, string, anyOf,
} from "dynamodb-toolbox";
import { table } from "./table.js";

export const Story${n} = new Entity({
  name: "story${n}",
  table,
  schema: item({
    owner${n}: string().key(),
    story_id${n}: string().key(),
    title: string(),
    content: string().default(""),
    likes: number(),
    tags: list(string()),
    draft: boolean().optional(),
    meta: map({ lang: string().enum("en", "de", "fr"), source: anyOf(string(), nul()) }),
  })${index},
  computeKey: ({ owner${n}, story_id${n} }) => ({ PK: \`USER#\${owner${n}}\`, SK: \`STORY${n}#\${story_id${n}}\` }),
  timestamps: false,
});
const slug = (story: { readonly title: string }): string => story.title.toLowerCase();
export async function use${n}(): Promise<string> {${lines}
  return (story ? slug(story) : "") + all.map((one) => one.meta.lang).join();
}
`;

export const simple = (n) => module(n, "", basics(n));

export const full = (n) =>
  module(
    n,
    `.and((fields) => ({
    GSI1PK: string().link<typeof fields>(({ title }) => \`TITLE${n}#\${title}\`),
    GSI1SK: number().link<typeof fields>(({ likes }) => likes),
  }))`,
    basics(n) + rest(n),
  );
