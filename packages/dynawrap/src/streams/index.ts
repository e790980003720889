import { DynawrapError } from "../core/errors.js";
import { readKey } from "../core/key.js";
import { type ItemOf, type Model, requireModel } from "../core/model.js";
import { fromStoredItem } from "../values/stored-item.js";
import { fromWireItem, fromWireKey } from "../values/wire-item.js";
import type { StreamRecord } from "./record.js";

export type { StreamImage, StreamRecord } from "./record.js";

const events = /^(?:INSERT|MODIFY|REMOVE)$/;

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
  const { eventName = "", dynamodb } = record ?? {};
  const { Keys, NewImage, OldImage, StreamViewType } = dynamodb ?? {};
  const key = fromWireKey(Keys ?? NewImage ?? OldImage ?? {});
  const image = eventName === "REMOVE" ? OldImage : NewImage;
  // The key first: an item of another model is not even decoded.
  const ours = events.test(eventName) && key && readKey(description.key, key.PK, key.SK);
  const given = ours && typeof image === "object" && image;
  const item = given && fromStoredItem(fromWireItem({ ...given, ...Keys }), description);
  if (item) return item as ItemOf<AModel>;
  const problem =
    ours && !image ? `has no image (${eventName}, ${StreamViewType})` : "is no change of the model";
  throw new DynawrapError("stream.mismatch", `the stream record ${problem}`, {
    model: description.name,
    key,
  });
}
