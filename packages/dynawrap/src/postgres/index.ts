import type { Model } from "../core/model.js";
import type { BackendOptions, CallOptions } from "../core/options.js";
import type { AnyTable } from "../core/table.js";
import { DriverBackend } from "../engine/driver-backend.js";
import { runOperation } from "../engine/operation.js";
import { sweepExpired } from "../engine/sweep.js";
import type { PostgresClient } from "./client.js";
import { connectionOf } from "./connection.js";
import { PostgresDriver } from "./driver.js";
import type { PostgresRow } from "./row.js";

export type { PGliteClient, PgClient, PgPool, PostgresClient } from "./client.js";

export interface PostgresOptions extends BackendOptions {
  /** Whether `close` ends the client too; `false` unless given. */
  readonly closeClient?: boolean;
  /**
   * Whether statements that repeat are prepared under a name, which stays with a connection; `true` unless given. Behind
   * a pooler that lends connections for one transaction each, such as PgBouncer, it is to be `false`. A PGlite prepares
   * nothing.
   */
  readonly prepare?: boolean;
}

/**
 * PostgreSQL, through a pool or client of pg, or a PGlite, that the caller has made. Each table is one fixed table of
 * `pk`, `sk`, `schema_version` and `data` (jsonb), with a column derived from `data` for each key attribute of an index,
 * and stays open to SQL. A single connection is shared with nobody while a transaction is under way.
 *
 * @example
 * const backend = new PostgresBackend(new Pool({ connectionString }));
 *
 * @throws DynawrapError `option.invalid` for anything that is no client.
 */
export class PostgresBackend extends DriverBackend<PostgresRow> {
  constructor(client: PostgresClient, { closeClient = false, prepare, ...options }: PostgresOptions = {}) {
    const connection = connectionOf(client, prepare);
    super(new PostgresDriver(connection, closeClient ? () => connection.end() : async () => {}), options);
  }

  /**
   * Deletes the items whose time of expiry has passed, which nothing else does on PostgreSQL: to be called now and then.
   *
   * @param models those whose items are meant; all of a `Table` that lists its models, unless given.
   * @returns how many were deleted.
   */
  sweepExpired(table: AnyTable, models?: readonly Model[], options: CallOptions = {}): Promise<number> {
    const name = typeof table === "string" ? table : table.name;
    const subject = { operation: "sweepExpired", table: name, model: undefined };
    return runOperation(this.store, subject, options, async (call, operation) => {
      operation.returned = await sweepExpired(this.store, table, models, call);
      return operation.returned;
    });
  }

  /** Creates a table for start-up code that has no backend yet; idempotent, also when two processes meet. */
  static createTable(client: PostgresClient, table: AnyTable): Promise<void> {
    return new PostgresBackend(client).createTable(table);
  }
}
