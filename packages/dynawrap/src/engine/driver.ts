import type { Capabilities } from "../core/backend.js";
import type { KeyRange } from "../core/range.js";
import type { StoredKey } from "../core/stored-key.js";
import type { OutgoingItem, StoredItem } from "../values/stored-item.js";

/** What a request is made under: what it is called in errors, and when to stop. */
export interface Call {
  readonly operation: string;
  readonly signal: AbortSignal | undefined;
}

/** How a page is to be read. */
export interface PageRequest {
  readonly reverse: boolean;
  readonly consistent: boolean;
  /** About how many rows are wanted, or infinity; a driver may bring fewer, and no page that strains memory. */
  readonly rows: number;
  /** The place behind which to go on: the `next` of the page before. */
  readonly after: StoredKey | undefined;
}

/** Rows in key order, and where to go on; without `next` there is no more. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: StoredKey | undefined;
}

/** One entry of a batch: a row to write, or, without one, a key to delete. */
export interface BatchEntry<Row> {
  readonly key: StoredKey;
  readonly row: Row | undefined;
}

/**
 * What a store must be able to do; `DriverBackend` makes the whole `Backend` of it. A driver knows stored items and
 * keys and nothing of models. It turns its client's errors into `DynawrapError`s, with the original as `cause`.
 *
 * @typeParam Row the form in which an item is sent and comes back.
 */
export interface Driver<Row> {
  readonly capabilities: Capabilities;
  /** Entries in one batch request, and how many requests at once. */
  readonly batch: { readonly size: number; readonly concurrency: number };
  /** The form that is sent; refuses what this store cannot hold. @throws DynawrapError `value.unsupported`. */
  encode(item: OutgoingItem): Row;
  /** What `encode` was given. @throws DynawrapError `value.unsupported` for a row that holds no item. */
  decode(row: Row): StoredItem;
  /** @throws DynawrapError `table.invalid` */
  checkTable(table: string): void;
  get(table: string, key: StoredKey, consistent: boolean, call: Call): Promise<Row | undefined>;
  put(table: string, row: Row, call: Call): Promise<void>;
  delete(table: string, key: StoredKey, call: Call): Promise<void>;
  page(table: string, range: KeyRange, request: PageRequest, call: Call): Promise<Page<Row>>;
  /** Writes entries whose keys differ, and answers those that the server put off. */
  writeBatch(
    table: string,
    entries: readonly BatchEntry<Row>[],
    call: Call,
  ): Promise<readonly BatchEntry<Row>[]>;
  createTable(table: string, call: Call): Promise<void>;
  close(): Promise<void>;
}
