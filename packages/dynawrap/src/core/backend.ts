import type { DynawrapError } from "./errors.js";
import type { AnyItem, ItemOf, KeyOf, Model, QueryKeyOf } from "./model.js";

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
}

/** What to do with an item of the model that the schema refuses. */
export type OnError = "throw" | "skip" | "warn" | ((error: DynawrapError) => void);

export interface QueryOptions extends GetOptions {
  /** At most so many results, from 1. */
  readonly limit?: number | undefined;
  /** From the greatest sort key down. */
  readonly reverse?: boolean | undefined;
  /** `"throw"` unless given. A function sees the error, and the item is passed over. */
  readonly onError?: OnError | undefined;
}

/**
 * A question that has not been asked yet: each iteration asks it anew, page by page, holding one page.
 * Order is by the UTF-8 bytes of the sort key, on every backend.
 */
export interface Query<Item> extends AsyncIterable<Item> {
  /** All results at once. */
  all(): Promise<Item[]>;
  /** The first result, or `undefined`. */
  first(): Promise<Item | undefined>;
  /** The results as the backend's pages bring them; no page is empty. */
  pages(): AsyncIterable<Item[]>;
}

export interface BatchOptions extends CallOptions {
  /** Told after each request, in entries, those that a later one replaces included; no `total` for what flows by. */
  readonly onProgress?:
    | ((progress: { readonly done: number; readonly total: number | undefined }) => void)
    | undefined;
}

/** Items in any number, at hand or as they come. */
export type Items = Iterable<AnyItem> | AsyncIterable<AnyItem>;

/** What a batch writes and deletes; an item in both is deleted, since the last entry for a key wins. */
export interface BatchChanges {
  readonly save?: Items;
  readonly delete?: Items;
}

/** What one backend can hold that another cannot; to be asked, instead of asking which backend it is. */
export interface Capabilities {
  /** Whether text outside of keys may hold the character U+0000. */
  readonly nulText: boolean;
  /** Greatest length of a partition key and a sort key together, in UTF-8 bytes. */
  readonly keyBytes: number;
}

/**
 * One interface to every store. `table` is a name of 3 to 255 letters, digits, `_`, `-` and `.`, and means a table
 * with the key attributes `PK` and `SK`.
 *
 * Every method may throw `table.invalid`, `table.missing`, `option.invalid`, `backend.throttled`,
 * `backend.unavailable` and `backend.failed`, and, before any I/O, `model.invalid` and `key.*`.
 */
export interface Backend {
  readonly capabilities: Capabilities;

  /**
   * Writes the whole item, in place of one that stands under its key.
   *
   * @throws DynawrapError `key.changed` when the instance was read under another key; `value.unsupported`;
   * `item.tooLarge`.
   */
  save(table: string, item: AnyItem, options?: CallOptions): Promise<void>;

  /** The item under a whole key, or `undefined`. @throws DynawrapError `item.invalid` when the schema refuses it. */
  get<AModel extends Model>(
    table: string,
    model: AModel,
    key: NoInfer<KeyOf<AModel>>,
    options?: GetOptions,
  ): Promise<ItemOf<AModel> | undefined>;

  /**
   * The items of a model in one partition, in key order. The partition key is given whole, the sort key's values
   * from left to right; a string that ends an unformatted sort key is a prefix. Nothing is read before the result
   * is iterated.
   */
  query<AModel extends Model>(
    table: string,
    model: AModel,
    key: NoInfer<QueryKeyOf<AModel>>,
    options?: QueryOptions,
  ): Query<ItemOf<AModel>>;

  /** Removes an item, by itself or by its key; removing what is not there is no error. */
  delete(table: string, item: AnyItem, options?: CallOptions): Promise<void>;
  delete<AModel extends Model>(
    table: string,
    model: AModel,
    key: NoInfer<KeyOf<AModel>>,
    options?: CallOptions,
  ): Promise<void>;

  /**
   * Writes any number of items, in requests of the backend's best size. Of two entries for one key the last wins.
   * What the server puts off is sent again, with jittered backoff, until `deadline` (or, without one, for as long
   * as no 30 seconds pass without progress).
   *
   * @throws DynawrapError `batch.incomplete`, which carries exactly what was not written.
   */
  batchWrite(table: string, items: Items | BatchChanges, options?: BatchOptions): Promise<void>;

  /** Creates the table unless it is there, and waits until it can be used; two at once do no harm. */
  createTable(table: string, options?: CallOptions): Promise<void>;

  /** Closes what `connect` opened; a client that the caller made stays open. */
  close(): Promise<void>;
}
