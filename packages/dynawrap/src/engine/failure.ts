import { DynawrapError } from "../core/errors.js";

/** What every driver says alike of its server; the driver's own error is the cause. */
export function tableMissing(table: string, cause?: unknown): DynawrapError<"table.missing"> {
  const message = `The table "${table}" does not exist; createTable makes it`;
  return new DynawrapError("table.missing", message, { table }, cause);
}

/** Whether an error's code is one of Node's, which say that there was no connection, or that it broke. */
export function isNetworkCode(code: string): boolean {
  return /^(E[A-Z]|UND_)/.test(code);
}
