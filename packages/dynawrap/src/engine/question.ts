import type { Capabilities } from "../core/backend.js";
import type { ModelConstructor, ModelDescription } from "../core/description.js";
import { DynawrapError, invalidModel } from "../core/errors.js";
import { isItem } from "../core/item.js";
import { checkKeyNames, writeKey, writeRange } from "../core/key.js";
import { requireModel } from "../core/model.js";
import { type KeyRange, utf8Length } from "../core/range.js";
import type { StoredKey } from "../core/stored-key.js";
import { fromStoredItem } from "../values/stored-item.js";
import type { Driver } from "./driver.js";

/**
 * What is asked of a table about one model. Making one, and asking it for a key, says whatever is wrong with the
 * question, before any I/O.
 */
export class Question<Row> {
  readonly name: string;
  readonly #driver: Driver<Row>;
  readonly #model: ModelConstructor;
  readonly #description: ModelDescription;

  /** @throws DynawrapError `table.invalid`, or `model.invalid` for what is no model, or cannot live in the table. */
  constructor(driver: Driver<Row>, table: string, model: unknown) {
    driver.checkTable(table);
    const description = requireModel(model, `"${table}"`);
    this.#driver = driver;
    this.#model = model as ModelConstructor;
    this.#description = description;
    this.name = description.nameOf(this.#model);
    checkLayout(description, this.name);
  }

  /** The whole key of these values. @throws DynawrapError `key.*` */
  key(values: object): StoredKey {
    return this.checked(writeKey(this.#description.key, this.#named(values), this.name));
  }

  /** The range of keys that a query by these values reads. @throws DynawrapError `key.*` */
  range(values: object): KeyRange {
    const range = writeRange(this.#description.key, this.#named(values), this.name);
    this.checked({ PK: range.pk, SK: range.sk.text });
    return range;
  }

  /** The key, once it is known that the store can hold it. @throws DynawrapError `key.tooLong` */
  checked(key: StoredKey): StoredKey {
    checkKeyBytes(key, this.#driver.capabilities);
    return key;
  }

  /** The instance that a row holds; `undefined` for no row, and for one that is not of the model. */
  read(row: Row | undefined): object | undefined {
    if (row === undefined) return undefined;
    return fromStoredItem(this.#driver.decode(row), this.#model, this.#description);
  }

  /** Values given for a key; an instance stands for its own values. */
  #named(values: object): Record<string, unknown> {
    const named = values as Record<string, unknown>;
    if (!isItem(values)) checkKeyNames(this.#description.key, named, this.name);
    return named;
  }
}

/** Whether a model can live in a table of key attributes PK and SK. */
function checkLayout({ key, isField }: ModelDescription, model: string): void {
  const layout = "a plain table name means the key PK, SK, but";
  if (!key.sk) throw invalidModel(model, `${layout} the model has no sk`);
  for (const [attribute, { source }] of Object.entries({ PK: key.pk, SK: key.sk })) {
    if (isField(attribute) && source !== `{${attribute}}`) {
      throw invalidModel(
        model,
        `${layout} the pattern "${source}" is not its field \`${attribute}\``,
        attribute,
      );
    }
  }
}

/** DynamoDB's limits, which hold on every backend: the partition key's bytes in UTF-8, then the sort key's. */
const limits = [2048, 1024] as const;

function checkKeyBytes({ PK, SK = "" }: StoredKey, { keyBytes }: Capabilities): void {
  // No text is longer in UTF-8 than three times its length, so most keys need no count.
  if (3 * (PK.length + SK.length) <= limits[1]) return;
  const [pk, sk] = [utf8Length(PK), utf8Length(SK)];
  const check = (attribute: string, bytes: number, limit: number): void => {
    if (bytes <= limit) return;
    const message = `The key is too long: ${attribute} has ${bytes} bytes, and the limit is ${limit}.`;
    throw new DynawrapError("key.tooLong", message, { attribute, bytes, limit });
  };
  check("PK", pk, limits[0]);
  check("SK", sk, limits[1]);
  check("PK and SK", pk + sk, keyBytes);
}
