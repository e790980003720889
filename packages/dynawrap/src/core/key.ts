import { DynawrapError, invalidKey } from "./errors.js";
import { type FieldOf, type ParsedValues, type Pattern, readPattern, writePattern } from "./pattern.js";
import type { KeyRange } from "./range.js";
import { type AnyRecord, getOwn } from "./record.js";
import { type StoredKey, storedKey } from "./stored-key.js";

/** The patterns of a model, parsed: its table key, and those of its indexes by alias. */
export interface ModelKey {
  /** What errors call the model. */
  readonly model: string;
  readonly pk: Pattern;
  readonly sk: Pattern | undefined;
  readonly indexes: ReadonlyMap<string, IndexKey>;
}

/** The patterns of one index; more than one pattern on a side is a multi-attribute key. */
export interface IndexKey {
  readonly index: string;
  readonly pk: readonly Pattern[];
  readonly sk: readonly Pattern[];
}

/**
 * The stored key that the values give.
 *
 * @throws DynawrapError `key.incomplete`, `key.invalid` or `key.ambiguous`.
 */
export function writeKey(key: ModelKey, values: AnyRecord): StoredKey {
  const { pk, sk, missing } = writePrefix(key, values);
  if (missing.length > 0) throw incomplete(key, key.sk ?? key.pk, missing, "is asked for whole");
  return storedKey(pk, sk);
}

/**
 * The partition key whole, and the sort key as far as its leading values go.
 *
 * @throws DynawrapError `key.incomplete` when the partition key lacks a value, or a sort-key value is given
 * without the ones before it.
 */
export function writePrefix(
  key: ModelKey,
  values: AnyRecord,
): { readonly pk: string; readonly sk: string | undefined; readonly missing: readonly string[] } {
  const read = (field: string): unknown => getOwn(values, field);
  const pk = writePattern(key.pk, read, key.model);
  if (pk.missing.length > 0) {
    const why = "must be whole, as a DynamoDB query reads one partition";
    throw incomplete(key, key.pk, pk.missing, why, whatWouldServe(key, pk.missing, read));
  }
  if (!key.sk) return { pk: pk.text, sk: undefined, missing: [] };
  const sk = writePattern(key.sk, read, key.model);
  const rest = key.sk.placeholders.slice(
    key.sk.placeholders.findIndex(({ field }) => sk.missing.includes(field)),
  );
  if (sk.missing.length > 0 && rest.some(({ field }) => read(field) !== undefined && !isIn(key.pk, field))) {
    throw incomplete(key, key.sk, sk.missing, "is read from left to right");
  }
  return { pk: pk.text, sk: sk.text, missing: sk.missing };
}

/** The part of an item collection that a query by these values reads. */
export function writeRange(key: ModelKey, values: AnyRecord): KeyRange {
  const { pk, sk = "", missing } = writePrefix(key, values);
  const last = key.sk?.placeholders.at(-1);
  const open =
    last?.format.kind === "text" &&
    last.after === "" &&
    typeof getOwn(values, last.field) === "string" &&
    !isIn(key.pk, last.field);
  return { pk, sk: { kind: open || !key.sk || missing.length > 0 ? "prefix" : "equal", text: sk } };
}

/** What a stored key says of its fields, or `undefined` when it does not fit the patterns. */
export function readKey(key: ModelKey, pk: string, sk: string | undefined): ParsedValues | undefined {
  const values: ParsedValues = {};
  if (typeof pk !== "string" || !readPattern(key.pk, pk, values)) return undefined;
  if (key.sk === undefined) return sk === undefined ? values : undefined;
  return typeof sk === "string" && readPattern(key.sk, sk, values) ? values : undefined;
}

/** The fields of a table key, in the order of the patterns. */
export function keyFields(key: ModelKey): string[] {
  return [...key.pk.placeholders, ...(key.sk?.placeholders ?? [])].map(({ field }) => field);
}

/**
 * Refuses, in values that a caller gave for a key, names that the key does not have and values that are
 * `undefined`: a typo or a forgotten variable must not read more than was meant.
 */
