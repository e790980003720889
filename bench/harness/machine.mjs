import { availableParallelism, cpus, totalmem } from "node:os";

/** What the numbers depend on beside the code. */
export function machine() {
  const make = cpus()[0]?.model.trim() ?? "unknown make";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `Node ${process.version} on ${process.platform} ${process.arch}, ${availableParallelism()} cores (${make}), ${memory} GB of memory.`;
}
