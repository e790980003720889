import type { ConsumedCapacity, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { isDynawrapError } from "../core/errors.js";
import { backoff, pause } from "../engine/deadline.js";
import type { Call } from "../engine/driver.js";
import { chained } from "./chain.js";
import { dynamoDBError, sdkError } from "./errors.js";

/** What a driver needs of the SDK's client: the caller's endpoint, credentials, retries and middleware are in it. */
export type Client = Pick<DynamoDBClient, "send">;

/** Sends a command, and adds up what it costs; its errors are the library's, with the SDK's as the cause. */
export type Send = <Output>(table: string, call: Call, command: object) => Promise<Output>;

/** What the outputs of all commands that cost anything have in common. */
interface Cost {
  readonly $metadata?: { readonly attempts?: number | undefined } | undefined;
  readonly ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[] | undefined;
}

/** A few bytes more of the reply, in every request. */
export const costs = { ReturnConsumedCapacity: "TOTAL" } as const;

/** How often a request is sent again that met a transaction in progress. */
const patience = 6;

/** What sends through a client of the SDK. */
export function sender(client: Client): Send {
  return async <Output>(table: string, call: Call, command: object): Promise<Output> => {
    // Each request has a signal of its own: many at once would crowd the call's with the SDK's listeners.
    const abortSignal = call.signal && AbortSignal.any([call.signal]);
    call.meter.requests++;
    try {
      // `send` has an overload for each command; what comes back is typed where it is asked for.
      const output = (await client.send(chained(command) as never, abortSignal && { abortSignal })) as Cost;
      count(call, output);
      return output as Output;
    } catch (cause) {
      count(call, sdkError(cause));
      throw dynamoDBError(cause, table, call);
    }
  };
}

function count({ meter }: Call, { $metadata, ConsumedCapacity }: Cost): void {
  const again = ($metadata?.attempts ?? 1) - 1;
  meter.requests += again;
  meter.retries += again;
  const consumed = Array.isArray(ConsumedCapacity) ? ConsumedCapacity : [ConsumedCapacity];
  for (const part of consumed) meter.capacity += part?.CapacityUnits ?? 0;
}

/**
 * Runs a request again that met a transaction in progress, a few times: the SDK takes that for an answer.
 *
 * @throws DynawrapError `backend.throttled` when transactions are in its way each time.
 */
export async function pastTransactions<Output>(call: Call, run: () => Promise<Output>): Promise<Output> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const { name = "" } = sdkError((error as Error).cause);
      const met = /^Transaction|Conflict/.test(name) && !isDynawrapError(error, "backend.failed");
      if (!met || attempt >= patience) throw error;
      await pause(backoff(attempt), call.signal);
      call.meter.retries++;
    }
  }
}
