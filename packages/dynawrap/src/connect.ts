import type { Backend } from "./core/backend.js";
import { DynawrapError } from "./core/errors.js";

/**
 * Opens a backend by its URL, with the driver that it needs and no other. `close()` closes the connection too.
 *
 * | URL | backend |
 * | --- | --- |
 * | `memory:` | this process's memory |
 * | `pglite:`, `pglite:./data` | embedded PostgreSQL, in memory or in a folder |
 * | `postgres://user@host/db` | PostgreSQL, through a pool of pg |
 * | `dynamodb:`, `dynamodb:?region=eu-west-1` | DynamoDB, with the region and credentials of the environment |
 * | `dynamodb://localhost:8000` | DynamoDB Local |
 *
 * @throws DynawrapError `connect.invalid` for a URL that is none of these, or a driver package that is missing.
 */
export async function connect(url: string | undefined): Promise<Backend> {
  const scheme = /^([a-z]+):/i.exec(url ?? "")?.[1]?.toLowerCase() ?? "";
  const opener = Object.hasOwn(openers, scheme) ? openers[scheme] : undefined;
  if (opener === undefined || url === undefined) {
    const given = url === undefined ? "nothing" : `a URL that begins with "${scheme || url.slice(0, 12)}"`;
    const message = `connect got ${given}; it takes memory:, pglite:, postgres://… and dynamodb:.`;
    throw new DynawrapError("connect.invalid", message, { scheme });
  }
  return opener(url);
}

const openers: { readonly [scheme: string]: (url: string) => Promise<Backend> } = {
  memory: async () => new (await import("./memory/index.js")).MemoryBackend(),
  pglite: openPGlite,
  postgres: openPostgres,
  postgresql: openPostgres,
  dynamodb: openDynamoDB,
};

async function openPGlite(url: string): Promise<Backend> {
  const { PGlite } = await driverPackage("@electric-sql/pglite", () => import("@electric-sql/pglite"));
  const { PostgresBackend } = await import("./postgres/index.js");
  const folder = url.slice("pglite:".length);
  return new PostgresBackend(await PGlite.create(folder === "" ? {} : { dataDir: folder }), {
    closeClient: true,
  });
}

async function openPostgres(url: string): Promise<Backend> {
  const { default: pg } = await driverPackage("pg", () => import("pg"));
  const { PostgresBackend } = await import("./postgres/index.js");
  const pool = new pg.Pool({ connectionString: url });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => {});
  return new PostgresBackend(pool, { closeClient: true });
}

async function openDynamoDB(url: string): Promise<Backend> {
  const { DynamoDBClient } = await driverPackage(
    "@aws-sdk/client-dynamodb",
    () => import("@aws-sdk/client-dynamodb"),
  );
  const { DynamoDBBackend } = await import("./dynamodb/index.js");
  const { host, searchParams } = parsed(url);
  const region = searchParams.get("region");
  const local =
    host === ""
      ? {}
      : {
          endpoint: `http://${host}`,
          region: "local",
          credentials: { accessKeyId: "local", secretAccessKey: "local" },
        };
  return new DynamoDBBackend(new DynamoDBClient({ ...local, ...(region === null ? {} : { region }) }), {
    closeClient: true,
  });
}

function parsed(url: string): URL {
  try {
    return new URL(url);
  } catch (cause) {
    throw new DynawrapError("connect.invalid", `connect cannot read "${url}" as a URL.`, {}, cause);
  }
}

/** Loads a driver, or says which package is missing and how to get it. */
async function driverPackage<Package>(name: string, load: () => Promise<Package>): Promise<Package> {
  try {
    return await load();
  } catch (cause) {
    const code = (cause as { code?: string } | null)?.code;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw cause;
    const message = `connect needs the package ${name}, which is not installed: npm install ${name}`;
    throw new DynawrapError("connect.invalid", message, { package: name }, cause);
  }
}
