import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { compileProblems } from "./compile.js";
import { runProblems } from "./execute.js";
import { blocksOf, type Module, modulesOf, uncheckedBlocks } from "./page.js";

const workspace = fileURLToPath(new URL("../..", import.meta.url));

const pages = ["README.md", "docs", "packages/dynawrap/README.md", "examples"].flatMap(pagesUnder);

function pagesUnder(path: string): string[] {
  if (path.endsWith(".md")) return [path];
  return readdirSync(join(workspace, path), { withFileTypes: true })
    .filter(({ name }) => !["node_modules", "dist"].includes(name))
    .flatMap((entry) => {
      if (entry.isDirectory()) return pagesUnder(`${path}/${entry.name}`);
      return entry.name.endsWith(".md") ? [`${path}/${entry.name}`] : [];
    });
}

/** Embedded PostgreSQL and the compiler take their time on a busy machine; in milliseconds. */
const patience = 120_000;

const textOf = (page: string) => readFileSync(join(workspace, page), "utf8");

/** What the snippets of the pages may import. */
const packages = [
  "dynawrap",
  "dynawrap/connect",
  "dynawrap/dynamodb",
  "dynawrap/memory",
  "dynawrap/postgres",
  "dynawrap/streams",
  "dynawrap/testing",
  "dynawrap/testing/oracle",
  "@aws-sdk/client-dynamodb",
  "@electric-sql/pglite",
  "arktype",
  "pg",
  "valibot",
  "zod",
];

async function load(name: string): Promise<object> {
  if (!packages.includes(name)) throw new Error(`The snippets may not import ${name}.`);
  return import(name);
}

const modules = new Map(pages.map((page) => [page, modulesOf(page, textOf(page))]));

describe("the snippets", () => {
  let problems: ReadonlyMap<Module, readonly string[]>;
  beforeAll(() => {
    problems = compileProblems(workspace, [...modules.values()].flat());
  }, patience);

  it("are on pages that are found", () => {
    expect(pages).toContain("README.md");
    expect(pages).toContain("docs/keys.md");
    expect(pages.length).toBeGreaterThan(15);
  });

  it.each(pages)("of %s compile, with exactly the errors that it shows", (page) => {
    expect(uncheckedBlocks(textOf(page))).toEqual([]);
    expect((modules.get(page) ?? []).flatMap((module) => problems.get(module) ?? [])).toEqual([]);
  });

  it.each(pages)("of %s do what it says", { timeout: patience }, async (page) => {
    for (const module of modules.get(page) ?? []) expect(await runProblems(module, load)).toEqual([]);
  });

  it("are run, but for those that need a server, an account or a test runner", () => {
    const idle = pages.flatMap((page) => {
      const blocks = blocksOf(textOf(page)).filter(({ options }) => options === "no-run");
      return blocks.length === 0 ? [] : [`${page}: ${blocks.length}`];
    });
    expect(idle).toEqual(["README.md: 1", "docs/streams.md: 1", "docs/testing.md: 1"]);
  });
});

describe("the links", () => {
  it.each(pages)("of %s lead somewhere", (page) => {
    const text = textOf(page);
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const dead = targets.filter((target) => {
      if (/^https:/.test(target)) return false;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? join(workspace, page) : join(workspace, dirname(page), path);
      if (!existsSync(file)) return true;
      return anchor !== undefined && !anchorsOf(relative(workspace, file)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });
});

/** The anchors that headings get, as code hosts make them. */
function anchorsOf(page: string): readonly string[] {
  return textOf(page)
    .split("\n")
    .flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? [])
    .map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replace(/\s/g, "-"),
    );
}
