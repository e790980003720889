import { designOf } from "../core/design.js";
import { DynawrapError, isDynawrapError } from "../core/errors.js";
import { readKey } from "../core/key.js";
import { bareLayout, type TableLayout } from "../core/layout.js";
import { type ItemOf, type Model, requireModel } from "../core/model.js";
import { type Placement, placeModel } from "../core/placement.js";
import { fromStoredItem } from "../values/incoming-item.js";
import type { StoredItem } from "../values/stored-item.js";
import { fromWireItem, fromWireKey } from "../values/wire-item.js";
import type { StreamRecord } from "./record.js";

export type { StreamImage, StreamRecord } from "./record.js";

const events = /^(?:INSERT|MODIFY|REMOVE)$/;
const layout = bareLayout("stream");
/** Of a table without a sort key. */
const hashOnly: TableLayout = { ...layout, sk: undefined };

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
  const keys = Keys ?? NewImage ?? OldImage ?? {};
  const table = keys.SK === undefined ? hashOnly : layout;
  const key = fromWireKey(keys, table);
  const image = eventName === "REMOVE" ? OldImage : NewImage;
  // The key first: an item of another model is not even decoded.
  const ours = events.test(eventName) && key && readKey(description.key, key.PK, key.SK);
  const given = ours && typeof image === "object" && image;
  const placement =
    given && placeModel(description, { ...designOf(layout.name, [description]).layout, sk: table.sk });
  const item = placement && itemOf(fromWireItem({ ...given, ...Keys }, table), placement);
  if (item) return item as ItemOf<AModel>;
  const problem =
    ours && !image ? `has no image (${eventName}, ${StreamViewType})` : "is no change of the model";
  throw new DynawrapError("stream.mismatch", `the stream record ${problem}`, {
    model: description.name,
    key,
  });
}

/** The item, unless its fields contradict its key: then it is another model's, of which nothing is known here. */
function itemOf(stored: StoredItem, placement: Placement): object | undefined {
  try {
    return fromStoredItem(stored, placement);
  } catch (error) {
    if (isDynawrapError(error, "item.misplaced")) return undefined;
    throw error;
  }
}