export function checkKeyNames(key: ModelKey, values: AnyRecord): void {
  const { model } = key;
  if (typeof values !== "object" || values === null) throw invalidKey(model, "is no object of values");
  const known = keyFields(key);
  for (const field of Object.keys(values)) {
    if (!known.includes(field))
      throw invalidKey(model, `has ${names(known)}; \`${field}\` is not part of it`, field);
    if (getOwn(values, field) === undefined) {
      throw invalidKey(model, `value \`${field}\` is undefined`, field);
    }
  }
}

function incomplete(
  { model }: ModelKey,
  { source }: Pattern,
  missing: readonly string[],
  why: string,
  serves: readonly string[] = [],
): DynawrapError<"key.incomplete"> {
  const remedy = serves.length > 0 ? `. What would serve: ${serves.join("; ")}` : "";
  const message = `the key "${source}" ${why}; ${names(missing)} is missing${remedy}`;
  return new DynawrapError("key.incomplete", message, { model, pattern: source, missing, serves });
}

/** The declared indexes that these values are enough for, then a pattern that would keep what is asked for together. */
function whatWouldServe(
  key: ModelKey,
  missing: readonly string[],
  read: (field: string) => unknown,
): string[] {
  const serves: string[] = [];
  for (const [alias, { pk }] of key.indexes) {
    const needed = pk.flatMap(({ placeholders }) => placeholders);
    if (needed.every(({ field }) => read(field) !== undefined)) serves.push(`the index \`${alias}\``);
  }
  const { source } = key.pk;
  const cut = source.lastIndexOf("}", source.indexOf(`{${missing[0]}`)) + 1;
  if (cut > 0) {
    const rest = source.slice(cut).replace(/^[^\w{]+/, "");
    const sk = key.sk && !key.sk.source.includes(rest) ? `${rest}#${key.sk.source}` : rest;
    serves.push(`pk: "${source.slice(0, cut)}" with sk: "${sk}", in the table or an index`);
  }
  return serves;
}

function isIn({ placeholders }: Pattern, field: string): boolean {
  return placeholders.some((placeholder) => placeholder.field === field);
}

function names(fields: readonly string[]): string {
  return fields.map((field) => `\`${field}\``).join(", ");
}

// The same for the compiler. `Pk` and `Sk` are tuples of the placeholders' insides, as `Placeholders` gives them.

/** What `parseKey` answers: text, but a number where the placeholder's format is an integer. */
export type ParsedKey<Fields, Inners extends string> = {
  [Inner in Inners as FieldOf<Inner>]: Inner extends `${string}:${string}d`
    ? Fields[FieldOf<Inner> & keyof Fields] extends bigint
      ? number | bigint
      : number
    : string;
};

/** The values that a query takes, as the shapes that are allowed: the partition key, then the sort key from the left. */
export type QueryKey<Fields, Pk extends string, Sk extends readonly string[]> = Sk extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? FieldOf<First> extends Pk
    ? QueryKey<Fields, Pk, Rest>
    : Rest extends readonly []
      ? Shape<
          { [Field in Pk & keyof Fields]: Fields[Field] } & {
            [Field in FieldOf<First>]?: Leading<Fields, First>;
          }
        >
      :
          | QueryKey<Fields, Pk | FieldOf<First>, Rest>
          | Shape<
              { [Field in Pk & keyof Fields]: Fields[Field] } & {
                [Field in FieldOf<First>]?: Fields[Field & keyof Fields];
              } & {
                [Later in Exclude<FieldOf<Rest[number]>, Pk | FieldOf<First>>]?: OnlyAfterExact<
                  FieldOf<First>
                >;
              }
            >
  : { [Field in Pk & keyof Fields]: Fields[Field] };

/** One object type instead of an intersection, which is how messages are to show it. */
type Shape<Parts> = Parts extends infer Whole ? { [Field in keyof Whole]: Whole[Field] } : never;

/** The last sort-key value: a string in an unformatted placeholder is a prefix, so any string may stand there. */
type Leading<Fields, Inner extends string> = Fields[FieldOf<Inner> & keyof Fields] extends infer Value
  ? Inner extends `${string}:${string}`
    ? Value
    : Value extends string
      ? string
      : Value
  : never;

/** Stands where a sort-key value is given without the one before it; nothing has this type. */
export interface OnlyAfterExact<Field extends string> {
  readonly "~give first": Field;
}
