import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Consumer, createConsumer } from "../package/consumer.js";
import { type Compiler, compile, compilers, diagnosticsIn } from "./compiler.js";

const models = 40;
const patience = 180_000;

let consumer: Consumer;
beforeAll(async () => {
  consumer = await createConsumer({ neighbours: "all" });
});
afterAll(() => consumer?.remove());

const schema = (index: number) => `
const schema${index} = z.object({
  owner${index}: z.string(),
  story_id${index}: z.string(),
  title: z.string(),
  content: z.string().default(""),
  likes: z.number().int(),
  tags: z.array(z.string()),
  draft: z.boolean().optional(),
  meta: z.object({ lang: z.enum(["en", "de", "fr"]), source: z.string().nullable() }),
});`;

/** What a module does with its model, beside defining it. */
interface Use {
  readonly title: string;
  readonly allowed: number;
  readonly imports?: string;
  /** Further lines of the definition. */
  readonly definition?: (index: number) => string;
  readonly lines: (index: number) => string;
}

const basics = (index: number) => `
  const story = await backend.get("stories", Story${index}, { owner${index}: "o", story_id${index}: "1" });
  const all = await backend.query("stories", Story${index}, { owner${index}: "o" }).all();
  if (story) await backend.save("stories", story);`;

const indexes = (index: number) => `
  indexes: { byTitle${index}: { index: "GSI1", pk: "TITLE${index}#{title}", sk: "{likes:08d}" } },`;

const uses: readonly Use[] = [
  { title: "get, query and save", allowed: 1500, lines: basics },
  {
    title: "these, an index, a range, a condition and picked fields",
    allowed: 3000,
    imports: "anyOf, between, gt, lt",
    definition: indexes,
    lines: (index) => `${basics(index)}
  backend.query("stories", Story${index}, { title: "Dune" }, { index: "byTitle${index}" });
  backend.query("stories", Story${index}, { title: "Dune", likes: between(1, 9) }, { index: "byTitle${index}" });
  backend.query("stories", Story${index}, { owner${index}: "o" }, { where: { likes: gt(5), draft: true } });
  backend.query("stories", Story${index}, { owner${index}: "o" }, { where: anyOf({ likes: lt(5) }, { title: "D" }) });
  console.log((await backend.query("stories", Story${index}, { owner${index}: "o" }, { pick: ["likes"] }).all())[0]?.likes);`,
  },
  {
    title: "these, a table, a collection, an update and a transaction",
    allowed: 4500,
    imports: "Table",
    lines: (index) => `${basics(index)}
  class User extends DBItem({ pk: "USER#{name${index}}", sk: "PROFILE", schema: z.object({ name${index}: z.string() }) }) {}
  const app = new Table("app", { models: [User, Story${index}] });
  const key = { owner${index}: "o", story_id${index}: "1" };
  const [users, stories] = await backend.collection(app, [User, Story${index}], { name${index}: "o", owner${index}: "o" }).group();
  await backend.update(app, Story${index}, key, (one) => one.with({ likes: one.likes + 1 }));
  await backend.transact((tx) => {
    tx.save(app, users[0] ?? new User({ name${index}: "o" }), { ifAbsent: true });
    tx.check(app, Story${index}, key, { likes: stories.length });
  });`,
  },
];

const withLibrary =
  ({ imports, definition, lines }: Use) =>
  (index: number) =>
    `import { type Backend, DBItem${imports ? `, ${imports}` : ""} } from "dynawrap";
import { z } from "zod";
${schema(index)}
export class Story${index} extends DBItem({
  pk: "USER#{owner${index}}",
  sk: "STORY${index}#{story_id${index}}",${definition?.(index) ?? ""}
  schema: schema${index},
}) {
  get slug(): string {
    return this.title.toLowerCase();
  }
}
export async function use${index}(backend: Backend): Promise<string> {${lines(index)}
  return (story?.slug ?? "") + all.map((one) => one.meta.lang).join();
}
`;

const withoutLibrary = (index: number) => `import { z } from "zod";
${schema(index)}
export class Story${index} {
  constructor(readonly fields: z.output<typeof schema${index}>) {}
  get slug(): string {
    return this.fields.title.toLowerCase();
  }
}
export async function use${index}(stories: readonly Story${index}[]): Promise<string> {
  const story = stories[0];
  return (story?.slug ?? "") + stories.map((one) => one.fields.meta.lang).join();
}
`;

describe("a model of 8 fields", () => {
  for (const compiler of compilers.filter(({ version }) => version !== "5.4")) {
    const { version } = compiler;
    for (const [place, use] of uses.entries()) {
      it(`costs TypeScript ${version} at most ${use.allowed} instantiations for ${use.title}`, {
        timeout: patience,
      }, async () => {
        const plain = await plainCost(compiler);
        const withModels = await instantiations(compiler, `models-${place}`, withLibrary(use));
        const each = Math.round((withModels - plain) / models);
        console.log(
          `TypeScript ${version}: ${each} instantiations for each model beyond its schema: ${use.title}`,
        );
        expect(each).toBeLessThanOrEqual(use.allowed);
      });
    }
  }
});

const costs = new Map<Compiler, Promise<number>>();

function plainCost(compiler: Compiler): Promise<number> {
  const cost = costs.get(compiler) ?? instantiations(compiler, "plain", withoutLibrary);
  costs.set(compiler, cost);
  return cost;
}

async function instantiations(
  compiler: Compiler,
  name: string,
  source: (index: number) => string,
): Promise<number> {
  const project = join(consumer.directory, `${name}-${compiler.version}`);
  await mkdir(join(project, "src"), { recursive: true });
  for (let index = 0; index < models; index++) {
    await writeFile(join(project, "src", `story-${index}.ts`), source(index));
  }
  const flags = { noEmit: true, skipLibCheck: true, extendedDiagnostics: true };
  const output = await compile(compiler, project, flags);
  expect(diagnosticsIn(output)).toEqual([]);
  const [, count] = /^Instantiations:\s+(\d+)$/m.exec(output) ?? [];
  if (count === undefined) throw new Error(`no count of instantiations in: ${output}`);
  return Number(count);
}
