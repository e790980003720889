import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { SmallStory } from "../../stories/dynawrap-models.mjs";

export const name = "dynawrap, zod";
export const packages = ["dynawrap", "zod"];

export function open({ url, table }) {
  const pool = new pg.Pool({ connectionString: url });
  const backend = new PostgresBackend(pool);
  return {
    put: (item) => backend.save(table, new SmallStory(item)),
    get: ({ owner, story_id }) => backend.get(table, SmallStory, { owner, story_id }),
    query: (owner) => backend.query(table, SmallStory, { owner }).all(),
    load: (items) =>
      backend.batchWrite(
        table,
        items.map((item) => new SmallStory(item)),
      ),
  };
}
