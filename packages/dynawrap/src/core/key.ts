import { DynawrapError, type StoredKey } from "./errors.js";
import { type FieldOf, type ParsedValues, type Pattern, readPattern, writePattern } from "./pattern.js";
import type { KeyRange, SortCondition } from "./range.js";
import { type AnyRecord, getOwn } from "./record.js";

/** The patterns of a model, parsed: its table key, and those of its indexes by alias. */
export interface ModelKey {
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
export function writeKey(key: ModelKey, values: AnyRecord, model: string): StoredKey {
  const partial = writePrefix(key, values, model);
  if (partial.missing.length > 0) {
    throw new DynawrapError(
      "key.incomplete",
      `${model}: a whole key needs ${names(partial.missing)} as well (its patterns are ${patternList(key)}).`,
      { model, pattern: key.sk?.source ?? key.pk.source, missing: partial.missing, serves: [] },
    );
  }
  return partial.sk === undefined ? { PK: partial.pk } : { PK: partial.pk, SK: partial.sk };
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
  model: string,
): { readonly pk: string; readonly sk: string | undefined; readonly missing: readonly string[] } {
  const read = (field: string): unknown => getOwn(values, field);
  const pk = writePattern(key.pk, read, model);
  if (pk.missing.length > 0) throw partitionIncomplete(key, pk.missing, values, model);
  if (!key.sk) return { pk: pk.text, sk: undefined, missing: [] };
  const sk = writePattern(key.sk, read, model);
  const first = key.sk.placeholders.findIndex(({ field }) => field === sk.missing[0]);
  const early = first < 0 ? undefined : key.sk.placeholders.slice(first).find(({ field }) => inSortKeyOnly(key, field) && read(field) !== undefined);
  if (early) {
    throw new DynawrapError(
      "key.incomplete",
      `${model}: \`${early.field}\` is given without ${names(sk.missing)}; the sort key "${key.sk.source}" is read ` +
        "from left to right, so the values before it are needed.",
      { model, pattern: key.sk.source, missing: sk.missing, serves: [] },
    );
  }
  return { pk: pk.text, sk: sk.text, missing: sk.missing };
}

/** The part of an item collection that a query by these values reads. */
export function writeRange(key: ModelKey, values: AnyRecord, model: string): KeyRange {
  const { pk, sk = "", missing } = writePrefix(key, values, model);
  const last = key.sk?.placeholders.at(-1);
  const open =
    missing.length > 0 ||
    (last?.format.kind === "text" &&
      last.after === "" &&
      typeof getOwn(values, last.field) === "string" &&
      inSortKeyOnly(key, last.field));
  const condition: SortCondition = { kind: open || !key.sk ? "prefix" : "equal", text: sk };
  return { pk, sk: condition };
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
export function checkKeyNames(key: ModelKey, values: AnyRecord, model: string): void {
  if (typeof values !== "object" || values === null) {
    throw new DynawrapError("key.invalid", `${model}: a key is given as an object of its values.`, { model });
  }
  const known = keyFields(key);
  for (const field of Object.keys(values)) {
    if (!known.includes(field)) {
      const message = `${model}: \`${field}\` is not part of the key, which has ${names(known)} (${patternList(key)}).`;
      throw new DynawrapError("key.invalid", message, { model, field });
    }
    if (getOwn(values, field) === undefined) {
      const message = `${model}: the key value \`${field}\` is undefined; leave it out, or give it a value.`;
      throw new DynawrapError("key.invalid", message, { model, field });
    }
  }
}

function partitionIncomplete(key: ModelKey, missing: readonly string[], values: AnyRecord, model: string): DynawrapError {
  const serves = [...servingIndexes(key, values), ...servingPattern(key, missing, values)];
  return new DynawrapError(
    "key.incomplete",
    `${model}: the partition key "${key.pk.source}" needs ${names(missing)} as well. A DynamoDB query reads one ` +
      "partition, whose key must be whole: without it there is nothing to look up. " +
      (serves.length > 0 ? `What would serve: ${serves.join("; or ")}.` : "Give the value, or declare an index for this question."),
    { model, pattern: key.pk.source, missing, serves },
  );
}

function servingIndexes(key: ModelKey, values: AnyRecord): string[] {
  return [...key.indexes]
    .filter(([, { pk }]) => pk.flatMap((part) => part.placeholders).every(({ field }) => getOwn(values, field) !== undefined))
    .map(([alias, { index }]) => `the declared index \`${alias}\` (${index})`);
}

/** A pattern that would hold all that is asked for in one partition: the given placeholders, cut from the rest. */
function servingPattern(key: ModelKey, missing: readonly string[], values: AnyRecord): string[] {
  const { placeholders, source } = key.pk;
  const given = placeholders.filter(({ field }) => getOwn(values, field) !== undefined).map(({ field }) => field);
  if (given.length === 0) return [];
  const cut = source.search(new RegExp(`[^}]*\\{${escapeRegExp(missing[0] ?? "")}[:}]`));
  if (placeholders[0]?.field !== given[0] || cut <= 0) {
    return [`an index whose partition key is made of ${names(given)} alone`];
  }
  const rest = source.slice(cut).replace(/^[^A-Za-z0-9{]+/, "");
  const sortKey = key.sk && key.sk.source !== rest && !key.sk.source.includes(rest) ? `${rest}#${key.sk.source}` : rest;
  return [`pk: "${source.slice(0, cut)}" with sk: "${sortKey}", on the table or on an index, which keeps them in one partition`];
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function inSortKeyOnly(key: ModelKey, field: string): boolean {
  return !key.pk.placeholders.some((placeholder) => placeholder.field === field);
}

function names(fields: readonly string[]): string {
  return fields.map((field) => `\`${field}\``).join(", ") || "nothing";
}

function patternList(key: ModelKey): string {
  return `pk "${key.pk.source}"${key.sk ? `, sk "${key.sk.source}"` : ""}`;
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
      ? Shape<{ [Field in Pk & keyof Fields]: Fields[Field] } & { [Field in FieldOf<First>]?: Leading<Fields, First> }>
      :
          | QueryKey<Fields, Pk | FieldOf<First>, Rest>
          | Shape<
              { [Field in Pk & keyof Fields]: Fields[Field] } & { [Field in FieldOf<First>]?: Fields[Field & keyof Fields] } & {
                [Later in Exclude<FieldOf<Rest[number]>, Pk | FieldOf<First>>]?: OnlyAfterExact<FieldOf<First>>;
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
