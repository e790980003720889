import type { ModelConstructor } from "../core/description.js";
import { DynawrapError } from "../core/errors.js";
import { readKey } from "../core/key.js";
import { type ItemOf, type Model, requireModel } from "../core/model.js";
import { fromStoredItem } from "../values/stored-item.js";
import { fromWireItem, fromWireKey } from "../values/wire-item.js";
import type { StreamRecord } from "./record.js";

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
  const description = requireModel(model, "fromStreamRecord");
  const made = model as unknown as ModelConstructor;
  const name = description.nameOf(made);
  const { eventName = "", dynamodb: change } = record ?? {};
  const { Keys, NewImage, OldImage, StreamViewType } = change ?? {};
  const key = fromWireKey(Keys ?? NewImage ?? OldImage ?? {});
  const image = eventName === "REMOVE" ? OldImage : NewImage;
  let problem = "is of another model";
  if (!change || !/^(INSERT|MODIFY|REMOVE)$/.test(eventName)) {
    problem = "is none of a DynamoDB stream, with `dynamodb` and `eventName`";
  } else if (key && readKey(description.key, key.PK, key.SK)) {
    const item = image && fromStoredItem(fromWireItem({ ...image, ...Keys }), made, description);
    if (item) return item as ItemOf<AModel>;
    if (!image) problem = `(${eventName}, ${StreamViewType}) has no image; the view NEW_AND_OLD_IMAGES has it`;
  }
  throw new DynawrapError("stream.mismatch", `${name}: the stream record ${problem}.`, { model: name, key });
}
