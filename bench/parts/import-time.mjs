import { contendersOf } from "../harness/contenders.mjs";
import { median } from "../harness/statistics.mjs";
import { digits, table } from "../harness/table.mjs";
import { importTime } from "../import-time/fresh-process.mjs";

export const title = "Import";
export const description = `Milliseconds that the import takes, each time in a fresh process. Before the contenders, whatever they use of the SDK is
loaded already; the library's other entries, and what usually stands beside them, are loaded into an empty process.`;

const sdk = ["@aws-sdk/client-dynamodb", "@aws-sdk/lib-dynamodb", "@aws-sdk/util-dynamodb"];
const others = [
  ...["dynawrap", "dynawrap/memory", "dynawrap/postgres", "dynawrap/streams", "dynawrap/connect"],
  ...["zod", "pg", "@aws-sdk/client-dynamodb"],
].map((name) => ({ name, modules: [name], before: [] }));

export async function run({ rounds, progress }) {
  const contenders = (await contendersOf("dynamodb")).filter(({ modules }) => modules);
  const loads = [...contenders.map((contender) => ({ ...contender, before: sdk })), ...others];
  const times = new Map(loads.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const { name, modules, before } of loads) times.get(name).push(await importTime(modules, before));
  }
  const medians = new Map([...times].map(([name, list]) => [name, median(list)]));
  const rowsOf = (list) => list.map(({ name }) => [name, digits(medians.get(name))]);
  return {
    contenders,
    medians,
    tables: [
      table(["after the SDK", "milliseconds"], rowsOf(contenders)),
      table(["alone", "milliseconds"], rowsOf(others)),
    ],
  };
}
