import type { ModelDescription } from "../core/description.js";
import { DynawrapError, invalidKey, invalidModel } from "../core/errors.js";
import { fieldsOf, originOf, validFields } from "../core/item.js";
import { fieldsIn, writeKey } from "../core/key.js";
import { numberKey } from "../core/key-range.js";
import { indexAttributes, versionAttribute } from "../core/layout.js";
import { writePattern } from "../core/pattern.js";
import type { KeyPart, Placement } from "../core/placement.js";
import { utf8Length } from "../core/range.js";
import { type AnyRecord, getOwn, setOwn } from "../core/record.js";
import { storedKey } from "../core/stored-key.js";
import { decodeAttributes } from "./attribute-decoder.js";
import { encodeAttributes } from "./attribute-encoder.js";
import type { AttributeMap, AttributeValue } from "./attribute-value.js";
import type { OutgoingItem } from "./stored-item.js";

/** DynamoDB's limit for one item, names included: 400 KB. */
const maxItemBytes = 409_600;

/**
 * The stored form of a model's instance; whatever is wrong with it is said here, before any I/O.
 *
 * @throws DynawrapError `model.invalid` for a schema that does not accept its own output; `key.*`;
 * `value.unsupported`; `item.tooLarge`.
 */
export function toStoredItem(item: object, placement: Placement): OutgoingItem {
  const { model } = placement;
  const fields = fieldsOf(item, model);
  const { PK, SK } = writeKey(model.key, fields);
  const { wire, bytes } = encodeAttributes(attributesOf(fields, originOf(item)?.unknown, model));
  const written = writeParts(placement, fields);
  for (const name of Object.keys(written)) setOwn(wire, name, getOwn(written, name));
  const text = (part: KeyPart, own: string): string => {
    const typed = keyValue(part, own, fields, model.name);
    return "N" in typed ? typed.N : own;
  };
  const key = storedKey(text(placement.pk, PK), placement.sk && text(placement.sk, SK as string));
  checkIndexAttributes(wire, placement);
  checkSize(bytes, written, [key.PK, key.SK ?? "", model.schemaVersion], placement);
  checkRoundTrip(model, fields);
  return { key, version: model.schemaVersion, wire };
}

/**
 * What is stored of fields, and of what the schema does not know. A time of expiry is stored in whole seconds, which is
 * what DynamoDB deletes by; never earlier than it says.
 */
function attributesOf(fields: AnyRecord, unknown: AnyRecord = {}, { ttl }: ModelDescription): AnyRecord {
  const expiry = ttl === undefined ? undefined : getOwn(fields, ttl);
  const attributes = Object.keys(unknown).length > 0 ? { ...unknown, ...fields } : fields;
  if (ttl === undefined || !(expiry instanceof Date)) return attributes;
  return { ...attributes, [ttl]: Math.ceil(expiry.getTime() / 1000) };
}

/** The key attributes of the indexes that the item is in, and the fields that are keys themselves. */
function writeParts({ pk, sk, indexes, model }: Placement, fields: Record<string, unknown>): AttributeMap {
  const written: AttributeMap = {};
  const read = (field: string): unknown => getOwn(fields, field);
  const write = (parts: readonly KeyPart[]): void => {
    // An item that lacks a field of an index's patterns is not in that index, whatever its other fields hold.
    if (fieldsIn(parts.map(({ pattern }) => pattern)).some((field) => read(field) === undefined)) return;
    const texts = parts.map(({ pattern }) => writePattern(pattern, read, model.name));
    for (const [place, part] of parts.entries()) {
      const { text } = texts[place] as { readonly text: string };
      setOwn(written, part.attribute.name, keyValue(part, text, fields, model.name));
    }
  };
  const tableKey = [pk, ...(sk ? [sk] : [])];
  write(tableKey.filter(({ own }) => own));
  const names = new Set(tableKey.map(({ attribute }) => attribute.name));
  for (const index of indexes.values()) {
    const parts = [...index.pk, ...index.sk];
    write(parts);
    for (const { attribute, own } of parts) {
      if (names.has(attribute.name) && !own) delete written[attribute.name];
    }
  }
  return written;
}

/** A key's text as the attribute holds it. */
function keyValue(
  { attribute, pattern, own }: KeyPart,
  text: string,
  fields: Record<string, unknown>,
  model: string,
): AttributeValue {
  const [placeholder] = pattern.placeholders;
  const read = (field: string): unknown => getOwn(fields, field);
  if (attribute.type === "N" && placeholder) return { N: numberKey(model, placeholder, read) };
  if (own && placeholder?.format.kind === "text") {
    const value = read(placeholder.field);
    if (typeof value !== "string" && !(value instanceof Date)) {
      const problem = `value \`${placeholder.field}\` is stored as the text of a key, and could not be read back; make the key's type N, or format it`;
      throw invalidKey(model, problem, placeholder.field);
    }
  }
  return { S: text };
}

/** DynamoDB refuses an item whole when an attribute of an index's key, of whichever model, is not what the index takes. */
function checkIndexAttributes(wire: AttributeMap, { layout, model }: Placement): void {
  for (const index of layout.indexes.values()) {
    for (const { name, type } of indexAttributes(index)) {
      const value = getOwn(wire, name) as { readonly S?: string; readonly N?: string } | undefined;
      if (value === undefined || name === layout.pk.name || name === layout.sk?.name) continue;
      if (typeof value[type] !== "string" || value[type] === "") {
        const wanted = type === "S" ? "a text that is not empty" : "a number";
        throw invalidKey(model.name, `of the index ${index.name} takes ${wanted} in \`${name}\``, name);
      }
    }
  }
}

function checkSize(
  attributeBytes: number,
  written: AttributeMap,
  [pk, sk, version]: readonly [string, string, string],
  { model, layout, derived }: Placement,
): void {
  let bytes =
    attributeBytes +
    utf8Length(layout.pk.name + pk + (layout.sk?.name ?? "") + sk + versionAttribute + version);
  for (const name of derived) {
    const { S, N = S } = (getOwn(written, name) ?? {}) as { readonly S?: string; readonly N?: string };
    if (N !== undefined) bytes += utf8Length(name + N);
  }
  if (bytes <= maxItemBytes) return;
  const message = `the item has ${bytes} bytes, and the limit is ${maxItemBytes}`;
  throw new DynawrapError("item.tooLarge", message, { model: model.name, bytes, limit: maxItemBytes });
}

/** Whether a schema takes back its own output; one item with a field is enough to know it of the field. */
function checkRoundTrip(model: ModelDescription, fields: Record<string, unknown>): void {
  const names = Object.keys(fields);
  if (names.every((field) => model.roundTripped.has(field))) return;
  const { wire } = encodeAttributes(fields);
  let problem = "changes";
  let again: unknown;
  try {
    again = encodeAttributes(validFields(decodeAttributes(wire), model)).wire;
  } catch (cause) {
    problem = `does not accept (${cause})`;
  }
  if (JSON.stringify(again) !== JSON.stringify(wire)) {
    throw invalidModel(model.name, `the schema ${problem} its own stored output`);
  }
  for (const field of names) model.roundTripped.add(field);
}
