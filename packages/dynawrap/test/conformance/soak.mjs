// node soak.mjs [RUNS] [SEED] [PATH]: the oracle alone, with many sequences; BACKENDS chooses the backends.
import { spawn } from "node:child_process";

const [runs = "10000", seed = "", path = ""] = process.argv.slice(2);
const vitest = spawn("npx", ["vitest", "run", "packages/dynawrap/test/conformance", "-t", "the oracle:"], {
  env: { ...process.env, ORACLE_RUNS: runs, ORACLE_SEED: seed, ORACLE_PATH: path },
  stdio: "inherit",
  shell: process.platform === "win32",
});
vitest.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
