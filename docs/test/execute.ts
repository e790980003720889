import { formatWithOptions, isDeepStrictEqual } from "node:util";
import vm from "node:vm";
import ts from "typescript";
import { annotationsOf, reads, spanOf } from "./annotation.js";
import { withoutRepeatedImports } from "./compile.js";
import type { Module } from "./page.js";

/**
 * Runs a module of a page. Answers a sentence for everything that comes out otherwise than the page says.
 *
 * @param load gives a package by its name.
 */
export async function runProblems(
  module: Module,
  load: (name: string) => Promise<object>,
): Promise<readonly string[]> {
  const text = withoutRepeatedImports(module.text);
  const file = ts.createSourceFile("page.ts", text, ts.ScriptTarget.ESNext, true);
  const expectations = new Map<number, string>();
  const problems: string[] = [];
  const script = rewrite(module, file, expectations, problems);
  const { outputText } = ts.transpileModule(script, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
    },
  });
  const packages = new Map<string, object>();
  for (const [, name = ""] of outputText.matchAll(/require\("([^"]+)"\)/g)) {
    packages.set(name, { ...(await load(name)), __esModule: true });
  }
  const output = new Map<number, string[]>();
  const tools = {
    log: (line: number, ...values: unknown[]) => {
      output.set(line, [...(output.get(line) ?? []), formatWithOptions({ breakLength: 110 }, ...values)]);
    },
    is: (line: number, actual: unknown, expected: unknown) => {
      // A copy without a prototype is what the page shows of an instance.
      const equal = isDeepStrictEqual(plain(actual), plain(expected));
      if (!equal) problems.push(`${module.page}:${line + 1} comes to ${formatWithOptions({}, actual)}`);
    },
    throws: async (line: number, code: string, message: string, run: () => unknown) => {
      try {
        await run();
        problems.push(`${module.page}:${line + 1} throws nothing`);
      } catch (error) {
        const thrown = error as Error & { readonly code?: string };
        const kind = thrown.code ?? thrown.name;
        if (kind !== code || !reads(thrown.message, message)) {
          problems.push(`${module.page}:${line + 1} throws ${kind}: ${thrown.message}`);
        }
      }
    },
  };
  const body = `(async (require, exports, $page) => {${outputText}\n})`;
  try {
    const main = new vm.Script(body, { filename: module.page }).runInThisContext();
    await main((name: string) => packages.get(name), {}, tools);
  } catch (error) {
    problems.push(`${module.page} fails: ${(error as Error).stack}`);
  }
  for (const [line, expected] of expectations) {
    const actual = (output.get(line) ?? []).join("\n");
    if (!matches(actual, expected)) problems.push(`${module.page}:${line + 1} prints ${actual || "nothing"}`);
  }
  return problems;
}

/** The script to run: what is foretold is asked for, what is compiled only is left out. */
function rewrite(
  module: Module,
  file: ts.SourceFile,
  expectations: Map<number, string>,
  problems: string[],
): string {
  const annotations = annotationsOf({ ...module, text: file.text });
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const replace = (start: number, end: number, text: string): void => {
    edits.push({ start, end, text });
  };
  const visit = (node: ts.Node): void => {
    const { from, to } = spanOf(file, node);
    if (ts.isStatement(node)) {
      const mine = annotations.filter((annotation) => annotation.from === from && annotation.to === to);
      const thrown = mine.find(({ kind }) => kind === "throws");
      if (module.idle.has(from) || (mine.length > 0 && thrown === undefined)) {
        replace(node.getStart(file), node.getEnd(), ";");
        return;
      }
      if (thrown !== undefined) {
        const head = `await $page.throws(${from}, ${JSON.stringify(thrown.code)}, ${JSON.stringify(thrown.message)}, async () => {`;
        replace(node.getStart(file), node.getStart(file), head);
        replace(node.getEnd(), node.getEnd(), "});");
        return;
      }
    }
    if (ts.isExpressionStatement(node)) {
      const value = /^\s*\/\/ => (.*)$/.exec(restOfLine(file, node));
      const log =
        ts.isCallExpression(node.expression) && node.expression.expression.getText(file) === "console.log";
      if (value !== null) {
        replace(node.getStart(file), node.getStart(file), `$page.is(${from}, `);
        replace(node.expression.getEnd(), node.expression.getEnd(), `, (${value[1]}))`);
      } else if (log && ts.isCallExpression(node.expression)) {
        const comment = commentBehindAny(file, node);
        if (comment === undefined)
          problems.push(`${module.page}:${from + 1} prints something that nothing checks`);
        else expectations.set(from, comment);
        const { expression, arguments: values } = node.expression;
        replace(expression.getStart(file), expression.getEnd(), "$page.log");
        replace(values.pos, values.pos, `${from}, `);
      }
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  edits.sort((left, right) => right.start - left.start);
  return edits.reduce(
    (text, { start, end, text: other }) => text.slice(0, start) + other + text.slice(end),
    file.text,
  );
}

function restOfLine(file: ts.SourceFile, node: ts.Node): string {
  return file.text.slice(node.getEnd()).split("\n", 1)[0] ?? "";
}

/** The comment behind a statement, otherwise behind the loop or block that it stands in. */
function commentBehindAny(file: ts.SourceFile, node: ts.Node): string | undefined {
  if (ts.isSourceFile(node) || ts.isFunctionLike(node)) return undefined;
  return (ts.isBlock(node) ? undefined : commentBehind(file, node)) ?? commentBehindAny(file, node.parent);
}

/** The comment that follows a statement, on its line or on the lines below. */
function commentBehind(file: ts.SourceFile, node: ts.Node): string | undefined {
  const [same = "", ...below] = file.text.slice(node.getEnd()).split("\n");
  const comment = (line: string | undefined) => /^\s*\/\/ ?(.*)$/.exec(line ?? "")?.[1];
  const first = comment(same);
  const lines = first === undefined ? [] : [first];
  for (const line of below) {
    const text = comment(line);
    if (text === undefined) break;
    lines.push(text);
  }
  return lines.length === 0 ? undefined : lines.join("\n");
}

function matches(actual: string, expected: string): boolean {
  const pattern = expected
    .split("…")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("[\\s\\S]*");
  return new RegExp(`^${pattern}$`).test(actual);
}

/** Instances as plain objects, at every depth. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const known = value instanceof Date || value instanceof Set || value instanceof Uint8Array;
  return known
    ? value
    : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
