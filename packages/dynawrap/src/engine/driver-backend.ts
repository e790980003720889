import type { Backend, BatchChanges, BatchOptions, CallOptions, Capabilities, GetOptions, Items, Query, QueryOptions } from "../core/backend.js";
import type { ModelConstructor, ModelDescription } from "../core/description.js";
import { DynawrapError, type StoredKey } from "../core/errors.js";
import { ItemBase, originOf } from "../core/item.js";
import { checkKeyNames, writeKey, writeRange } from "../core/key.js";
import { descriptionOf, type AnyItem, type ItemOf, type KeyOf, type Model, type QueryKeyOf } from "../core/model.js";
import { utf8Length } from "../core/range.js";
import { fromStoredItem, type StoredItem, toStoredItem } from "../values/stored-item.js";
import { writeBatches } from "./batch.js";
import { underDeadline } from "./deadline.js";
import type { BatchEntry, Driver } from "./driver.js";
import { lazyQuery } from "./query.js";

/** DynamoDB's limits, which hold on every backend, in UTF-8 bytes. */
const partitionKeyBytes = 2048;
const sortKeyBytes = 1024;

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
    const { row } = writeEntry(this.driver, table, item, "save");
    await underDeadline("save", options, (call) => this.driver.put(table, row as Row, call));
  }

  async get<AModel extends Model>(
    table: string,
    model: AModel,
    key: KeyOf<AModel>,
    options: GetOptions = {},
  ): Promise<ItemOf<AModel> | undefined> {
    const asked = askModel(this.driver, table, model);
    const stored = wholeKey(this.driver, asked, key);
    const consistent = options.consistent ?? false;
    const row = await underDeadline("get", options, (call) => this.driver.get(table, stored, consistent, call));
    return row === undefined ? undefined : (asked.read(this.driver.decode(row)) as ItemOf<AModel> | undefined);
  }

  query<AModel extends Model>(
    table: string,
    model: AModel,
    key: QueryKeyOf<AModel>,
    options: QueryOptions = {},
  ): Query<ItemOf<AModel>> {
    return lazyQuery(() => {
      const asked = askModel(this.driver, table, model);
      checkKeyValues(asked, key);
      const range = writeRange(asked.description.key, key as Record<string, unknown>, asked.name);
      checkKeyBytes({ PK: range.pk, SK: range.sk.text }, this.driver.capabilities);
      return {
        page: (request, call) => this.driver.page(table, range, request, call),
        read: (row) => asked.read(this.driver.decode(row)) as ItemOf<AModel> | undefined,
      };
    }, options);
  }

  async delete(table: string, item: AnyItem | Model, keyOrOptions?: object, options?: CallOptions): Promise<void> {
    const byKey = typeof item === "function";
    const key = byKey ? wholeKey(this.driver, askModel(this.driver, table, item), keyOrOptions ?? {}) : writeEntry(this.driver, table, item, "delete").key;
    const callOptions = (byKey ? options : (keyOrOptions as CallOptions)) ?? {};
    await underDeadline("delete", callOptions, (call) => this.driver.delete(table, key, call));
  }

  async batchWrite(table: string, items: Items | BatchChanges, options: BatchOptions = {}): Promise<void> {
    this.driver.checkTable(table);
    await writeBatches(this.driver, table, items, (item, kind) => writeEntry(this.driver, table, item, kind), options);
  }

  async createTable(table: string, options: CallOptions = {}): Promise<void> {
    this.driver.checkTable(table);
    await underDeadline("createTable", options, (call) => this.driver.createTable(table, call));
  }

  close(): Promise<void> {
    return this.driver.close();
  }
}

/** What a save or a delete of an instance sends. */
function writeEntry<Row>(driver: Driver<Row>, table: string, item: object, kind: "save" | "delete"): BatchEntry<Row> {
  if (kind === "delete") return { key: wholeKey(driver, askModel(driver, table, instanceModel(item)), item), row: undefined };
  askModel(driver, table, instanceModel(item));
  const stored = toStoredItem(item);
  checkKeyBytes(stored.key, driver.capabilities);
  checkKeyKept(item, stored.key);
  return { key: stored.key, row: driver.encode(stored) };
}

