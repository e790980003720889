import { DBItem } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { storeOf } from "./dynawrap.mjs";

export const name = "dynawrap, no validation";
export const packages = ["dynawrap"];

/** A Standard Schema that takes whatever there is. */
const anything = { "~standard": { version: 1, vendor: "bench", validate: (value) => ({ value }) } };

const smallFields = ["owner", "story_id", "title", "content", "likes", "tags", "draft", "created_at"];
const fields = { small: smallFields, large: [...smallFields, "meta", "chapters"] };

export function open({ client, table, size }) {
  class Story extends DBItem({
    pk: "USER#{owner}",
    sk: "STORY#{story_id}",
    schema: anything,
    fields: fields[size],
  }) {}
  return storeOf(new DynamoDBBackend(client), table, Story);
}
