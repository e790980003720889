import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import dynalite from "dynalite";
import { freePort, startServer } from "./server-process.js";

const run = promisify(execFile);

/** DynamoDB Local 1.25.1, as AWS publishes it. The package around it is not installed, only unpacked. */
const release = {
  package: "amplify-dynamodb-simulator@2.9.30",
  integrity:
    "sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==",
};

export interface DynamoDbServer {
  readonly endpoint: string;
  /** dynalite has neither transactions nor streams, and deviates from DynamoDB in known ways. */
  readonly engine: "dynamodb-local" | "dynalite";
  stop(): Promise<void>;
}

/** DynamoDB Local with no tables; on a machine without Java dynalite instead, except under CI. */
export async function startDynamoDb(): Promise<DynamoDbServer> {
  if (await hasJava()) return startDynamoDbLocal();
  if (process.env.CI) throw new Error("DynamoDB Local needs Java 11 or newer, and there is no `java` here");
  console.warn("No Java: using dynalite instead of DynamoDB Local, without transactions and streams.");
  return startDynalite();
}

async function startDynamoDbLocal(): Promise<DynamoDbServer> {
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
      String(port),
    ],
    options: { cwd: folder },
    answers: () => answers(endpoint),
  });
  return { endpoint, engine: "dynamodb-local", stop: server.stop };
}

export async function startDynalite(): Promise<DynamoDbServer> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const port = await freePort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${port}`,
    engine: "dynalite",
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The unpacked release: from the cache, or through npm, from whichever registry it is set up with. */
async function fetchRelease(): Promise<string> {
  const folder = join(cacheFolder(), release.package.replace("@", "-"));
  if (existsSync(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const workshop = await mkdtemp(join(cacheFolder(), "unpacking-"));
  try {
    const { stdout } = await run("npm", ["pack", release.package, "--json", "--pack-destination", workshop], {
      shell: process.platform === "win32",
      maxBuffer: 2 ** 24,
    });
    const tarball = join(workshop, JSON.parse(stdout)[0].filename);
    const found = await integrityOf(tarball);
    if (found !== release.integrity) {
      throw new Error(`${release.package} is not what it was: its integrity is ${found}`);
    }
    await run("tar", ["-xzf", tarball, "-C", workshop, "package/emulator"]);
    // A rename is atomic: of two runs that unpack at once, one wins and both find a whole folder.
    await rename(join(workshop, "package", "emulator"), folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return folder;
}

function cacheFolder(): string {
  const shared = process.env.XDG_CACHE_HOME;
  const own = new URL("../../../../node_modules/.cache", import.meta.url);
  return join(shared || fileURLToPath(own), "dynawrap");
}

async function integrityOf(file: string): Promise<string> {
  const hash = createHash("sha512");
  await pipeline(createReadStream(file), hash);
  return `sha512-${hash.digest("base64")}`;
}

async function hasJava(): Promise<boolean> {
  return run("java", ["-version"]).then(
    () => true,
    () => false,
  );
}

async function answers(endpoint: string): Promise<boolean> {
  // Any reply will do: unsigned requests are refused, by a server that is up.
  return fetch(endpoint, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
}
