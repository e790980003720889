import ts from "typescript";
import type { Module } from "./page.js";

/** What a comment foretells of the statement that it belongs to. */
export interface Annotation {
  readonly kind: "error" | "throws";
  /** For `throws`: the code of the error. */
  readonly code: string;
  readonly message: string;
  /** The lines of the statement, from 0, both included. */
  readonly from: number;
  readonly to: number;
}

const opening = /\/\/ (?:(error)|throws ([a-zA-Z.]+)): (.*)$/;
const continued = /^\s*\/\/ {2,}(\S.*)$/;

export function annotationsOf({ page, text }: Module): readonly Annotation[] {
  const lines = text.split("\n");
  const spans = statementSpans(text);
  const annotations: Annotation[] = [];
  let code = -1;
  for (let line = 0; line < lines.length; line++) {
    const content = lines[line] ?? "";
    if (content.trim() !== "" && !content.trim().startsWith("//")) code = line;
    const found = opening.exec(content);
    if (found === null) continue;
    const [, error, thrown = "", first = ""] = found;
    const parts = [first];
    while (continued.test(lines[line + 1] ?? "")) parts.push(continued.exec(lines[++line] ?? "")?.[1] ?? "");
    const span = spans.find(({ to }) => to === code);
    if (span === undefined) throw new Error(`${page}:${line + 1} foretells something of no statement.`);
    annotations.push({ kind: error ? "error" : "throws", code: thrown, message: parts.join(" "), ...span });
  }
  return annotations;
}

/** All statements, the outermost first, by their lines. */
function statementSpans(text: string): { readonly from: number; readonly to: number }[] {
  const file = ts.createSourceFile("page.ts", text, ts.ScriptTarget.ESNext, true);
  const spans: { from: number; to: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStatement(node) && !ts.isBlock(node)) spans.push(spanOf(file, node));
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return spans;
}

export function spanOf(file: ts.SourceFile, node: ts.Node): { readonly from: number; readonly to: number } {
  return {
    from: file.getLineAndCharacterOfPosition(node.getStart(file)).line,
    to: file.getLineAndCharacterOfPosition(node.getEnd()).line,
  };
}

/** Whether a text is what a page says it is: in any layout, with `…` for anything. */
export function reads(actual: string, foretold: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, " ").trim();
  const [first = "", ...rest] = plain(foretold).split(/\s*…\s*/);
  let position = plain(actual).indexOf(first);
  if (position < 0) return false;
  position += first.length;
  for (const part of rest) {
    const next = plain(actual).indexOf(part, position);
    if (next < 0) return false;
    position = next + part.length;
  }
  return true;
}
