import { DynawrapError, isDynawrapError } from "../core/errors.js";
import { backoff, pause } from "./deadline.js";
import type { Call } from "./driver.js";

/** How long a batch without a deadline goes on when nothing gets through, in milliseconds. */
const patience = 30_000;

/** How a batch is sent. */
interface Dispatch<Entry> {
  /** How many entries one request takes, and how many requests are under way at once. */
  readonly size: number;
  readonly concurrency: number;
  /** Sends one request, and answers those of its entries that the server has put off. */
  readonly send: (entries: readonly Entry[]) => Promise<readonly Entry[]>;
  /** Whether it goes on while nothing gets through, as a call does that its deadline ends. */
  readonly endless: boolean;
}

/**
 * Sends entries in any number: several requests at once, what the server puts off again and again, with pauses between.
 * A request that is throttled as a whole has put off all its entries. When one fails no more are sent, and it throws once
 * those under way have ended.
 *
 * @throws DynawrapError `backend.throttled` when nothing gets through for long.
 */
export async function dispatch<Entry>(
  entries: Iterable<Entry>,
  { size, concurrency, send, endless }: Dispatch<Entry>,
  call: Call,
): Promise<void> {
  const open = [...entries];
  let progressAt = Date.now();
  let failure: { readonly cause: unknown } | undefined;
  const insist = async (some: readonly Entry[]): Promise<void> => {
    let left = some;
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt > 0) {
        call.meter.retries++;
        await pause(backoff(attempt), call.signal);
      }
      call.signal?.throwIfAborted();
      const putOff = await send(left).catch((error: unknown) => {
        if (isDynawrapError(error, "backend.throttled")) return left;
        throw error;
      });
      if (putOff.length < left.length) progressAt = Date.now();
      else if (!endless && Date.now() - progressAt > patience) {
        throw new DynawrapError("backend.throttled", "nothing gets through", { operation: call.operation });
      }
      left = putOff;
    }
  };
  const work = async (): Promise<void> => {
    try {
      while (open.length > 0 && !failure) await insist(open.splice(-size));
    } catch (cause) {
      failure ??= { cause };
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  if (failure) throw (failure as { readonly cause: unknown }).cause;
}
