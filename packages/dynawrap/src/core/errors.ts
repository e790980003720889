import type { StoredKey } from "./stored-key.js";

/**
 * What each code carries beside its message. Every value in here is safe to log except `key`, `values`
 * and the remainder of a batch, which hold the caller's own data.
 */
export interface ErrorDetails {
  /** A key pattern cannot be used; thrown when the model is defined. */
  "pattern.invalid": {
    readonly pattern: string;
    readonly model: string;
    readonly placeholder?: string | undefined;
  };
  /** A model, its schema or its use with a table is at fault, whatever the data. */
  "model.invalid": { readonly model?: string | undefined; readonly field?: string | undefined };
  /** Two models of one `Table` could both claim an item. */
  "model.overlap": { readonly model: string; readonly other: string; readonly table: string };
  /** A key was asked for without all the values that it needs. */
  "key.incomplete": {
    readonly model: string;
    readonly pattern: string;
    readonly missing: readonly string[];
    /** What would answer the question: declared indexes first, then a pattern that could be declared. */
    readonly serves: readonly string[];
  };
  /** A value holds the text that ends it in the pattern, so that two different values could make one key. */
  "key.ambiguous": { readonly model: string; readonly pattern: string; readonly field: string };
  /** A value that no key can hold: empty, null, NaN, not text, or unknown to the pattern. */
  "key.invalid": { readonly model: string; readonly field?: string | undefined };
  /** `bytes` is the length in UTF-8. */
  "key.tooLong": { readonly attribute: string; readonly bytes: number; readonly limit: number };
  /** The item was read under one key and would be written under another. */
  "key.changed": { readonly model: string; readonly before: StoredKey; readonly after: StoredKey };
  /** Values that were to give one partition for several models give different ones. */
  "key.mismatch": { readonly models: readonly string[] };
  /** Data that the model's schema refuses. */
  "item.invalid": {
    readonly model: string;
    readonly key?: StoredKey | undefined;
    /** The schema version that a stored item carries; the model's own for one that is not stored. */
    readonly version: string | undefined;
    readonly issues: readonly Issue[];
  };
  /** A stored item whose fields contradict the key that it stands under. */
  "item.misplaced": { readonly model: string; readonly key: StoredKey };
  /** There is no item under the key, where there must be one. */
  "item.missing": { readonly model: string; readonly key: StoredKey };
  /** An item stands under the key already. */
  "item.exists": { readonly model: string; readonly key: StoredKey };
  /** The item is no longer as it was read. */
  "item.conflict": { readonly model: string; readonly key: StoredKey };
  /** `bytes` counts names and values as DynamoDB does; the limit is 409,600. */
  "item.tooLarge": { readonly model: string; readonly bytes: number; readonly limit: number };
  /** A value that cannot be stored, or a stored one that cannot be read; `path` leads to it. */
  "value.unsupported": { readonly path: readonly (string | number)[] };
  /** A condition that no backend takes: an unknown field, a value that is undefined, an operator without an order. */
  "condition.invalid": { readonly model?: string | undefined; readonly field?: string | undefined };
  /** The condition of a write does not hold of the item that stands there. */
  "condition.failed": { readonly model: string; readonly key: StoredKey };
  /** The reply to a write was lost, and nothing proves whether it took effect: read the item to see. */
  "write.ambiguous": { readonly operation: string; readonly key?: StoredKey | undefined };
  /** A transaction of which nothing was written. `failures` has those operations that were in the way. */
  "transaction.cancelled": { readonly failures: readonly TransactionFailure[] };
  /** An index does not hold what is asked of it. */
  "index.projection": { readonly model: string; readonly index: string; readonly missing: readonly string[] };
  /** A cursor that is not of this query. */
  "cursor.invalid": { readonly model?: string | undefined };
  /** What was not written, and nothing else: hand it to `batchWrite` again. */
  "batch.incomplete": { readonly save: readonly object[]; readonly delete: readonly object[] };
  "table.invalid": { readonly table: string };
  "table.missing": { readonly table: string };
  /** A record of another model, or one that carries no image. */
  "stream.mismatch": { readonly model: string; readonly key?: StoredKey | undefined };
  /** The backend has no such ability; `capability` names it. */
  "backend.unsupported": { readonly capability: string };
  /** An option, or another argument beside the data, whose value cannot be. */
  "option.invalid": { readonly option: string };
  /** The connection URL is not understood, or its driver package is not installed. */
  "connect.invalid": { readonly scheme?: string; readonly package?: string };
  /** The server asked for less load, longer than the deadline allows. */
  "backend.throttled": { readonly operation: string };
  /** The server could not be reached, or did not answer in time. */
  "backend.unavailable": {
    readonly operation: string;
    /** `false` where it is certain that nothing took effect: the request never left, or the server gave it up. */
    readonly applied?: false;
  };
  /** The server refused the request for a reason of its own: permissions, syntax, a damaged table. */
  "backend.failed": { readonly operation: string };
}

