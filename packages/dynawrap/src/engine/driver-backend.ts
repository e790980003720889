import type { Backend, Capabilities, CollectionQuery } from "../core/backend.js";
import { designOf } from "../core/design.js";
import { invalidOption } from "../core/errors.js";
import type { AnyItem, ItemOf, KeyOf, Model } from "../core/model.js";
import type {
  AnyQueryOptions,
  BackendOptions,
  BatchChanges,
  BatchOptions,
  CallOptions,
  DeleteOptions,
  GetOptions,
  Items,
  SaveOptions,
} from "../core/options.js";
import type { Placement } from "../core/placement.js";
import type { Query } from "../core/query.js";
import { keyText } from "../core/stored-key.js";
import type { AnyTable } from "../core/table.js";
import type { Transaction } from "../core/transaction.js";
import { writeBatches } from "./batch.js";
import { getMany } from "./batch-get.js";
import { collectionSource } from "./collection.js";
import type { BatchEntry, Call, Driver } from "./driver.js";
import { queryModel } from "./model-query.js";
import { Operation, runOperation } from "./operation.js";
import { lazyQuery } from "./query.js";
import { checkLayout, Question } from "./question.js";
import { refillIndexes } from "./refill.js";
import { readRow } from "./row-reader.js";
import { scanSource } from "./scan.js";
import type { Store } from "./store.js";
import { type OperationSubject, subjectOf } from "./subject.js";
import { aboutTransaction, firstFailure, noteTransaction, runTransaction } from "./transaction.js";
import { Turns } from "./turns.js";
import { type Change, oneItem, type SavedRow, updateItem, updatePatience } from "./update.js";
import { modelOf, prepareDelete, prepareSave } from "./write.js";
import { markSaved, perform } from "./writing.js";

/** The whole of `Backend` over a driver: what is asked is checked and translated here, once for every store. */
export interface DriverBackend<Row> extends Backend {
  /** What the backend does its work with. Public, as private members would make two installed copies two types. */
  readonly store: Store<Row>;
  readonly turns: Turns<SavedRow<Row>>;
  readonly driver: Driver<Row>;
}

/** The methods without the types of `Backend`, which would have to be said again of each; `DriverBackend` has them. */
class UntypedBackend<Row> implements Readonly<Record<keyof Backend, unknown>> {
  readonly store: Store<Row>;
  readonly turns: Turns<SavedRow<Row>> = new Turns();

  constructor(driver: Driver<Row>, { observe, clock = Date.now, cursorSecret }: BackendOptions = {}) {
    if (observe !== undefined && typeof observe !== "function")
      throw invalidOption("observe", "is no function");
    if (typeof clock !== "function") throw invalidOption("clock", "is no function");
    if (cursorSecret !== undefined && (typeof cursorSecret !== "string" || cursorSecret === "")) {
      throw invalidOption("cursorSecret", "is no text");
    }
    this.store = { driver, observe, clock: () => clock(), cursorSecret };
  }

  get driver(): Driver<Row> {
    return this.store.driver;
  }

  get capabilities(): Capabilities {
    return this.driver.capabilities;
  }

  async save(table: AnyTable, item: AnyItem, options: SaveOptions = {}): Promise<void> {
    const { store } = this;
    const writes = prepareSave(store, table, item, options);
    const [only] = writes;
    if (writes.length > 1 || !only) {
      // A move is two writes, of which neither may happen alone.
      return this.transact((tx) => tx.save(table, item, options), options).catch((error: unknown) => {
        throw firstFailure(error);
      });
    }
    await runOperation(store, aboutModel("save", only), options, async (call, operation) => {
      await perform(store, only, call);
      operation.returned = 1;
    });
    markSaved(item, only.write.key);
  }

  async get<AModel extends Model>(
    table: AnyTable,
    model: AModel,
    key: KeyOf<AModel>,
    options: GetOptions = {},
  ): Promise<ItemOf<AModel> | undefined> {
    const { store, driver } = this;
    const question = new Question(store, table, model);
    const stored = question.key(key);
    const { layout } = question;
    return runOperation(store, aboutModel("get", question), options, async (call, operation) => {
      const row = await driver.get(layout, stored, !!options.consistent, call);
      const item =
        row === undefined
          ? undefined
          : readRow(driver.decode(row, layout), oneItem(store, question, options));
      operation.returned = item ? 1 : 0;
      return item as ItemOf<AModel> | undefined;
    });
  }

  query(table: AnyTable, model: Model, key: unknown, options: object = {}): Query<never> {
    return queryModel(this.store, table, model, key as object, options as AnyQueryOptions) as Query<never>;
  }

  async delete(table: AnyTable, target: AnyItem | Model, ...rest: object[]): Promise<void> {
    const { store } = this;
    const byKey = typeof target === "function";
    const values = byKey ? (rest.shift() ?? {}) : undefined;
    const options: DeleteOptions = rest[0] ?? {};
    const prepared = prepareDelete(store, table, target, values, options);
    const question = new Question(store, table, byKey ? target : modelOf(target));
    await runOperation(store, aboutModel("delete", question), options, async (call, operation) => {
      await perform(store, prepared, call);
      operation.returned = 1;
    });
  }

  async update(
    table: AnyTable,
    model: Model,
    key: object,
    change: (current: never) => unknown,
    options: CallOptions = {},
  ): Promise<never> {
    const { store } = this;
    const subject = aboutModel("update", new Question(store, table, model));
    const { deadline = updatePatience } = options;
    const within = { ...options, deadline };
    return runOperation(store, subject, within, async (call, operation) => {
      const item = await updateItem(store, this.turns, table, model, key, change as Change, call);
      operation.returned = 1;
      return item as never;
    });
  }

