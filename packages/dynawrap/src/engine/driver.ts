import type { Capabilities } from "../core/backend.js";
import type { TableIndex, TableLayout } from "../core/layout.js";
import type { KeyRange } from "../core/range.js";
import type { StoredKey } from "../core/stored-key.js";
import type { Condition } from "../values/condition.js";
import type { OutgoingItem, StoredItem } from "../values/stored-item.js";

/** What requests have cost so far; a driver adds to it, and whoever makes the call reads it. */
export interface Meter {
  /** Requests or statements sent. */
  requests: number;
  /** Attempts beyond the first, of the driver's client or of ours. */
  retries: number;
  /** Capacity units, on DynamoDB. */
  capacity: number;
  /** Rows looked at: what `examine` counts. */
  rows: number;
  /** Bytes of the rows read, where a driver knows them. */
  bytes: number;
}

/** What a request is made under: what it is called in errors, when to stop, and where its cost is added up. */
export interface Call {
  readonly operation: string;
  readonly signal: AbortSignal | undefined;
  readonly meter: Meter;
  /** What the end of the time is to be called just now; no answer in time, unless given. */
  expired?: (() => Error) | undefined;
}

/** A place in the order of a table or an index: the item's key, and the index's key attributes if it is of an index. */
export interface Position {
  readonly key: StoredKey;
  /** The texts of the index's attributes, in their order; `undefined` in the order of the table. */
  readonly index?: readonly string[] | undefined;
}

/** How rows are to be read, from a range or in a scan. */
export interface PageRequest {
  readonly reverse: boolean;
  readonly consistent: boolean;
  /** About how many rows are to be examined, or infinity; a driver may take fewer, and no page that strains memory. */
  readonly rows: number;
  /** The place behind which to go on. */
  readonly after: Position | undefined;
  /** Only rows for which this holds come back; all of them are examined. */
  readonly filter: Condition | undefined;
  /** The only attributes that are needed beside the keys and the version, all of them unless given. A driver may bring more. */
  readonly attributes: readonly string[] | undefined;
}

/** Rows in order, and where to go on; without `next` there is no more. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: Position | undefined;
  /** How many rows were looked at, those that the filter left out included. */
  readonly examined: number;
}

/** One entry of a batch: a row to write, or, without one, a key to delete. */
export interface BatchEntry<Row> {
  readonly key: StoredKey;
  readonly row: Row | undefined;
}

/** One write, and what must hold of the item that stands there for it to be made. */
export interface Write<Row> {
  readonly layout: TableLayout;
  readonly kind: "put" | "delete" | "check";
  readonly key: StoredKey;
  /** What is put; nothing for the other kinds. */
  readonly row: Row | undefined;
  readonly condition: Condition | undefined;
}

/** A write that was not made because its condition did not hold. */
export interface Refused<Row> {
  readonly reason: "condition";
  /** The item that stood there, where the driver can say it. */
  readonly current: Row | undefined;
  /** Whether an earlier attempt of the same write may have been made: its reply was lost, and it was sent again. */
  readonly retried: boolean;
}

/** Why one write of a transaction was not made: its condition, another writer at the same item, or too much load. */
export type Cancelled<Row> =
  | Refused<Row>
  | { readonly reason: "conflict" | "throttled" }
  | { readonly reason: "failed"; readonly message: string };

/** A read of one key of one table. */
export interface Read {
  readonly layout: TableLayout;
  readonly key: StoredKey;
}

/** A part of a scan, in the driver's own terms. */
export type ScanPart = object;

/** How a scan is divided: by the driver as it likes, or so that machines which know nothing of each other agree. */
export interface ScanDivision {
  readonly of: number;
  /** The part of this machine; without it all parts are wanted, which are read by one caller. */
  readonly index: number | undefined;
  /** The texts that begin the partition keys of the items in question, sorted; no other items are needed. */
  readonly heads: readonly string[];
}

