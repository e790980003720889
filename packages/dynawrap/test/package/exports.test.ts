import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildFolder, type Consumer, createConsumer, modulesFolder, packageFolder, run } from "./consumer.js";

interface Target {
  readonly types: string;
  readonly default: string;
}
const manifest = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
const { "./package.json": _manifest, ...entries }: Record<string, Target> = manifest.exports;
const specifiers = Object.keys(entries).map((entry) => entry.replace(".", "dynawrap"));

/** Entries that are of no use without the package they extend. */
const needsPeer = ["dynawrap/dynamodb", "dynawrap/testing/oracle"];

let consumer: Consumer;
beforeAll(async () => {
  consumer = await createConsumer();
});
afterAll(() => consumer?.remove());

describe("the exports of package.json", () => {
  it.for(Object.entries(entries))("point %s at a built module with its types", ([, target]) => {
    expect(target.default).toMatch(/^\.\/dist\/.*\.js$/);
    expect(target.types).toBe(target.default.replace(/\.js$/, ".d.ts"));
    expect([target.default, target.types].filter((file) => !existsSync(join(packageFolder, file)))).toEqual(
      [],
    );
  });

  it("name every module of the build that looks like an entry", () => {
    const built = readdirSync(buildFolder(), { recursive: true, encoding: "utf8" });
    const entrances = built.filter((file) => /^([^/]+\.js|.*\/index\.js)$/.test(file.replaceAll("\\", "/")));
    const exported = Object.values(entries).map((target) => target.default);
    expect(entrances.map((file) => `./dist/${file}`).filter((file) => !exported.includes(file))).toEqual([]);
  });

  it.for(specifiers)("lead a fresh process to %s", async (specifier) => {
    await importFrom(packageFolder, specifier);
  });

  it.for(specifiers.filter((specifier) => !needsPeer.includes(specifier)))(
    "lead to %s with no optional peer installed",
    async (specifier) => {
      await importFrom(consumer.directory, specifier);
    },
  );
});

describe("the packed package", () => {
  it("holds the build and nothing else", () => {
    const beside = consumer.files.filter((file) => !/^dist\/.*\.(js|d\.ts)(\.map)?$/.test(file));
    expect(beside.filter((file) => !/^(package\.json|README\.md|LICENSE)$/.test(file))).toEqual([]);
  });

  it("satisfies publint", async () => {
    const tarball = new Uint8Array(readFileSync(consumer.tarball)).buffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("satisfies are-the-types-wrong, as an ESM package", async () => {
    const attw = join(modulesFolder, "@arethetypeswrong/cli/dist/index.js");
    const args = [attw, consumer.tarball, "--profile", "esm-only", "--no-color"];
    await run(process.execPath, args).catch(({ stdout }) => expect.fail(stdout));
  });
});

function importFrom(directory: string, specifier: string): Promise<unknown> {
  return run(process.execPath, ["--input-type=module", "-e", `await import("${specifier}")`], {
    cwd: directory,
  });
}
