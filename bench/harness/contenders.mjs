import { readdir } from "node:fs/promises";

/** Every contender of a kind, those that the others are measured by first. */
export async function contendersOf(kind) {
  const folder = new URL(`../contenders/${kind}/`, import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".mjs")).sort();
  const contenders = await Promise.all(
    files.map(async (file) => ({
      ...(await import(new URL(file, folder))),
      file: new URL(file, folder).href,
    })),
  );
  return contenders.sort((left, right) => Number(right.baseline ?? false) - Number(left.baseline ?? false));
}