/** A model that is asked of a table, once it is known that the table can hold it. */
function askModel<Row>(driver: Driver<Row>, table: string, model: unknown): Asked {
  driver.checkTable(table);
  const description = descriptionOf(model);
  if (!description) throw notAModel();
  const name = description.nameOf(model as ModelConstructor);
  checkLayout(description, name);
  return {
    description,
    name,
    read: (stored) => fromStoredItem(stored, model as ModelConstructor, description),
  };
}

function wholeKey<Row>(driver: Driver<Row>, asked: Asked, values: object): StoredKey {
  checkKeyValues(asked, values);
  const key = writeKey(asked.description.key, values as Record<string, unknown>, asked.name);
  checkKeyBytes(key, driver.capabilities);
  return key;
}

interface Asked {
  readonly description: ModelDescription;
  readonly name: string;
  readonly read: (stored: StoredItem) => object | undefined;
}

function checkKeyBytes({ PK, SK = "" }: StoredKey, { keyBytes }: Capabilities): void {
  // No text is longer in UTF-8 than three times its length, so most keys need no count.
  if (3 * (PK.length + SK.length) <= sortKeyBytes) return;
  const pk = utf8Length(PK);
  const sk = utf8Length(SK);
  if (pk > partitionKeyBytes) throw tooLong("The partition key", "PK", pk, partitionKeyBytes);
  if (sk > sortKeyBytes) throw tooLong("The sort key", "SK", sk, sortKeyBytes);
  if (pk + sk > keyBytes) throw tooLong("The partition key with the sort key", "PK and SK", pk + sk, keyBytes);
}

function tooLong(what: string, attribute: string, bytes: number, limit: number): DynawrapError<"key.tooLong"> {
  const message = `${what} has ${bytes} bytes in UTF-8; this backend holds ${limit}.`;
  return new DynawrapError("key.tooLong", message, { attribute, bytes, limit });
}

/** Values given for a key; an instance stands for its own values. */
function checkKeyValues({ description, name }: Asked, values: object): void {
  if (!(values instanceof ItemBase)) checkKeyNames(description.key, values as Record<string, unknown>, name);
}

/** The model of an instance; only `new` and `with` make one. */
function instanceModel(item: unknown): unknown {
  const model = typeof item === "object" && item !== null ? item.constructor : undefined;
  if (descriptionOf(model) && item instanceof (model as ModelConstructor)) return model;
  const message =
    "Only an instance of a model can be saved or deleted: new Story({ … }), or story.with({ … }); a plain or spread object is none.";
  throw new DynawrapError("model.invalid", message, {});
}

function notAModel(): DynawrapError<"model.invalid"> {
  return new DynawrapError("model.invalid", "What is asked for must be a model: a class that extends DBItem({ … }).", {});
}

/** An instance that was read under another key would leave its old item behind. */
function checkKeyKept(item: object, after: StoredKey): void {
  const before = originOf(item)?.key;
  if (before === undefined || (before.PK === after.PK && before.SK === after.SK)) return;
  const model = (item.constructor as unknown as Model).modelName;
  const message = `${model}: the item was read under ${JSON.stringify(before)} and would be saved under ${JSON.stringify(after)}; delete the old one and save a new instance instead.`;
  throw new DynawrapError("key.changed", message, { model, before, after });
}

/** The key attributes of a table that is given by its plain name. */
const keyAttributes = ["PK", "SK"] as const;

/** Whether a model can live in a table of key attributes PK and SK. @throws DynawrapError `model.invalid` */
function checkLayout({ key, isField }: ModelDescription, model: string): void {
  if (!key.sk) {
    const message = `${model}: it has no sort key, and a table given by its plain name has one (SK); give the model a sort key, a fixed one such as "PROFILE" will do.`;
    throw new DynawrapError("model.invalid", message, { model });
  }
  const patterns = { PK: key.pk, SK: key.sk };
  for (const attribute of keyAttributes) {
    const { source } = patterns[attribute];
    if (isField(attribute) && source !== `{${attribute}}`) {
      const message = `${model}: the field \`${attribute}\` has the name of a key attribute, so its pattern can only be "{${attribute}}", not "${source}".`;
      throw new DynawrapError("model.invalid", message, { model, field: attribute });
    }
  }
}

