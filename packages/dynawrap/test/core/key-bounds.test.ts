import { beginsWith, between, eq, gt, gte, isDynawrapError, lt, lte, type Range } from "dynawrap";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelKey } from "../../src/core/key.js";
import { writeRange } from "../../src/core/key-range.js";
import { parsePattern, writePattern } from "../../src/core/pattern.js";
import type { KeyPart } from "../../src/core/placement.js";
import { compareUtf8, type KeyRange } from "../../src/core/range.js";
import { isWithin } from "../../src/engine/position.js";
import { refusal } from "./refusal.js";

const pk: KeyPart = {
  attribute: { name: "PK", type: "S" },
  pattern: parsePattern("P#{p}", "Thing"),
  own: false,
};

function part(source: string, type: "S" | "N" = "S"): KeyPart {
  return { attribute: { name: "SK", type }, pattern: parsePattern(source, "Thing"), own: false };
}

function rangeOf(sk: KeyPart, values: Record<string, unknown>): KeyRange {
  const key: ModelKey = { model: "Thing", pk: pk.pattern, sk: sk.pattern, indexes: new Map() };
  return writeRange(key, { pk: [pk], sk: [sk] }, { p: "1", ...values });
}

function isIn(text: string, { sort }: KeyRange, numeric = false): boolean {
  if (sort.kind === "equal") return text === sort.text;
  if (sort.kind === "prefix") return text.startsWith(sort.text);
  return isWithin({ text, numeric }, sort);
}

type Kind = "gt" | "gte" | "lt" | "lte" | "between" | "beginsWith" | "eq";

/**
 * What an operator means, said of the key alone: the texts before the value are the key's own, every key that goes on
 * behind a value is equal to it, and any other is compared as a bare text; `whole` says that none goes on.
 */
function naive(
  kind: Kind,
  text: string,
  before: string,
  after: string,
  [low, high]: readonly [string, string],
  whole: boolean,
) {
  const continues = (value: string) =>
    after === "" ? text === before + value : text.startsWith(before + value + after);
  const order = (value: string) => (continues(value) ? 0 : compareUtf8(text, before + value));
  if (!text.startsWith(before)) return false;
  switch (kind) {
    case "eq":
      return whole ? text === before + low + after : continues(low);
    case "gt":
      return order(low) > 0;
    case "gte":
      return order(low) >= 0;
    case "lt":
      return order(low) < 0;
    case "lte":
      return order(low) <= 0;
    case "between":
      return continues(low) || (order(low) >= 0 && order(high) <= 0);
    case "beginsWith":
      return text.startsWith(before + low);
  }
}

type Operator = (low: unknown, high: unknown) => Range<unknown>;
const operators = { gt, gte, lt, lte, eq, beginsWith, between } as unknown as Readonly<
  Record<Kind, Operator>
>;
const kinds = Object.keys(operators) as readonly Kind[];

const value = fc
  .array(fc.constantFrom("!", "5", "a", "\ufb00", "\uffff", "😀", "\u{10ffff}"), {
    minLength: 1,
    maxLength: 2,
  })
  .map((characters) => characters.join(""));

