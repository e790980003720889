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
 * @throws DynawrapError `connect.invalid` for a URL that is none of these, a driver package that is missing, or a folder
 * that PGlite cannot open.
 */
export async function connect(url: string | undefined): Promise<Backend> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url ?? "")?.[1]?.toLowerCase() ?? "";
  const opener = Object.hasOwn(openers, scheme) ? openers[scheme] : undefined;
  if (opener === undefined || url === undefined) {
    const given = url === undefined ? "nothing" : scheme ? `a URL of ${scheme}:` : "a text without a scheme";
    throw refused(scheme, `got ${given}; it takes memory:, pglite:, postgres://… and dynamodb:`);
  }
  return opener(url);
}

/** Quotes nothing of the URL but its scheme, and has no cause: Node's error holds the URL, and that may hold a password. */
function refused(scheme: string, problem: string): DynawrapError<"connect.invalid"> {
  return new DynawrapError("connect.invalid", `connect ${problem}`, { scheme });
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
  const folder = url.replace(/^pglite:(?:\/\/)?/i, "");
  try {
    const client = await PGlite.create(folder === "" ? {} : { dataDir: folder });
    return new PostgresBackend(client, { closeClient: true });
  } catch (cause) {
    const message = `connect cannot open the folder "${folder}" for PGlite; the one that holds it must be there (${cause})`;
    throw new DynawrapError("connect.invalid", message, { scheme: "pglite" }, cause);
  }
}

async function openPostgres(url: string): Promise<Backend> {
  const { default: pg } = await driverPackage("pg", () => import("pg"));
  const { PostgresBackend } = await import("./postgres/index.js");
  try {
    // A client reads the URL when it is made, where a pool does at its first connection.
    new pg.Client({ connectionString: url });
  } catch {
    throw refused(
      "postgres",
      "cannot read the postgres: URL; what is special in a password is percent-encoded",
    );
  }
  const pool = new pg.Pool({ connectionString: url });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => {});
  return new PostgresBackend(pool, { closeClient: true });
}

/** A host with a port, and a region. Whatever else stood in the URL would be passed over in silence. */
const dynamoDBUrl = /^dynamodb:(?:\/\/((?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?)?\/?)?(?:\?region=([\w-]+))?$/i;

async function openDynamoDB(url: string): Promise<Backend> {
  const parts = dynamoDBUrl.exec(url);
  if (!parts) throw refused("dynamodb", "cannot read the dynamodb: URL; it takes a host and ?region= alone");
  const [, host, region] = parts;
  const { DynamoDBClient } = await driverPackage(
    "@aws-sdk/client-dynamodb",
    () => import("@aws-sdk/client-dynamodb"),
  );
  const { DynamoDBBackend } = await import("./dynamodb/index.js");
  const local = {
    endpoint: `http://${host}`,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
  const client = new DynamoDBClient({ ...(host ? local : {}), ...(region ? { region } : {}) });
  return new DynamoDBBackend(client, { closeClient: true });
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
