import type { ErrorCode } from "./errors.js";

/** What an operation, or all of them that a query has made, has cost. */
export interface Consumed {
  /** Requests or statements sent. */
  readonly requests: number;
  /** Attempts beyond the first, by the backend's client or by the library. */
  readonly retries: number;
  /** Capacity units; 0 where the backend counts none. */
  readonly capacity: number;
  /** Rows looked at. */
  readonly rows: number;
  /** Bytes of the rows that came; 0 where the backend does not know them. */
  readonly bytes: number;
}

/** What is told of an operation when it has ended. */
export interface OperationEvent extends Consumed {
  /** The method: `get`, `query`, `batchWrite`, … */
  readonly operation: string;
  readonly table: string;
  /** The model's name; several are joined by commas. */
  readonly model: string | undefined;
  /** The index that was read. */
  readonly index: string | undefined;
  /** The key patterns that were asked, never a value: `USER#{owner} STORY#{id}`. */
  readonly pattern: string | undefined;
  /** Items looked at. */
  readonly examined: number;
  /** Items answered, or written. */
  readonly returned: number;
  /** Milliseconds from the call to its end. */
  readonly duration: number;
  /** The code of the error that it ended with; `error` for one that is not the library's. */
  readonly error: ErrorCode | "error" | undefined;
}

/** Told of each operation when it has ended. What it throws is not seen by the caller of the operation. */
export type Observer = (event: OperationEvent) => void;
