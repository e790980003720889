import { type KeyAttribute, type TableLayout, versionAttribute } from "../core/layout.js";
import { getOwn, setOwn } from "../core/record.js";
import { type StoredKey, storedKey } from "../core/stored-key.js";
import { decodeAttributes } from "./attribute-decoder.js";
import type { AttributeMap, AttributeValue } from "./attribute-value.js";
import { numberText, parseNumber } from "./number.js";
import { unsupported } from "./path.js";
import { type OutgoingItem, StoredItem } from "./stored-item.js";

/** Key attributes as they are sent, from their texts in the same order. */
export function toWireAttributes(
  attributes: readonly KeyAttribute[],
  texts: readonly string[],
): AttributeMap {
  const wire: AttributeMap = {};
  for (const [place, text] of texts.entries()) {
    const attribute = attributes[place] as KeyAttribute;
    setOwn(wire, attribute.name, typed(attribute, text));
  }
  return wire;
}

/** The text of a key attribute, of a number in its one canonical notation; `undefined` where it has another type. */
export function fromWireAttribute(item: object, { name, type }: KeyAttribute): string | undefined {
  const text = (getOwn(item, name) as { readonly [type: string]: unknown } | null | undefined)?.[type];
  if (typeof text !== "string" || type === "S") return typeof text === "string" ? text : undefined;
  const value = parseNumber(text);
  return value === undefined ? undefined : numberText(value);
}

/** A stored item as it is sent. */
export function toWireItem({ key, version, wire }: OutgoingItem, layout: TableLayout): AttributeMap {
  // One by one: what a spread has made is ten times as slow to add to.
  const item: AttributeMap = {};
  for (const name of Object.keys(wire)) setOwn(item, name, wire[name]);
  if (version !== undefined) setOwn(item, versionAttribute, { S: version });
  addWireKey(item, key, layout);
  return item;
}

/** A key as it is sent. */
export function toWireKey(key: StoredKey, layout: TableLayout): AttributeMap {
  const wire: AttributeMap = {};
  addWireKey(wire, key, layout);
  return wire;
}

function addWireKey(wire: AttributeMap, { PK, SK }: StoredKey, { pk, sk }: TableLayout): void {
  setOwn(wire, pk.name, typed(pk, PK));
  if (sk && SK !== undefined) setOwn(wire, sk.name, typed(sk, SK));
}

function typed({ type }: KeyAttribute, text: string): AttributeValue {
  return type === "S" ? { S: text } : { N: text };
}

/** The key among an item's attributes, or `undefined` when it has none of the table's types. */
export function fromWireKey(item: object, { pk, sk }: TableLayout): StoredKey | undefined {
  const PK = fromWireAttribute(item, pk);
  const SK = sk && fromWireAttribute(item, sk);
  return PK === undefined || (sk && SK === undefined) ? undefined : storedKey(PK, SK);
}

/**
 * What an item from the table or an index of it, or an image of one, holds. The key attributes of indexes are among
 * its attributes; a model that declares the index knows them for what they are.
 *
 * @throws DynawrapError `value.unsupported` for what is not well-formed, or has not the table's key.
 */
export function fromWireItem(item: object, layout: TableLayout): StoredItem {
  const key = fromWireKey(item ?? {}, layout);
  if (key === undefined) throw unsupported([layout.pk.name], `is no key of the table "${layout.name}"`);
  const version = (getOwn(item, versionAttribute) as { readonly S?: unknown } | undefined)?.S;
  return new StoredItem(key, version, decodeAttributes(item, apart(layout)));
}

const namesApart = new WeakMap<TableLayout, ReadonlySet<string>>();

/** The attributes of an item that are not among what it holds: its key, and its version. */
function apart(layout: TableLayout): ReadonlySet<string> {
  let names = namesApart.get(layout);
  if (!names) {
    names = new Set([versionAttribute, layout.pk.name, (layout.sk ?? layout.pk).name]);
    namesApart.set(layout, names);
  }
  return names;
}
