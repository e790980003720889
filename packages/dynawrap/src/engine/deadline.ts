import { DynawrapError, invalidOption } from "../core/errors.js";
import type { CallOptions } from "../core/options.js";
import type { Call, Meter } from "./driver.js";
import { newMeter } from "./meter.js";

/** When a call is to end. */
interface CallTime extends CallOptions {
  /** The time that the caller gave, where `deadline` is what is left of it. */
  readonly whole?: number | undefined;
}

/**
 * Runs one call under the caller's signal and deadline. When either ends it the promise settles at once, whether or
 * not the driver can stop what it is doing.
 *
 * @throws the signal's reason; DynawrapError `backend.unavailable` when the deadline has passed; `option.invalid`.
 */
export function underDeadline<Result>(
  operation: string,
  options: CallTime,
  run: (call: Call) => Promise<Result>,
  meter?: Meter,
): Promise<Result> {
  return withCall(operation, options, (call) => untilAborted(run(call), call.signal), meter);
}

/** The same for a call of many requests, which ends itself in its own way when the signal says so. */
export async function withCall<Result>(
  operation: string,
  { signal, deadline, whole = deadline }: CallTime,
  run: (call: Call) => Promise<Result>,
  meter: Meter = newMeter(),
): Promise<Result> {
  if (deadline !== undefined && !(deadline > 0)) {
    throw invalidOption("deadline", `is ${deadline}, not milliseconds above 0`);
  }
  signal?.throwIfAborted();
  if (signal === undefined && deadline === undefined) return run({ operation, signal, meter });
  const controller = new AbortController();
  const call: Call = { operation, signal: controller.signal, meter };
  const stop = (): void => controller.abort(signal?.reason);
  const end = (): void => {
    const message = `no answer within ${whole} ms; a write may have taken effect`;
    controller.abort(call.expired?.() ?? new DynawrapError("backend.unavailable", message, { operation }));
  };
  signal?.addEventListener("abort", stop, { once: true });
  // 24 days are the longest that a timer waits.
  const timer = deadline === undefined ? undefined : setTimeout(end, Math.min(deadline, 2 ** 31 - 1));
  try {
    return await run(call);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** The promise's outcome, or the signal's reason if that comes first. */
export function untilAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  return signal === undefined ? promise : untilEither(promise, signal);
}

async function untilEither<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
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
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<unknown> {
  return untilAborted(new Promise<void>((resolve) => setTimeout(resolve, milliseconds)), signal);
}

/** Full jitter: between nothing and a ceiling that doubles, so that many writers do not come back at once. */
export function backoff(attempt: number): number {
  return Math.random() * Math.min(50 * 2 ** attempt, 5_000);
}
