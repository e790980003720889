import { isDynawrapError } from "../core/errors.js";
import type { OperationEvent } from "../core/observer.js";
import type { CallOptions } from "../core/options.js";
import { underDeadline } from "./deadline.js";
import type { Call, Meter } from "./driver.js";
import { consumedSoFar, newMeter } from "./meter.js";
import type { Store } from "./store.js";

/** What an operation is about, as it is told to observers: names and patterns, never a value. */
export interface OperationSubject {
  readonly operation: string;
  readonly table: string;
  readonly model: string | undefined;
  readonly index?: string | undefined;
  readonly pattern?: string | undefined;
}

/** The course of one operation: its cost is added up while it runs, and told to the observer when it ends. */
export class Operation {
  readonly meter: Meter = newMeter();
  /** Items answered, or written. */
  returned = 0;
  readonly #store: Pick<Store<unknown>, "observe">;
  readonly #subject: OperationSubject;
  readonly #started = performance.now();

  constructor(store: Pick<Store<unknown>, "observe">, subject: OperationSubject) {
    this.#store = store;
    this.#subject = subject;
  }

  /** Tells the observer; what that throws is nobody else's concern. */
  end(error?: unknown): void {
    const { observe } = this.#store;
    if (!observe) return;
    const { operation, table, model, index, pattern } = this.#subject;
    const event: OperationEvent = {
      operation,
      table,
      model,
      index,
      pattern,
      ...consumedSoFar(this.meter),
      examined: this.meter.rows,
      returned: this.returned,
      duration: performance.now() - this.#started,
      error: error === undefined ? undefined : isDynawrapError(error) ? error.code : "error",
    };
    try {
      observe(event);
    } catch {
      // An observer that fails must not fail the operation that it watches.
    }
  }
}

/** Runs an operation of one call under its deadline, and tells of it. */
export async function runOperation<Result>(
  store: Pick<Store<unknown>, "observe">,
  subject: OperationSubject,
  options: CallOptions,
  run: (call: Call, operation: Operation) => Promise<Result>,
): Promise<Result> {
  const operation = new Operation(store, subject);
  try {
    const result = await underDeadline(
      subject.operation,
      options,
      (call) => run(call, operation),
      operation.meter,
    );
    operation.end();
    return result;
  } catch (error) {
    operation.end(error);
    throw error;
  }
}
