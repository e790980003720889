import type { Diagnostic } from "./compiler.js";

/** Sources by their path in the project. */
export type Fixtures = ReadonlyMap<string, string>;

interface Expectation {
  readonly file: string;
  readonly line: number;
  readonly parts: readonly string[];
}

/**
 * Holds a compiler's errors to the fixtures' comments. `// @error: one part | another` asks for an error
 * on the next line of code whose message has every part; two such comments ask for two errors. Returns a
 * sentence for every error that is missing, and for every one that nobody asked for.
 */
export function mismatches(fixtures: Fixtures, diagnostics: readonly Diagnostic[]): readonly string[] {
  const expectations = [...fixtures].flatMap(([file, text]) => expectationsIn(file, text));
  const missing = expectations.filter(
    (expectation) => !diagnostics.some((diagnostic) => meets(diagnostic, expectation)),
  );
  const unexpected = diagnostics.filter(
    (diagnostic) => !expectations.some((expectation) => meets(diagnostic, expectation)),
  );
  return [
    ...missing.map(({ file, line, parts }) => {
      const found = diagnostics.filter((diagnostic) => diagnostic.file === file && diagnostic.line === line);
      const instead = found.map(({ message }) => `; instead: ${message}`).join("");
      return `${file}:${line} has no error with "${parts.join('" and "')}"${instead}`;
    }),
    ...unexpected.map(({ file, line, message }) => `${file}:${line} has an unexpected error: ${message}`),
  ];
}

function expectationsIn(file: string, text: string): readonly Expectation[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.flatMap((line, index) => {
    const [, wanted] = /^\/\/ @error: (.+)$/.exec(line) ?? [];
    if (wanted === undefined) return [];
    const target = lines.findIndex((code, at) => at > index && !code.startsWith("//"));
    return [{ file, line: target + 1, parts: wanted.split("|").map((part) => part.trim()) }];
  });
}

function meets(diagnostic: Diagnostic, { file, line, parts }: Expectation): boolean {
  if (diagnostic.file !== file || diagnostic.line !== line) return false;
  return parts.every((part) => diagnostic.message.includes(part));
}
