import type { ModelKey } from "./key.js";
import type { AnyRecord } from "./record.js";
import type { Schema } from "./schema.js";
import type { StoredKey } from "./stored-key.js";

/** What `new` makes instances with; a user's class may take more arguments, and passes the first one on. */
export type ModelConstructor = new (input: object) => object;

/** Under which static name a model class keeps its description. */
export const descriptionSlot = "~model";

/** Where an instance comes from: what the storage said of it that is not one of its fields. */
export interface ItemOrigin {
  /** The schema version that the stored item carried; `undefined` when it carried none. */
  readonly version: string | undefined;
  /** The key it was read under. */
  readonly key: StoredKey;
  /** Attributes that the schema does not know; they are written back. */
  readonly unknown: AnyRecord;
}

/** What the library knows of a model: the parsed form of its definition, shared by all classes made of it. */
export interface ModelDescription {
  readonly schema: Schema;
  /** Sorted, as `Model.fields` shows them. */
  readonly fields: readonly string[];
  /** In the order of the schema, as instances hold them. */
  readonly fieldOrder: readonly string[];
  readonly key: ModelKey;
  readonly schemaVersion: string;
  readonly ttl: string | undefined;
  /** Turns an older item into the current shape; `undefined` when there is nothing to do for that version. */
  readonly upcast: (version: string | undefined) => ((old: Record<string, unknown>) => AnyRecord) | undefined;
  readonly isField: (name: string) => boolean;
  /** The declared name, else that of the class. */
  readonly nameOf: (model: ModelConstructor) => string;
  /** Passes an instance on; checks the first one of a class for fields that the class hides. */
  readonly guardFirst: (item: object, model: ModelConstructor) => object;
  /** Makes an instance of valid values; asked of the model, which may be of a second copy of the library. */
  readonly hydrate: (model: ModelConstructor, values: AnyRecord, origin: ItemOrigin) => object;
}
