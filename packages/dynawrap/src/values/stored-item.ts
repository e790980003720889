import type { ModelDescription } from "../core/description.js";
import { DynawrapError, invalidModel } from "../core/errors.js";
import { fieldsOf, invalidItem, originOf, validFields } from "../core/item.js";
import { type ModelKey, readKey, writeKey } from "../core/key.js";
import { requireModel } from "../core/model.js";
import { writePattern } from "../core/pattern.js";
import { utf8Length } from "../core/range.js";
import { getOwn, setOwn } from "../core/record.js";
import { keyText, type StoredKey } from "../core/stored-key.js";
import { decodeAttributes } from "./attribute-decoder.js";
import { encodeAttributes } from "./attribute-encoder.js";
import type { AttributeMap } from "./attribute-value.js";

/** An item as every backend stores it: its key, the version of its shape, and its attributes without both. */
export interface StoredItem {
  readonly key: StoredKey;
  /** `undefined` for items that others wrote. */
  readonly version: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A stored item on its way to a backend: whatever could be wrong with it has been looked at. */
export interface OutgoingItem extends StoredItem {
  /** The attributes in DynamoDB's form. */
  readonly wire: AttributeMap;
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
export function toStoredItem(item: object): OutgoingItem {
  const description = requireModel(item.constructor, "save");
  const fields = fieldsOf(item, description);
  const key = writeKey(description.key, fields);
  const indexKeys = writeIndexKeys(description, fields);
  const attributes = { ...originOf(item)?.unknown };
  for (const field of Object.keys(fields)) setOwn(attributes, field, fields[field]);
  const { wire, bytes } = encodeAttributes(attributes);
  checkSize(bytes, { ...key, ...indexKeys, schema_version: description.schemaVersion }, description.name);
  checkRoundTrip(description, fields);
  return { key, version: description.schemaVersion, attributes, wire, indexKeys };
}

function checkSize(attributeBytes: number, written: Readonly<Record<string, string>>, name: string): void {
  let bytes = attributeBytes;
  for (const attribute of Object.keys(written)) bytes += utf8Length(attribute + written[attribute]);
  if (bytes <= maxItemBytes) return;
  const message = `the item has ${bytes} bytes, and the limit is ${maxItemBytes}`;
  throw new DynawrapError("item.tooLarge", message, { model: name, bytes, limit: maxItemBytes });
}

/** Whether a schema takes back its own output; one item with a field is enough to know it of the field. */
function checkRoundTrip(description: ModelDescription, fields: Record<string, unknown>): void {
  const names = Object.keys(fields);
  if (names.every((field) => description.roundTripped.has(field))) return;
  const { wire } = encodeAttributes(fields);
  let problem = "changes";
  let again: unknown;
  try {
    again = encodeAttributes(validFields(decodeAttributes(wire), description)).wire;
  } catch (cause) {
    problem = `does not accept (${cause})`;
  }
  if (JSON.stringify(again) !== JSON.stringify(wire)) {
    throw invalidModel(description.name, `the schema ${problem} its own stored output`);
  }
  for (const field of names) description.roundTripped.add(field);
}

/**
 * The key attributes of each index under a table's plain name: `<index>PK` and `<index>SK`. An item that lacks a
 * field of an index's patterns is not in that index.
 */
function writeIndexKeys(
  { key, name }: ModelDescription,
  fields: Record<string, unknown>,
): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const { index, pk, sk } of key.indexes.values()) {
    if (pk.length > 1 || sk.length > 1) {
      throw invalidModel(name, `index ${index} has a key of several attributes, which needs a Table`);
    }
    const written = [...pk, ...sk].map((pattern) =>
      writePattern(pattern, (field) => getOwn(fields, field), name),
    );
    if (written.some(({ missing }) => missing.length > 0)) continue;
    for (const [side, { text }] of written.entries())
      setOwn(keys, indexAttributes(index)[side] as string, text);
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
export function fromStoredItem(stored: StoredItem, description: ModelDescription): object | undefined {
  const { key, isField } = description;
  const parsed = readKey(key, stored.key.PK, stored.key.SK);
  if (parsed === undefined) return undefined;
  const attributes = currentShape(stored, description);
  const known: Record<string, unknown> = {};
  const unknown: Record<string, unknown> = {};
  const derived = [...key.indexes.values()].flatMap(({ index }) => indexAttributes(index));
  for (const attribute of Object.keys(attributes)) {
    if (isField(attribute)) setOwn(known, attribute, attributes[attribute]);
    else if (!derived.includes(attribute)) setOwn(unknown, attribute, attributes[attribute]);
  }
  for (const field of Object.keys(parsed)) {
    if (getOwn(known, field) === undefined) setOwn(known, field, parsed[field]);
  }
  if (!makesKey(known, key, stored.key)) return undefined;
  const values = validFields(known, description, stored.key);
  return description.hydrate(description, values, { version: stored.version, key: stored.key, unknown });
}

/** The attributes as the model has them now. */
function currentShape(
  { key, version = "unversioned", attributes }: StoredItem,
  { name, schemaVersion, upcast }: ModelDescription,
): StoredItem["attributes"] {
  if (version === schemaVersion || !Object.hasOwn(upcast, version)) return attributes;
  try {
    return { ...upcast[version]?.({ ...attributes }) };
  } catch (cause) {
    throw invalidItem(name, [{ message: `upcast failed (${cause})`, path: [] }], key, cause);
  }
}

function makesKey(fields: Record<string, unknown>, key: ModelKey, stored: StoredKey): boolean {
  try {
    return keyText(writeKey(key, fields)) === keyText(stored);
  } catch {
    return false; // fields that make no key at all contradict it as well
  }
}
