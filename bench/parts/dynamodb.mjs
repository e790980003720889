import { comparison } from "../harness/comparison.mjs";
import { contendersOf } from "../harness/contenders.mjs";
import { runRounds } from "../harness/rounds.mjs";
import { sizes } from "../stories/stories.mjs";

export const title = "DynamoDB on a stubbed network";
export const description = `The SDK's real client with a request handler that answers at once: what is left is the work of the client and of
the contender, signing, serializing and reading included.`;

export async function run({ rounds, progress }) {
  const contenders = await contendersOf("dynamodb");
  const suite = new URL("../dynamodb/stub-suite.mjs", import.meta.url).href;
  const measurements = {};
  const tables = [];
  for (const [size, meaning] of Object.entries(sizes)) {
    progress(`${size} items`);
    const settings = { size };
    const measured = await runRounds({ suite, contenders, settings, rounds, turn: 40, progress });
    measurements[size] = measured;
    const caption = `${size} items (${meaning})`;
    tables.push(...["cpu", "wall"].map((clock) => comparison(measured, { clock, caption })));
  }
  return { contenders, measurements, tables };
}
