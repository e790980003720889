import { neverSent } from "../engine/failure.js";
import { sdkError } from "./errors.js";
import type { Middleware, Stack } from "./middleware.js";

/** Who wants to hear of a request, by its input. */
const listeners = new WeakMap<object, () => void>();

/**
 * Hears of every attempt at a command, the SDK's own retries among them, that brought no answer: nobody knows whether
 * it took effect, other than of one that was refused.
 */
export function onSilence({ input }: { readonly input: object }, heard: () => void): void {
  listeners.set(input, heard);
}

/** Lets a stack tell of attempts without an answer. */
export function hearSilence(stack: Stack): void {
  stack.add(listen, { name: "dynawrapSilence", step: "finalizeRequest", priority: "low" });
}

const listen: Middleware = (next) => async (step) => {
  try {
    return await next(step);
  } catch (error) {
    const { httpStatusCode = 0 } = sdkError(error).$metadata ?? {};
    if ((httpStatusCode < 400 || httpStatusCode >= 500) && !neverSent(error)) listeners.get(step.input)?.();
    throw error;
  }
};