describe("a range on text", () => {
  it("holds the keys that the operator means, and no others", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("{a}", "S#{a}", "S#{a}#", "S#{a}#{b}", "S#{a}##R#{b}", "\u{10ffff}{a}"),
        fc.constantFrom(...kinds),
        fc.tuple(value, value).map((pair) => pair.sort(compareUtf8) as [string, string]),
        fc.array(fc.record({ a: value, b: value }), { minLength: 1, maxLength: 12 }),
        (source, kind, [low, high], stored) => {
          const sk = part(source);
          const { head, placeholders } = sk.pattern;
          const test = operators[kind](low, high);
          const range = rangeOf(sk, { a: test });
          const written = stored.map(
            (values) => writePattern(sk.pattern, (name) => values[name as "a"], "Thing").text,
          );
          const foreign = [
            "R#a",
            "S",
            "S#",
            "S$",
            "T#5",
            low,
            high,
            head + low,
            `${head}${high}#`,
            `${head}${low}#a`,
          ];
          // Of a value that goes on, the bare text is nobody's key.
          const after = placeholders[0]?.after ?? "";
          const bare = after === "" ? [] : [head + low, head + high];
          for (const text of [...written, ...foreign].filter((each) => !bare.includes(each))) {
            const meant = naive(kind, text, head, after, [low, high], placeholders.length === 1);
            expect(isIn(text, range), `${JSON.stringify(text)} of ${source} by ${kind} ${low}, ${high}`).toBe(
              meant,
            );
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("stands behind values that are given exactly", () => {
    const range = rangeOf(part("S#{a}#{b}"), { a: "x", b: gte("5") });
    expect(range.sort).toEqual({
      kind: "span",
      from: { text: "S#x#5", inclusive: true },
      to: { text: "S#x$", inclusive: false },
    });
  });

  it("of dates and padded numbers is in their own order", () => {
    const day = (text: string) => new Date(`${text}T00:00:00.000Z`);
    const dates = rangeOf(part("D#{a}"), { a: between(day("2024-01-01"), day("2024-02-01")) });
    expect(isIn("D#2024-01-15T00:00:00.000Z", dates)).toBe(true);
    expect(isIn("D#2024-02-01T00:00:00.001Z", dates)).toBe(false);
    expect(isIn("D#2024-01-15T00:00:00.000Z", rangeOf(part("D#{a}"), { a: beginsWith("2024-01") }))).toBe(
      true,
    );
    const numbers = rangeOf(part("N#{a:04d}"), { a: gt(9) });
    expect(["N#0009", "N#0010", "N#9999", "N$"].map((text) => isIn(text, numbers))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe("a range on a numeric key", () => {
  const number = fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom(0.5, -1.25, 2n ** 60n, 2n ** 60n + 1n),
  );
  it("holds the numbers that the operator means", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("gt", "gte", "lt", "lte", "between", "eq"),
        fc.tuple(number, number),
        fc.array(number, { minLength: 1, maxLength: 10 }),
        (kind, pair, stored) => {
          const [low, high] = pair[0] <= pair[1] ? pair : [pair[1], pair[0]];
          const test = operators[kind](low, high);
          const range = rangeOf(part("{a}", "N"), { a: test });
          for (const one of stored) {
            const meant = {
              gt: one > low,
              gte: one >= low,
              lt: one < low,
              lte: one <= low,
              between: one >= low && one <= high,
              // biome-ignore lint/suspicious/noDoubleEquals: 5 and 5n are one number.
              eq: one == low,
            }[kind];
            const text = String(one);
            const { sort } = range;
            const found =
              sort.kind === "equal"
                ? isWithin({ text, numeric: true }, spanOf(sort.text))
                : isIn(text, range, true);
            expect(found, `${text} by ${kind} ${low}, ${high}`).toBe(meant);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
  const spanOf = (text: string) => {
    const bound = { text, inclusive: true };
    return { kind: "span", from: bound, to: bound } as const;
  };
});

describe("a range is refused", () => {
  const refuse = (source: string, a: unknown, type: "S" | "N" = "S", more: object = {}) =>
    refusal("key.invalid", () => rangeOf(part(source, type), { a, ...more }));

  it("with reversed bounds", () => {
    refuse("{a}", between("b", "a"));
    refuse("{a}", between(2, 1), "N");
    refuse("{a:04d}", between(2, 1));
  });

  it("on what does not sort as its text does", () => {
    refuse("N#{a}", gt(5));
    refuse("N#{a:d}", gt(5));
    refuse("N#{a}", gt(true as never));
    refuse("U#{a:url}", gt("a"));
    refuse("U#{a:04d}", beginsWith("00"));
    refuse("{a}", beginsWith("1"), "N");
  });

  it("before another value, and on a field that the partition key holds", () => {
    refuse("{a}#{b}", gt("5"), "S", { b: "1" });
    refusal("key.invalid", () => rangeOf(part("S#{p}"), { p: gt("1") }));
  });

  it("where a bound cannot be written, or runs past the value's end", () => {
    refuse("S#{a}", gt(""));
    refuse("S#{a}", beginsWith("\ud800"));
    let thrown: unknown;
    try {
      rangeOf(part("S#{a}#{b}"), { a: beginsWith("1#2") });
    } catch (error) {
      thrown = error;
    }
    expect(isDynawrapError(thrown, "key.ambiguous")).toBe(true);
  });
});
