import type { CollectionKeyOf, ItemOf, KeyOf, Model, QueryKeyOf, ResultOf, WhereOf } from "./model.js";
import type {
  BatchChanges,
  BatchOptions,
  CallOptions,
  CollectionOptions,
  DeleteOptions,
  GetOptions,
  Items,
  QueryOptions,
  SaveOptions,
  ScanOptions,
} from "./options.js";
import type { Query } from "./query.js";
import type { AnyTable, ItemIn, ModelIn, TableOf } from "./table.js";
import type { Transaction } from "./transaction.js";

/** What one backend can hold that another cannot; to be asked, instead of asking which backend it is. */
export interface Capabilities {
  /** Whether text outside of keys may hold the character U+0000. */
  readonly nulText: boolean;
  /** Greatest length of a partition key and a sort key together, in UTF-8 bytes. */
  readonly keyBytes: number;
  /** Greatest length of all key attributes of an index entry, those of the table's key included, in UTF-8 bytes. */
  readonly indexBytes: number;
  /** Whether the key of an index may have several attributes on a side. */
  readonly multiAttributeKeys: boolean;
}

/** One read of `transactGet`. */
export type ReadOf<AModel extends Model> = readonly [
  table: TableOf<AModel>,
  model: AModel,
  key: KeyOf<AModel>,
];

/**
 * One interface to every store. `table` is a name of 3 to 255 letters, digits, `_`, `-` and `.`, which means a table
 * with the key attributes `PK` and `SK`, or a `Table`.
 *
 * Every method may throw `table.invalid`, `table.missing`, `option.invalid`, `backend.throttled`,
 * `backend.unavailable` and `backend.failed`, and, before any I/O, `model.invalid` and `key.*`.
 */
export interface Backend {
  readonly capabilities: Capabilities;

  /**
   * Writes the whole item, in place of one that stands under its key.
   *
   * @throws DynawrapError `key.changed` when the instance was read under another key; `item.exists`, `item.conflict`
   * or `condition.failed` when an option does not hold; `write.ambiguous`; `value.unsupported`; `item.tooLarge`.
   */
  save<const ATable extends AnyTable, Item extends ItemIn<ATable>>(
    table: ATable,
    item: Item,
    options?: SaveOptions<Item>,
  ): Promise<void>;

  /** The item under a whole key, or `undefined`. @throws DynawrapError `item.invalid` when the schema refuses it. */
  get<const ATable extends AnyTable, AModel extends ModelIn<ATable>>(
    table: ATable,
    model: AModel,
    key: NoInfer<KeyOf<AModel>>,
    options?: GetOptions,
  ): Promise<ItemOf<AModel> | undefined>;

  /**
   * The items of a model in one partition, in key order. The partition key is given whole, the sort key's values
   * from left to right, the last one possibly an operator; a string that ends an unformatted sort key is a prefix.
   * Nothing is read before the result is iterated.
   */
  query<
    const ATable extends AnyTable,
    AModel extends ModelIn<ATable>,
    const Alias extends keyof AModel["~types"]["indexes"] & string = never,
    const Field extends keyof AModel["~types"]["fields"] & string = never,
  >(
    table: ATable,
    model: AModel,
    key: NoInfer<QueryKeyOf<AModel, Alias>>,
    options?: QueryOptions<AModel, Alias, Field>,
  ): Query<ResultOf<AModel, NoInfer<Field>>>;

  /**
   * Removes an item, by itself or by its key; removing what is not there is no error.
   *
   * @throws DynawrapError `item.missing` or `condition.failed` when an option does not hold.
   */
  delete<const ATable extends AnyTable, Item extends ItemIn<ATable>>(
    table: ATable,
    item: Item,
    options?: DeleteOptions<Item["~types"]["where"]>,
  ): Promise<void>;
  delete<const ATable extends AnyTable, AModel extends ModelIn<ATable>>(
    table: ATable,
    model: AModel,
    key: NoInfer<KeyOf<AModel>>,
    options?: DeleteOptions<WhereOf<AModel>>,
  ): Promise<void>;

