import type { ModelConstructor, ModelDescription } from "../core/description.js";
import { DynawrapError, invalidModel } from "../core/errors.js";
import { fieldsOf, originOf, validFields } from "../core/item.js";
import { readKey, writeKey } from "../core/key.js";
import { requireModel } from "../core/model.js";
import { writePattern } from "../core/pattern.js";
import { utf8Length } from "../core/range.js";
import { getOwn, setOwn } from "../core/record.js";
import type { StoredKey } from "../core/stored-key.js";
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
  const model = item.constructor as ModelConstructor;
  const description = requireModel(model, "save");
  const name = description.nameOf(model);
  const fields = fieldsOf(item, description);
  const key = writeKey(description.key, fields, name);
  const indexKeys = writeIndexKeys(description, fields, name);
  const attributes = { ...originOf(item)?.unknown };
  for (const field of Object.keys(fields)) setOwn(attributes, field, fields[field]);
  const { wire, bytes } = encodeAttributes(attributes);
  checkSize(bytes, { ...key, ...indexKeys, schema_version: description.schemaVersion }, name);
  checkRoundTrip(description, fields, name);
  return { key, version: description.schemaVersion, attributes, wire, indexKeys };
}

function checkSize(attributeBytes: number, written: Readonly<Record<string, string>>, name: string): void {
  const bytes = attributeBytes + utf8Length(Object.entries(written).flat().join(""));
  if (bytes <= maxItemBytes) return;
  const message = `${name}: the item has ${bytes} bytes, and the limit is ${maxItemBytes}.`;
  throw new DynawrapError("item.tooLarge", message, { model: name, bytes, limit: maxItemBytes });
}

/** The models whose schema has taken back its own output; one item is enough to know a schema. */
const roundTripped = new WeakSet<ModelDescription>();

function checkRoundTrip(description: ModelDescription, fields: Record<string, unknown>, name: string): void {
  if (roundTripped.has(description)) return;
  const { wire } = encodeAttributes(fields);
  let problem = "changes";
  let again: unknown;
  try {
    again = encodeAttributes(validFields(decodeAttributes(wire), description, name)).wire;
  } catch (cause) {
    problem = `does not accept (${cause})`;
  }
  if (JSON.stringify(again) !== JSON.stringify(wire)) {
    throw invalidModel(name, `the schema ${problem} its own stored output`);
  }
  roundTripped.add(description);
}

/**
 * The key attributes of each index under a table's plain name: `<index>PK` and `<index>SK`. An item that lacks a
 * field of an index's patterns is not in that index.
 */
function writeIndexKeys(
  description: ModelDescription,
  fields: Record<string, unknown>,
  name: string,
): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const { index, pk, sk } of description.key.indexes.values()) {
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
export function fromStoredItem(
  stored: StoredItem,
  model: ModelConstructor,
  description: ModelDescription,
): object | undefined {
  const { PK, SK } = stored.key;
  const parsed = readKey(description.key, PK, SK);
  if (parsed === undefined) return undefined;
  const name = description.nameOf(model);
  const upcast =
    stored.version === description.schemaVersion ? undefined : description.upcast(stored.version);
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
  return description.hydrate(model, values, { version: stored.version, key: stored.key, unknown });
}

function sameKey(
  description: ModelDescription,
  fields: Record<string, unknown>,
  key: StoredKey,
  name: string,
): boolean {
  try {
    const written = writeKey(description.key, fields, name);
    return written.PK === key.PK && written.SK === key.SK;
  } catch {
    return false; // fields that make no key at all contradict it as well
  }
}
