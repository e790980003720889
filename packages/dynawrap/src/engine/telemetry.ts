import type { OperationEvent } from "../core/observer.js";
import type { OperationSubject } from "./subject.js";

/** What a span is told: names and counts. */
type Attributes = { readonly [name: string]: string | number | undefined };

/** What is used of `@opentelemetry/api`; only the shape counts, so that the package is no dependency. */
interface Span {
  setAttributes(attributes: Attributes): unknown;
  setStatus(status: { readonly code: number }): unknown;
  recordException(exception: { readonly code: string }): void;
  end(): void;
}
interface Tracer {
  startActiveSpan<Result>(name: string, options: object, work: (span: Span) => Result): Result;
}
interface OpenTelemetry {
  readonly trace?: { getTracer(name: string): Tracer };
  readonly context?: {
    active(): object;
    with<Result>(context: object, work: () => Result): Result;
  };
}

/** Where every installed copy of `@opentelemetry/api` 1.x keeps what an SDK has registered. */
const globalName = Symbol.for("opentelemetry.js.api.1");
/** `SpanKind.CLIENT` and `SpanStatusCode.ERROR`. */
const client = 2;
const failed = 2;

/** The span of one operation. */
export interface Trace {
  /** Runs work in the context of the span, so that those of the driver's client become its children. */
  within<Result>(work: () => Result): Result;
  end(event: OperationEvent): void;
}

/**
 * Starts a span under the one that is active, if an SDK of OpenTelemetry is registered by now. Whatever goes wrong with it
 * goes wrong for the trace alone.
 */
export function startTrace(system: string, subject: OperationSubject): Trace | undefined {
  const api = (globalThis as { readonly [globalName]?: OpenTelemetry })[globalName];
  if (!api?.trace) return undefined;
  const name = `${subject.operation} ${subject.table}`.trimEnd();
  const attributes = aboutSubject(system, name, subject);
  try {
    return api.trace.getTracer("dynawrap").startActiveSpan(name, { kind: client, attributes }, (span) => {
      const { context } = api;
      const active = context?.active();
      return {
        within: (work) => (context && active ? context.with(active, work) : work()),
        end: (event) => endSpan(span, event),
      };
    });
  } catch {
    return undefined;
  }
}

/** An error's message may hold a key: the code is all that is told of it. */
function endSpan(span: Span, event: OperationEvent): void {
  try {
    span.setAttributes(aboutCost(event));
    if (event.error !== undefined) {
      const code = event.error === "error" ? "_OTHER" : event.error;
      span.recordException({ code });
      span.setAttributes({ "error.type": code });
      span.setStatus({ code: failed });
    }
    span.end();
  } catch {
    // A trace that fails must not fail the operation that it follows.
  }
}

/** https://opentelemetry.io/docs/specs/semconv/db/database-spans/, and what is this library's own. */
function aboutSubject(system: string, summary: string, subject: OperationSubject): Attributes {
  const { operation, table, model, index, pattern, size = 0 } = subject;
  return known({
    "db.system.name": system,
    "db.operation.name": operation,
    "db.query.summary": summary,
    // Several tables have no name in common, and one operation is no batch.
    "db.collection.name": table === "" || table.includes(",") ? undefined : table,
    "db.operation.batch.size": size > 1 ? size : undefined,
    "dynawrap.model": model,
    "dynawrap.index": index,
    "dynawrap.pattern": pattern,
  });
}

function aboutCost({
  model,
  requests,
  retries,
  capacity,
  bytes,
  examined,
  returned,
}: OperationEvent): Attributes {
  const counts = { model, requests, retries, capacity, bytes, examined, returned };
  return known(
    Object.fromEntries(Object.entries(counts).map(([name, value]) => [`dynawrap.${name}`, value])),
  );
}

function known(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
