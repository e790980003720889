import { Measurements } from "./measurements.mjs";
import { Subject } from "./subject.mjs";

/** A contender that is slower than this in all is left out of the later rounds, in milliseconds. */
const patience = 4000;

/**
 * Has contenders do the same jobs by turns: in each round each of them for a moment, in another order every time.
 *
 * @param {object} options
 * @param {string} options.suite The URL of the module that prepares a contender.
 * @param {readonly { name: string, file: string }[]} options.contenders
 * @param {object} [options.settings] For the suite.
 * @param {number} options.rounds
 * @param {number} options.turn How long one contender's turn is, about, in milliseconds.
 * @param {(line: string) => void} options.progress
 * @returns {Promise<Measurements>}
 */
export async function runRounds({ suite, contenders, settings = {}, rounds, turn, progress }) {
  const subjects = [];
  // The SDK's code takes a second and more of one job until it is as fast as it gets; short runs are for a first look.
  const lengths = { rounds, turn, warmUp: Math.min(2000, 150 * rounds) };
  try {
    for (const { name, file } of contenders) {
      const subject = new Subject(name, [suite, file, JSON.stringify(settings)]);
      subjects.push(subject);
      await subject.ready();
      progress(`${name} does the job`);
    }
    const titles = [...new Set(subjects.flatMap((subject) => subject.titles))];
    const names = contenders.map(({ name }) => name);
    const measurements = new Measurements(titles, names);
    // All jobs before any is timed: they share most of the code that they run.
    for (const subject of subjects) {
      for (const title of subject.titles) await subject.ask({ title, warmUp: lengths.warmUp / 4 });
      progress(`${subject.name} is warm`);
    }
    for (const title of titles) {
      progress(title);
      await timeJob(
        title,
        subjects.filter((subject) => subject.titles.includes(title)),
        lengths,
        measurements,
      );
    }
    return measurements;
  } finally {
    await Promise.all(subjects.map((subject) => subject.end()));
  }
}

async function timeJob(title, takers, { rounds, turn, warmUp }, measurements) {
  const paces = new Map();
  for (const taker of takers) paces.set(taker, await taker.ask({ title, warmUp }));
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < takers.length; place++) {
      const taker = takers[(place + round) % takers.length];
      const pace = paces.get(taker);
      if (round >= 3 && round * pace > patience) continue;
      const count = Math.max(1, Math.round(turn / pace));
      measurements.add(title, taker.name, round, await taker.ask({ title, count }));
    }
  }
}
