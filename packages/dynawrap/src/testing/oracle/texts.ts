import fc from "fast-check";

/** Pieces that keys and texts are put together from: delimiters, wildcards, digits, the edges of UTF-8 and UTF-16. */
const pieces: readonly string[] = [
  "a",
  "b",
  "A",
  "1",
  "2",
  "0",
  "#",
  "NOTE#",
  "#STEP#",
  "001",
  "%",
  "_",
  "\\",
  "'",
  '"',
  "$",
  "{}",
  ":",
  "-",
  " ",
  "\n",
  "\u0001",
  "\u007f",
  "\u00e9",
  "e\u0301",
  "\u00df",
  "\ud7ff",
  "\ue000",
  "\uffff",
  "\u{10000}",
  "\u{1f600}",
  "\u{10ffff}",
];

/** Few enough to meet again, in one sequence, what was written before. */
const common: readonly string[] = ["1", "1", "1", "12", "12", "a_", "1#STEP#001", "\uffff", "\u{1f600}"];

/** Keys of the design, beside those that every sequence has: none of them is refused. */
export const keyPool: readonly string[] = ["1", "12", "A", "%", "\ufb00", "\u{10ffff}", "10"];

const composed: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(""));

/** Text for a key: mostly one of a few, sometimes hostile, now and then one that no key takes. */
export const keyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...common) },
  { weight: 12, arbitrary: composed },
  { weight: 1, arbitrary: fc.constantFrom("", "a\0", "\ud800", "a\udc00b") },
);

/** Text for a value, and for a name in a map; `nul` says whether it may hold U+0000. */
export function valueText(nul: boolean): fc.Arbitrary<string> {
  const odd = [
    "__proto__",
    "constructor",
    "$bytes",
    "$map",
    "$strings",
    "1e400",
    "\\u0000",
    "null",
    "\ufeff",
  ];
  return fc.oneof(
    {
      weight: 20,
      arbitrary: fc.oneof(composed, fc.constantFrom(...common, ...odd, ...(nul ? ["a\0b"] : []))),
    },
    { weight: 1, arbitrary: fc.constantFrom("", "\ud800") },
  );
}
