// node main.mjs [PART…] [--rounds N] [--write]: see README.md.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { parts, report } from "./report.mjs";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const { values, positionals } = argumentsOf();
const rounds = Number(values.rounds);
const unknown = positionals.find((name) => !parts.includes(name));
if (unknown || !Number.isInteger(rounds) || rounds < 1) {
  console.error(unknown ? `${unknown} is none of ${parts.join(", ")}` : "--rounds takes a number, 1 or more");
  process.exit(2);
}

const chosen = positionals.length > 0 ? parts.filter((part) => positionals.includes(part)) : parts;
const text = await report(chosen, { rounds, progress: (line) => console.error(line) });
console.log(text);
if (values.write) await writeFile(new URL("RESULTS.md", import.meta.url), `${text}\n`);

function argumentsOf() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { rounds: { type: "string", default: "15" }, write: { type: "boolean", default: false } },
    });
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}
