import { clientAndServer } from "../harness/comparison.mjs";
import { contendersOf } from "../harness/contenders.mjs";
import { runRounds } from "../harness/rounds.mjs";
import { startPostgres } from "../harness/servers.mjs";

export const title = "PostgreSQL 18";
export const description = `A real server on the same machine, made for tests (no fsync). Tables of 10,000 small items, a hundred to a partition, in
the shape of dynawrap's own: \`pk\`, \`sk\`, \`schema_version\`, \`data JSONB\`; only Pongo has its own. Every contender gives back
the same objects. The hand-written bulk load is one \`UNNEST\` with \`ON CONFLICT DO UPDATE\`.`;

export async function run({ rounds, progress }) {
  const contenders = await contendersOf("postgres");
  const suite = new URL("../postgres/suite.mjs", import.meta.url).href;
  const server = await startPostgres();
  try {
    const settings = { url: server.url };
    const measurements = await runRounds({ suite, contenders, settings, rounds, turn: 80, progress });
    return { contenders, measurements, tables: clientAndServer(measurements) };
  } finally {
    await server.stop();
  }
}
