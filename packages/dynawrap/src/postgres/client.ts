import { type DynawrapError, invalidOption } from "../core/errors.js";
import { untilAborted } from "../engine/deadline.js";
import type { Call } from "../engine/driver.js";
import { isAway } from "./errors.js";

/** One statement with its parameters; values never stand in the text. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export type ResultRow = { readonly [column: string]: unknown };

/** A `Client` of pg, connected, or one that a pool has lent. */
export interface PgClient {
  query(statement: { text: string; values: unknown[] }): Promise<{ rows: ResultRow[] }>;
  release?(destroy?: boolean): void;
  on?(event: "error", listener: () => void): unknown;
  off?(event: "error", listener: () => void): unknown;
  end?(): Promise<void>;
}

/** A `Pool` of pg. */
export interface PgPool {
  readonly totalCount: number;
  connect(): Promise<PgClient>;
  end(): Promise<void>;
}

/** A `PGlite`: PostgreSQL in this process. */
export interface PGliteClient {
  readonly waitReady: Promise<void>;
  query(text: string, values?: unknown[]): Promise<{ rows: ResultRow[] }>;
  close(): Promise<void>;
}

/** What `PostgresBackend` takes; only the shape counts, so that no driver package is needed for another. */
export type PostgresClient = PgClient | PgPool | PGliteClient;

/** The one way in which statements run, whatever the client. */
export interface Connection {
  /** How many statements it can run at once. */
  readonly concurrency: number;
  run(statement: Statement, call: Call): Promise<ResultRow[]>;
  end(): Promise<void>;
}

/** @throws DynawrapError `option.invalid` for anything that is no client. */
export function connectionOf(client: PostgresClient): Connection {
  if (typeof client !== "object" || client === null) throw notAClient();
  if ("waitReady" in client) return pgliteConnection(client);
  if ("totalCount" in client && typeof client.connect === "function") return poolConnection(client);
  if ("query" in client && typeof client.query === "function") return clientConnection(client);
  throw notAClient();
}

function notAClient(): DynawrapError<"option.invalid"> {
  return invalidOption("client", "is neither a Pool nor a Client of pg, nor a PGlite");
}

function pgliteConnection(client: PGliteClient): Connection {
  return {
    concurrency: 1,
    run: async ({ text, values }, { signal }) =>
      (await untilAborted(client.query(text, [...values]), signal)).rows,
    end: () => client.close(),
  };
}

function clientConnection(client: PgClient): Connection {
  return {
    concurrency: 1,
    run: async ({ text, values }, { signal }) =>
      (await untilAborted(client.query({ text, values: [...values] }), signal)).rows,
    end: async () => client.end?.(),
  };
}

function poolConnection(pool: PgPool): Connection {
  return {
    concurrency: 4,
    async run({ text, values }, { signal }) {
      const lent = await borrow(pool, signal);
      // When a lent connection breaks, it tells its statement and then everyone: unheard, that ends the process.
      lent.on?.("error", ignore);
      let spoilt = false;
      try {
        return (await untilAborted(lent.query({ text, values: [...values] }), signal)).rows;
      } catch (error) {
        // A statement that was given up still runs on this connection, and one that was cut off may be its last.
        spoilt = signal?.aborted === true || isAway(error);
        throw error;
      } finally {
        lent.release?.(spoilt);
        lent.off?.("error", ignore);
      }
    },
    end: () => pool.end(),
  };
}

/** A connection of the pool; one that comes too late goes back at once. */
async function borrow(pool: PgPool, signal: AbortSignal | undefined): Promise<PgClient> {
  const connecting = pool.connect();
  try {
    return await untilAborted(connecting, signal);
  } catch (error) {
    connecting.then((late) => late.release?.(), ignore);
    throw error;
  }
}

function ignore(): void {}
