import { DynawrapError } from "./errors.js";
import { type Format, isKeyText, type KeyValue, readKeyValue, writeKeyValue } from "./key-value.js";
import { getOwn, setOwn } from "./record.js";

/** A pattern that cannot be used. */
export function invalidPattern(
  pattern: string,
  problem: string,
  model: string,
  placeholder?: string,
): DynawrapError<"pattern.invalid"> {
  const message = `the pattern "${pattern}" ${problem}`;
  return new DynawrapError("pattern.invalid", message, { pattern, model, placeholder });
}

/** One `{field}` or `{field:format}` of a pattern, with the literal text that follows it. */
export interface Placeholder {
  readonly field: string;
  readonly format: Format;
  readonly after: string;
}

/** A parsed key pattern: literal text, then placeholders, each with the literal that follows. */
export interface Pattern {
  readonly source: string;
  readonly head: string;
  readonly placeholders: readonly Placeholder[];
}

/** What a stored key says of its fields. */
export type ParsedValues = { [field: string]: string | number | bigint };

/**
 * Parses a pattern such as `USER#{owner}` or `LESSON#{number:04d}`; `{{` and `}}` are literal braces.
 *
 * @throws DynawrapError `pattern.invalid` for an empty pattern, a brace without its partner, an unknown format,
 * or two placeholders with nothing between them.
 */
export function parsePattern(source: string, model: string): Pattern {
  const refuse = (problem: string, placeholder?: string): never => {
    throw invalidPattern(source, problem, model, placeholder);
  };
  if (typeof source !== "string" || source === "" || !isKeyText(source))
    refuse("is no text that a key can hold");
  const placeholders: { field: string; format: Format; after: string }[] = [];
  let head = "";
  const literal = (text: string): void => {
    const last = placeholders.at(-1);
    if (last) last.after += text;
    else head += text;
  };
  for (const [token, inner] of source.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g)) {
    if (inner !== undefined) {
      if (placeholders.at(-1)?.after === "") refuse(`has no delimiter before {${inner}}`, inner);
      const [field = "", format] = inner.split(/:(.*)/s);
      placeholders.push({
        field,
        format: parseFormat(format) ?? refuse(unknownFormat(inner), inner),
        after: "",
      });
    } else if (token === "{" || token === "}") {
      refuse(`has a lone ${token}; a literal brace is doubled`);
    } else {
      literal(token === "{{" || token === "}}" ? token.charAt(0) : token);
    }
  }
  return { source, head, placeholders };
}

function unknownFormat(inner: string): string {
  return `has {${inner}}, but formats are :d, :08d, :url, :empty`;
}

function parseFormat(format: string | undefined): Format | undefined {
  if (format === undefined) return { kind: "text", width: 0 };
  const [kind, digits = 0] = /^(?:url|empty|(?:0([1-9]|[1-3]\d|40))?d)$/.exec(format) ?? [];
  const width = Number(digits);
  return kind === undefined
    ? undefined
    : { kind: kind === "url" || kind === "empty" ? kind : "integer", width };
}

/**
 * The text of one placeholder's value.
 *
 * @throws DynawrapError `key.invalid` for a value that no key can hold; `key.ambiguous` when the literal that
 * follows the placeholder would be found before the value's end, so that another set of values makes the same key.
 */
export function writePlaceholder(
  placeholder: Placeholder,
  value: unknown,
  pattern: Pattern,
  model: string,
): string {
  const { field, format, after } = placeholder;
  const text = writeKeyValue(value, format, after, { model, field });
  if (after !== "" && (text + after).indexOf(after) < text.length) {
    const encodable = format.kind === "text" || format.kind === "empty";
    const remedy = encodable ? `write {${field}:url}, which encodes it, or ` : "";
    const message =
      `\`${field}\` holds or runs into the "${after}" that ends it in "${pattern.source}"; ` +
      `${remedy}choose another delimiter`;
    throw new DynawrapError("key.ambiguous", message, { model, pattern: pattern.source, field });
  }
  return text;
}

/**
 * The key text that the leading values give. It ends where the first value is missing: `STORY#{id}#RUN#{run}`
 * with `id` 7 is `STORY#7#RUN#`. `missing` names the fields from there on; empty when the text is the whole key.
 */
