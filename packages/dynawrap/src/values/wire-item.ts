import type { StoredKey } from "../core/errors.js";
import { getOwn, setOwn } from "../core/record.js";
import { type AttributeValue, fromAttributeMap, toAttributeMap } from "./attribute-value.js";
import { unsupported } from "./measure.js";
import type { StoredItem } from "./stored-item.js";

/** An item as DynamoDB has it: its attributes, the key's among them. */
export type WireItem = { [name: string]: AttributeValue };

/** The attributes that the library writes itself, beside `<index>PK` and `<index>SK`. */
const partitionKey = "PK";
const sortKey = "SK";
const versionAttribute = "schema_version";

/** A stored item as it is sent. */
export function toWireItem({ key, version, attributes, indexKeys }: StoredItem): WireItem {
  const item = toAttributeMap(attributes);
  for (const name of Object.keys(indexKeys)) setOwn(item, name, { S: indexKeys[name] });
  if (version !== undefined) item[versionAttribute] = { S: version };
  return Object.assign(item, toWireKey(key));
}

/** A key as it is sent. */
export function toWireKey({ PK, SK }: StoredKey): WireItem {
  return SK === undefined ? { [partitionKey]: { S: PK } } : { [partitionKey]: { S: PK }, [sortKey]: { S: SK } };
}

/**
 * What an item from the table, or an image of one, holds. The key attributes of indexes are among its attributes; a
 * model that declares the index knows them for what they are.
 *
 * @throws DynawrapError `value.unsupported` for what is not well-formed, or has no text keys.
 */
export function fromWireItem(item: object): StoredItem {
  const attributes = fromAttributeMap(item);
  const PK = getOwn(attributes, partitionKey);
  const SK = getOwn(attributes, sortKey);
  const version = getOwn(attributes, versionAttribute);
  if (typeof PK !== "string") throw unsupported([partitionKey], "is not text, so the item has no partition key");
  if (SK !== undefined && typeof SK !== "string") throw unsupported([sortKey], "is not text, so the item has no sort key");
  delete attributes[partitionKey];
  delete attributes[sortKey];
  delete attributes[versionAttribute];
  return {
    key: SK === undefined ? { PK } : { PK, SK },
    version: typeof version === "string" ? version : undefined,
    attributes,
    indexKeys: {},
  };
}

/** A key out of attributes that hold one, such as a page's last evaluated key. */
export function fromWireKey(item: object): StoredKey {
  const PK = getOwn(item, partitionKey) as { S?: string } | undefined;
  const SK = getOwn(item, sortKey) as { S?: string } | undefined;
  return SK?.S === undefined ? { PK: PK?.S ?? "" } : { PK: PK?.S ?? "", SK: SK.S };
}
