import { posix } from "node:path";
import ts from "typescript";

/** The source, as `core/pattern.ts` -> its text. */
export type Tree = ReadonlyMap<string, string>;

interface Place {
  readonly floor: number;
  /** Packages that files here may import, `node:*` among them; by default none. */
  readonly packages?: readonly string[];
  /** The only places it may import from, where not all lower floors are meant. */
  readonly only?: readonly string[];
}

const standardSchema = "@standard-schema/spec";

/** Folders and files directly under src. Whoever adds one decides here on which floor it stands. */
const places: Readonly<Record<string, Place>> = {
  core: { floor: 0, packages: [standardSchema] },
  values: { floor: 1 },
  engine: { floor: 2 },
  streams: { floor: 2 },
  memory: { floor: 3 },
  dynamodb: { floor: 3, packages: ["node:", "@aws-sdk/client-dynamodb"] },
  postgres: { floor: 3, packages: ["node:", "pg", "@electric-sql/pglite"] },
  testing: { floor: 4, packages: ["node:", "fast-check"] },
  "connect.ts": { floor: 4, packages: ["node:", "@aws-sdk/client-dynamodb", "pg", "@electric-sql/pglite"] },
  "index.ts": { floor: 4, only: ["core"] },
};

const longest = 350;

/** Every breach of the house rules in a tree, one sentence each; empty when all is well. */
export function breaches(tree: Tree): readonly string[] {
  const files = [...tree];
  return [
    ...files.flatMap(([file, text]) => nameBreaches(file).concat(textBreaches(file, text))),
    ...files.flatMap(([file, text]) =>
      importsOf(text).flatMap((target) => importBreaches(tree, file, target)),
    ),
    ...cycles(tree).map((cycle) => `${cycle.join(" -> ")} is an import cycle`),
  ];
}

/** What a file imports or re-exports, types and `import("…")` included. */
export function importsOf(text: string): readonly string[] {
  const detectDynamicImports = true;
  return ts.preProcessFile(text, true, detectDynamicImports).importedFiles.map(({ fileName }) => fileName);
}

function importBreaches(tree: Tree, file: string, target: string): readonly string[] {
  const home = placeOf(file);
  const place = places[home];
  if (place === undefined) return [];
  if (!target.startsWith(".")) {
    const allowed = place.packages?.some((name) =>
      name === "node:" ? target.startsWith(name) : target === name,
    );
    return allowed ? [] : [`${file} imports ${target}, which ${home} may not`];
  }
  const resolved = resolve(file, target);
  if (!tree.has(resolved)) return [`${file} imports ${target}, which is not there`];
  const neighbour = placeOf(resolved);
  if (neighbour === home) return [];
  if (place.only && !place.only.includes(neighbour)) {
    return [`${file} imports ${resolved}: ${home} imports only ${place.only.join(", ")}`];
  }
  const floor = places[neighbour]?.floor ?? Number.POSITIVE_INFINITY;
  if (floor < place.floor) return [];
  return [`${file} (floor ${place.floor}) imports ${resolved} (floor ${floor}): only floors below`];
}

function nameBreaches(file: string): string[] {
  const name = posix.basename(file);
  if (places[placeOf(file)] === undefined) return [`${file}: ${placeOf(file)} has no floor yet`];
  if (/^(utils?|helpers?|misc|common)\.ts$/.test(name)) return [`${file}: name it after what it is about`];
  const kebab = file.split("/").every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.d)?(\.ts)?$/.test(part));
  return kebab ? [] : [`${file}: names are kebab-case`];
}

function textBreaches(file: string, text: string): string[] {
  const lines = text.trimEnd().split("\n").length;
  return [
    ...(lines > longest ? [`${file} has ${lines} lines, more than ${longest}`] : []),
    ...(hasDefaultExport(text) ? [`${file} has a default export`] : []),
  ];
}

function hasDefaultExport(text: string): boolean {
  return parse(text).statements.some((statement) => {
    if (ts.isExportAssignment(statement)) return true;
    if (ts.isExportDeclaration(statement)) {
      const names = statement.exportClause;
      return names && ts.isNamedExports(names) && names.elements.some(({ name }) => name.text === "default");
    }
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  });
}

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile("file.ts", text, ts.ScriptTarget.Latest);
}

/** Each cycle once, as the files on it with the first one again at the end. */
function cycles(tree: Tree): readonly (readonly string[])[] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    for (const target of importsOf(tree.get(file) ?? "")) {
      const resolved = resolve(file, target);
      if (target.startsWith(".") && tree.has(resolved)) visit(resolved, [...path, file]);
    }
    done.add(file);
  };
  for (const file of tree.keys()) visit(file, []);
  return found;
}

/** `core` for `core/pattern.ts`, `connect.ts` for itself. */
function placeOf(file: string): string {
  return file.split("/")[0] ?? file;
}

function resolve(file: string, target: string): string {
  return posix.join(posix.dirname(file), target).replace(/\.js$/, ".ts");
}
