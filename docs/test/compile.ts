import { join } from "node:path";
import ts from "typescript";
import { annotationsOf, reads } from "./annotation.js";
import type { Module } from "./page.js";

/**
 * Compiles modules of pages against the library's source, as the workspace is compiled. Answers a sentence for each
 * error that a page does not foretell, and for each foretold one that is missing, by page.
 */
export function compileProblems(
  workspace: string,
  modules: readonly Module[],
): ReadonlyMap<Module, readonly string[]> {
  const options = compilerOptions(workspace);
  const files = new Map(
    modules.map((module, index) => [join(workspace, `${module.page}.${index}.ts`), module]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const text = (name: string): string | undefined => {
    const module = files.get(name);
    // Without import or export it would be a script, whose names are everyone's.
    return module && `${withoutRepeatedImports(module.text)}\nexport {};\n`;
  };
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => text(name) ?? readFile(name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const source = text(name);
    if (source === undefined) return getSourceFile(name, languageVersion, ...rest);
    return ts.createSourceFile(name, source, languageVersion);
  };
  const program = ts.createProgram(
    [...files.keys(), join(workspace, "packages/dynawrap/src/index.ts")],
    options,
    host,
  );
  return new Map(
    [...files].map(([name, module]) => {
      const file = program.getSourceFile(name);
      const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [module, problems(module, diagnostics)];
    }),
  );
}

function problems(module: Module, diagnostics: readonly ts.Diagnostic[]): readonly string[] {
  const open = new Set(annotationsOf(module).filter(({ kind }) => kind === "error"));
  const found: string[] = [];
  for (const { file, start = 0, messageText } of diagnostics) {
    const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
    const message = ts.flattenDiagnosticMessageText(messageText, "\n");
    const here = [...open].find(({ from, to }) => from <= line && line <= to);
    if (here !== undefined && reads(inOrder(message), inOrder(here.message))) open.delete(here);
    else found.push(`${module.page}:${line + 1} the compiler says: ${message}`);
  }
  for (const { from, message } of open) {
    found.push(`${module.page}:${from + 1} the compiler does not say: ${message}`);
  }
  return found;
}

/** Lists of fields in one order: the compiler's own changes with whatever else it has seen. */
function inOrder(message: string): string {
  return message.replace(/(?<=which has )\w+(?:, \w+)*/g, (names) => names.split(", ").sort().join(", "));
}

function compilerOptions(workspace: string): ts.CompilerOptions {
  const path = join(workspace, "tsconfig.json");
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, workspace, {}, path);
  // A page shows a thing, and need not use it.
  return { ...options, noUnusedLocals: false, noUnusedParameters: false, noEmit: true };
}

/** The text with each name imported once; lines stay where they are. */
export function withoutRepeatedImports(text: string): string {
  const file = ts.createSourceFile("page.ts", text, ts.ScriptTarget.ESNext, true);
  const seen = new Set<string>();
  let result = text;
  const blank = (node: ts.Node): void => {
    const start = node.getStart(file);
    const end = result.charAt(node.getEnd()) === "," ? node.getEnd() + 1 : node.getEnd();
    result = result.slice(0, start) + result.slice(start, end).replace(/[^\n]/g, " ") + result.slice(end);
  };
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || statement.importClause === undefined) continue;
    const { name, namedBindings } = statement.importClause;
    const names = [
      name,
      ...(namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [namedBindings]),
    ];
    const repeated = names.filter((node) => node !== undefined && seen.has(node.getText(file)));
    for (const node of names) if (node) seen.add(node.getText(file));
    if (repeated.length === names.filter((node) => node !== undefined).length) blank(statement);
    else for (const node of repeated) if (node) blank(node);
  }
  return result;
}
