import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Consumer, createConsumer } from "../package/consumer.js";
import { type Compiler, compile, compilers, type Diagnostic, diagnosticsIn } from "./compiler.js";
import { type Fixtures, mismatches } from "./expectations.js";

const folder = fileURLToPath(new URL("fixtures", import.meta.url));
const patience = 300_000;

let consumer: Consumer;
beforeAll(async () => {
  consumer = await createConsumer({ neighbours: "all" });
  await cp(folder, join(consumer.directory, "src"), { recursive: true });
  await writeFile(join(consumer.directory, "package.json"), JSON.stringify({ type: "module" }));
});
afterAll(() => consumer?.remove());

for (const compiler of compilers)
  describe(`TypeScript ${compiler.version}`, () => {
    it("sees in the fixtures exactly the errors that their comments foretell", {
      timeout: patience,
    }, async () => {
      expect(mismatches(fixtures(), await ours(compiler))).toEqual([]);
    });

    it("reports a missing error, a wrong one, an unexpected one and a type that cannot be exported", async () => {
      const source = [
        "// @error: not assignable | 'number'",
        "// @error: never said",
        'export const wrong: number = "text";',
        "// @error: anything",
        "export const right: number = 1;",
        'export const surprise: string[] = ["a", 2];',
        "export const unnameable = class { private secret = 1; };",
      ].join("\n");
      const project = join(consumer.directory, `runner-${compiler.version}`);
      await mkdir(join(project, "src"), { recursive: true });
      await writeFile(join(project, "src", "probe.ts"), source);
      const output = await compile(compiler, project, {
        declaration: true,
        emitDeclarationOnly: true,
        types: [],
      });
      expect(mismatches(new Map([["src/probe.ts", source]]), diagnosticsIn(output))).toEqual([
        expect.stringMatching(/^src\/probe\.ts:3 has no error with "never said"; instead: error TS2322: /),
        'src/probe.ts:5 has no error with "anything"',
        expect.stringMatching(/^src\/probe\.ts:6 has an unexpected error: error TS2322: /),
        expect.stringMatching(/^src\/probe\.ts:7 has an unexpected error: error TS4094: /),
      ]);
    });
  });

describe("a project with stricter options", () => {
  it("sees the same errors in the fixtures", { timeout: patience }, async () => {
    const options = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
    expect(mismatches(fixtures(), await ours(compilers.at(-1) as Compiler, options))).toEqual([]);
  });
});

function fixtures(): Fixtures {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  return new Map(
    names.map((name) => [`src/${name.replaceAll("\\", "/")}`, readFileSync(join(folder, name), "utf8")]),
  );
}

/**
 * What a compiler says of the fixtures. Declarations are emitted, so that a model which cannot be exported shows as well.
 * The library's own are checked in full; those of other packages may not suit every compiler.
 */
async function ours(compiler: Compiler, options: object = {}): Promise<readonly Diagnostic[]> {
  const output = await compile(compiler, consumer.directory, {
    declaration: true,
    emitDeclarationOnly: true,
    skipLibCheck: false,
    ...options,
  });
  return diagnosticsIn(output).filter(({ file }) => !/node_modules\/(?!dynawrap\/)/.test(file));
}

describe("the reader of compiler output", () => {
  it("keeps continuation lines with their error, and errors without a file", () => {
    const output = [
      "src/a.ts(3,14): error TS2322: Type A is not assignable to type B.",
      "  Types of property x are incompatible.",
      "    And so on.",
      "src/b.ts(1,1): error TS1005: ';' expected.",
      "error TS5023: Unknown compiler option.",
      "",
    ].join("\n");
    expect(diagnosticsIn(output)).toEqual([
      {
        file: "src/a.ts",
        line: 3,
        message:
          "error TS2322: Type A is not assignable to type B.\n  Types of property x are incompatible.\n    And so on.",
      },
      { file: "src/b.ts", line: 1, message: "error TS1005: ';' expected." },
      { file: "", line: 0, message: "error TS5023: Unknown compiler option." },
    ]);
  });
});