/**
 * What a store must be able to do; `DriverBackend` makes the whole `Backend` of it. A driver knows layouts, stored items
 * and keys, and nothing of models. It turns its client's errors into `DynawrapError`s, with the original as `cause`.
 *
 * Keys are texts; where a layout says that an attribute is a number, the text is one in decimal notation, and order and
 * equality are those of numbers.
 *
 * @typeParam Row the form in which an item is sent and comes back.
 */
export interface Driver<Row> {
  /** What the store is called in traces: https://opentelemetry.io/docs/specs/semconv/registry/attributes/db/ */
  readonly system: string;
  readonly capabilities: Capabilities;
  /** Entries in one batch request, keys in one batch read, and how many requests at once. */
  readonly batch: { readonly size: number; readonly reads: number; readonly concurrency: number };
  /** The form that is sent; refuses what this store cannot hold. @throws DynawrapError `value.unsupported`. */
  encode(item: OutgoingItem, layout: TableLayout): Row;
  /** What `encode` was given. @throws DynawrapError `value.unsupported` for a row that holds no item. */
  decode(row: Row, layout: TableLayout): StoredItem;
  /** Refuses a table that this store cannot have. @throws DynawrapError `table.invalid` */
  checkTable(layout: TableLayout): void;
  get(layout: TableLayout, key: StoredKey, consistent: boolean, call: Call): Promise<Row | undefined>;
  /** The rows under keys that differ, at most `batch.reads` of them, in any order; and the keys that the server put off. */
  getBatch(
    layout: TableLayout,
    keys: readonly StoredKey[],
    consistent: boolean,
    call: Call,
  ): Promise<{ readonly rows: readonly Row[]; readonly putOff: readonly StoredKey[] }>;
  /** The rows under these keys, as they stood at one moment, in the order asked for. */
  getSnapshot(reads: readonly Read[], call: Call): Promise<readonly (Row | undefined)[]>;
  /** Makes one write, or answers why its condition kept it from being made. */
  write(write: Write<Row>, call: Call): Promise<Refused<Row> | undefined>;
  /** Whether a transaction that is sent again with the same token is applied once. */
  readonly repeatable: boolean;
  /**
   * Makes all writes or none; answers, in their order, why not. The token is the same for each attempt of one
   * transaction, so that none is applied twice.
   */
  transact(
    writes: readonly Write<Row>[],
    token: string,
    call: Call,
  ): Promise<readonly (Cancelled<Row> | undefined)[] | undefined>;
  /**
   * A page of a table (without an index) or of an index. Rows in the gaps of a range come as well, and one at a bound
   * that is exclusive may.
   */
  page(
    layout: TableLayout,
    index: TableIndex | undefined,
    range: KeyRange,
    request: PageRequest,
    call: Call,
  ): Promise<Page<Row>>;
  /** The parts of a scan: one of them where the division names its index, otherwise any number. */
  divide(
    layout: TableLayout,
    index: TableIndex | undefined,
    division: ScanDivision,
    call: Call,
  ): Promise<readonly ScanPart[]>;
  scan(
    layout: TableLayout,
    index: TableIndex | undefined,
    part: ScanPart,
    request: PageRequest,
    call: Call,
  ): Promise<Page<Row>>;
  /** The native request of a page, for a reader: what `explain` shows. */
  explain(layout: TableLayout, index: TableIndex | undefined, range: KeyRange, request: PageRequest): object;
  /** Writes entries whose keys differ, and answers those that the server put off. */
  writeBatch(
    layout: TableLayout,
    entries: readonly BatchEntry<Row>[],
    call: Call,
  ): Promise<readonly BatchEntry<Row>[]>;
  /** Makes the table and its indexes unless they are there; answers the indexes that were added to a table in use. */
  createTable(layout: TableLayout, call: Call): Promise<readonly TableIndex[]>;
  close(): Promise<void>;
}
