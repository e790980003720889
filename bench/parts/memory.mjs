import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { digits, table } from "../harness/table.mjs";

export const title = "Memory";
export const description = `The heap, after a collection, while dynawrap scans a million small items in pages of a thousand on the stubbed network.
The stub's own thousand rows are in it.`;

const runFile = promisify(execFile);
const program = fileURLToPath(new URL("../memory/scan.mjs", import.meta.url));

export async function run({ progress }) {
  progress("a scan of a million items");
  const { stdout } = await runFile(process.execPath, ["--expose-gc", program], {
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  });
  const heap = JSON.parse(stdout);
  const [first, ...later] = heap;
  const growth = Math.max(...later.map(({ bytes }) => bytes)) / first.bytes;
  const rows = heap.map(({ items, bytes }) => [items.toLocaleString("en-US"), digits(bytes / 2 ** 20)]);
  return { growth, tables: [table(["items read", "heap, MB"], rows)] };
}