  async batchWrite(table: AnyTable, items: Items | BatchChanges, options: BatchOptions = {}): Promise<void> {
    const { store, driver } = this;
    const { layout } = designOf(table, []);
    checkLayout(store, layout);
    const encode = (item: object, kind: "save" | "delete"): BatchEntry<Row> => {
      const [prepared] =
        kind === "save" ? prepareSave(store, table, item) : [prepareDelete(store, table, item, undefined)];
      const { write, model } = prepared as NonNullable<typeof prepared>;
      operation.models.add(model);
      return { key: write.key, row: write.row };
    };
    const operation = new Operation(store, { operation: "batchWrite", table: layout.name, model: undefined });
    try {
      await operation.within(() => writeBatches(driver, layout, items, encode, options, operation));
      operation.end();
    } catch (error) {
      operation.end(error);
      throw error;
    }
  }

  async batchGet<AModel extends Model>(
    table: AnyTable,
    model: AModel,
    keys: readonly KeyOf<AModel>[],
    options: GetOptions = {},
  ): Promise<(ItemOf<AModel> | undefined)[]> {
    const { store } = this;
    const question = new Question(store, table, model);
    if (!Array.isArray(keys)) throw invalidOption("keys", "is no array of keys");
    const stored = keys.map((key) => question.key(key));
    const subject = { ...aboutModel("batchGet", question), size: keys.length };
    return runOperation(store, subject, options, async (call, operation) => {
      const found = await getMany(store, question.layout, stored, !!options.consistent, call);
      const selection = oneItem(store, question, options);
      return stored.map((key) => {
        const one = found.get(keyText(key));
        const item = one && readRow(one, selection);
        if (item) operation.returned++;
        return item as ItemOf<AModel> | undefined;
      });
    });
  }

  collection(
    table: AnyTable,
    models: readonly Model[],
    key: unknown,
    options: object = {},
  ): CollectionQuery<never> {
    const { store } = this;
    const query = lazyQuery(
      store,
      () => collectionSource(store, table, models, key as object, options),
      options,
    );
    const group = async (): Promise<object> => {
      const items = await query.all();
      const lists = models.map((model) => items.filter((item) => item.constructor === model));
      return Object.assign(
        lists,
        Object.fromEntries(models.map(({ modelName }, place) => [modelName, lists[place]])),
      );
    };
    return Object.assign(query, { group }) as unknown as CollectionQuery<never>;
  }

  scan(table: AnyTable, models: readonly Model[], options: object = {}): Query<never> {
    return lazyQuery(
      this.store,
      () => scanSource(this.store, table, models, options),
      options,
    ) as Query<never>;
  }

  // biome-ignore lint/suspicious/noConfusingVoidType: with `void` alone an async function would pass.
  async transact(build: (tx: Transaction) => void | undefined, options: CallOptions = {}): Promise<void> {
    const { store } = this;
    const noted = noteTransaction(store, build);
    const { deadline = updatePatience } = options;
    const within = { ...options, deadline };
    await runOperation(store, aboutTransaction(noted), within, async (call, operation) => {
      operation.returned = await runTransaction(store, noted, call);
    });
  }

  async transactGet(reads: readonly unknown[], options: GetOptions = {}): Promise<never> {
    const { store, driver } = this;
    if (!Array.isArray(reads) || reads.length < 1 || reads.length > 100 || !reads.every(Array.isArray)) {
      throw invalidOption("reads", "is no list of 1 to 100 [table, Model, key]");
    }
    const asked = (reads as [AnyTable, Model, object][]).map(([table, model, key]) => {
      const question = new Question(store, table, model);
      return { question, layout: question.layout, key: question.key(key) };
    });
    if (new Set(asked.map(({ layout, key }) => `${layout.name} ${keyText(key)}`)).size < asked.length) {
      throw invalidOption("reads", "names an item twice");
    }
    const placements = asked.map(({ question }) => question.placement);
    const subject = { ...subjectOf("transactGet", placements), size: asked.length };
    return runOperation(store, subject, options, async (call, operation) => {
      const rows = await driver.getSnapshot(asked, call);
      return asked.map(({ question, layout }, place) => {
        const row = rows[place];
        const item =
          row === undefined
            ? undefined
            : readRow(driver.decode(row, layout), oneItem(store, question, options));
        if (item) operation.returned++;
        return item;
      }) as never;
    });
  }

  async createTable(table: AnyTable, options: CallOptions = {}): Promise<void> {
    const { store, driver } = this;
    const design = designOf(table, []);
    const { layout, models } = design;
    checkLayout(store, layout);
    await runOperation(
      store,
      { operation: "createTable", table: layout.name, model: undefined },
      options,
      async (call: Call) => {
        const added = await driver.createTable(layout, call);
        if (added.length > 0 && models.length > 0) await refillIndexes(store, design, added, call);
      },
    );
  }

  close(): Promise<void> {
    return this.driver.close();
  }
}

export const DriverBackend: new <Row>(driver: Driver<Row>, options?: BackendOptions) => DriverBackend<Row> =
  UntypedBackend as never;

function aboutModel(operation: string, { placement }: { readonly placement: Placement }): OperationSubject {
  return subjectOf(operation, [placement]);
}
