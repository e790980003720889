import postgres from "postgres";

export const name = "postgres.js";
export const packages = ["postgres"];

export function open({ url, table }) {
  const sql = postgres(url, { onnotice: () => {} });
  const into = sql(table);
  const upsert = sql`ON CONFLICT (pk, sk) DO UPDATE SET schema_version = EXCLUDED.schema_version, data = EXCLUDED.data`;
  const row = (item) => ({
    pk: `USER#${item.owner}`,
    sk: `STORY#${item.story_id}`,
    schema_version: "1",
    data: item,
  });
  return {
    put: (item) => sql`INSERT INTO ${into} ${sql(row(item))} ${upsert}`,
    async get({ owner, story_id }) {
      const [found] =
        await sql`SELECT data FROM ${into} WHERE pk = ${`USER#${owner}`} AND sk = ${`STORY#${story_id}`}`;
      return found?.data;
    },
    async query(owner) {
      const rows =
        await sql`SELECT data FROM ${into} WHERE pk = ${`USER#${owner}`} AND sk >= 'STORY#' AND sk < 'STORY$' ORDER BY sk`;
      return rows.map(({ data }) => data);
    },
    // Its own helper for many rows.
    load: (items) => sql`INSERT INTO ${into} ${sql(items.map(row))} ${upsert}`,
  };
}
