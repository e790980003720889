import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as sdk from "@aws-sdk/client-dynamodb";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const source = fileURLToPath(new URL("../../src/connect.ts", import.meta.url));

/** Packages that only say that they have been loaded. */
const drivers: Readonly<Record<string, string>> = {
  pg: "export default { Client: class {}, Pool: class { totalCount = 0; connect() {} on() {} } };",
  "@electric-sql/pglite": "export class PGlite { static async create() { return { waitReady: true }; } }",
  "@aws-sdk/client-dynamodb": Object.keys(sdk)
    .filter((name) => /^[A-Z]\w*(Command|Client)$/.test(name))
    .map((name) => `export class ${name} { send() {} }`)
    .join("\n"),
};

const program = `
  globalThis.loaded = [];
  const { connect } = await import("dynawrap/connect");
  const outcome = await connect(process.argv[1]).then(
    () => "open",
    ({ code, message, details }) => ({ code, message, details }),
  );
  process.stdout.write(JSON.stringify({ outcome, loaded }));
`;

/** A project far from this one, which has the library and no other package but these. */
async function project(packages: readonly string[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "dynawrap-connect-"));
  const library = join(directory, "node_modules", "dynawrap");
  await build({
    entryPoints: { connect: source },
    outdir: library,
    bundle: true,
    splitting: true,
    format: "esm",
    packages: "external",
    logLevel: "silent",
  });
  const manifest = (file: string) =>
    JSON.stringify({ type: "module", exports: { ".": file, "./connect": file } });
  await writeFile(join(library, "package.json"), manifest("./connect.js"));
  for (const name of packages) {
    const folder = join(directory, "node_modules", name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), manifest("./index.js"));
    await writeFile(join(folder, "index.js"), `loaded.push(${JSON.stringify(name)});\n${drivers[name]}`);
  }
  return directory;
}

async function connectIn(cwd: string, url: string): Promise<{ outcome: unknown; loaded: readonly string[] }> {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program, url], { cwd });
  return JSON.parse(stdout);
}

const needs = [
  ["pglite:", "@electric-sql/pglite"],
  ["postgres://localhost/db", "pg"],
  ["dynamodb:?region=eu-west-1", "@aws-sdk/client-dynamodb"],
] as const;

describe("connect, in a project with every driver package", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await project(Object.keys(drivers));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("loads none of them for memory:, nor for a URL that it refuses", async () => {
    expect(await connectIn(directory, "memory:")).toEqual({ outcome: "open", loaded: [] });
    expect(await connectIn(directory, "mysql://localhost")).toMatchObject({ loaded: [] });
  });

  for (const [url, name] of needs) {
    it(`loads ${name} for ${url}, and no other`, async () => {
      expect(await connectIn(directory, url)).toEqual({ outcome: "open", loaded: [name] });
    });
  }
});

describe("connect, in a project without a driver package", () => {
  let directory: string;
  beforeAll(async () => {
    directory = await project([]);
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("opens memory: all the same", async () => {
    expect(await connectIn(directory, "memory:")).toEqual({ outcome: "open", loaded: [] });
  });

  for (const [url, name] of needs) {
    it(`names the one that is missing, and how to get it: ${name}`, async () => {
      const { outcome } = await connectIn(directory, url);
      expect(outcome).toMatchObject({
        code: "connect.invalid",
        message: expect.stringContaining(`npm install ${name}`),
        details: { package: name },
      });
    });
  }
});
