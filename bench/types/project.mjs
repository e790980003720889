import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** The compilers of the workspace, by the name that their numbers stand under. */
export const compilers = { "TypeScript 5.9": "typescript", "TypeScript 7": "typescript-7" };

/** What a user's own tsconfig would hold. */
const compilerOptions = {
  target: "ES2022",
  lib: ["ES2023"],
  module: "nodenext",
  moduleResolution: "nodenext",
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ["node"],
};

/** A folder for projects, far from this workspace's own settings, with its packages. */
export class Workshop {
  #folder;

  constructor(folder) {
    this.#folder = folder;
  }

  static async open() {
    const folder = await mkdtemp(join(tmpdir(), "dynawrap-bench-"));
    await symlink(modules, join(folder, "node_modules"), "junction");
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    return new Workshop(folder);
  }

  /**
   * A project of one module for each model.
   *
   * @param {(n: number) => string} source
   * @param {Readonly<Record<string, string>>} [shared] Further files.
   * @returns {Promise<string>} Its tsconfig.
   */
  async project(name, source, count, shared = {}) {
    const folder = join(this.#folder, name.replaceAll(/\W+/g, "-"));
    await mkdir(join(folder, "src"), { recursive: true });
    const files = Array.from({ length: count }, (_, n) => [`story-${n}.ts`, source(n)]);
    for (const [file, text] of [...files, ...Object.entries(shared)])
      await writeFile(join(folder, "src", file), text);
    const config = join(folder, "tsconfig.json");
    await writeFile(config, JSON.stringify({ compilerOptions, include: ["src"] }));
    return config;
  }

  remove() {
    return rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Type-checks a project, in which there must be no error.
 *
 * @returns {Promise<{ instantiations: number, seconds: number }>} Seconds by the clock, the compiler's start included.
 */
export async function typeCheck(compiler, config) {
  const tsc = join(modules, compilers[compiler], "bin", "tsc");
  const begin = performance.now();
  const { stdout } = await run(
    process.execPath,
    [tsc, "-p", config, "--pretty", "false", "--extendedDiagnostics"],
    { maxBuffer: 2 ** 26 },
  ).catch((error) => {
    throw new Error(`${compiler}, ${config}: ${String(error.stdout ?? error).slice(0, 4000)}`);
  });
  const seconds = (performance.now() - begin) / 1000;
  const [, instantiations] = /^Instantiations:\s+(\d+)$/m.exec(stdout) ?? [];
  return { instantiations: Number(instantiations), seconds };
}
