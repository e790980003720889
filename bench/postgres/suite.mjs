import assert from "node:assert/strict";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { assertFound } from "../stories/found.mjs";
import { stories } from "../stories/stories.mjs";

/** Rows that are in the table when it is read, a hundred to a partition, and rows that a bulk load brings. */
const rows = 10_000;

/**
 * Gives a contender two tables of its own, loads one of them, has each job done once, checks what came of it, and
 * returns the jobs ready to be timed.
 *
 * @param {{ url: string }} settings
 */
export async function prepare(contender, { url }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const table = `bench_${process.pid}`;
  const loadTable = `${table}_load`;
  if (!contender.ownTable) await createTables(url, [table, loadTable]);
  const store = await contender.open({ url, table });
  const loadStore = await contender.open({ url, table: loadTable });

  const items = Array.from({ length: rows / 100 }, (_, partition) =>
    stories("small", 100, `owner${partition}`),
  ).flat();
  const [first] = items;
  const empty = () => client.query(`TRUNCATE ${loadTable}`);
  const count = async (name) => Number((await client.query(`SELECT count(*) FROM ${name}`)).rows[0].count);

  await store.load(items);
  assert.equal(await count(table), rows);
  // Nobody else does: the server's own vacuum is off.
  await client.query(`VACUUM ANALYZE ${table}`);
  assertFound([await store.get(first)], [first], store);
  assertFound(await store.query(first.owner), items.slice(0, 100), store);
  const changed = { ...first, title: "A new title" };
  await store.put(changed);
  assertFound([await store.get(changed)], [changed], store);
  await store.put(first);

  let turn = 0;
  return {
    get: { start: () => store.get(first) },
    "query of 100": { start: () => store.query(first.owner) },
    put: { start: () => store.put(items[turn++ % rows]) },
    "bulk load of 10,000": {
      once: true,
      before: empty,
      start: () => loadStore.load(items),
      after: async () => assert.equal(await count(loadTable), rows),
    },
  };
}

async function createTables(connectionString, names) {
  const pool = new pg.Pool({ connectionString });
  const backend = new PostgresBackend(pool);
  for (const name of names) await backend.createTable(name);
  await pool.end();
}
