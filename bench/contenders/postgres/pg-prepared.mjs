import pg from "pg";

export const name = "pg, prepared by hand";
export const packages = ["pg"];
/** What the others are measured by. */
export const baseline = true;

export function open({ url, table }) {
  const pool = new pg.Pool({ connectionString: url });
  const upsert =
    "ON CONFLICT (pk, sk) DO UPDATE SET schema_version = EXCLUDED.schema_version, data = EXCLUDED.data";
  const statements = {
    put: `INSERT INTO ${table} (pk, sk, schema_version, data) VALUES ($1, $2, $3, $4) ${upsert}`,
    get: `SELECT data FROM ${table} WHERE pk = $1 AND sk = $2`,
    query: `SELECT data FROM ${table} WHERE pk = $1 AND sk >= $2 AND sk < $3 ORDER BY sk`,
    load: `INSERT INTO ${table} (pk, sk, schema_version, data)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::jsonb[]) ${upsert}`,
  };
  const run = (name, values) => pool.query({ name: `${table}_${name}`, text: statements[name], values });
  const pk = ({ owner }) => `USER#${owner}`;
  const sk = ({ story_id }) => `STORY#${story_id}`;
  return {
    put: (item) => run("put", [pk(item), sk(item), "1", JSON.stringify(item)]),
    async get(item) {
      const { rows } = await run("get", [pk(item), sk(item)]);
      return rows[0]?.data;
    },
    async query(owner) {
      const { rows } = await run("query", [pk({ owner }), "STORY#", "STORY$"]);
      return rows.map(({ data }) => data);
    },
    // All rows in one statement of four parameters.
    load: (items) =>
      run("load", [
        items.map(pk),
        items.map(sk),
        items.map(() => "1"),
        items.map((item) => JSON.stringify(item)),
      ]),
  };
}
