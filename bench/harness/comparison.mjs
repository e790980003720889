import { digits, table } from "./table.mjs";

const clocks = { cpu: "CPU time", wall: "Wall time" };

/** Both clocks, where a server does its part. */
export function clientAndServer(measurements) {
  return [
    comparison(measurements, { clock: "wall", caption: "as the caller waits" }),
    comparison(measurements, { clock: "cpu", caption: "of the caller's process" }),
  ];
}

/**
 * A row for each contender and a column for each job: the ratio to the first contender, and microseconds.
 *
 * @param {import("./measurements.mjs").Measurements} measurements
 * @param {{ clock: "cpu" | "wall", caption: string }} options
 */
export function comparison(measurements, { clock, caption }) {
  const [baseline] = measurements.contenders;
  const rows = measurements.contenders.map((contender) => [
    contender,
    ...measurements.titles.map((title) => {
      const ratio = measurements.ratio(title, contender, baseline, clock);
      return ratio === undefined
        ? ""
        : `${digits(ratio)} (${digits(measurements.time(title, contender, clock))})`;
    }),
  ]);
  const head = ["", ...measurements.titles];
  return `${clocks[clock]}, ${caption}: the ratio to ${baseline}, and microseconds for each operation.\n\n${table(head, rows)}`;
}
