import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Consumer, createConsumer } from "../package/consumer.js";
import { type Compiler, compile, compilers, diagnosticsIn } from "./compiler.js";

const models = 100;
const allowed = 3000;
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

const withLibrary = (index: number) => `import { type Backend, DBItem } from "dynawrap";
import { z } from "zod";
${schema(index)}
export class Story${index} extends DBItem({
  pk: "USER#{owner${index}}",
  sk: "STORY${index}#{story_id${index}}",
  schema: schema${index},
}) {
  get slug(): string {
    return this.title.toLowerCase();
  }
}
export async function use${index}(backend: Backend): Promise<string> {
  const story = await backend.get("stories", Story${index}, { owner${index}: "o", story_id${index}: "1" });
  const all = await backend.query("stories", Story${index}, { owner${index}: "o" }).all();
  if (story) await backend.save("stories", story);
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
    it(`costs TypeScript ${compiler.version} at most ${allowed} instantiations`, {
      timeout: patience,
    }, async () => {
      const plain = await instantiations(compiler, "plain", withoutLibrary);
      const withModels = await instantiations(compiler, "models", withLibrary);
      const each = Math.round((withModels - plain) / models);
      console.log(`TypeScript ${compiler.version}: ${each} instantiations for each model beyond its schema`);
      expect(each).toBeLessThanOrEqual(allowed);
    });
  }
});

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
