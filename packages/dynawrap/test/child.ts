import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));

/** A program for processes of its own: TypeScript that stands in this folder, with the library as its source is. */
export interface Child {
  /** What one run of it prints. */
  run(env: Readonly<Record<string, string>>): Promise<string>;
}

export async function prepareChild(contents: string): Promise<Child> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    alias: { dynawrap: `${here}../src/index.ts` },
    external: ["pg", "zod", "@aws-sdk/*", "@electric-sql/*"],
    write: false,
    logLevel: "silent",
  });
  const code = outputFiles[0]?.text ?? "";
  return {
    async run(env) {
      const options = { cwd: here, env: { ...process.env, ...env } };
      // By standard input: a command line has no room for it.
      const running = run(process.execPath, ["--input-type=module", "-"], options);
      running.child.stdin?.end(code);
      return (await running).stdout;
    },
  };
}
