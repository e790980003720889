import { median } from "./statistics.mjs";

/** What each contender took for each job, round by round, in microseconds. */
export class Measurements {
  #times = new Map();

  /** @param {readonly string[]} titles @param {readonly string[]} contenders */
  constructor(titles, contenders) {
    this.titles = titles;
    this.contenders = contenders;
  }

  /** @param {{ cpu: number, wall: number }} time */
  add(title, contender, round, time) {
    const key = `${title}\n${contender}`;
    const rounds = this.#times.get(key) ?? new Map();
    this.#times.set(key, rounds.set(round, time));
  }

  /** The median of the rounds; `undefined` where a contender does not do the job. */
  time(title, contender, clock) {
    const rounds = this.#rounds(title, contender);
    return rounds && median([...rounds.values()].map((time) => time[clock]));
  }

  /** The median of the ratios of those rounds that both took part in. */
  ratio(title, contender, other, clock) {
    const left = this.#rounds(title, contender);
    const right = this.#rounds(title, other);
    if (!left || !right) return undefined;
    const both = [...left.keys()].filter((round) => right.has(round));
    return median(both.map((round) => left.get(round)[clock] / right.get(round)[clock]));
  }

  #rounds(title, contender) {
    return this.#times.get(`${title}\n${contender}`);
  }
}
