import type { ModelKey } from "./key.js";
import type { AnyRecord } from "./record.js";
import type { Schema } from "./schema.js";
import type { StoredKey } from "./stored-key.js";

/** Under which static name a model class keeps its description. */
export const descriptionSlot = "~model";

/** A model class. A user's may take more arguments, and passes the first one on. */
export interface DescribedModel {
  new (input: object): object;
  readonly [descriptionSlot]: ModelDescription;
}

/** Whatever a stored item of an older version holds; `upcast` turns it into the current shape. */
export type Upcast = (old: Record<string, unknown>) => Record<string, unknown>;

/** Where an instance comes from: what the storage said of it that is not one of its fields. */
export class ItemOrigin {
  /** The schema version that the stored item carried; `undefined` when it carried none. */
  readonly version: string | undefined;
  /** The key that it was read under, or saved under since. */
  key: StoredKey;
  /** Attributes that the schema does not know; they are written back. */
  readonly unknown: AnyRecord;
  /** All attributes as they were read; `undefined` once the instance was changed or saved, and speaks for itself. */
  asRead: AnyRecord | undefined;
  /** Whether only a part of the item was read, so that saving the instance would lose the rest. */
  readonly partial: boolean;

  constructor({ version, key, attributes }: StoredForm, unknown: AnyRecord, partial: boolean) {
    this.version = version;
    this.key = key;
    this.unknown = unknown;
    this.asRead = attributes;
    this.partial = partial;
  }
}

/** A stored item, as far as its origin is told from it. */
interface StoredForm {
  readonly version: string | undefined;
  readonly key: StoredKey;
  readonly attributes: AnyRecord;
}

/** What a definition comes to, alike for all classes made of it. */
export interface ModelShape {
  readonly schema: Schema;
  /** Sorted, as `Model.fields` shows them. */
  readonly fields: readonly string[];
  /** In the order of the schema, as instances hold them. */
  readonly fieldOrder: readonly string[];
  readonly isField: (name: string) => boolean;
  readonly key: ModelKey;
  readonly schemaVersion: string;
  readonly ttl: string | undefined;
  readonly upcast: { readonly [version: string]: Upcast };
}

/** What the library knows of one model class. */
export interface ModelDescription extends ModelShape {
  /** The declared name, else that of the class. */
  readonly name: string;
  readonly model: DescribedModel;
  /** The prototype of what `DBItem` made; what stands between it and the model's own is the user's. */
  readonly base: object;
  /** Makes an instance of valid values; asked of the model, which may be of a second copy of the library. */
  readonly hydrate: (description: ModelDescription, values: AnyRecord, origin: ItemOrigin) => object;
  /** Whether an instance has been made, which shows that the class hides no field. */
  guarded: boolean;
  /** Whether the class has shown no member of its own, so that its instances hold their fields alone. */
  plain: boolean;
  /** The fields that have been saved, which shows that the schema takes back what it gives there. */
  readonly roundTripped: Set<string>;
  /** Whether the field of expiry is a Date, once an item has shown it. */
  readonly ttlIsDate: { value: boolean };
}
