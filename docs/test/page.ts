/*
 * How the pages are written, so that each of their snippets can be checked.
 *
 *  - The `ts` blocks of a page are one module, in their order; imports may be repeated. `<!-- new module -->` begins
 *    another one. A comment `<!-- ts … -->` holds code that the reader does not need to see.
 *  - `ts no-run` is compiled only: it needs a server, an account or a test runner.
 *  - What a `console.log` prints stands behind it, or in comment lines below it; `…` stands for anything.
 *  - `expression; // => value` says what the expression comes to.
 *  - `// error: …` below or behind a statement is the compiler's message; the statement is then not run, unless
 *  - `// throws code: …` says what it throws when it is run. Either goes on in lines that begin with `//   `.
 */

/** A block of code in a page. Lines count from 0. */
export interface Block {
  readonly line: number;
  readonly language: string;
  readonly options: string;
  readonly lines: readonly string[];
}

/** Blocks that form one module, as text in which every line stands where it stands in the page. */
export interface Module {
  readonly page: string;
  readonly text: string;
  /** Lines that are compiled but not run. */
  readonly idle: ReadonlySet<number>;
}

/** What a page may hold beside `ts`. Code in another language would go unchecked. */
const otherLanguages = new Set(["sh", "sql", "text", "json"]);

export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split("\n");
  for (let line = 0; line < lines.length; line++) {
    const fence = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*)$/.exec(lines[line] ?? "");
    const comment = /^<!-- (ts)$/.exec(lines[line] ?? "");
    if (fence === null && comment === null) continue;
    const [, indent = "", mark = "", language = "", options = ""] = fence ?? [];
    const isEnd = (text: string) => (fence ? text.trim() === mark : text === "-->");
    const end = lines.findIndex((text, at) => at > line && isEnd(text));
    if (end < 0) throw new Error(`The block of line ${line + 1} has no end.`);
    const inner = lines
      .slice(line + 1, end)
      .map((text) => text.slice(text.startsWith(indent) ? indent.length : 0));
    blocks.push({
      line: line + 1,
      language: comment ? "ts" : language,
      options: options.trim(),
      lines: inner,
    });
    line = end;
  }
  return blocks;
}

/** Sentences about blocks that nothing would check. */
export function uncheckedBlocks(markdown: string): readonly string[] {
  return blocksOf(markdown).flatMap(({ line, language, options }) => {
    if (language === "ts") {
      const known = options === "" || options === "no-run";
      return known ? [] : [`line ${line}: "ts ${options}" is not known`];
    }
    return otherLanguages.has(language) ? [] : [`line ${line}: a block of "${language}" would go unchecked`];
  });
}

export function modulesOf(page: string, markdown: string): readonly Module[] {
  const height = markdown.split("\n").length;
  const breaks = markdown.split("\n").flatMap((text, line) => (text === "<!-- new module -->" ? [line] : []));
  const parts = new Map<number, Block[]>();
  for (const block of blocksOf(markdown)) {
    if (block.language !== "ts") continue;
    const part = breaks.filter((line) => line < block.line).length;
    parts.set(part, [...(parts.get(part) ?? []), block]);
  }
  return [...parts.values()].map((blocks) => {
    const text: string[] = Array(height).fill("");
    const idle = new Set<number>();
    for (const { line, lines, options } of blocks) {
      lines.forEach((code, offset) => {
        text[line + offset] = code;
        if (options === "no-run") idle.add(line + offset);
      });
    }
    return { page, text: text.join("\n"), idle };
  });
}
