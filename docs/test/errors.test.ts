import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const workspace = fileURLToPath(new URL("../..", import.meta.url));

it("docs/errors.md has every error code once, and no other", () => {
  const path = join(workspace, "packages/dynawrap/src/core/errors.ts");
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ESNext);
  const details = file.statements
    .filter(ts.isInterfaceDeclaration)
    .find(({ name }) => name.text === "ErrorDetails");
  const codes = (details?.members ?? []).flatMap(({ name }) =>
    name && ts.isStringLiteral(name) ? name.text : [],
  );
  expect(codes.length).toBeGreaterThan(15);
  const page = readFileSync(join(workspace, "docs/errors.md"), "utf8");
  const rows = [...page.matchAll(/^\| `([a-zA-Z.]+)` +\| \S.* \| \S.* \|$/gm)].map(([, code]) => code);
  expect(rows.toSorted()).toEqual(codes.toSorted());
});
