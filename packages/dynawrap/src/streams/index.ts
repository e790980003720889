import type { ModelConstructor } from "../core/description.js";
import { DynawrapError, type StoredKey } from "../core/errors.js";
import { descriptionOf, type ItemOf, type Model } from "../core/model.js";
import { readKey } from "../core/key.js";
import { fromStoredItem } from "../values/stored-item.js";
import { fromWireItem } from "../values/wire-item.js";
import { eventNames, type StreamImage, type StreamRecord } from "./record.js";

export type { StreamImage, StreamRecord } from "./record.js";

/**
 * The instance that a stream record tells of: the new image of an INSERT or MODIFY, the old one of a REMOVE. Key
 * attributes that the image lacks are taken from the record's `Keys`.
 *
 * @throws DynawrapError `stream.mismatch` for a record of another model, for one that is no record of a DynamoDB
 * stream, and for one without the image (a KEYS_ONLY stream has none); `item.invalid` when the schema refuses the
 * image; `value.unsupported` for malformed attributes.
 */
export function fromStreamRecord<AModel extends Model>(record: StreamRecord, model: AModel): ItemOf<AModel> {
  const description = descriptionOf(model);
  if (!description) throw new DynawrapError("model.invalid", "fromStreamRecord takes a model: a class that extends DBItem({ … }).", {});
  const name = description.nameOf(model as unknown as ModelConstructor);
  const mismatch = (problem: string, key?: StoredKey): DynawrapError<"stream.mismatch"> =>
    new DynawrapError("stream.mismatch", `${name}: the stream record ${problem}.`, { model: name, ...(key ? { key } : {}) });

  const change = record?.dynamodb;
  const kind = record?.eventName;
  if (typeof change !== "object" || change === null || kind === undefined || !eventNames.includes(kind)) {
    throw mismatch("is not one of a DynamoDB stream: it needs `dynamodb`, and an `eventName` of INSERT, MODIFY or REMOVE");
  }
  const key = keyOf(change.Keys ?? change.NewImage ?? change.OldImage);
  if (key === undefined || readKey(description.key, key.PK, key.SK) === undefined) {
    throw mismatch("is of another model: its key does not fit the patterns", key);
  }
  const image = kind === "REMOVE" ? change.OldImage : change.NewImage;
  if (image === undefined) {
    const wanted = kind === "REMOVE" ? "an old image" : "a new image";
    throw mismatch(`(${kind}) has no ${wanted}; the stream's view type is ${change.StreamViewType ?? "unknown"}, and NEW_AND_OLD_IMAGES has both`, key);
  }
  const item = fromStoredItem(fromWireItem({ ...image, ...change.Keys }), model as unknown as ModelConstructor, description);
  if (item === undefined) throw mismatch("is of another model: the fields of its image contradict its key", key);
  return item as ItemOf<AModel>;
}

/** The text key of a record, or `undefined` when it is of a table with other key attributes. */
function keyOf(attributes: StreamImage | undefined): StoredKey | undefined {
  const text = (name: string): string | undefined => {
    const wire = attributes && Object.hasOwn(attributes, name) ? (attributes[name] as { S?: unknown } | null) : undefined;
    return typeof wire?.S === "string" ? wire.S : undefined;
  };
  const PK = text("PK");
  const SK = text("SK");
  if (PK === undefined) return undefined;
  return SK === undefined ? { PK } : { PK, SK };
}