  /**
   * Reads an item consistently, changes it, and saves it if nothing has changed it meanwhile; otherwise again, with
   * jitter, until `deadline` (10 seconds unless given). Answers what was saved.
   *
   * @throws DynawrapError `item.missing`; `item.conflict` at the deadline; `key.changed`; `write.ambiguous`; whatever
   * `change` throws, and then nothing is written.
   */
  update<const ATable extends AnyTable, AModel extends ModelIn<ATable>>(
    table: ATable,
    model: AModel,
    key: NoInfer<KeyOf<AModel>>,
    change: (current: ItemOf<AModel>) => ItemOf<AModel> | Promise<ItemOf<AModel>>,
    options?: CallOptions,
  ): Promise<ItemOf<AModel>>;

  /**
   * Writes any number of items, in requests of the backend's best size. Of two entries for one key the last wins.
   * What the server puts off is sent again, with jittered backoff, until `deadline` (or, without one, for as long
   * as no 30 seconds pass without progress).
   *
   * @throws DynawrapError `batch.incomplete`, which carries exactly what was not written.
   */
  batchWrite<const ATable extends AnyTable>(
    table: ATable,
    items: Items<ItemIn<ATable>> | BatchChanges<ItemIn<ATable>>,
    options?: BatchOptions,
  ): Promise<void>;

  /** The items under any number of keys, in the order of the keys; `undefined` in the place of one that is not there. */
  batchGet<const ATable extends AnyTable, AModel extends ModelIn<ATable>>(
    table: ATable,
    model: AModel,
    keys: readonly NoInfer<KeyOf<AModel>>[],
    options?: GetOptions,
  ): Promise<(ItemOf<AModel> | undefined)[]>;

  /**
   * The items of several models in one partition, of a table or of an index, read once and in key order. `key` gives the
   * partition by each model's own placeholders.
   *
   * @throws DynawrapError `key.mismatch` when that makes different partitions.
   */
  collection<
    const ATable extends AnyTable,
    const Models extends readonly ModelIn<ATable>[],
    const Alias extends keyof Models[number]["~types"]["indexes"] & string = never,
  >(
    table: ATable,
    models: Models,
    key: NoInfer<CollectionKeyOf<Models[number], Alias>>,
    options?: CollectionOptions<Models, Alias>,
  ): CollectionQuery<Models>;

  /** All items of some models in a table, in no order that means anything. Not the answer to an access pattern. */
  scan<
    const ATable extends AnyTable,
    const Models extends readonly ModelIn<ATable>[],
    const Alias extends keyof Models[number]["~types"]["indexes"] & string = never,
  >(
    table: ATable,
    models: Models,
    options?: ScanOptions<Models[number], Alias>,
  ): Query<ItemOf<Models[number]>>;

  /**
   * Writes all or nothing, up to 100 items. `build` is called once and only notes what is to be done.
   *
   * @throws DynawrapError `transaction.cancelled`, which names each operation that failed and why.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: with `void` alone an async function would pass.
  transact(build: (tx: Transaction) => void | undefined, options?: CallOptions): Promise<void>;

  /** Up to 100 items, of any tables and models, as they stood at one moment. */
  transactGet<const Models extends readonly Model[]>(
    reads: readonly [...{ readonly [Place in keyof Models]: ReadOf<Models[Place]> }],
    options?: CallOptions & Pick<GetOptions, "includeExpired">,
  ): Promise<{ -readonly [Place in keyof Models]: ItemOf<Models[Place]> | undefined }>;

  /**
   * Creates the table and its indexes unless they are there, and waits until they can be used; two at once do no harm.
   * Items that stand in the table already get into an index that is new, where the `Table` lists their models.
   */
  createTable(table: AnyTable, options?: CallOptions): Promise<void>;

  /** Closes what `connect` opened; a client that the caller made stays open. */
  close(): Promise<void>;
}

/** The results of a collection, which can also be had by model. */
export interface CollectionQuery<Models extends readonly Model[]> extends Query<ItemOf<Models[number]>> {
  /** All results at once: a list for each model, in the order in which they were asked for, and by its `modelName`. */
  group(): Promise<{ -readonly [Place in keyof Models]: ItemOf<Models[Place]>[] }>;
}