export function writePattern(
  pattern: Pattern,
  values: (field: string) => unknown,
  model: string,
): { readonly text: string; readonly missing: readonly string[] } {
  let text = pattern.head;
  for (const [position, placeholder] of pattern.placeholders.entries()) {
    const value = values(placeholder.field);
    if (value === undefined) {
      const missing = pattern.placeholders.slice(position).map(({ field }) => field);
      return { text, missing: missing.filter((field) => values(field) === undefined) };
    }
    text += writePlaceholder(placeholder, value, pattern, model) + placeholder.after;
  }
  return { text, missing: [] };
}

/**
 * The inverse of `writePattern`: adds to `values` what a stored key says, and answers whether the key fits. A
 * field that occurs more than once, here or in `values` already, must say the same each time.
 */
export function readPattern(pattern: Pattern, text: string, values: ParsedValues): boolean {
  if (!text.startsWith(pattern.head)) return false;
  let position = pattern.head.length;
  for (const { field, format, after } of pattern.placeholders) {
    const end = after === "" ? text.length : text.indexOf(after, position);
    if (end < 0) return false;
    const value = readKeyValue(text.slice(position, end), format, after);
    if (value === undefined) return false;
    const known = getOwn(values, field);
    if (known !== undefined && String(known) !== String(value)) return false;
    // A number says more than its text.
    if (known === undefined || typeof known === "string") setOwn(values, field, value);
    position = end + after.length;
  }
  return position === text.length;
}

// The same grammar once more, for the compiler.

/** The insides of a pattern's placeholders in order: `"USER#{owner}#{n:08d}"` gives `["owner", "n:08d"]`. */
export type Placeholders<
  Source extends string,
  Found extends readonly string[] = [],
> = Source extends `${string}{${infer Rest}`
  ? Rest extends `{${infer More}`
    ? Placeholders<More, Found>
    : Rest extends `${infer Inner}}${infer More}`
      ? Placeholders<More, [...Found, Inner]>
      : Found
  : Found;

/** The field that a placeholder names: `n` of `n:08d`. */
export type FieldOf<Inner extends string> = Inner extends `${infer Field}:${string}` ? Field : Inner;

/**
 * The pattern itself when it is sound, otherwise a sentence that says what is wrong with it. `Absent` is what a
 * field may be beside a key value: nothing in a table's own key, `null | undefined` in an index.
 */
export type CheckedPattern<
  Source extends string,
  Fields,
  Absent = never,
  Rest extends string = Source,
> = Rest extends `${string}{${infer Tail}`
  ? Tail extends `{${infer More}`
    ? CheckedPattern<Source, Fields, Absent, More>
    : Tail extends `${infer Inner}}${infer More}`
      ? CheckedPlaceholder<Inner, Fields, Absent> extends infer Problem extends string
        ? Problem
        : More extends `{${infer Next}`
          ? Next extends `{${string}`
            ? CheckedPattern<Source, Fields, Absent, More>
            : `{${Inner}} is followed by {${Next} with nothing between them; put a delimiter there`
          : CheckedPattern<Source, Fields, Absent, More>
      : `a { in "${Source}" is not closed`
  : Source;

type CheckedPlaceholder<Inner extends string, Fields, Absent> = Inner extends `${infer Field}:${infer Format}`
  ? Format extends "d" | `0${number}d`
    ? CheckedField<Field, Fields, number | bigint | Absent, "number or bigint">
    : Format extends "url" | "empty"
      ? CheckedField<Field, Fields, KeyValue | Absent, KeyTypes>
      : `{${Inner}} has an unknown format; formats are :d, :08d, :url and :empty`
  : CheckedField<Inner, Fields, KeyValue | Absent, KeyTypes>;

type KeyTypes = "string, number, bigint, boolean or Date";

type CheckedField<Field extends string, Fields, Allowed, Types extends string> = Field extends keyof Fields
  ? Fields[Field] extends Allowed
    ? null
    : `{${Field}} cannot stand in a key: its type must be ${Types}, and neither optional nor nullable`
  : `{${Field}} is not a field of the schema, which has ${FieldList<keyof Fields>}`;

/** Names joined by commas, made only for a message: the order is the compiler's. */
type FieldList<Names, Listed extends string = ""> = [Names] extends [never]
  ? Listed
  : LastOf<Names> extends infer Last extends string
    ? FieldList<Exclude<Names, Last>, Listed extends "" ? Last : `${Last}, ${Listed}`>
    : Listed;

type LastOf<Union> = (Union extends unknown ? (take: () => Union) => void : never) extends (
  take: infer Overloads,
) => void
  ? Overloads extends () => infer Last
    ? Last
    : never
  : never;
