import { DynawrapError } from "../core/errors.js";
import type { Call } from "../engine/driver.js";

const throttles = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "ThrottledException",
  "Throttling",
  "RequestLimitExceeded",
  "RequestThrottled",
  "LimitExceededException",
  "TooManyRequestsException",
]);

const networkCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The library's error for what the SDK threw after its own retries, which stays the cause. */
export function dynamoDBError(cause: unknown, table: string, { operation }: Call): DynawrapError {
  const { name = "", message = "", code = "", $metadata: { httpStatusCode: status = 0 } = {} } = (cause ?? {}) as SdkError;
  const said = `${name || code}: ${message}`;
  if (name === "ResourceNotFoundException") {
    const text = `${operation}: the table "${table}" does not exist; create it first: await backend.createTable("${table}").`;
    return new DynawrapError("table.missing", text, { table }, cause);
  }
  if (throttles.has(name)) {
    return new DynawrapError("backend.throttled", `${operation}: DynamoDB asks for less load (${said}).`, { operation }, cause);
  }
  // A reply that is cut off reaches us as a SyntaxError.
  if (status >= 500 || networkCodes.has(code) || ["TimeoutError", "SyntaxError", "AbortError"].includes(name)) {
    const text = `${operation}: DynamoDB cannot be reached, or does not answer (${said}).`;
    return new DynawrapError("backend.unavailable", text, { operation }, cause);
  }
  return new DynawrapError("backend.failed", `${operation} on "${table}": DynamoDB refused it (${said}).`, { operation }, cause);
}
