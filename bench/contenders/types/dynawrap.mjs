export const name = "dynawrap, zod";
export const packages = ["dynawrap", "zod"];

const schema = (n) => `
const schema${n} = z.object({
  owner${n}: z.string(),
  story_id${n}: z.string(),
  title: z.string(),
  content: z.string().default(""),
  likes: z.number().int(),
  tags: z.array(z.string()),
  draft: z.boolean().optional(),
  meta: z.object({ lang: z.enum(["en", "de", "fr"]), source: z.string().nullable() }),
});`;

const basics = (n) => `
  const story = await backend.get("stories", Story${n}, { owner${n}: "o", story_id${n}: "1" });
  const all = await backend.query("stories", Story${n}, { owner${n}: "o" }).all();
  if (story) await backend.save("stories", story);`;

const rest = (n) => `
  backend.query("stories", Story${n}, { title: "Dune" }, { index: "byTitle${n}" });
  backend.query("stories", Story${n}, { title: "Dune", likes: between(1, 9) }, { index: "byTitle${n}" });
  backend.query("stories", Story${n}, { owner${n}: "o" }, { where: { likes: gt(5), draft: true } });
  backend.query("stories", Story${n}, { owner${n}: "o" }, { where: anyOf({ likes: lt(5) }, { title: "D" }) });
  console.log((await backend.query("stories", Story${n}, { owner${n}: "o" }, { pick: ["likes"] }).all())[0]?.likes);`;

const module = (n, imports, indexes, lines) => `import { type Backend, DBItem${imports} } from "dynawrap";
import { z } from "zod";
${schema(n)}
export class Story${n} extends DBItem({
  pk: "USER#{owner${n}}",
  sk: "STORY${n}#{story_id${n}}",${indexes}
  schema: schema${n},
}) {
  get slug(): string {
    return this.title.toLowerCase();
  }
}
export async function use${n}(backend: Backend): Promise<string> {${lines}
  return (story?.slug ?? "") + all.map((one) => one.meta.lang).join();
}
`;

/** A model of 8 fields, with get, query and save. */
export const simple = (n) => module(n, "", "", basics(n));

/** The same with an index, queries of it, a range, conditions and picked fields. */
export const full = (n) =>
  module(
    n,
    ", anyOf, between, gt, lt",
    `\n  indexes: { byTitle${n}: { index: "GSI1", pk: "TITLE${n}#{title}", sk: "{likes:08d}" } },`,
    basics(n) + rest(n),
  );

/** The schema and a class of the same fields, without the library. */
export const bare = (n) => `import { z } from "zod";
${schema(n)}
export class Story${n} {
  constructor(readonly fields: z.output<typeof schema${n}>) {}
  get slug(): string {
    return this.fields.title.toLowerCase();
  }
}
export async function use${n}(stories: readonly Story${n}[]): Promise<string> {
  const story = stories[0];
  return (story?.slug ?? "") + stories.map((one) => one.fields.meta.lang).join();
}
`;
