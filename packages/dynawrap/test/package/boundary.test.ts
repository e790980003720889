import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { buildFolder, packageFolder } from "./consumer.js";

/** What every operation of the whole interface weighs together; nobody adds to it without a look at what it buys. */
const budget = 40 * 1024;

interface Boundary {
  readonly entry: string;
  /** Folders and files of the source that loading the entry may load. */
  readonly reaches: readonly string[];
  /** Packages that it may load. */
  readonly packages?: readonly RegExp[];
}

const shared = ["core", "values", "engine"];
const boundaries: readonly Boundary[] = [
  { entry: "index.js", reaches: ["core"] },
  { entry: "memory/index.js", reaches: [...shared, "streams", "memory"] },
  {
    entry: "dynamodb/index.js",
    reaches: [...shared, "streams", "dynamodb"],
    packages: [/^@aws-sdk\/client-dynamodb$/],
  },
  // pg and PGlite are structural types to it: it loads neither.
  { entry: "postgres/index.js", reaches: [...shared, "streams", "postgres"] },
  // The backends and their drivers come by import(), when a URL asks for them.
  { entry: "connect.js", reaches: ["core", "connect.ts"] },
  { entry: "streams/index.js", reaches: ["core", "values", "streams"] },
  { entry: "testing/index.js", reaches: [...shared, "streams", "testing"], packages: [/^node:/] },
  {
    entry: "testing/oracle.js",
    reaches: [...shared, "streams", "memory", "testing"],
    packages: [/^node:/, /^fast-check$/],
  },
];

describe("loading an entry", () => {
  for (const { entry, reaches, packages = [] } of boundaries) {
    it(`${entry} loads nothing beyond its boundary`, async () => {
      const { metafile } = await bundle([entry]);
      const loaded = staticReach(metafile.inputs, entry);
      const sources = loaded.files.flatMap(sourcesOf);
      expect(sources).not.toEqual([]);
      expect(sources.filter((source) => !reaches.includes(placeOf(source)))).toEqual([]);
      expect(loaded.packages.filter((name) => !packages.some((allowed) => allowed.test(name)))).toEqual([]);
    });
  }
});

describe("the modules of the build", () => {
  const folder = buildFolder();
  const modules = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );

  it("are few, and none holds what another one holds", () => {
    expect(modules.length).toBeLessThan(20);
    const sources = modules.flatMap(sourcesOf);
    expect(sources.filter((source, place) => sources.indexOf(source) !== place)).toEqual([]);
  });

  it("name their classes as the source does, though one of two of a name is renamed", () => {
    const texts = modules.map((file) => readFileSync(join(folder, file), "utf8"));
    const found = (pattern: RegExp) =>
      texts.flatMap((text) => Array.from(text.matchAll(pattern), ([, name]) => name)).sort();
    expect(found(/(\w+)\$\d+ = class\b/g)).toEqual(found(/__name\(this, "(\w+)"\)/g));
  });
});

describe("the bundle", () => {
  for (const { entry } of boundaries) {
    it(`of ${entry} is measured`, async () => {
      const bytes = await size([entry]);
      console.log(`${entry}: ${bytes} bytes`);
      expect(bytes).toBeGreaterThan(0);
    });
  }

  it("of the core and the DynamoDB backend stays within its budget", async () => {
    const bytes = await size(["index.js", "dynamodb/index.js"]);
    console.log(`core and dynamodb together: ${bytes} of ${budget} bytes`);
    expect(bytes).toBeLessThanOrEqual(budget);
  });
});

/** Minified and gzipped, packages outside; what is loaded on demand does not count. */
async function size(entries: readonly string[]): Promise<number> {
  const { outputFiles, metafile } = await bundle(entries);
  const loaded = staticReach(metafile.outputs, "bundle/stdin.js").files;
  const chunks = outputFiles.filter(({ path }) => loaded.some((chunk) => path.endsWith(chunk)));
  return gzipSync(chunks.map(({ text }) => text).join(""), { level: 9 }).length;
}

function bundle(entries: readonly string[]) {
  const folder = buildFolder();
  return build({
    stdin: {
      contents: entries.map((entry) => `export * from "./${entry}";`).join("\n"),
      resolveDir: folder,
    },
    absWorkingDir: folder,
    outdir: "bundle",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    packages: "external",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
}

type Graph = Readonly<
  Record<string, { readonly imports: readonly { path: string; kind?: string; external?: boolean }[] }>
>;

/** What a module of a bundle's metafile loads at once, itself included: not what `import()` brings later. */
function staticReach(graph: Graph, entry: string) {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind, external } of graph[file]?.imports ?? []) {
      if (kind === "dynamic-import") continue;
      if (external) packages.add(path);
      else visit(path);
    }
  };
  visit(entry);
  return { files: [...files], packages: [...packages] };
}

/** The files of the source that stand in a module of the build, relative to `src`. One that only re-exports has none. */
function sourcesOf(module: string): readonly string[] {
  const map = join(buildFolder(), `${module}.map`);
  if (!existsSync(map)) return [];
  const { sources }: { readonly sources: readonly string[] } = JSON.parse(readFileSync(map, "utf8"));
  const folder = join(packageFolder, "src");
  return sources.map((source) => relative(folder, join(dirname(map), source)).replaceAll("\\", "/"));
}

function placeOf(source: string): string {
  return source.split("/")[0] ?? source;
}
