import { ItemOrigin, type ModelDescription } from "../core/description.js";
import { DynawrapError, isDynawrapError } from "../core/errors.js";
import { invalidItem, validOutput } from "../core/item.js";
import { type ModelKey, readKey, writeKey } from "../core/key.js";
import { type ParsedValues, readPattern } from "../core/pattern.js";
import type { KeyPart, Placement } from "../core/placement.js";
import { type AnyRecord, getOwn, newRecord, setOwn } from "../core/record.js";
import { keyText, type StoredKey } from "../core/stored-key.js";
import { parseNumber } from "./number.js";
import type { StoredItem } from "./stored-item.js";

/**
 * The instance behind a stored item, or `undefined` when the item is not this model's: its key does not fit the
 * patterns. Fields that stand only in the key, or in an index key, are filled in from it.
 *
 * @param partial whether the row holds only a part of the item's attributes, as one of an index may.
 * @throws DynawrapError `item.invalid` with the key and the issues, when the schema refuses it; `item.misplaced` when
 * its fields contradict its key.
 */
export function fromStoredItem(
  stored: StoredItem,
  placement: Placement,
  partial = false,
): object | undefined {
  const found = readFields(stored, placement, partial);
  return found && toInstance(found, stored, placement, partial);
}

/** The instance of fields that were found in a stored item. @throws DynawrapError `item.invalid` */
export function toInstance(
  { known, unknown }: FoundFields,
  stored: StoredItem,
  { model }: Placement,
  partial: boolean,
): object {
  const origin = new ItemOrigin(stored, unknown, partial);
  return model.hydrate(model, readValid(known, model, stored), origin);
}

/** What a stored item says of a model's fields, and what it holds beside them. */
export interface FoundFields {
  readonly known: Record<string, unknown>;
  readonly unknown: Record<string, unknown>;
}

/**
 * The fields of a stored item in the current shape, not validated; `undefined` when its key is not one of the model's.
 *
 * @throws DynawrapError `item.misplaced`; `item.invalid` when `upcast` fails.
 */
export function readFields(
  stored: StoredItem,
  placement: Placement,
  partial = false,
): FoundFields | undefined {
  const { model, derived } = placement;
  const { key, isField } = model;
  const parsed = readKey(key, stored.key.PK, stored.key.SK);
  if (parsed === undefined) return undefined;
  const attributes = partial ? stored.attributes : currentShape(stored, model);
  const names = Object.keys(attributes);
  const whole = names.every(isField);
  const known: Record<string, unknown> = whole ? { ...attributes } : newRecord();
  const unknown = newRecord();
  if (!whole) {
    for (const name of names) {
      if (isField(name)) setOwn(known, name, attributes[name]);
      else if (!derived.has(name)) setOwn(unknown, name, attributes[name]);
    }
  }
  let agree = fillFrom(placement.pk, parsed, known);
  if (placement.sk) agree = fillFrom(placement.sk, parsed, known) && agree;
  // The patterns of another version's indexes may have been others; but a row of an index may have nothing else.
  const current = partial || stored.version === undefined || stored.version === model.schemaVersion;
  if (current && placement.indexes.size > 0) fillFromIndexes(placement, attributes, { known, unknown });
  if (!partial && !agree && !makesKey(known, key, stored.key)) {
    const message = `the item under ${keyText(stored.key)} has fields that make another key`;
    throw new DynawrapError("item.misplaced", message, { model: model.name, key: stored.key });
  }
  return { known, unknown };
}

/**
 * Sets the fields that a key says and the attributes do not, and those that the key itself is the attribute of.
 *
 * @returns whether all fields are what the key says.
 */
function fillFrom(
  { attribute, pattern, own }: KeyPart,
  parsed: ParsedValues,
  known: Record<string, unknown>,
): boolean {
  let agree = true;
  for (const { field } of pattern.placeholders) {
    const said = getOwn(parsed, field);
    let value = own ? undefined : getOwn(known, field);
    if (value === undefined) {
      value = attribute.type === "N" ? parseNumber(String(said)) : said;
      setOwn(known, field, value);
    }
    agree &&= value === said;
  }
  return agree;
}

/** The same for the keys of all indexes; of their attributes, those that no pattern has made are unknown ones. */
function fillFromIndexes(
  { layout: { pk, sk }, indexes, derived }: Placement,
  attributes: AnyRecord,
  { known, unknown }: FoundFields,
): void {
  const read = new Set<string>();
  for (const index of indexes.values()) {
    const parts = [...index.pk, ...index.sk].filter(
      ({ attribute: { name } }) => name !== pk.name && name !== sk?.name,
    );
    for (const name of fillFromIndex(parts, attributes, known)) read.add(name);
  }
  // What no pattern has made could not be made again from fields.
  for (const name of derived) {
    const value = getOwn(attributes, name);
    if (value !== undefined && !read.has(name)) setOwn(unknown, name, value);
  }
}

/** Answers the attributes that the patterns could have made: all of an index's, or none. */
function fillFromIndex(
  parts: readonly KeyPart[],
  attributes: AnyRecord,
  known: Record<string, unknown>,
): readonly string[] {
  const parsed: ParsedValues = {};
  const stored = parts.filter(({ attribute }) => getOwn(attributes, attribute.name) !== undefined);
  for (const { attribute, pattern } of stored) {
    if (!readPattern(pattern, String(getOwn(attributes, attribute.name)), parsed)) return [];
  }
  for (const part of stored) fillFrom(part, parsed, known);
  return stored.length === parts.length ? stored.map(({ attribute }) => attribute.name) : [];
}

/** The attributes as the model has them now. */
function currentShape(stored: StoredItem, model: ModelDescription): StoredItem["attributes"] {
  const { version = "unversioned", attributes } = stored;
  const { schemaVersion, upcast } = model;
  if (version === schemaVersion || !Object.hasOwn(upcast, version)) return attributes;
  try {
    return { ...upcast[version]?.({ ...attributes }) };
  } catch (cause) {
    throw invalidItem(model, [{ message: `upcast failed (${cause})`, path: [] }], stored, cause);
  }
}

/** Whether fields make the key that they stand under. */
function makesKey(fields: Record<string, unknown>, key: ModelKey, { PK, SK }: StoredKey): boolean {
  try {
    const made = writeKey(key, fields);
    return made.PK === PK && made.SK === SK;
  } catch {
    return false; // fields that make no key at all contradict it as well
  }
}

/**
 * The fields once the schema has taken them. A time of expiry is stored in seconds; where the model holds a Date, the
 * schema is given that.
 */
function readValid(known: Record<string, unknown>, model: ModelDescription, stored: StoredItem): AnyRecord {
  const { ttl } = model;
  const seconds = ttl === undefined ? undefined : getOwn(known, ttl);
  if (ttl === undefined || typeof seconds !== "number") return validOutput(known, model, stored);
  const asDate = (): AnyRecord =>
    validOutput({ ...known, [ttl]: new Date(seconds * 1000).toISOString() }, model, stored);
  if (model.ttlIsDate.value === true) return asDate();
  try {
    const values = validOutput(known, model, stored);
    if (!(getOwn(values, ttl) instanceof Date)) return values;
  } catch (error) {
    if (!isDynawrapError(error, "item.invalid") || !error.details.issues.some(({ path }) => path[0] === ttl))
      throw error;
  }
  const values = asDate();
  model.ttlIsDate.value = true;
  return values;
}
