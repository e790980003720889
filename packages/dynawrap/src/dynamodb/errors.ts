import type { CancellationReason } from "@aws-sdk/client-dynamodb";
import { DynawrapError, isDynawrapError } from "../core/errors.js";
import { invalidTable } from "../core/layout.js";
import type { Call } from "../engine/driver.js";
import { isNetworkCode, tableMissing, unavailable } from "../engine/failure.js";
import type { AttributeMap } from "../values/attribute-value.js";

/** What is looked at of an error of the SDK, of whichever kind and version. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  /** Of a failed condition: the item that stands there. */
  readonly Item?: AttributeMap;
  /** Of a transaction, in the order of its operations. */
  readonly CancellationReasons?: readonly CancellationReason[];
}

/** Less load, or another writer at the same item: the same request may succeed a little later. */
export const throttles: RegExp =
  /Throttl|ThroughputExceeded|^(?:Request)?LimitExceeded|TooManyRequests|Conflict/;
/** A reply that is cut off reaches us as a SyntaxError; a transaction in progress may yet come to its end. */
const silences = /Timeout|SyntaxError|AbortError|InProgress/;
const noIndex = /does not have the specified index/;
/** How DynamoDB and DynamoDB Local say that a table or an index has another key. */
const otherKey =
  /key element does not match|Missing the key|missed key schema|Type mismatch for|conditions on the keys is|required keys was not/i;

/** Something thrown, as an error of the SDK, which it may not be. */
export function sdkError(thrown: unknown): SdkError {
  return (thrown ?? {}) as SdkError;
}

/** The library's error for what the SDK threw after its own retries, which stays the cause. */
export function dynamoDBError(cause: unknown, table: string, call: Call): DynawrapError {
  const { name = "", message = "", code = "", $metadata, CancellationReasons = [] } = sdkError(cause);
  if (name === "ResourceNotFoundException") return tableMissing(table, cause);
  if (name === "ValidationException" && noIndex.test(message)) {
    return invalidTable(table, `lacks an index, which createTable with the Table adds (${message})`, cause);
  }
  if (name === "ValidationException" && otherKey.test(message)) {
    return invalidTable(table, `has other keys than it is said to have (${message})`, cause);
  }
  const names = [name, ...CancellationReasons.map(({ Code }) => Code)].join();
  const away = ($metadata?.httpStatusCode ?? 0) >= 500 || isNetworkCode(code) || silences.test(name);
  const { operation } = call;
  const problem = `${name || code}: ${message}`;
  if (away && !throttles.test(names)) return unavailable(problem, operation, cause);
  const kind = throttles.test(names) ? "backend.throttled" : "backend.failed";
  return new DynawrapError(kind, problem, { operation }, cause);
}

/** The error of a write that was refused in the end, of which an earlier attempt may have been made all the same. */
export function unanswered(error: unknown, { operation }: Call): unknown {
  const refused = isDynawrapError(error, "backend.throttled") || isDynawrapError(error, "backend.failed");
  const unsent = isDynawrapError(error, "backend.unavailable") && error.details.applied === false;
  if (!refused && !unsent) return error;
  const message = `an attempt was not answered, the next one refused (${error.message})`;
  return new DynawrapError("backend.unavailable", message, { operation }, error.cause);
}

/** A reply that is not what DynamoDB says it is. */
export function damagedReply(call: Call): DynawrapError<"backend.failed"> {
  return new DynawrapError("backend.failed", "the reply is damaged", { operation: call.operation });
}
