import type { StoredKey } from "../core/stored-key.js";
import type { AttributeMap } from "./attribute-value.js";

/** An item as every backend stores it: its key, the version of its shape, and its attributes without both. */
export class StoredItem {
  readonly key: StoredKey;
  /** `undefined` for items that others wrote. */
  readonly version: string | undefined;
  /** Fields, attributes that no schema knows, and the key attributes of the indexes that the item is in. */
  readonly attributes: Readonly<Record<string, unknown>>;

  constructor(key: StoredKey, version: unknown, attributes: Readonly<Record<string, unknown>>) {
    this.key = key;
    this.version = typeof version === "string" ? version : undefined;
    this.attributes = attributes;
  }
}

/** A stored item on its way to a backend: whatever could be wrong with it has been looked at. */
export interface OutgoingItem {
  readonly key: StoredKey;
  readonly version: string | undefined;
  /**
   * The attributes in DynamoDB's form. One that is a key attribute of the table as well (a field's own name) is among
   * them, in the form of its key.
   */
  readonly wire: AttributeMap;
}
