// node increments.mjs [EACH]: 64 writers who make 1,000 increments each through `update`, all of one item: in one
// backend, in several, in processes of their own. BACKENDS chooses between postgres and dynamodb.
import { spawn } from "node:child_process";

const [each = "1000"] = process.argv.slice(2);
const vitest = spawn("npx", ["vitest", "run", "packages/dynawrap/test/faults/increments.test.ts"], {
  env: { ...process.env, INCREMENTS: each, BACKENDS: process.env.BACKENDS ?? "postgres,dynamodb" },
  stdio: "inherit",
  shell: process.platform === "win32",
});
vitest.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
