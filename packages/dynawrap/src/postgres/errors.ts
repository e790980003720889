import { DynawrapError, isDynawrapError } from "../core/errors.js";
import type { Call } from "../engine/driver.js";

interface PgError {
  readonly code?: string;
  readonly message?: string;
}

/** Connection exceptions, shutdowns and too many connections: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const unavailable = /^(?:08...|57P0[123]|53300)$/;
const network = /^E(?:CONNREFUSED|CONNRESET|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH|PIPE|TIMEDOUT)$/;
/** What pg says without a code. */
const lostConnection = /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|PGlite is closed/i;
/** Another transaction was in the way; the same statement may succeed now. */
const conflicts = new Set(["40001", "40P01"]);

export function isConflict(error: unknown): boolean {
  return conflicts.has((error as PgError | undefined)?.code ?? "");
}

/** The library's error for what the client threw, which stays the cause. */
export function postgresError(cause: unknown, table: string, { operation, signal }: Call): unknown {
  if (isDynawrapError(cause) || signal?.aborted) return cause;
  const { code = "", message = String(cause) } = (cause ?? {}) as PgError;
  const said = code === "" ? message : `${code}: ${message}`;
  if (code === "42P01") {
    const text = `${operation}: the table "${table}" does not exist; create it first: await backend.createTable("${table}").`;
    return new DynawrapError("table.missing", text, { table }, cause);
  }
  if (unavailable.test(code) || network.test(code) || lostConnection.test(message)) {
    const text = `${operation}: PostgreSQL cannot be reached, or does not answer (${said}).`;
    return new DynawrapError("backend.unavailable", text, { operation }, cause);
  }
  if (isConflict(cause)) {
    return new DynawrapError("backend.throttled", `${operation}: another transaction was in the way (${said}).`, { operation }, cause);
  }
  return new DynawrapError("backend.failed", `${operation} on "${table}": PostgreSQL refused it (${said}).`, { operation }, cause);
}
