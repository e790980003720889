import { DriverBackend } from "../engine/driver-backend.js";
import { connectionOf, type PostgresClient } from "./client.js";
import { PostgresDriver } from "./driver.js";
import type { PostgresRow } from "./sql.js";

export type { PGliteClient, PgClient, PgPool, PostgresClient } from "./client.js";

export interface PostgresOptions {
  /** Whether `close` ends the client too; `false` unless given. */
  readonly closeClient?: boolean;
}

/**
 * PostgreSQL, through a pool or client of pg, or a PGlite, that the caller has made. Each table is one fixed table of
 * `pk`, `sk`, `schema_version` and `data` (jsonb), and stays open to SQL.
 *
 * @example
 * const backend = new PostgresBackend(new Pool({ connectionString }));
 *
 * @throws DynawrapError `option.invalid` for anything that is no client.
 */
export class PostgresBackend extends DriverBackend<PostgresRow> {
  constructor(client: PostgresClient, { closeClient = false }: PostgresOptions = {}) {
    const connection = connectionOf(client);
    super(new PostgresDriver(connection, closeClient ? () => connection.end() : async () => {}));
  }

  /** Creates a table for start-up code that has no backend yet; idempotent, also when two processes meet. */
  static createTable(client: PostgresClient, table: string): Promise<void> {
    return new PostgresBackend(client).createTable(table);
  }
}
