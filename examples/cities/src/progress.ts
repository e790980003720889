import { Presets, SingleBar } from "cli-progress";

/** A bar on a terminal; nothing at all where the output is a file or a pipe. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

export function progressBar(total: number, terminal: boolean): Progress {
  if (!terminal) return { update: () => {}, stop: () => {} };
  const format = "  {bar} {percentage}%  {value} of {total}  {eta_formatted} left";
  const bar = new SingleBar(
    { format, hideCursor: true, clearOnComplete: true, etaBuffer: 50 },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
