import { DynawrapError } from "../core/errors.js";
import type { Call } from "./driver.js";

/** What every driver says alike of its server; the driver's own error is the cause. */
export function tableMissing(table: string, cause?: unknown): DynawrapError<"table.missing"> {
  const message = `The table "${table}" does not exist; createTable makes it.`;
  return new DynawrapError("table.missing", message, { table }, cause);
}

/** The kinds of failure that lie with the server, and what each comes to. */
const failures = {
  "backend.throttled": "the server asks for less load",
  "backend.unavailable": "the server does not answer",
  "backend.failed": "the server refused it",
};

export function serverFailure(
  code: keyof typeof failures,
  { operation }: Call,
  said: string,
  cause: unknown,
): DynawrapError {
  return new DynawrapError(code, `${operation}: ${failures[code]} (${said}).`, { operation }, cause);
}

/** Whether an error's code is one of Node's, which say that there was no connection, or that it broke. */
export function isNetworkCode(code: string): boolean {
  return /^(E[A-Z]|UND_)/.test(code);
}
