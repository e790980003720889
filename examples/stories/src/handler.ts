import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { type ItemOf, isDynawrapError, type Model } from "dynawrap";
import { fromStreamRecord } from "dynawrap/streams";
import { Comment, Story } from "./models.js";

/** What happened to an item: the new state of an INSERT or MODIFY, the last one of a REMOVE. */
export interface Change {
  readonly kind: "INSERT" | "MODIFY" | "REMOVE";
  readonly item: Story | Comment;
}

/**
 * A Lambda handler for the table's stream, whose event source mapping has `ReportBatchItemFailures`. Changes are
 * applied one after the other, in the stream's order. At the first that fails it stops and reports that one: Lambda
 * takes the lowest sequence number it is told as its checkpoint, and delivers that record and all behind it again. So
 * `apply` can see a change twice, and never sees one before another that came earlier in its shard.
 */
export function createHandler(
  apply: (change: Change) => Promise<void>,
): (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse> {
  return async (event) => {
    for (const record of event.Records) {
      try {
        const item = read(record, Story) ?? read(record, Comment);
        if (item !== undefined) await apply({ kind: record.eventName as Change["kind"], item });
      } catch (error) {
        const itemIdentifier = record.dynamodb?.SequenceNumber;
        // Without a number there is no checkpoint to name: the whole batch has failed.
        if (itemIdentifier === undefined) throw error;
        console.error(`Stopped at the record ${itemIdentifier}.`, error);
        return { batchItemFailures: [{ itemIdentifier }] };
      }
    }
    return { batchItemFailures: [] };
  };
}

/** The instance that a record tells of, or `undefined` when the record is of another model. */
function read<AModel extends Model>(record: DynamoDBRecord, model: AModel): ItemOf<AModel> | undefined {
  try {
    return fromStreamRecord(record, model);
  } catch (error) {
    // A record of our model without an image is no other model's: the stream has the wrong view type.
    const other = isDynawrapError(error, "stream.mismatch") && !isOurs(error.details.key, model);
    if (other) return undefined;
    throw error;
  }
}

function isOurs(key: { readonly PK: string; readonly SK?: string } | undefined, model: Model): boolean {
  return key !== undefined && model.matches(key.PK, key.SK);
}

/** What Lambda calls. */
export const handler = createHandler(async ({ kind, item }) => {
  const name = item instanceof Story ? `story ${item.slug}` : `comment of ${item.author}`;
  console.log(`${kind} ${name}`);
});
