import { DynawrapError } from "../core/errors.js";

/** What every driver says alike of its server; the driver's own error is the cause. */
export function tableMissing(table: string, cause?: unknown): DynawrapError<"table.missing"> {
  const message = `The table "${table}" does not exist; createTable makes it`;
  return new DynawrapError("table.missing", message, { table }, cause);
}

/** Connections that were never made carry no request. */
const unconnected =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|^connect |not establish a connection|trying to connect/;

/** The server could not be reached, or did not answer in time. @param applied `false` where nothing can have come of it. */
export function unavailable(
  problem: string,
  operation: string,
  cause: unknown,
  applied?: false,
): DynawrapError<"backend.unavailable"> {
  const details =
    applied === false || neverSent(cause) ? { operation, applied: false as const } : { operation };
  return new DynawrapError("backend.unavailable", problem, details, cause);
}

/** Whether a request cannot have reached the server, by the error that its client threw. */
export function neverSent(cause: unknown): boolean {
  const { code = "", message = "" } = (cause ?? {}) as { readonly code?: string; readonly message?: string };
  return unconnected.test(code) || unconnected.test(message);
}

/** Whether an error's code is one of Node's, which say that there was no connection, or that it broke. */
export function isNetworkCode(code: string): boolean {
  return /^(E[A-Z]|UND_)/.test(code);
}
