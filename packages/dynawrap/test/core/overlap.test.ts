import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelKey } from "../../src/core/key.js";
import { literalLength, mayShareKey } from "../../src/core/overlap.js";
import { parsePattern, readPattern } from "../../src/core/pattern.js";

function keyOf(pk: string, sk?: string): ModelKey {
  const pattern = (source: string) => parsePattern(source, "Thing");
  return {
    model: "Thing",
    pk: pattern(pk),
    sk: sk === undefined ? undefined : pattern(sk),
    indexes: new Map(),
  };
}

const letters = ["a", "1", "#", "-", "%"];

/** All texts of up to this many letters. */
function texts(length: number): string[] {
  const shorter = length > 1 ? texts(length - 1) : [""];
  const longest = shorter.filter((text) => text.length === length - 1);
  return [...shorter, ...longest.flatMap((text) => letters.map((letter) => text + letter))];
}

const everyText = texts(5);

const literal = fc.string({ unit: fc.constantFrom("a", "1", "#"), minLength: 1, maxLength: 2 });
const format = fc.constantFrom("", ":d", ":02d", ":url", ":empty");
const pattern = fc
  .tuple(fc.option(literal), fc.array(fc.tuple(format, literal), { maxLength: 2 }), fc.option(format))
  .map(([head, middle, last]) =>
    [
      head ?? "",
      ...middle.map(([kind, after], place) => `{${"fg"[place]}${kind}}${after}`),
      last === null ? "" : `{z${last}}`,
    ].join(""),
  )
  .filter((source) => source !== "");

describe("whether two models may share a key", () => {
  it("is never denied where some text fits both", () => {
    let shared = 0;
    fc.assert(
      fc.property(pattern, pattern, (left, right) => {
        const [one, other] = [keyOf(left), keyOf(right)];
        const common = everyText.find(
          (text) => readPattern(one.pk, text, {}) && readPattern(other.pk, text, {}),
        );
        if (common === undefined) return;
        shared++;
        expect(mayShareKey(one, other), `${left} and ${right} both fit ${common}`).toBe(true);
        expect(mayShareKey(other, one)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(shared).toBeGreaterThan(50);
  });

  it.each([
    ["USER#{id}", "STORY#{id}"],
    ["A#{n:d}", "A#x{id}"],
    ["A#{n:02d}", "A#{id}#"],
    ["A#{tag:url}", "A#{x}/{y}"],
    ["A#{id}", "A#"],
    ["{a}#END", "{a}#{b}#STOP"],
  ])("is denied where none can: %s and %s", (left, right) => {
    expect(mayShareKey(keyOf(left), keyOf(right))).toBe(false);
  });

  it("asks both sides of the key, and whether there are two", () => {
    expect(mayShareKey(keyOf("{a}", "A#{b}"), keyOf("X#{a}", "A#{b}"))).toBe(true);
    expect(mayShareKey(keyOf("{a}", "A#{b}"), keyOf("{a}", "B#{b}"))).toBe(false);
    expect(mayShareKey(keyOf("{a}"), keyOf("{a}", "B#{b}"))).toBe(false);
  });

  it("takes a time that grows with the patterns, not with the ways through them", () => {
    const long = Array.from({ length: 40 }, (_, place) => `{f${place}:empty}a`).join("");
    expect(mayShareKey(keyOf(`${long}x`), keyOf(`${long}y`))).toBe(false);
  });
});

it("counts the literal characters of a key, not its braces", () => {
  expect(literalLength(keyOf("USER#{id}", "STORY#{a}#{b}"))).toBe(12);
  expect(literalLength(keyOf("{{{id}}}"))).toBe(2);
  expect(literalLength(keyOf("{id}"))).toBe(0);
});
