import { DynamoDBBackend } from "dynawrap/dynamodb";
import { LargeStory, SmallStory } from "../../stories/dynawrap-models.mjs";

export const name = "dynawrap, zod";
export const packages = ["dynawrap", "zod"];
export const modules = ["dynawrap", "dynawrap/dynamodb"];
export const bundle = `export { DBItem } from "dynawrap";
  export { DynamoDBBackend } from "dynawrap/dynamodb";`;

export const open = ({ client, table, size }) =>
  storeOf(new DynamoDBBackend(client), table, size === "small" ? SmallStory : LargeStory);

/** The jobs on any backend of dynawrap, with any model of a story. */
export function storeOf(backend, table, Story) {
  return {
    bookkeeping: ["schema_version"],
    put: (item) => backend.save(table, new Story(item)),
    get: ({ owner, story_id }) => backend.get(table, Story, { owner, story_id }),
    query: (owner) => backend.query(table, Story, { owner }).all(),
    putAll: (items) =>
      backend.batchWrite(
        table,
        items.map((item) => new Story(item)),
      ),
    scan: (limit) => backend.scan(table, [Story], { limit }).all(),
  };
}