export type ErrorCode = keyof ErrorDetails;

/** One operation of a transaction, by its place among them from 0, and why it was not made. */
export interface TransactionFailure {
  readonly operation: number;
  readonly kind: "save" | "delete" | "check" | "update";
  readonly model: string;
  readonly key: StoredKey;
  /** The code that the operation by itself would have been refused with. */
  readonly code: ErrorCode;
  readonly message: string;
}

/** One thing a schema found wrong; the form of Standard Schema v1, with its path made plain. */
export interface Issue {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/** Shared by every installed copy of the library, so that an error is known across them. */
const brand = Symbol.for("dynawrap.error");

/**
 * The one error of this library. The message says what was wrong, where, and what to do; `code` tells kinds
 * apart; `details` carries what the code promises; a driver's own error is the `cause`.
 */
export class DynawrapError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = "DynawrapError";
  readonly code: Code;
  readonly details: ErrorDetails[Code];

  /** @param problem what was wrong and what to do, in a sentence; where it was stands in the details. */
  constructor(code: Code, problem: string, details: ErrorDetails[Code], cause?: unknown) {
    const { model, operation } = details as { readonly model?: string; readonly operation?: string };
    const where = model ?? operation;
    super(
      `${where === undefined ? "" : `${where}: `}${problem}.`,
      cause === undefined ? undefined : { cause },
    );
    this.code = code;
    this.details = details;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** A model that cannot work, whatever the data. */
export function invalidModel(
  model: string,
  problem: string,
  field?: string,
  cause?: unknown,
): DynawrapError<"model.invalid"> {
  return new DynawrapError("model.invalid", problem, { model, field }, cause);
}

/** A value, or the lack of one, that makes no key. */
export function invalidKey(model: string, problem: string, field?: string): DynawrapError<"key.invalid"> {
  return new DynawrapError("key.invalid", `the key ${problem}`, { model, field });
}

/** An option, or another argument beside the data, that no backend takes. */
export function invalidOption(option: string, problem: string): DynawrapError<"option.invalid"> {
  return new DynawrapError("option.invalid", `\`${option}\` ${problem}`, { option });
}

/** Every kind of `DynawrapError` as a union that `switch (error.code)` narrows. */
export type AnyDynawrapError = { [Code in ErrorCode]: DynawrapError<Code> }[ErrorCode];

/**
 * Whether something thrown is this library's error, of one kind if a code is given. It knows errors of a second
 * installed copy of the library too, where `instanceof` does not.
 */
export function isDynawrapError(error: unknown): error is AnyDynawrapError;
export function isDynawrapError<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is DynawrapError<Code>;
export function isDynawrapError(error: unknown, code?: ErrorCode): boolean {
  if (typeof error !== "object" || error === null || !(brand in error)) return false;
  return code === undefined || (error as unknown as DynawrapError).code === code;
}
