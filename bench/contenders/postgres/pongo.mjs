import { pongoClient } from "@event-driven-io/pongo";
import pg from "pg";

export const name = "Pongo";
export const packages = ["@event-driven-io/pongo"];
/** It makes a table of its own shape. */
export const ownTable = true;

export async function open({ url, table }) {
  const pongo = pongoClient(url);
  const stories = pongo.db().collection(table);
  await stories.createCollection();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE INDEX IF NOT EXISTS ${table}_data ON ${table} USING gin (data jsonb_path_ops)`);
  await client.end();

  const id = ({ owner, story_id }) => `USER#${owner}#STORY#${story_id}`;
  return {
    leaves: ["_id", "_version"],
    // Of an item that is there; it has no call that makes one or replaces it.
    put: (item) => stories.replaceOne({ _id: id(item) }, item),
    get: (item) => stories.findOne({ _id: id(item) }),
    async query(owner) {
      // Equality is written in a way that no index can serve; `$all` becomes `data @>`, which the index above does.
      const found = await stories.find({ owner: { $all: owner } });
      return found.sort((left, right) => (left.story_id < right.story_id ? -1 : 1));
    },
    load: (items) => stories.insertMany(items.map((item) => ({ _id: id(item), ...item }))),
  };
}
