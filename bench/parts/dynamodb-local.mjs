import { clientAndServer } from "../harness/comparison.mjs";
import { contendersOf } from "../harness/contenders.mjs";
import { runRounds } from "../harness/rounds.mjs";
import { startDynamoDb } from "../harness/servers.mjs";

export const title = "DynamoDB Local";
export const description = `AWS's own server on the same machine, over HTTP. Most of the time is the server's, which is much slower than DynamoDB
itself; what a contender adds to it is the difference.`;

export async function run({ rounds, progress }) {
  const contenders = (await contendersOf("dynamodb")).filter(({ replay }) => !replay);
  const suite = new URL("../dynamodb/local-suite.mjs", import.meta.url).href;
  const server = await startDynamoDb();
  try {
    const settings = { endpoint: server.endpoint };
    const measurements = await runRounds({ suite, contenders, settings, rounds, turn: 80, progress });
    return { contenders, measurements, tables: clientAndServer(measurements) };
  } finally {
    await server.stop();
  }
}
