import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

// Node 20 does not run TypeScript by itself. Only files of this repository come here; they import each other as `.js`.
export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!/^\..*\.js$/.test(specifier) || error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    return next(specifier.replace(/\.js$/, ".ts"), context);
  }
}

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const source = await readFile(fileURLToPath(url), "utf8");
  const { code } = await transform(source, { loader: "ts", format: "esm", sourcefile: fileURLToPath(url) });
  return { format: "module", source: code, shortCircuit: true };
}
