import { DynawrapError } from "../core/errors.js";
import type { Call } from "../engine/driver.js";
import { isNetworkCode, tableMissing } from "../engine/failure.js";

interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Less load, or another writer at the same item: the same request may succeed a little later. */
const throttles = /Throttl|ThroughputExceeded|^(?:Request)?LimitExceeded|TooManyRequests|Conflict/;
/** A reply that is cut off reaches us as a SyntaxError. */
const silences = /Timeout|SyntaxError|AbortError/;

/** The library's error for what the SDK threw after its own retries, which stays the cause. */
export function dynamoDBError(cause: unknown, table: string, call: Call): DynawrapError {
  const { name = "", message = "", code = "", $metadata } = (cause ?? {}) as SdkError;
  if (name === "ResourceNotFoundException") return tableMissing(table, cause);
  const away = ($metadata?.httpStatusCode ?? 0) >= 500 || isNetworkCode(code) || silences.test(name);
  const kind = throttles.test(name) ? "backend.throttled" : away ? "backend.unavailable" : "backend.failed";
  return new DynawrapError(kind, `${name || code}: ${message}`, { operation: call.operation }, cause);
}
