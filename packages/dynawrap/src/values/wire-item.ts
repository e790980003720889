import { getOwn, setOwn } from "../core/record.js";
import { type StoredKey, storedKey } from "../core/stored-key.js";
import { decodeAttributes } from "./attribute-decoder.js";
import type { AttributeMap } from "./attribute-value.js";
import { unsupported } from "./path.js";
import type { OutgoingItem, StoredItem } from "./stored-item.js";

/** The attribute of the schema version; the key's are `PK` and `SK`, an index's `<index>PK` and `<index>SK`. */
const versionAttribute = "schema_version";

/** A stored item as it is sent. */
export function toWireItem({ key, version, wire, indexKeys }: OutgoingItem): AttributeMap {
  const item = { ...wire };
  for (const name of Object.keys(indexKeys)) setOwn(item, name, { S: indexKeys[name] });
  if (version !== undefined) item[versionAttribute] = { S: version };
  return Object.assign(item, toWireKey(key));
}

/** A key as it is sent. */
export function toWireKey({ PK, SK }: StoredKey): AttributeMap {
  return SK === undefined ? { PK: { S: PK } } : { PK: { S: PK }, SK: { S: SK } };
}

/** The key among an item's attributes, or `undefined` when it has none of text. */
export function fromWireKey(item: object): StoredKey | undefined {
  const text = (name: string): unknown => (getOwn(item, name) as { S?: unknown } | null | undefined)?.S;
  const [PK, SK] = [text("PK"), text("SK")];
  if (typeof PK !== "string") return undefined;
  return storedKey(PK, typeof SK === "string" ? SK : undefined);
}

/**
 * What an item from the table, or an image of one, holds. The key attributes of indexes are among its attributes; a
 * model that declares the index knows them for what they are.
 *
 * @throws DynawrapError `value.unsupported` for what is not well-formed, or has no key of text.
 */
export function fromWireItem(item: object): StoredItem {
  const key = fromWireKey(item);
  if (key === undefined) throw unsupported(["PK"], "is not text");
  const { PK, SK, [versionAttribute]: version, ...attributes } = decodeAttributes(item);
  return { key, version: typeof version === "string" ? version : undefined, attributes };
}
