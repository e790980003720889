import { describe, expect, it } from "vitest";
import { checkTableName } from "../../src/engine/table-name.js";
import { refusal } from "../core/refusal.js";

describe("a table name", () => {
  it("has 3 to 255 letters, digits, underscores, hyphens and dots", () => {
    for (const name of ["abc", "A-b_c.9", "...", "x".repeat(255)]) checkTableName(name);
  });

  it.each(["", "ab", "x".repeat(256), "a b", "a/b", 'a"b', "a;b", "täble", "abc\n", "\nabc", "a\0b"])(
    "is not %j",
    (name) => {
      const error = refusal("table.invalid", () => checkTableName(name));
      expect(error.details).toEqual({ table: name });
      expect(error.message).toContain("A-Z a-z 0-9");
    },
  );

  it("may be shorter where a store says so", () => {
    checkTableName("x".repeat(63), 63);
    expect(refusal("table.invalid", () => checkTableName("x".repeat(64), 63)).message).toContain("63");
  });
});
