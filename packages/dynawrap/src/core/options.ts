import type { DynawrapError } from "./errors.js";
import type { AnyItem, Model, WhereOf } from "./model.js";
import type { Observer } from "./observer.js";

/** What every backend is made with. */
export interface BackendOptions {
  /** Told of each operation when it has ended; it sees counts and names, never a value. */
  readonly observe?: Observer | undefined;
  /** The time in milliseconds since 1970, by which items expire; `Date.now` unless given. */
  readonly clock?: (() => number) | undefined;
  /** Signs cursors, so that nobody can make one up; the same for all processes that exchange them. */
  readonly cursorSecret?: string | undefined;
}

/** What every call takes. */
export interface CallOptions {
  /** Stops the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take, in milliseconds; `backend.unavailable` after that. */
  readonly deadline?: number | undefined;
}

export interface GetOptions extends CallOptions {
  /** On DynamoDB a strongly consistent read, at twice the capacity; the other backends always read so. */
  readonly consistent?: boolean | undefined;
  /** Whether an item whose time of expiry has passed is seen, which DynamoDB deletes up to days later. */
  readonly includeExpired?: boolean | undefined;
}

/** What to do with an item of the model that the schema refuses, or whose fields contradict its key. */
export type OnError = "throw" | "skip" | "warn" | ((error: DynawrapError) => void);

/** What queries, collections and scans take alike. */
export interface ReadOptions extends GetOptions {
  /** At most so many results, from 1. */
  readonly limit?: number | undefined;
  /** At most so many rows are looked at, from 1; what was not looked at is passed over in silence. */
  readonly examine?: number | undefined;
  /** `"throw"` unless given. A function sees the error, and the item is passed over. */
  readonly onError?: OnError | undefined;
}

export interface QueryOptions<
  AModel extends Model = Model,
  Alias extends string = never,
  Field extends string = never,
> extends ReadOptions {
  /** The alias of the index that is asked, instead of the table. */
  readonly index?: Alias | undefined;
  /** From the greatest sort key down. */
  readonly reverse?: boolean | undefined;
  /** Only items for which this holds. They are looked at all the same, and paid for. */
  readonly where?: NoInfer<WhereOf<AModel>>;
  /** Reads each item whole from the table, for an index that does not hold all of it. */
  readonly fetch?: boolean | undefined;
  /** Plain objects of these fields alone, as they are stored: not validated, a Date as its text. */
  readonly pick?: readonly Field[] | undefined;
}

/** The options of a query whose types have been checked where it was asked. */
export type AnyQueryOptions = QueryOptions<Model, string, string>;

export interface CollectionOptions<
  Models extends readonly Model[] = readonly Model[],
  Alias extends string = never,
> extends ReadOptions {
  /** The alias that every model declares for the same index. */
  readonly index?: Alias | undefined;
  readonly reverse?: boolean | undefined;
  readonly where?: NoInfer<WhereOf<Models[number]>>;
  /** What to do about rows of no listed model: they are passed over unless given. */
  readonly unknown?: "throw" | ((row: UnknownRow) => void) | undefined;
}

/** A row that is of none of the models asked for. */
export interface UnknownRow {
  readonly key: { readonly PK: string; readonly SK?: string };
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ScanOptions<AModel extends Model = Model, Alias extends string = never> extends ReadOptions {
  /** The alias of an index, whose rows alone are read: for a sparse index, few. */
  readonly index?: Alias | undefined;
  readonly where?: NoInfer<WhereOf<AModel>>;
  /** How many parts are read at once; 1 unless given. */
  readonly segments?: number | undefined;
  /** One part of a scan that several machines share: `{ index: 0, of: 4 }` to `{ index: 3, of: 4 }`. */
  readonly segment?: { readonly index: number; readonly of: number } | undefined;
}

export interface SaveOptions<Item extends AnyItem = AnyItem> extends CallOptions {
  /** Only where no item stands; `item.exists`. */
  readonly ifAbsent?: boolean | undefined;
  /**
   * Only where the item stands as this one was read (or saved), every attribute of it; `item.conflict`. `undefined`
   * means that there must still be none.
   */
  readonly ifUnchanged?: NoInfer<Item> | undefined;
  /** Only where this holds of the item that stands there; `condition.failed`. */
  readonly if?: NoInfer<Item["~types"]["where"]>;
  /** The item as it was read under its old key: it is removed in the same transaction, if nothing has changed it. */
  readonly replaces?: NoInfer<Item> | undefined;
}

export interface DeleteOptions<Where = unknown> extends CallOptions {
  /** Only where this holds of the item that stands there; `condition.failed`. */
  readonly if?: NoInfer<Where>;
  /** `item.missing` where there is none. */
  readonly ifPresent?: boolean | undefined;
}

export interface BatchOptions extends CallOptions {
  /** Told after each request, in entries, those that a later one replaces included; no `total` for what flows by. */
  readonly onProgress?:
    | ((progress: { readonly done: number; readonly total: number | undefined }) => void)
    | undefined;
}

/** Items in any number, at hand or as they come. */
export type Items<Item = AnyItem> = Iterable<Item> | AsyncIterable<Item>;

/** What a batch writes and deletes; an item in both is deleted, since the last entry for a key wins. */
export interface BatchChanges<Item = AnyItem> {
  readonly save?: Items<Item>;
  readonly delete?: Items<Item>;
}
