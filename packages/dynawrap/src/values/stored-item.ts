import type { ModelConstructor, ModelDescription } from "../core/description.js";
import { DynawrapError, type StoredKey } from "../core/errors.js";
import { fieldsOf, hydrate, originOf, validFields } from "../core/item.js";
import { readKey, writeKey } from "../core/key.js";
import { writePattern } from "../core/pattern.js";
import { descriptionOf } from "../core/model.js";
import { getOwn, setOwn } from "../core/record.js";
import { utf8Length } from "../core/range.js";
import { equalValues } from "./equal.js";
import { measure } from "./measure.js";
import { fromTaggedJson, toTaggedJson } from "./tagged-json.js";

/** An item as every backend stores it: its key, the version of its shape, and its attributes without both. */
export interface StoredItem {
  readonly key: StoredKey;
  /** `undefined` for items that others wrote. */
  readonly version: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The key attributes of the indexes that the item is in, by attribute name. */
  readonly indexKeys: Readonly<Record<string, string>>;
}

/** DynamoDB's limit for one item, names included: 400 KB. */
const maxItemBytes = 409_600;

/**
 * The stored form of a model's instance; whatever is wrong with it is said here, before any I/O.
 *
 * @throws DynawrapError `model.invalid` for a schema that does not accept its own output; `key.*`;
 * `value.unsupported`; `item.tooLarge`.
 */
export function toStoredItem(item: object): StoredItem {
  const model = item.constructor as ModelConstructor;
  const description = descriptionOf(model) as ModelDescription;
  const name = description.nameOf(model);
  const fields = fieldsOf(item, description);
  const key = writeKey(description.key, fields, name);
  const indexKeys = writeIndexKeys(description, fields, name);
  const attributes = { ...originOf(item)?.unknown };
  for (const field of Object.keys(fields)) setOwn(attributes, field, fields[field]);
  checkSize(attributes, key, name);
  checkRoundTrip(description, fields, name);
  return { key, version: description.schemaVersion, attributes, indexKeys };
}

function checkSize(attributes: Readonly<Record<string, unknown>>, key: StoredKey, name: string): void {
  let bytes = "PKSKschema_version".length + 16 + key.PK.length + (key.SK?.length ?? 0);
  for (const attribute of Object.keys(attributes)) bytes += utf8Length(attribute) + measure(attributes[attribute], [attribute]);
  if (bytes > maxItemBytes) {
    const message = `${name}: the item has ${bytes} bytes, and DynamoDB's limit is ${maxItemBytes} (400 KB, names included); keep large parts elsewhere and store where they are.`;
    throw new DynawrapError("item.tooLarge", message, { model: name, bytes, limit: maxItemBytes });
  }
}

/** The models whose schema has taken back its own output; one item is enough to know a schema. */
const roundTripped = new WeakSet<ModelDescription>();

function checkRoundTrip(description: ModelDescription, fields: Record<string, unknown>, name: string): void {
  if (roundTripped.has(description)) return;
  const stored = fromTaggedJson(toTaggedJson(fields));
  const refuse = (problem: string, cause?: unknown): never => {
    const message = `${name}: the schema ${problem}, so what is saved could not be read back as it was; make every transformation accept its own result.`;
    throw new DynawrapError("model.invalid", message, { model: name }, cause);
  };
  let again: Record<string, unknown> = {};
  try {
    again = validFields(stored, description, name);
  } catch (cause) {
    refuse("does not accept its own stored output", cause);
  }
  if (!equalValues(fromTaggedJson(toTaggedJson(again)), stored)) refuse("changes its own stored output when it reads it");
  roundTripped.add(description);
}

/**
 * The key attributes of each index under a table's plain name: `<index>PK` and `<index>SK`. An item that lacks a
 * field of an index's patterns is not in that index.
 */
function writeIndexKeys(description: ModelDescription, fields: Record<string, unknown>, name: string): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const { index, pk, sk } of description.key.indexes.values()) {
    const sides = [
      [indexAttributes(index)[0], pk],
      [indexAttributes(index)[1], sk],
    ] as const;
    const written: [string, string][] = [];
    let whole = true;
    for (const [attribute, patterns] of sides) {
      if (patterns.length > 1) {
        const message = `${name}: the index ${index} has a key of several attributes, which a table given by its plain name has no names for.`;
        throw new DynawrapError("model.invalid", message, { model: name });
      }
      for (const pattern of patterns) {
        const { text, missing } = writePattern(pattern, (field) => getOwn(fields, field), name);
        whole &&= missing.length === 0;
        written.push([attribute, text]);
      }
    }
    if (whole) for (const [attribute, text] of written) setOwn(keys, attribute, text);
  }
  return keys;
}

/** The key attributes of an index in a table that is given by its plain name. */
function indexAttributes(index: string): readonly [string, string] {
  return [`${index}PK`, `${index}SK`];
}

/**
 * The instance behind a stored item, or `undefined` when the item is not this model's: its key does not fit the
 * patterns, or its fields contradict the key. Fields that stand only in the key are filled in from it.
 *
 * @throws DynawrapError `item.invalid` with the key and the issues, when the schema refuses it.
 */
export function fromStoredItem(stored: StoredItem, model: ModelConstructor, description: ModelDescription): object | undefined {
  const { PK, SK } = stored.key;
  const parsed = readKey(description.key, PK, SK);
  if (parsed === undefined) return undefined;
  const name = description.nameOf(model);
  const upcast = stored.version === description.schemaVersion ? undefined : description.upcast(stored.version);
  const attributes = upcast ? upcast({ ...stored.attributes }) : stored.attributes;
  const known: Record<string, unknown> = {};
  const unknown: Record<string, unknown> = {};
  const derived = [...description.key.indexes.values()].flatMap(({ index }) => indexAttributes(index));
  for (const attribute of Object.keys(attributes)) {
    if (description.isField(attribute)) setOwn(known, attribute, attributes[attribute]);
    else if (!derived.includes(attribute)) setOwn(unknown, attribute, attributes[attribute]);
  }
  for (const field of Object.keys(parsed)) {
    if (getOwn(known, field) === undefined) setOwn(known, field, parsed[field]);
  }
  if (!sameKey(description, known, stored.key, name)) return undefined;
  const values = validFields(known, description, name, stored.key);
  return hydrate(model, values, { version: stored.version, key: stored.key, unknown });
}

function sameKey(description: ModelDescription, fields: Record<string, unknown>, key: StoredKey, name: string): boolean {
  try {
    const written = writeKey(description.key, fields, name);
    return written.PK === key.PK && written.SK === key.SK;
  } catch {
    return false; // fields that make no key at all contradict it as well
  }
}
