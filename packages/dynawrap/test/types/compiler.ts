import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { modulesFolder, run } from "../package/consumer.js";

export interface Compiler {
  readonly version: string;
  readonly tsc: string;
}

/** The oldest that the published types are for, the one that builds them, and the native one. */
export const compilers: readonly Compiler[] = [
  { version: "5.4", tsc: join(modulesFolder, "typescript-5.4/bin/tsc") },
  { version: "5.9", tsc: join(modulesFolder, "typescript/bin/tsc") },
  { version: "7", tsc: join(modulesFolder, "typescript-7/bin/tsc") },
];

export interface Diagnostic {
  /** Relative to the project. */
  readonly file: string;
  readonly line: number;
  /** With its continuation lines. */
  readonly message: string;
}

/** What a user's own tsconfig would hold. Links stay links, so that paths are those of a plain install. */
const userOptions = {
  target: "ES2022",
  lib: ["ES2023"],
  module: "nodenext",
  moduleResolution: "nodenext",
  strict: true,
  types: ["node"],
  preserveSymlinks: true,
};

/** Compiles the files under `src` of a project, and returns what the compiler printed. */
export async function compile(
  compiler: Compiler,
  project: string,
  options: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const config = join(project, `tsconfig.${compiler.version}.json`);
  const outDir = join(project, "out", compiler.version);
  const compilerOptions = { ...userOptions, rootDir: "src", outDir, ...options };
  await writeFile(config, JSON.stringify({ compilerOptions, include: ["src"] }));
  const command = [compiler.tsc, "-p", config, "--pretty", "false"];
  const { stdout } = await run(process.execPath, command, { cwd: project, maxBuffer: 2 ** 26 }).catch(
    (error) => {
      if (typeof error.code !== "number") throw error;
      return { stdout: error.stdout as string };
    },
  );
  return stdout;
}

/** The errors in a compiler's output. Those without a file (a wrong option) are of the file `""`. */
export function diagnosticsIn(output: string): readonly Diagnostic[] {
  const diagnostics: { file: string; line: number; message: string }[] = [];
  for (const text of output.split(/\r?\n/)) {
    const head = /^(?:(.+?)\((\d+),\d+\): )?(error TS\d+: .*)$/.exec(text);
    const last = diagnostics.at(-1);
    if (head) diagnostics.push({ file: head[1] ?? "", line: Number(head[2] ?? 0), message: head[3] ?? "" });
    else if (last && /^\s+\S/.test(text)) last.message += `\n${text}`;
  }
  return diagnostics;
}
