export const name = "ElectroDB";
export const packages = ["electrodb"];

const basics = (n) => `
  const story = (await Story${n}.get({ owner${n}: "o", story_id${n}: "1" }).go()).data;
  const all = (await Story${n}.query.stories({ owner${n}: "o" }).go()).data;
  if (story) await Story${n}.put(story).go();`;

const rest = (n) => `
  Story${n}.query.byTitle${n}({ title: "Dune" }).go();
  Story${n}.query.byTitle${n}({ title: "Dune" }).between({ likes: 1 }, { likes: 9 }).go();
  Story${n}.query.stories({ owner${n}: "o" }).where(({ likes, draft }, { gt, eq }) => \`\${gt(likes, 5)} AND \${eq(draft, true)}\`).go();
  Story${n}.query.stories({ owner${n}: "o" }).where(({ likes, title }, { lt, eq }) => \`\${lt(likes, 5)} OR \${eq(title, "D")}\`).go();
  console.log((await Story${n}.query.stories({ owner${n}: "o" }).go({ attributes: ["likes"] })).data[0]?.likes);`;

const module = (n, indexes, lines) => `import { Entity } from "electrodb";

export const Story${n} = new Entity(
  {
    model: { entity: "story${n}", version: "1", service: "bench" },
    attributes: {
      owner${n}: { type: "string", required: true },
      story_id${n}: { type: "string", required: true },
      title: { type: "string", required: true },
      content: { type: "string", default: "" },
      likes: { type: "number", required: true },
      tags: { type: "list", items: { type: "string" }, required: true },
      draft: { type: "boolean" },
      meta: {
        type: "map",
        required: true,
        properties: { lang: { type: ["en", "de", "fr"] as const, required: true }, source: { type: "string" } },
      },
    },
    indexes: {
      stories: {
        pk: { field: "PK", composite: ["owner${n}"] },
        sk: { field: "SK", composite: ["story_id${n}"] },
      },${indexes}
    },
  },
  { table: "stories" },
);
const slug = (story: { readonly title: string }): string => story.title.toLowerCase();
export async function use${n}(): Promise<string> {${lines}
  return (story ? slug(story) : "") + all.map((one) => one.meta.lang).join();
}
`;

export const simple = (n) => module(n, "", basics(n));

export const full = (n) =>
  module(
    n,
    `
      byTitle${n}: {
        index: "GSI1",
        pk: { field: "GSI1PK", composite: ["title"] },
        sk: { field: "GSI1SK", composite: ["likes"] },
      },`,
    basics(n) + rest(n),
  );
