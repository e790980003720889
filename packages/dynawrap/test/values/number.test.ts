import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareNumbers,
  ExactNumber,
  numberBytes,
  numberProblem,
  numberText,
  parseNumber,
} from "../../src/values/number.js";
import { cpuTime } from "../core/cpu-time.js";
import { number } from "./arbitrary-value.js";

describe("parseNumber", () => {
  it.each<[string, number | bigint]>([
    ["0", 0],
    ["-0", 0],
    ["0.0", 0],
    ["0e126", 0],
    ["1", 1],
    ["+3", 3],
    ["007", 7],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["1e+5", 100_000],
    ["1E-7", 1e-7],
    ["1.00", 1],
    ["-17.4E1", -174],
    ["0.1", 0.1],
    ["0.30000000000000004", 0.1 + 0.2],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740992", 2n ** 53n],
    ["9007199254740993", 9007199254740993n],
    ["-9007199254740993", -9007199254740993n],
    ["123456789012345678901234567890", 123456789012345678901234567890n],
  ])("reads %s", (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each([
    "0.12345678901234567890123456789012345678",
    "9007199254740993.1",
    "1e-400",
    "-1.0000000000000000000001",
    "1e401",
    "-17.4E37",
    "1e125",
  ])("keeps %s as it stands, since no number holds it and it is not written as an integer", (text) => {
    const value = parseNumber(text);
    expect(value).toBeInstanceOf(ExactNumber);
    expect(String(value)).toBe(text);
  });

  it.each([
    "",
    " ",
    " 1",
    "1 ",
    "NaN",
    "Infinity",
    "-Infinity",
    "1,000",
    "0x10",
    "1_000",
    "1n",
    "--1",
    "+-1",
    "e5",
    ".",
    "1e",
    "1e5.5",
    "١",
    "1\n",
  ])("refuses %j", (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });

  it("is the inverse of numberText", () => {
    fc.assert(
      fc.property(number, (value) => {
        expect(parseNumber(numberText(value))).toEqual(value);
      }),
      { numRuns: 3_000 },
    );
  });

  it("takes text of any length without a pause", () => {
    const texts = [
      "9".repeat(100_000),
      `0.${"9".repeat(100_000)}`,
      `${"9".repeat(100_000)}x`,
      `1${"0".repeat(100_000)}.1`,
    ];
    for (const text of texts) expect(cpuTime(() => parseNumber(text))).toBeLessThan(1_000);
    expect(cpuTime(() => numberProblem(10n ** 100_000n + 1n))).toBeLessThan(1_000);
  });
});

describe("numberText", () => {
  it("has no minus for zero, and is the same for equal numbers", () => {
    expect(numberText(-0)).toBe("0");
    expect([1000, 1e3, 1000n].map(numberText)).toEqual(["1000", "1000", "1000"]);
    expect(numberText(1e-7)).toBe("1e-7");
    expect(numberText(10n ** 125n)).toHaveLength(126);
  });
});

describe("what cannot be stored as a number", () => {
  it.each<[string, number | bigint | ExactNumber]>([
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["the greatest number", Number.MAX_VALUE],
    ["the least number", Number.MIN_VALUE],
    ["an integer that a number no longer holds", 2 ** 53],
    ["39 digits", 10n ** 38n + 1n],
    ["39 digits and zeros", (10n ** 38n + 1n) * 1000n],
    ["39 decimal digits", new ExactNumber(`0.1${"2".repeat(38)}`)],
    ["1e126", 10n ** 126n],
    ["-1e126", -(10n ** 126n)],
    ["1e-131", 1e-131],
    ["0.9e-130", new ExactNumber("0.9e-130")],
    ["the greatest number as a bigint", BigInt(Number.MAX_VALUE)],
  ])("is %s", (_, value) => {
    expect(numberProblem(value)).toEqual(expect.any(String));
  });

  it.each<[string, number | bigint | ExactNumber]>([
    ["zero", 0],
    ["the greatest safe integer", Number.MAX_SAFE_INTEGER],
    ["38 digits", 10n ** 38n - 1n],
    ["1 and 125 zeros", 10n ** 125n],
    ["the greatest of all", 99_999_999_999_999_999_999_999_999_999_999_999_999n * 10n ** 88n],
    ["1e-130", 1e-130],
    ["a number's smallest step", Number.EPSILON],
    ["38 decimal digits", new ExactNumber(`0.${"1".repeat(38)}`)],
    ["-17.4e37", -174n * 10n ** 36n],
  ])("is not %s", (_, value) => {
    expect(numberProblem(value)).toBeUndefined();
  });
});

describe("the size of a number", () => {
  it("is a byte for two digits that matter, one for the exponent and one for a minus", () => {
    const sizes: [string, number][] = [
      ["0", 2],
      ["7", 2],
      ["-7", 3],
      ["12", 3],
      ["1e3", 2],
      ["1000000000", 2],
      ["0.0000001", 2],
      ["1234", 4],
      ["9".repeat(38), 21],
    ];
    for (const [text, bytes] of sizes) expect(numberBytes(text), text).toBe(bytes);
  });
});

describe("compareNumbers", () => {
  const ascending = [
    "-99999999999999999999999999999999999999",
    "-99999999999999999999999999999999999998.9",
    "-1e3",
    "-1",
    "-1e-130",
    "0",
    "1e-130",
    "0.1",
    "0.10000000000000000000000000000000000001",
    "1",
    "9007199254740992",
    "9007199254740992.0000000000000000001",
    "9007199254740993",
    "1e38",
    "100000000000000000000000000000000000001",
    "9.9999999999999999999999999999999999999E+125",
  ];

  it("orders by value, to the last of 38 digits", () => {
    for (const [index, number] of ascending.entries()) {
      for (const [other, against] of ascending.entries()) {
        expect(Math.sign(compareNumbers(number, against)), `${number} ${against}`).toBe(
          Math.sign(index - other),
        );
      }
    }
  });

  it.each([
    ["1000", "1e3"],
    ["1000.0", "+1E+3"],
    ["0", "-0.00e5"],
    ["-12.5", "-125e-1"],
    ["0.1234567890123456789", "1234567890123456789e-19"],
    ["9007199254740993", "9007199254740993.000"],
  ])("finds %s equal to %s", (left, right) => {
    expect(Math.abs(compareNumbers(left, right))).toBe(0);
    expect(Math.abs(compareNumbers(right, left))).toBe(0);
  });

  it("agrees with integers of any length, at any scale", () => {
    const digits = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -130, max: 80 }), (left, right, scale) => {
        const expected = left < right ? -1 : Number(left > right);
        const found = compareNumbers(`${left}e${scale}`, `${right}e${scale}`);
        expect(Math.abs(Math.sign(found) - expected)).toBe(0);
      }),
    );
  });

  it("takes text of any length without a pause", () => {
    const [long, longer] = ["9".repeat(100_000), "9".repeat(100_001)];
    expect(cpuTime(() => compareNumbers(long, longer))).toBeLessThan(1_000);
    expect(compareNumbers("1e999999999", "1e999999998")).toBeGreaterThan(0);
  });
});
