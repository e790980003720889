import { DynawrapError, isDynawrapError } from "../core/errors.js";
import type { Call } from "../engine/driver.js";
import { isNetworkCode, tableMissing, unavailable } from "../engine/failure.js";

interface PgError {
  readonly code?: string;
  readonly message?: string;
}

/** Connection exceptions, shutdowns, timeouts, too many connections: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const away = /^(?:08...|57P0[1235]|57014|53300)$/;
/** A column, a type or the primary key is not what it should be, or the name is not that of a table. */
const foreignTable = /^(?:42703|42804|42809|42P10)$/;
/** What pg and PGlite say without a code. */
const lostConnection =
  /connection terminated|timeout exceeded when trying to connect|read timeout|connection error|not queryable|after calling end|PGlite is closed/i;

/** No connection was to be had, or the statement was cancelled: nothing came of it. */
const givenUp = /^(?:08001|08004|53300|57P03|57014)$/;
const noConnection = /due to connection timeout|not queryable|after calling end|PGlite is closed/i;

/** Whether the connection is broken or about to be, the statement unanswered. */
export function isAway(error: unknown): boolean {
  const { code = "", message = "" } = (error ?? {}) as PgError;
  return away.test(code) || isNetworkCode(code) || lostConnection.test(message);
}

/** Whether another transaction was in the way, so that the same statement may succeed now. */
export function isConflict(error: unknown): boolean {
  const { code } = (error ?? {}) as PgError;
  return code === "40001" || code === "40P01" || code === "55P03";
}

/** Whether a statement names a column that the table does not have. */
export function lacksColumn(error: unknown): boolean {
  return ((error ?? {}) as PgError).code === "42703";
}

/**
 * The library's error for what the client threw, which stays the cause.
 *
 * @param tables those that the statement was about, one or several.
 */
export function postgresError(cause: unknown, tables: readonly string[], call: Call): unknown {
  if (isDynawrapError(cause) || call.signal?.aborted) return cause;
  const { code = "", message = String(cause) } = (cause ?? {}) as PgError;
  const table = tables.find((name) => message.includes(`"${name}"`)) ?? tables[0] ?? "";
  if (code === "42P01") return tableMissing(table, cause);
  if (foreignTable.test(code)) {
    const text = `"${table}" is there, but it is not one of this library's tables (${code}: ${message})`;
    return new DynawrapError("table.invalid", text, { table }, cause);
  }
  const { operation } = call;
  const problem = code === "" ? message : `${code}: ${message}`;
  if (isAway(cause) && !isConflict(cause)) {
    return unavailable(
      problem,
      operation,
      cause,
      givenUp.test(code) || noConnection.test(message) ? false : undefined,
    );
  }
  const kind = isConflict(cause) ? "backend.throttled" : "backend.failed";
  return new DynawrapError(kind, problem, { operation }, cause);
}
