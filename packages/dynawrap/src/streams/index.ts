import type { ModelConstructor } from "../core/description.js";
import { DynawrapError, invalidModel } from "../core/errors.js";
import { readKey } from "../core/key.js";
import { descriptionOf, type ItemOf, type Model } from "../core/model.js";
import type { StoredKey } from "../core/stored-key.js";
import { fromStoredItem } from "../values/stored-item.js";
import { fromWireItem, fromWireKey } from "../values/wire-item.js";
import { eventNames, type StreamRecord } from "./record.js";

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
  if (!description) throw invalidModel("fromStreamRecord", "give a model");
  const name = description.nameOf(model as unknown as ModelConstructor);
  const mismatch = (problem: string, key?: StoredKey): DynawrapError<"stream.mismatch"> =>
    new DynawrapError("stream.mismatch", `${name}: the stream record ${problem}.`, { model: name, key });

  const change = record?.dynamodb;
  const kind = record?.eventName;
  if (typeof change !== "object" || change === null || kind === undefined || !eventNames.includes(kind)) {
    throw mismatch("has no `dynamodb`, or no `eventName` of INSERT, MODIFY or REMOVE");
  }
  const key = fromWireKey(change.Keys ?? change.NewImage ?? change.OldImage ?? {});
  if (key === undefined || readKey(description.key, key.PK, key.SK) === undefined) {
    throw mismatch("is of another model", key);
  }
  const image = kind === "REMOVE" ? change.OldImage : change.NewImage;
  if (typeof image !== "object" || image === null) {
    throw mismatch(
      `(${kind}, ${change.StreamViewType}) has no image; the view NEW_AND_OLD_IMAGES has it`,
      key,
    );
  }
  const item = fromStoredItem(
    fromWireItem({ ...image, ...change.Keys }),
    model as unknown as ModelConstructor,
    description,
  );
  if (item === undefined) throw mismatch("is of another model", key);
  return item as ItemOf<AModel>;
}
