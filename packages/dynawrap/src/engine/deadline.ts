import type { CallOptions } from "../core/backend.js";
import { DynawrapError } from "../core/errors.js";
import type { Call } from "./driver.js";

/** A call that has begun: what its requests are made under, and how to let go of its timer. */
export interface OpenCall {
  readonly call: Call;
  readonly close: () => void;
}

/**
 * Begins a call under the caller's signal and deadline.
 *
 * @throws the signal's reason when it is aborted already; DynawrapError `option.invalid`.
 */
export function openCall(operation: string, { signal, deadline }: CallOptions): OpenCall {
  if (deadline !== undefined && !(typeof deadline === "number" && deadline > 0)) {
    const message = `\`deadline\` is ${deadline}; it is a number of milliseconds above 0.`;
    throw new DynawrapError("option.invalid", message, { option: "deadline" });
  }
  signal?.throwIfAborted();
  if (signal === undefined && deadline === undefined) return { call: { operation, signal: undefined }, close: () => {} };
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  const timer =
    deadline === undefined || deadline > longestTimer
      ? undefined
      : setTimeout(() => controller.abort(outOfTime(operation, deadline)), deadline);
  return {
    call: { operation, signal: controller.signal },
    close: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    },
  };
}

/** What `setTimeout` can wait, 24 days; a deadline beyond it is none. */
const longestTimer = 2 ** 31 - 1;

function outOfTime(operation: string, deadline: number): DynawrapError<"backend.unavailable"> {
  const message = `${operation}: no answer within the deadline of ${deadline} ms; a write may or may not have taken effect.`;
  return new DynawrapError("backend.unavailable", message, { operation });
}

/**
 * Runs one call under the caller's signal and deadline. When either ends it the promise settles at once, whether or
 * not the driver can stop what it is doing.
 *
 * @throws the signal's reason, or DynawrapError `backend.unavailable` when the deadline has passed.
 */
export async function underDeadline<Result>(
  operation: string,
  options: CallOptions,
  run: (call: Call) => Promise<Result>,
): Promise<Result> {
  const { call, close } = openCall(operation, options);
  try {
    return await untilAborted(run(call), call.signal);
  } finally {
    close();
  }
}

/** The promise's outcome, or the signal's reason if that comes first. */
export async function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return promise;
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } catch (error) {
    promise.catch(() => {}); // how it ends no longer matters to anyone
    // A driver that was told to stop says so in its own words; the reason is what the caller knows.
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Waits, or stops waiting when the signal says so. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await untilAborted(waited, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Full jitter: between nothing and a ceiling that doubles, so that many writers do not come back at once. */
export function backoff(attempt: number): number {
  return Math.random() * Math.min(50 * 2 ** attempt, 5_000);
}
