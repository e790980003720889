import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { breaches, importsOf, type Tree } from "./house-rules.js";

const source = fileURLToPath(new URL("../../src", import.meta.url));

function sourceTree(): Tree {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.[mc]?tsx?$/.test(file),
  );
  return new Map(files.map((file) => [file.replaceAll("\\", "/"), readFileSync(join(source, file), "utf8")]));
}

const tree = (files: Readonly<Record<string, string>>): Tree => new Map(Object.entries(files));

describe("the house", () => {
  it("keeps its floors, has no import cycle and follows its own style", () => {
    const house = sourceTree();
    expect(house.size).toBeGreaterThan(0);
    expect(breaches(house)).toEqual([]);
  });
});

describe("the reader of imports", () => {
  it("sees every way to name another file, and no text that only looks like one", () => {
    const text = `
      import "./bare.js";
      import { a, type B } from "./named.js";
      import type { C } from "./type.js";
      export * from "./all.js";
      export type { D } from "./exported-type.js";
      const lazy = () => import("./lazy.js");
      type E = import("./import-type.js").E;
      // import "./comment.js";
      const words = 'import "./string.js"';
    `;
    const seen = ["bare", "named", "type", "all", "exported-type", "lazy", "import-type"];
    expect([...importsOf(text)].sort()).toEqual(seen.map((name) => `./${name}.js`).sort());
  });
});

describe("the house rules", () => {
  const empty = "export {};";

  it("let a file import from its own folder and from floors below", () => {
    const good = tree({
      "index.ts": 'export * from "./core/model.js";',
      "connect.ts": 'const open = () => import("./memory/backend.js"); const pg = () => import("pg");',
      "core/model.ts":
        'import type { StandardSchemaV1 } from "@standard-schema/spec"; import "./pattern.js";',
      "core/pattern.ts": empty,
      "memory/backend.ts": 'import "../core/pattern.js"; import "./sorted-map.js";',
      "memory/sorted-map.ts": empty,
    });
    expect(breaches(good)).toEqual([]);
  });

  const bad = [
    {
      rule: "a higher floor",
      files: { "core/a.ts": 'import type { B } from "../values/b.js";', "values/b.ts": empty },
      breach: "core/a.ts (floor 0) imports values/b.ts (floor 1): only floors below",
    },
    {
      rule: "a neighbour on the same floor, by an import type",
      files: { "dynamodb/a.ts": 'type B = import("../postgres/b.js").B;', "postgres/b.ts": empty },
      breach: "dynamodb/a.ts (floor 3) imports postgres/b.ts (floor 3): only floors below",
    },
    {
      rule: "more than core in the public face",
      files: { "index.ts": 'export * from "./memory/a.js";', "memory/a.ts": empty },
      breach: "index.ts imports memory/a.ts: index.ts imports only core",
    },
    {
      rule: "Node in a pure floor",
      files: { "memory/a.ts": 'import { setTimeout } from "node:timers/promises";' },
      breach: "memory/a.ts imports node:timers/promises, which memory may not",
    },
    {
      rule: "one driver in the other's backend",
      files: { "postgres/a.ts": 'import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";' },
      breach: "postgres/a.ts imports @aws-sdk/client-dynamodb, which postgres may not",
    },
    {
      rule: "a folder nobody has given a floor",
      files: { "attic/a.ts": empty },
      breach: "attic/a.ts: attic has no floor yet",
    },
    {
      rule: "a file that is not there",
      files: { "core/a.ts": 'import "./gone.js";' },
      breach: "core/a.ts imports ./gone.js, which is not there",
    },
    {
      rule: "a cycle, through types as well",
      files: {
        "core/a.ts": 'import "./b.js";',
        "core/b.ts": 'export type { C } from "./c.js";',
        "core/c.ts": 'import type { A } from "./a.js";',
      },
      breach: "core/a.ts -> core/b.ts -> core/c.ts -> core/a.ts is an import cycle",
    },
    {
      rule: "a long file",
      files: { "core/a.ts": `${"//\n".repeat(350)}${empty}\n` },
      breach: "core/a.ts has 351 lines, more than 350",
    },
    {
      rule: "utils",
      files: { "core/utils.ts": empty },
      breach: "core/utils.ts: name it after what it is about",
    },
    {
      rule: "names in another case",
      files: { "core/keyRange.ts": empty },
      breach: "core/keyRange.ts: names are kebab-case",
    },
    ...["export default 1;", "export default class {}", "const a = 1; export { a as default };"].map(
      (text) => ({
        rule: `a default export: ${text}`,
        files: { "core/a.ts": text },
        breach: "core/a.ts has a default export",
      }),
    ),
  ];
  for (const { rule, files, breach } of bad) {
    it(`refuse ${rule}`, () => {
      expect(breaches(tree(files))).toEqual([breach]);
    });
  }
});
