import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compileProblems } from "./compile.js";
import { runProblems } from "./execute.js";
import { modulesOf, uncheckedBlocks } from "./page.js";

const workspace = fileURLToPath(new URL("../..", import.meta.url));
const load = async (name: string): Promise<object> => ({ basename: (path: string) => `${name} ${path}` });

const block = (...lines: string[]) => ["```ts", ...lines, "```"].join("\n");
const run = async (...pages: string[]) => {
  const modules = modulesOf("page.md", pages.join("\n\n"));
  return (await Promise.all(modules.map((module) => runProblems(module, load)))).flat();
};
const compile = (...pages: string[]) => {
  const modules = modulesOf("page.md", pages.join("\n\n"));
  return [...compileProblems(workspace, modules).values()].flat();
};

describe("the snippet runner", () => {
  it("is content with a page that does what it says", async () => {
    const page = [
      block(
        'import { basename } from "node:path";',
        'console.log(basename("a"), { b: 1 }); // node:path a { b: 1 }',
      ),
      "<!-- ts\nconst hidden = 1;\n-->",
      block(
        'import { basename } from "node:path";',
        "hidden + 1; // => 2",
        "console.log([hidden]); // [ … ]",
      ),
      block("for (const n of [1, 2]) {", "  console.log(n);", "}", "// 1", "// 2"),
      block('JSON.parse("{");', "// throws SyntaxError: Expected property name", "//   or '}'"),
    ];
    expect(await run(...page)).toEqual([]);
  });

  it("reports other output, none, and output that nothing checks", async () => {
    expect(await run(block("console.log(1); // 2"))).toEqual(["page.md:2 prints 1"]);
    expect(await run(block("if (Math.random() > 2) console.log(1); // 1"))).toEqual([
      "page.md:2 prints nothing",
    ]);
    expect(await run(block("console.log(1);"))).toEqual(["page.md:2 prints something that nothing checks"]);
  });

  it("reports another value, and an error that does not come, or not like this", async () => {
    expect(await run(block("[1, 2]; // => [1, 3]"))).toEqual(["page.md:2 comes to [ 1, 2 ]"]);
    expect(await run(block("Math.abs(1);", "// throws Error: no"))).toEqual(["page.md:2 throws nothing"]);
    expect(await run(block("null!.x;", "// throws Error: no"))).toEqual([
      expect.stringMatching(/throws TypeError: /),
    ]);
  });

  it("reports a page that fails, by the line", async () => {
    expect(await run(block("", 'throw new Error("broken");'))).toEqual([
      expect.stringMatching(/broken[\s\S]*page\.md/),
    ]);
  });

  it("does not run what is compiled only, nor what the compiler refuses", async () => {
    const idle = block('throw new Error("never");').replace("ts", "ts no-run");
    expect(await run(idle)).toEqual([]);
    expect(await run(block('throw new Error("never");', "// error: anything"))).toEqual([]);
  });

  it("takes what stands behind a break as another module", async () => {
    const twice = block("const n = 1;", "console.log(n); // 1");
    expect(await run(twice, "<!-- new module -->", twice)).toEqual([]);
    expect(await run(twice, twice)).not.toEqual([]);
  });
});

describe("the snippet compiler", { timeout: 120_000 }, () => {
  it("is content with errors that are foretold, and reports others and missing ones", () => {
    const wrong = "const n: number = String(1);";
    expect(compile(block(wrong, "// error: Type 'string' is not … to", "//   type 'number'."))).toEqual([]);
    expect(compile(block(wrong))).toEqual([
      "page.md:2 the compiler says: Type 'string' is not assignable to type 'number'.",
    ]);
    expect(compile(block("const n = 1;", "// error: never"))).toEqual([
      "page.md:2 the compiler does not say: never",
    ]);
    expect(compile(block(wrong, "// error: another one"))).toHaveLength(2);
  });

  it("sees the library's own types", () => {
    const page = 'import { DBItem } from "dynawrap";\nDBItem({ pk: 1 });';
    expect(compile(block(...page.split("\n")))).not.toEqual([]);
  });
});

describe("the reader of pages", () => {
  it("finds blocks that nothing would check", () => {
    const page = [
      "```js",
      "1",
      "```",
      "",
      "```",
      "2",
      "```",
      "",
      "```ts maybe",
      "3",
      "```",
      "",
      block("4"),
    ].join("\n");
    expect(uncheckedBlocks(page)).toEqual([
      'line 1: a block of "js" would go unchecked',
      'line 5: a block of "" would go unchecked',
      'line 9: "ts maybe" is not known',
    ]);
  });

  it("refuses a block without an end", () => {
    expect(() => uncheckedBlocks("```ts\n1")).toThrow("The block of line 1 has no end.");
  });
});
