import { isDynawrapError } from "../core/errors.js";
import type { OperationEvent } from "../core/observer.js";
import type { CallOptions } from "../core/options.js";
import { underDeadline } from "./deadline.js";
import type { Call, Meter } from "./driver.js";
import { consumedSoFar, newMeter } from "./meter.js";
import type { Store } from "./store.js";
import { listed, type OperationSubject } from "./subject.js";
import { startTrace, type Trace } from "./telemetry.js";

/** The part of a store that an operation needs to tell of itself. */
type Told = Pick<Store<unknown>, "observe"> & { readonly driver: { readonly system: string } };

/** The course of one operation: its cost is added up while it runs, and told to the observer and the trace at its end. */
export class Operation {
  readonly meter: Meter = newMeter();
  /** Items answered, or written. */
  returned = 0;
  /** The models of what was written, where only the operation itself brings them to light. */
  readonly models: Set<string> = new Set();
  readonly #store: Told;
  readonly #subject: OperationSubject;
  readonly #started = performance.now();
  readonly #trace: Trace | undefined;

  constructor(store: Told, subject: OperationSubject) {
    this.#store = store;
    this.#subject = subject;
    this.#trace = startTrace(store.driver.system, subject);
  }

  /** Runs a part of the operation, so that what its requests are traced as belongs to it. */
  within<Result>(work: () => Result): Result {
    return this.#trace ? this.#trace.within(work) : work();
  }

  /** Tells observer and trace; what they throw is nobody else's concern. */
  end(thrown?: unknown): void {
    const { observe } = this.#store;
    if (!observe && !this.#trace) return;
    const { operation, table, model = listed(this.models), index, pattern } = this.#subject;
    const code = isDynawrapError(thrown) ? thrown.code : "error";
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
      error: thrown === undefined ? undefined : code,
    };
    this.#trace?.end(event);
    try {
      observe?.(event);
    } catch {
      // An observer that fails must not fail the operation that it watches.
    }
  }
}

/** Runs an operation of one call under its deadline, and tells of it. */
export async function runOperation<Result>(
  store: Told,
  subject: OperationSubject,
  options: CallOptions,
  run: (call: Call, operation: Operation) => Promise<Result>,
): Promise<Result> {
  const operation = new Operation(store, subject);
  try {
    const result = await operation.within(() =>
      underDeadline(subject.operation, options, (call) => run(call, operation), operation.meter),
    );
    operation.end();
    return result;
  } catch (error) {
    operation.end(error);
    throw error;
  }
}
