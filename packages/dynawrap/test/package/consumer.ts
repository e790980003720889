import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const run = promisify(execFile);

export const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
export const modulesFolder = fileURLToPath(new URL("../../../../node_modules", import.meta.url));

/** The library as it was built last. */
export function buildFolder(): string {
  const folder = join(packageFolder, "dist");
  if (!existsSync(folder)) throw new Error("There is no build: npm run build");
  return folder;
}

export interface Consumer {
  /** A project that has the packed library in its `node_modules`, as npm would lay it out. */
  readonly directory: string;
  readonly tarball: string;
  /** What the tarball holds, as `dist/index.js`. */
  readonly files: readonly string[];
  remove(): Promise<void>;
}

export interface ConsumerOptions {
  /** Packages beside the library: all that this workspace has, or by default none. */
  readonly neighbours?: "all" | "none";
}

/** Packs the library as it was built last, and installs it into a fresh project far from this workspace. */
export async function createConsumer({ neighbours = "none" }: ConsumerOptions = {}): Promise<Consumer> {
  buildFolder();
  const directory = await mkdtemp(join(tmpdir(), "dynawrap-consumer-"));
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", directory], {
    cwd: packageFolder,
    shell: process.platform === "win32",
  });
  const [packed] = Object.values<{ filename: string; files: readonly { path: string }[] }>(
    JSON.parse(stdout),
  );
  if (packed === undefined) throw new Error(`npm pack packed nothing: ${stdout}`);
  const tarball = join(directory, packed.filename);
  await run("tar", ["-xzf", tarball, "-C", directory]);
  const modules = join(directory, "node_modules");
  await mkdir(modules);
  await cp(join(directory, "package"), join(modules, "dynawrap"), { recursive: true });
  await rm(join(directory, "package"), { recursive: true });
  if (neighbours === "all") {
    const names = (await readdir(modulesFolder)).filter(
      (name) => !name.startsWith(".") && name !== "dynawrap",
    );
    await Promise.all(
      names.map((name) => symlink(join(modulesFolder, name), join(modules, name), "junction")),
    );
  }
  return {
    directory,
    tarball,
    files: packed.files.map(({ path }) => path),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
