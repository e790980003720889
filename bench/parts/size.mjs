import { contendersOf } from "../harness/contenders.mjs";
import { table } from "../harness/table.mjs";
import { bundleSizes } from "../size/bundle.mjs";

export const title = "Bundles";
export const description = `What a program weighs that defines a model and puts, gets and queries it: bundled by esbuild as ESM, minified, gzipped
at level 9, the SDK left outside; without the schema library. First as one file, then only the chunks that are loaded at once
when what comes by \`import()\` is split off.`;

/** The whole face of the library and its DynamoDB backend, whatever a program uses of it. */
const everything = {
  name: "dynawrap, all exports",
  bundle: 'export * from "dynawrap"; export * from "dynawrap/dynamodb";',
};

export async function run() {
  const contenders = (await contendersOf("dynamodb")).filter(({ bundle }) => bundle);
  const sizes = new Map();
  for (const { name, bundle } of [...contenders, everything]) sizes.set(name, await bundleSizes(bundle));
  const rows = [...sizes]
    .sort(([, left], [, right]) => left.first - right.first)
    .map(([name, { whole, first }]) => [name, kilobytes(whole), kilobytes(first)]);
  return { contenders, sizes, tables: [table(["kilobytes, gzipped", "one file", "loaded at once"], rows)] };
}

function kilobytes(bytes) {
  return (bytes / 1024).toFixed(1);
}
