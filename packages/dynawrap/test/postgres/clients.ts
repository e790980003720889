import { PGlite } from "@electric-sql/pglite";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { inject } from "vitest";
import { postgresConfig } from "../backends.js";

/** A backend, and beside it the SQL of someone who knows nothing of it. */
export interface OpenClient {
  readonly backend: PostgresBackend;
  sql(text: string, values?: unknown[]): Promise<any[]>;
  close(): Promise<void>;
}

/** What `PostgresBackend` takes, each over a real PostgreSQL. */
export const clients: readonly { readonly title: string; open(): Promise<OpenClient> }[] = [
  {
    title: "a Pool of pg",
    store: "postgres",
    async open() {
      const pool = new pg.Pool(postgresConfig());
      const sql = async (text: string, values?: unknown[]) => (await pool.query(text, values)).rows;
      return { backend: new PostgresBackend(pool), sql, close: () => pool.end() };
    },
  },
  {
    title: "a Client of pg",
    store: "postgres",
    async open() {
      const client = new pg.Client(postgresConfig());
      await client.connect();
      const sql = async (text: string, values?: unknown[]) => (await client.query(text, values)).rows;
      return { backend: new PostgresBackend(client), sql, close: () => client.end() };
    },
  },
  {
    title: "a PGlite",
    store: "pglite",
    async open() {
      const lite = await PGlite.create();
      const sql = async (text: string, values?: unknown[]) => (await lite.query(text, values)).rows;
      return { backend: new PostgresBackend(lite), sql, close: () => lite.close() };
    },
  },
].filter(({ store }) => inject("backends").includes(store as "postgres"));
