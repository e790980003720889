import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PGlite } from "@electric-sql/pglite";
import type { Backend } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { MemoryBackend } from "dynawrap/memory";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { inject } from "vitest";
import type { BackendName } from "./servers/global-setup.js";

/** One way to a store that tests run against. */
export interface BackendUnderTest {
  /** For titles: `memory`, `pglite`, `postgres by Pool`, `postgres by Client`, `dynamodb`. */
  readonly title: string;
  /** What `BACKENDS` calls the store behind it. */
  readonly store: BackendName;
  /** A backend with a client of its own, which `backend.close()` closes too. */
  open(): Promise<Backend>;
}

const all: readonly BackendUnderTest[] = [
  { title: "memory", store: "memory", open: async () => new MemoryBackend() },
  {
    title: "pglite",
    store: "pglite",
    open: async () => new PostgresBackend(await PGlite.create(), { closeClient: true }),
  },
  {
    title: "postgres by Pool",
    store: "postgres",
    open: async () => new PostgresBackend(new pg.Pool(postgresConfig()), { closeClient: true }),
  },
  {
    title: "postgres by Client",
    store: "postgres",
    async open() {
      const client = new pg.Client(postgresConfig());
      await client.connect();
      return new PostgresBackend(client, { closeClient: true });
    },
  },
  {
    title: "dynamodb",
    store: "dynamodb",
    open: async () =>
      new DynamoDBBackend(new DynamoDBClient(dynamodbConfig()), {
        closeClient: true,
        // DynamoDB Local knows none.
        multiAttributeKeys: false,
      }),
  },
];

/**
 * The backends that this run is about, all of them unless `BACKENDS` chooses (`BACKENDS=memory,pglite npm test`).
 * Their servers are those that vitest's global setup has started.
 *
 * @example
 * describe.each(backendsUnderTest)("$title", ({ open }) => {
 *   let backend: Backend;
 *   beforeAll(async () => { backend = await open(); });
 *   afterAll(() => backend.close());
 *   it("…", async () => { const table = await freshTable(backend); … });
 * });
 */
export const backendsUnderTest: readonly BackendUnderTest[] = all.filter(({ store }) =>
  inject("backends").includes(store),
);

/** A name that no table of any store has yet. */
export function freshTableName(): string {
  return `test_${randomUUID().replaceAll("-", "")}`;
}

/** The name of a table that was created just now. */
export async function freshTable(backend: Backend): Promise<string> {
  const table = freshTableName();
  await backend.createTable(table);
  return table;
}

/** How to reach the PostgreSQL of this run, for tests that need a client of their own. */
export function postgresConfig(): { readonly connectionString: string } {
  const connectionString = inject("postgres");
  if (connectionString === undefined) throw new Error("This run has no PostgreSQL; see BACKENDS.");
  return { connectionString };
}

/** How to reach the DynamoDB of this run, for tests that need a client of their own. */
export function dynamodbConfig(): {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
} {
  const server = inject("dynamodb");
  if (server === undefined) throw new Error("This run has no DynamoDB; see BACKENDS.");
  return {
    endpoint: server.endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  };
}
