import { DynawrapError } from "../core/errors.js";
import { untilAborted } from "../engine/deadline.js";
import type { Call } from "../engine/driver.js";

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
  const message = "PostgresBackend takes a Pool or a Client of pg, or a PGlite.";
  return new DynawrapError("option.invalid", message, { option: "client" });
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
      const connecting = pool.connect();
      const lent = await untilAborted(connecting, signal).catch((error: unknown) => {
        connecting.then(
          (late) => late.release?.(),
          () => {},
        );
        throw error;
      });
      try {
        const { rows } = await untilAborted(lent.query({ text, values: [...values] }), signal);
        lent.release?.();
        return rows;
      } catch (error) {
        // A statement that was given up still runs on this connection, so nobody else may get it.
        lent.release?.(signal?.aborted === true);
        throw error;
      }
    },
    end: () => pool.end(),
  };
}
