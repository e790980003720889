import type {
  Backend,
  BatchChanges,
  BatchOptions,
  CallOptions,
  Capabilities,
  GetOptions,
  Items,
  Query,
  QueryOptions,
} from "../core/backend.js";
import { DynawrapError } from "../core/errors.js";
import { originOf } from "../core/item.js";
import type { AnyItem, ItemOf, KeyOf, Model, QueryKeyOf } from "../core/model.js";
import { keyText, type StoredKey } from "../core/stored-key.js";
import { toStoredItem } from "../values/stored-item.js";
import { writeBatches } from "./batch.js";
import { underDeadline } from "./deadline.js";
import type { BatchEntry, Driver } from "./driver.js";
import { lazyQuery } from "./query.js";
import { Question } from "./question.js";

/** The whole of `Backend` over a driver: what is asked is checked and translated here, once for every store. */
export class DriverBackend<Row> implements Backend {
  /** What the backend does its work with. Public, as a private member would make two installed copies two types. */
  readonly driver: Driver<Row>;

  constructor(driver: Driver<Row>) {
    this.driver = driver;
  }

  get capabilities(): Capabilities {
    return this.driver.capabilities;
  }

  async save(table: string, item: AnyItem, options: CallOptions = {}): Promise<void> {
    const { row } = writeEntry(this.driver, table, item);
    await underDeadline("save", options, (call) => this.driver.put(table, row, call));
  }

  async get<AModel extends Model>(
    table: string,
    model: AModel,
    key: KeyOf<AModel>,
    options: GetOptions = {},
  ): Promise<ItemOf<AModel> | undefined> {
    const question = new Question(this.driver, table, model);
    const stored = question.key(key);
    const run = underDeadline("get", options, (call) =>
      this.driver.get(table, stored, !!options.consistent, call),
    );
    return question.read(await run) as ItemOf<AModel> | undefined;
  }

  query<AModel extends Model>(
    table: string,
    model: AModel,
    key: QueryKeyOf<AModel>,
    options: QueryOptions = {},
  ): Query<ItemOf<AModel>> {
    return lazyQuery(() => {
      const question = new Question(this.driver, table, model);
      const range = question.range(key);
      return {
        page: (request, call) => this.driver.page(table, range, request, call),
        read: (row: Row) => question.read(row) as ItemOf<AModel> | undefined,
      };
    }, options);
  }

  async delete(table: string, item: AnyItem | Model, ...rest: object[]): Promise<void> {
    const byKey = typeof item === "function";
    const key = byKey
      ? new Question(this.driver, table, item).key(rest.shift() ?? {})
      : deletedKey(this.driver, table, item);
    await underDeadline("delete", rest[0] ?? {}, (call) => this.driver.delete(table, key, call));
  }

  async batchWrite(table: string, items: Items | BatchChanges, options: BatchOptions = {}): Promise<void> {
    const { driver } = this;
    driver.checkTable(table);
    const encode = (item: object, kind: "save" | "delete"): BatchEntry<Row> =>
      kind === "save"
        ? writeEntry(driver, table, item)
        : { key: deletedKey(driver, table, item), row: undefined };
    await writeBatches(driver, table, items, encode, options);
  }

  async createTable(table: string, options: CallOptions = {}): Promise<void> {
    this.driver.checkTable(table);
    await underDeadline("createTable", options, (call) => this.driver.createTable(table, call));
  }

  close(): Promise<void> {
    return this.driver.close();
  }
}

/** What a save of an instance sends. */
function writeEntry<Row>(driver: Driver<Row>, table: string, item: object): { key: StoredKey; row: Row } {
  const question = new Question(driver, table, modelOf(item));
  const stored = toStoredItem(item);
  const key = question.checked(stored.key);
  question.checkIndexKeys(stored.indexKeys);
  // An instance that was read under another key would leave its old item behind.
  const before = originOf(item)?.key ?? key;
  if (keyText(before) !== keyText(key)) {
    const model = (item.constructor as unknown as Model).modelName;
    const message = `the item was read under ${keyText(before)}, not ${keyText(key)}; delete it, and save a new instance`;
    throw new DynawrapError("key.changed", message, { model, before, after: key });
  }
  return { key, row: driver.encode(stored) };
}

function deletedKey<Row>(driver: Driver<Row>, table: string, item: object): StoredKey {
  return new Question(driver, table, modelOf(item)).key(item);
}

/** The class that an instance was made by; `undefined` for what is none. */
function modelOf(item: object | null | undefined): unknown {
  const model = item?.constructor;
  return typeof model === "function" && item instanceof model ? model : undefined;
}
