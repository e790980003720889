import { contendersOf } from "../harness/contenders.mjs";
import { Measurements } from "../harness/measurements.mjs";
import { digits, table } from "../harness/table.mjs";
import { compilers, typeCheck, Workshop } from "../types/project.mjs";

export const title = "Types";
export const description = `What generated models of 8 fields cost the compiler, each in a module of its own. Instantiations for each model are those
of 50 models less those of one, through 49; "net" leaves out what the schema and a plain class cost, where the schema is of
another library. The time is that of the whole process that type-checks 100 models with an index, queries of it, a range,
conditions and picked fields, beside get, query and save.`;

export async function run({ rounds, progress }) {
  const contenders = await contendersOf("types");
  const workshop = await Workshop.open();
  try {
    const counts = await countInstantiations(workshop, contenders, progress);
    const times = await timeChecks(workshop, contenders, Math.min(rounds, 5), progress);
    return { contenders, counts, times, tables: [countTable(counts), timeTable(times)] };
  } finally {
    await workshop.remove();
  }
}

/** For each compiler and contender, by the kind of module. */
async function countInstantiations(workshop, contenders, progress) {
  const counts = new Map();
  for (const compiler of Object.keys(compilers)) {
    for (const { name, shared, ...sources } of contenders) {
      progress(`${compiler}: instantiations of ${name}`);
      const each = async (kind) => {
        if (!sources[kind]) return undefined;
        const count = async (models) => {
          const config = await workshop.project(`${name} ${kind} ${models}`, sources[kind], models, shared);
          return (await typeCheck(compiler, config)).instantiations;
        };
        return Math.round(((await count(50)) - (await count(1))) / 49);
      };
      const found = { simple: await each("simple"), full: await each("full"), bare: await each("bare") };
      counts.set(`${compiler}, ${name}`, found);
    }
  }
  return counts;
}

async function timeChecks(workshop, contenders, rounds, progress) {
  const times = new Measurements(
    Object.keys(compilers),
    contenders.map(({ name }) => name),
  );
  for (const compiler of times.titles) {
    for (let round = 0; round < rounds; round++) {
      progress(`${compiler}: time, round ${round + 1} of ${rounds}`);
      for (const { name, full, shared } of contenders) {
        const config = await workshop.project(`${name} full 100`, full, 100, shared);
        const { seconds } = await typeCheck(compiler, config);
        times.add(compiler, name, round, { wall: seconds });
      }
    }
  }
  return times;
}

function countTable(counts) {
  const text = (value) => (value === undefined ? "" : value.toLocaleString("en-US"));
  const rows = [...counts].map(([name, { simple, full, bare }]) => [
    name,
    text(simple),
    text(full),
    text(bare && simple - bare),
    text(bare && full - bare),
  ]);
  const head = ["instantiations for each model", "get, query, save", "all of it", "net", "all of it, net"];
  return table(head, rows);
}

function timeTable(times) {
  const rows = times.contenders.map((name) => [
    name,
    ...times.titles.map((compiler) => digits(times.time(compiler, name, "wall"))),
  ]);
  return table(["seconds for 100 models", ...times.titles], rows);
}
