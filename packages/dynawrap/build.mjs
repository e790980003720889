// Writes the modules of dist: one for each entry of package.json, and in dist/shared one for each floor that several of
// them stand on, since every module costs an import half a millisecond. Nothing is minified. The declarations are tsc's.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const { exports } = JSON.parse(await readFile(new URL("package.json", import.meta.url), "utf8"));
const entries = Object.values(exports)
  .map((target) => /^\.\/dist\/(.*)\.js$/.exec(target.default)?.[1])
  .filter((entry) => entry !== undefined);

/** Modules of dist/shared, and the folders of src that go into them. A folder that a module stands on comes before it. */
const floors = { core: ["core"], values: ["values", "streams"], engine: ["engine"], memory: ["memory"] };
/** What of a folder other entries alone need goes to the next module that stands on it. */
const roots = { core: /[\\/]src[\\/]index\.ts$/ };

await build({
  cwd: fileURLToPath(new URL(".", import.meta.url)),
  input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
  tsconfig: "tsconfig.build.json",
  platform: "neutral",
  external: /^[^./]/,
  transform: { target: "es2022" },
  output: {
    dir: "dist",
    sourcemap: true,
    keepNames: true,
    // Docstrings are in the declarations; what tells a bundler that a call has no effect stays.
    comments: { annotation: true, jsdoc: false, legal: false },
    // The modules import from each other by the names of the source.
    minifyInternalExports: false,
    chunkFileNames: "shared/[name].js",
    codeSplitting: {
      groups: Object.entries(floors).map(([name, folders]) => ({
        name: (file, graph) =>
          isIn(folders, file) && isLoadedAtOnce(file, graph, roots[name]) ? name : undefined,
        debugName: name,
      })),
    },
  },
});

function isIn(folders, file) {
  return folders.includes(/[\\/]src[\\/](\w+)[\\/][^\\/]+$/.exec(file)?.[1]);
}

/** Whether an entry loads a file without `import()`; with it, a file gets a module of its own. */
function isLoadedAtOnce(file, graph, root = /./, seen = new Set()) {
  if (seen.has(file)) return false;
  seen.add(file);
  const { isEntry, importers } = graph.getModuleInfo(file);
  if (isEntry && root.test(file)) return true;
  return importers.some((importer) => isLoadedAtOnce(importer, graph, root, seen));
}
