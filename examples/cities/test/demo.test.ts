import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";

const run = promisify(execFile);
/** The lines that the README shows of the demo. */
function readmeExcerpt(): readonly string[] {
  const [, excerpt = ""] =
    /```text\n([\s\S]*?)\n```/.exec(readFileSync(`${workspace}README.md`, "utf8")) ?? [];
  expect(excerpt).not.toBe("");
  return excerpt.split("\n");
}

const workspace = fileURLToPath(new URL("../../..", import.meta.url));

describe.runIf(inject("backends").includes("pglite"))("npm run demo", () => {
  it("loads all 171,075 places into embedded PostgreSQL and answers, without a bar in a pipe", {
    timeout: 180_000,
  }, async () => {
    const { DYNAWRAP_URL: _, ...env } = process.env;
    const { stdout, stderr } = await run("npm", ["run", "--silent", "demo"], {
      cwd: workspace,
      env,
      shell: process.platform === "win32",
    });
    expect(stdout).toContain(
      "  171,075 rows in the package, 0 of them repeated\n  171,075 rows stored, counted by SQL\n",
    );
    expect(stdout).toContain(
      '| PK = "COUNTRY#FR" and SK = "REGION#84#CITY#Lyon#AT#45.74906,4.84789"\n   Lyon (',
    );
    expect(stdout).toMatch(/1,238 cities, from \S/);
    expect(stdout.match(/^ {3}region \d+ {2}/gm)).toHaveLength(10);
    expect(stdout).toMatch(/^ {3}\S[^:]+: 16 countries, \d+ places$/m);
    for (const line of readmeExcerpt()) expect(stdout.split("\n")).toContain(line);
    expect(stdout + stderr).not.toMatch(/[█░]|\r/);
  });
});
