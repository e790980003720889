import { DynawrapError, invalidKey } from "./errors.js";
import { type ParsedValues, type Pattern, readPattern, writePattern } from "./pattern.js";
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
  if (sk.missing.length > 0) {
    const { placeholders } = key.sk;
    const rest = placeholders.slice(placeholders.findIndex(({ field }) => sk.missing.includes(field)));
    if (rest.some(({ field }) => read(field) !== undefined && !isIn(key.pk, field)))
      throw incomplete(key, key.sk, sk.missing, "is read from left to right");
  }
  return { pk: pk.text, sk: sk.text, missing: sk.missing };
}

/** What a stored key says of its fields, or `undefined` when it does not fit the patterns. */
export function readKey(key: ModelKey, pk: string, sk: string | undefined): ParsedValues | undefined {
  const values: ParsedValues = {};
  if (typeof pk !== "string" || !readPattern(key.pk, pk, values)) return undefined;
  if (key.sk === undefined) return sk === undefined ? values : undefined;
  return typeof sk === "string" && readPattern(key.sk, sk, values) ? values : undefined;
}

/** The patterns of the table key. */
export function keyPatterns({ pk, sk }: ModelKey): readonly Pattern[] {
  return sk ? [pk, sk] : [pk];
}

/** The fields of patterns, in their order. */
export function fieldsIn(patterns: readonly Pattern[]): string[] {
  return patterns.flatMap(({ placeholders }) => placeholders.map(({ field }) => field));
}

/**
 * Refuses, in values that a caller gave for a key, names that the key does not have and values that are
 * `undefined`: a typo or a forgotten variable must not read more than was meant.
 */
export function checkKeyNames(model: string, patterns: readonly Pattern[], values: AnyRecord): void {
  if (typeof values !== "object" || values === null) throw invalidKey(model, "is no object of values");
  for (const field of Object.keys(values)) {
    if (!patterns.some((pattern) => isIn(pattern, field))) {
      const known = names(fieldsIn(patterns));
      throw invalidKey(model, `has ${known}; \`${field}\` is not part of it`, field);
    }
    if (getOwn(values, field) === undefined) {
      throw invalidKey(model, `value \`${field}\` is undefined`, field);
    }
  }
}

/** An error that names the values a key lacks, and what would answer the question as it was asked. */
export function incomplete(
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
export function whatWouldServe(
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

/** Whether a pattern holds a field. */
export function isIn({ placeholders }: Pattern, field: string): boolean {
  return placeholders.some((placeholder) => placeholder.field === field);
}

function names(fields: readonly string[]): string {
  return fields.map((field) => `\`${field}\``).join(", ");
}
