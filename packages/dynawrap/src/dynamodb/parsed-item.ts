import { type KeyAttribute, type TableLayout, versionAttribute } from "../core/layout.js";
import { newRecord, setOwn } from "../core/record.js";
import { storedKey } from "../core/stored-key.js";
import { isNumeric, numberText } from "../values/number.js";
import { unsupported } from "../values/path.js";
import { StoredItem } from "../values/stored-item.js";

/** An item as it was read from a reply: its names and values, in their order. */
export class ParsedItem {
  readonly names: readonly string[];
  readonly values: readonly unknown[];

  constructor(names: readonly string[], values: readonly unknown[]) {
    this.names = names;
    this.values = values;
  }

  /** @throws DynawrapError `value.unsupported` for an item that has not the table's key. */
  toStored(layout: TableLayout): StoredItem {
    const { pk, sk } = layout;
    const attributes = newRecord();
    let [PK, SK, version]: unknown[] = [];
    for (let place = 0; place < this.names.length; place++) {
      const name = this.names[place] as string;
      const value = this.values[place];
      if (name === pk.name) PK = keyPart(pk, value);
      else if (name === sk?.name) SK = keyPart(sk, value);
      else if (name === versionAttribute) version = value;
      else setOwn(attributes, name, value);
    }
    if (PK === undefined || (sk && SK === undefined))
      throw unsupported([pk.name], `is no key of the table "${layout.name}"`);
    return new StoredItem(storedKey(PK as string, SK as string | undefined), version, attributes);
  }
}

/** The text of a key attribute; `undefined` for a value of another type. */
function keyPart({ type }: KeyAttribute, value: unknown): string | undefined {
  if (type === "S") return typeof value === "string" ? value : undefined;
  return isNumeric(value) ? numberText(value) : undefined;
}
