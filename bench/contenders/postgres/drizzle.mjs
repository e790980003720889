import { and, asc, eq, gte, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import pg from "pg";

export const name = "Drizzle";
export const packages = ["drizzle-orm"];

export function open({ url, table }) {
  const pool = new pg.Pool({ connectionString: url });
  const db = drizzle(pool);
  const stories = pgTable(
    table,
    {
      pk: text().notNull(),
      sk: text().notNull(),
      schema_version: text(),
      data: jsonb().notNull(),
    },
    ({ pk, sk }) => [primaryKey({ columns: [pk, sk] })],
  );
  const onConflict = {
    target: [stories.pk, stories.sk],
    set: { schema_version: sql`EXCLUDED.schema_version`, data: sql`EXCLUDED.data` },
  };
  const given = sql.placeholder;
  const put = db
    .insert(stories)
    .values({ pk: given("pk"), sk: given("sk"), schema_version: "1", data: given("data") })
    .onConflictDoUpdate(onConflict)
    .prepare(`${table}_put`);
  const get = db
    .select({ data: stories.data })
    .from(stories)
    .where(and(eq(stories.pk, given("pk")), eq(stories.sk, given("sk"))))
    .prepare(`${table}_get`);
  const query = db
    .select({ data: stories.data })
    .from(stories)
    .where(and(eq(stories.pk, given("pk")), gte(stories.sk, "STORY#"), lt(stories.sk, "STORY$")))
    .orderBy(asc(stories.sk))
    .prepare(`${table}_query`);
  const key = ({ owner, story_id }) => ({ pk: `USER#${owner}`, sk: `STORY#${story_id}` });
  return {
    put: (item) => put.execute({ ...key(item), data: item }),
    get: async (item) => (await get.execute(key(item)))[0]?.data,
    query: async (owner) => (await query.execute({ pk: `USER#${owner}` })).map(({ data }) => data),
    load(items) {
      const rows = items.map((item) => ({ ...key(item), schema_version: "1", data: item }));
      return db.insert(stories).values(rows).onConflictDoUpdate(onConflict);
    },
  };
}
