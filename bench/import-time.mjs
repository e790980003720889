// How long it takes to load each entry of the library, beside an empty module and the SDK's client: each load in a
// process of its own, the contenders taking turns, and the median of them all. Machines are noisy: read the ratios.
import { execFileSync } from "node:child_process";

const rounds = Number(process.argv[2] ?? 15);
const contenders = [
  "data:text/javascript,",
  "dynawrap",
  "dynawrap/memory",
  "dynawrap/postgres",
  "dynawrap/streams",
  "dynawrap/connect",
  "@aws-sdk/client-dynamodb",
  "dynawrap/dynamodb",
];

/** Milliseconds that one import takes in a fresh process. */
function importTime(specifier) {
  const program = `const start = performance.now(); await import(${JSON.stringify(specifier)}); console.log(performance.now() - start);`;
  const options = { cwd: import.meta.dirname, encoding: "utf8" };
  return Number(execFileSync(process.execPath, ["--input-type=module", "--eval", program], options));
}

function median(numbers) {
  return numbers.toSorted((left, right) => left - right)[numbers.length >> 1];
}

const times = new Map(contenders.map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const name of contenders) times.get(name).push(importTime(name));
}

const medians = new Map([...times].map(([name, list]) => [name, median(list)]));
const empty = medians.get(contenders[0]);
console.log(`Import, milliseconds, median of ${rounds} fresh processes, Node ${process.version}`);
for (const [name, time] of medians) {
  const label = name === contenders[0] ? "an empty module" : name;
  console.log(
    `  ${label.padEnd(28)} ${time.toFixed(1).padStart(7)}   ${(time / empty).toFixed(1)} times the empty one`,
  );
}
