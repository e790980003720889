import { PGlite } from "@electric-sql/pglite";
import type { Backend } from "dynawrap";
import { connect } from "dynawrap/connect";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";

/** Runs a statement of SQL. */
export type Sql = (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

export interface Opened {
  readonly backend: Backend;
  /** SQL over the very rows that the backend writes, where the store speaks it. */
  readonly sql: Sql | undefined;
}

/**
 * Opens the backend of a URL. `connect` would do for the backend alone; this program wants SQL beside it, so for
 * PostgreSQL it makes the client itself and gives the backend the same one.
 */
export async function open(url: string): Promise<Opened> {
  if (url.startsWith("pglite:")) {
    const folder = url.slice("pglite:".length);
    const client = await PGlite.create(folder === "" ? {} : { dataDir: folder });
    const sql: Sql = async (text) => (await client.query<Record<string, unknown>>(text)).rows;
    return { backend: new PostgresBackend(client, { closeClient: true }), sql };
  }
  if (/^postgres(ql)?:/.test(url)) {
    const pool = new pg.Pool({ connectionString: url });
    const sql: Sql = async (text) => (await pool.query<Record<string, unknown>>(text)).rows;
    return { backend: new PostgresBackend(pool, { closeClient: true }), sql };
  }
  return { backend: await connect(url), sql: undefined };
}
