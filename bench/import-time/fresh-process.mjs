import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const cwd = fileURLToPath(new URL("..", import.meta.url));

/** Milliseconds that importing modules takes in a fresh process, which has loaded others before. */
export async function importTime(modules, before) {
  const load = (names) => names.map((name) => `await import(${JSON.stringify(name)});`).join("\n");
  const program = `${load(before)}
    const start = performance.now();
    ${load(modules)}
    console.log(performance.now() - start);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], {
    cwd,
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  });
  return Number(stdout);
}
