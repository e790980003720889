import type { Capabilities } from "../core/backend.js";
import type { ModelDescription } from "../core/description.js";
import { DynawrapError, invalidModel } from "../core/errors.js";
import { writeKey, writeRange } from "../core/key.js";
import { keyValues, requireModel } from "../core/model.js";
import { type KeyRange, utf8Length } from "../core/range.js";
import type { StoredKey } from "../core/stored-key.js";
import { fromStoredItem } from "../values/stored-item.js";
import type { Driver } from "./driver.js";

/**
 * What is asked of a table about one model. Making one, and asking it for a key, says whatever is wrong with the
 * question, before any I/O.
 */
export class Question<Row> {
  readonly #driver: Driver<Row>;
  readonly #description: ModelDescription;

  /** @throws DynawrapError `table.invalid`, or `model.invalid` for what is no model, or cannot live in the table. */
  constructor(driver: Driver<Row>, table: string, model: unknown) {
    driver.checkTable(table);
    this.#driver = driver;
    this.#description = requireModel(model, `"${table}"`);
    checkLayout(this.#description);
  }

  /** The whole key of these values. @throws DynawrapError `key.*` */
  key(values: object): StoredKey {
    const { key } = this.#description;
    return this.checked(writeKey(key, keyValues(key, values)));
  }

  /** The range of keys that a query by these values reads. @throws DynawrapError `key.*` */
  range(values: object): KeyRange {
    const { key } = this.#description;
    const range = writeRange(key, keyValues(key, values));
    this.checked({ PK: range.pk, SK: range.sk.text });
    return range;
  }

  /** The key, once it is known that the store can hold it. @throws DynawrapError `key.tooLong` */
  checked(key: StoredKey): StoredKey {
    checkKeyBytes(key, this.#driver.capabilities);
    return key;
  }

  /** Looks at the key attributes of indexes: with one that is too long DynamoDB refuses the whole item. */
  checkIndexKeys(indexKeys: Readonly<Record<string, string>>): void {
    for (const [attribute, text] of Object.entries(indexKeys)) {
      checkBytes(attribute, utf8Length(text), limits[attribute.endsWith("PK") ? 0 : 1]);
    }
  }

  /** The instance that a row holds; `undefined` for no row, and for one that is not of the model. */
  read(row: Row | undefined): object | undefined {
    return row === undefined ? undefined : fromStoredItem(this.#driver.decode(row), this.#description);
  }
}

/** Whether a model can live in a table of key attributes PK and SK. */
function checkLayout({ key, isField, name }: ModelDescription): void {
  const layout = "a plain table name means the key PK, SK, but";
  if (!key.sk) throw invalidModel(name, `${layout} the model has no sk`);
  for (const [attribute, { source }] of Object.entries({ PK: key.pk, SK: key.sk })) {
    if (isField(attribute) && source !== `{${attribute}}`) {
      throw invalidModel(
        name,
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
  checkBytes("PK", pk, limits[0]);
  checkBytes("SK", sk, limits[1]);
  checkBytes("PK and SK", pk + sk, keyBytes);
}

function checkBytes(attribute: string, bytes: number, limit: number): void {
  if (bytes <= limit) return;
  const message = `The key is too long: ${attribute} has ${bytes} bytes, and the limit is ${limit}`;
  throw new DynawrapError("key.tooLong", message, { attribute, bytes, limit });
}
