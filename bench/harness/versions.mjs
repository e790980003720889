import { existsSync, readFileSync } from "node:fs";

const folders = ["../node_modules/", "../../node_modules/"].map((path) => new URL(path, import.meta.url));

/** `zod 4.6.7, …`: each package once, in alphabetical order. */
export function versions(names) {
  return [...new Set(names)]
    .sort()
    .map((name) => `${name} ${versionOf(name)}`)
    .join(", ");
}

/** The version that is installed for this workspace. Not every package exports its package.json. */
function versionOf(name) {
  const files = folders.map((folder) => new URL(`${name}/package.json`, folder));
  const file = files.find((candidate) => existsSync(candidate));
  if (!file) throw new Error(`${name} is not installed: npm ci`);
  return JSON.parse(readFileSync(file, "utf8")).version;
}
