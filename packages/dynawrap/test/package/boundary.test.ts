import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import { buildFolder } from "./consumer.js";

const budget = 12 * 1024;

interface Boundary {
  readonly entry: string;
  /** Folders and files of the library that loading the entry may load. */
  readonly reaches: readonly string[];
  /** Packages that it may load. */
  readonly packages?: readonly RegExp[];
}

const shared = ["core", "values", "engine"];
const boundaries: readonly Boundary[] = [
  { entry: "index.js", reaches: ["index.js", "core"] },
  { entry: "memory/index.js", reaches: [...shared, "streams", "memory"] },
  {
    entry: "dynamodb/index.js",
    reaches: [...shared, "streams", "dynamodb"],
    packages: [/^@aws-sdk\/client-dynamodb$/],
  },
  // pg and PGlite are structural types to it: it loads neither.
  { entry: "postgres/index.js", reaches: [...shared, "streams", "postgres"] },
  // The backends and their drivers come by import(), when a URL asks for them.
  { entry: "connect.js", reaches: ["core", "connect.js"] },
  { entry: "streams/index.js", reaches: ["core", "values", "streams"] },
  { entry: "testing/index.js", reaches: [...shared, "testing"], packages: [/^node:/] },
  {
    entry: "testing/oracle.js",
    reaches: [...shared, "streams", "memory", "testing"],
    packages: [/^node:/, /^fast-check$/],
  },
];

describe("loading an entry", () => {
  for (const { entry, reaches, packages = [] } of boundaries) {
    it(`${entry} loads nothing beyond its boundary`, async () => {
      const loaded = reach(await bundle([entry]), entry);
      const strays = loaded.files.map(placeOf).filter((place) => !reaches.includes(place));
      expect([...new Set(strays)]).toEqual([]);
      expect(loaded.packages.filter((name) => !packages.some((allowed) => allowed.test(name)))).toEqual([]);
    });
  }
});

describe("the bundle", () => {
  it("of the core and the DynamoDB backend stays within its budget", async () => {
    for (const { entry } of boundaries) console.log(`${entry}: ${await size([entry])} bytes`);
    const bytes = await size(["index.js", "dynamodb/index.js"]);
    console.log(`core and dynamodb together: ${bytes} of ${budget} bytes`);
    expect(bytes).toBeLessThanOrEqual(budget);
  });
});

/** Minified and gzipped, packages outside; what is loaded on demand does not count. */
async function size(entries: readonly string[]): Promise<number> {
  const { outputFiles } = await bundle(entries);
  const main = outputFiles.find((file) => file.path.endsWith("stdin.js"));
  return gzipSync(main?.contents ?? "", { level: 9 }).length;
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

/** What a module loads statically, itself included. */
function reach({ metafile }: { readonly metafile: Metafile }, entry: string) {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind === "dynamic-import") continue;
      if (external) packages.add(path);
      else visit(path);
    }
  };
  visit(entry);
  return { files: [...files], packages: [...packages] };
}

function placeOf(file: string): string {
  return file.split("/")[0] ?? file;
}
