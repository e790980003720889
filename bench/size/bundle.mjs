import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const folder = fileURLToPath(new URL("..", import.meta.url));

/**
 * The bytes of a program's bundle, minified and gzipped, with the SDK outside.
 *
 * @param {string} contents The program.
 * @returns {Promise<{ whole: number, first: number }>} As one file; and of what is loaded at once when the parts that
 * come by `import()` are files of their own.
 */
export async function bundleSizes(contents) {
  const whole = await bundle(contents, false);
  const parts = await bundle(contents, true);
  return { whole: gzipped(whole.outputFiles), first: gzipped(firstChunks(parts)) };
}

function bundle(contents, splitting) {
  return build({
    stdin: { contents, resolveDir: folder },
    absWorkingDir: folder,
    outdir: "bundle",
    bundle: true,
    splitting,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["@aws-sdk/*", "@smithy/*"],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
}

function firstChunks({ outputFiles, metafile }) {
  const loaded = new Set();
  const visit = (file) => {
    if (loaded.has(file) || !metafile.outputs[file]) return;
    loaded.add(file);
    for (const { path, kind } of metafile.outputs[file].imports) if (kind !== "dynamic-import") visit(path);
  };
  visit("bundle/stdin.js");
  return outputFiles.filter(({ path }) =>
    [...loaded].some((file) => path.replaceAll("\\", "/").endsWith(file)),
  );
}

function gzipped(files) {
  return gzipSync(files.map(({ text }) => text).join(""), { level: 9 }).length;
}
