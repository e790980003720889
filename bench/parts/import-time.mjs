import { contendersOf } from "../harness/contenders.mjs";
import { median } from "../harness/statistics.mjs";
import { digits, table } from "../harness/table.mjs";
import { importTime } from "../import-time/fresh-process.mjs";

export const title = "Import";
export const description = `Milliseconds that the import takes, each time in a fresh process: the median, and the least, which other work on the
machine disturbs less. Before the contenders, whatever they use of the SDK is loaded already; the library's other entries,
and what usually stands beside them, are loaded into an empty process. An empty module is what any import costs.`;

const sdk = ["@aws-sdk/client-dynamodb", "@aws-sdk/lib-dynamodb", "@aws-sdk/util-dynamodb"];
const nothing = { name: "an empty module", modules: ["data:text/javascript,"] };
const others = [
  ...["dynawrap", "dynawrap/memory", "dynawrap/postgres", "dynawrap/streams", "dynawrap/connect"],
  ...["zod", "pg", "@aws-sdk/client-dynamodb"],
].map((name) => ({ name, modules: [name] }));

export async function run({ rounds, progress }) {
  const contenders = (await contendersOf("dynamodb")).filter(({ modules }) => modules);
  const afterSdk = [nothing, ...contenders].map((load) => ({ ...load, before: sdk, times: [] }));
  const alone = [nothing, ...others].map((load) => ({ ...load, before: [], times: [] }));
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const { modules, before, times } of [...afterSdk, ...alone]) {
      times.push(await importTime(modules, before));
    }
  }
  const rowsOf = (loads) =>
    loads.map(({ name, times }) => [name, digits(median(times)), digits(Math.min(...times))]);
  return {
    contenders,
    medians: new Map(afterSdk.map(({ name, times }) => [name, median(times)])),
    tables: [
      table(["after the SDK", "milliseconds", "at least"], rowsOf(afterSdk)),
      table(["alone", "milliseconds", "at least"], rowsOf(alone)),
    ],
  };
}
