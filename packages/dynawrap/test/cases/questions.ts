import { beginsWith, between, eq, exists, gt, gte, lt, lte } from "dynawrap";
import type { UntypedModel } from "../core/untyped.js";
import { aliasOf, type Design, type DesignTable, entityOfKey } from "./designs.js";
import type { AccessPattern, IndexOfDesign, Key, Operator, RawQuestion } from "./folders.js";
import { fieldsOf, type Reading, readText } from "./key-text.js";

/** An access pattern as a user of the library asks it. */
export interface Question {
  readonly kind: "get" | "query" | "collection" | "scan";
  readonly place: DesignTable;
  readonly models: readonly UntypedModel[];
  readonly key: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether the sort key is asked more than a collection can be, so that the reader has to look at it himself. */
  readonly narrowed: boolean;
  /** Whether it is asked of an index that does not hold whole items. */
  readonly partial: boolean;
}

const ranges = { "<": lt, "<=": lte, ">": gt, ">=": gte } as const;

/** The entities that an access pattern is about: those it names, else those of the items that it is to find. */
function entitiesOf({ folder, models }: Design, pattern: AccessPattern): readonly string[] {
  if (pattern.entities) return pattern.entities;
  const { keys = [], firstKeys = [], lastKeys = [] } = pattern.expected ?? {};
  const found = [...keys, ...firstKeys, ...lastKeys].map((key: Key) => entityOfKey(folder, key)?.name);
  const names = [...new Set(found)].filter((name) => name !== undefined);
  return names.length > 0 ? names : [...models.keys()];
}

/** The question that an access pattern comes to; with no operation but Query, GetItem and Scan there is none. */
export function questionOf(design: Design, pattern: AccessPattern): Question {
  const names = entitiesOf(design, pattern);
  const place = design.tables.find(({ models }) => names.every((name) => models.has(name)));
  if (!place) throw new Error(`No table has all of ${names}`);
  const models = names.map((name) => place.models.get(name) as UntypedModel);
  const { q = {}, index, operation } = pattern;
  const options = {
    ...(index === null ? {} : { index: aliasOf(index) }),
    ...(q.forward === false ? { reverse: true } : {}),
    ...(q.filter ? { where: filterOf(q.filter) } : {}),
    // DynamoDB's Limit counts what is examined, which is the same as results only where nothing is left out.
    ...(q.limit === undefined ? {} : q.filter ? { examine: q.limit } : { limit: q.limit }),
  };
  const projection = folderIndex(design, index)?.projection ?? "ALL";
  const question = { place, models, options, narrowed: false, partial: projection !== "ALL" };
  if (operation === "Scan") return { ...question, kind: "scan", key: {} };
  const numeric = isNumeric(design, index);
  const parts = models.map((model) => keyOf(patternsOf(model, index), q, numeric));
  const [first = { partition: {}, sort: {}, exact: {}, wider: false }] = parts;
  if (models.length === 1) {
    if (operation === "GetItem")
      return { ...question, kind: "get", key: { ...first.partition, ...first.exact } };
    return {
      ...question,
      kind: "query",
      key: { ...first.partition, ...first.sort },
      options: question.partial ? { ...options, fetch: true } : options,
      narrowed: first.wider,
    };
  }
  const partition = Object.assign({}, ...parts.map((part) => part.partition));
  // A collection takes sort values that all its models take; what is asked beyond that is left to the reader.
  const shared = parts.every(({ sort }) => `${Object.keys(sort)}` === `${Object.keys(first.sort)}`);
  const key = { ...partition, ...(shared ? first.sort : {}) };
  return { ...question, kind: "collection", key, narrowed: !shared || parts.some(({ wider }) => wider) };
}

function folderIndex({ folder }: Design, index: string | null): IndexOfDesign | undefined {
  return folder.table.gsis.find(({ name }) => name === index);
}

/** Whether the keys of the table or index are numbers: the partition key, then the sort key. */
function isNumeric(design: Design, index: string | null): readonly [boolean, boolean] {
  const { table } = design.folder;
  const { pk, sk } = folderIndex(design, index) ?? table;
  return [table.keyTypes?.[pk] === "N", sk ? table.keyTypes?.[sk] === "N" : false];
}

/** The patterns of a model in the table or an index. */
function patternsOf(
  model: UntypedModel,
  index: string | null,
): { readonly pk: string; readonly sk: string | undefined } {
  const { pk, sk } = index === null ? model : (model.indexes[aliasOf(index)] ?? {});
  if (typeof pk !== "string") throw new Error(`${model.modelName} is not in ${index}`);
  return { pk, sk: typeof sk === "string" ? sk : undefined };
}

/** What asks a model for what `q` asks the table for: the values of the partition key, and those of the sort key. */
interface KeyParts {
  readonly partition: Values;
  /** With the operator on the last of them. */
  readonly sort: Record<string, unknown>;
  /** The same where the sort key is given whole. */
  readonly exact: Record<string, unknown>;
  /** Whether this finds more than `q` asks for. */
  readonly wider: boolean;
}
type Values = Readonly<Record<string, unknown>>;

function keyOf(
  { pk, sk }: { readonly pk: string; readonly sk: string | undefined },
  q: RawQuestion,
  [numericPk, numericSk]: readonly [boolean, boolean],
): KeyParts {
  const reading = readText(pk, String(q.pk));
  if (!reading?.whole) throw new Error(`${q.pk} is not of ${pk}`);
  const inPk = reading.values;
  const partition = numericPk ? { [fieldsOf(pk)[0] as string]: Number(q.pk) } : inPk;
  const [op, low, high = low] = q.sk ?? [];
  const free = fieldsOf(sk ?? "").filter((field) => !(field in inPk));
  if (!sk || op === undefined || low === undefined || high === undefined)
    return { partition, sort: {}, exact: {}, wider: false };
  if (numericSk) {
    const [field = ""] = free;
    const operand = Number(low);
    const range =
      op === "between" ? between(operand, Number(high)) : op in ranges ? ranges[op as "<"](operand) : operand;
    return { partition, sort: { [field]: range }, exact: { [field]: operand }, wider: false };
  }
  const [from, to] = [low, high].map((text) => readText(sk, String(text), inPk));
  const exact = pick(from?.values ?? {}, free);
  const sort: Record<string, unknown> = {};
  for (const field of free) {
    const [lower, upper] = [from, to].map((end) => boundOf(end, field));
    const after = sk.slice(sk.indexOf(`{${field}}`) + field.length + 2).replace(/\{.*/s, "");
    if (after !== "" && lower?.whole && upper?.whole && lower.text === upper.text && !(op in ranges)) {
      sort[field] = lower.text;
      continue;
    }
    const { range, exactly } =
      after === "" ? rangeAtEnd(op, lower, upper) : rangeWithin(op, lower, upper, after);
    if (range !== undefined) sort[field] = range;
    return { partition, sort, exact, wider: range === undefined ? !begins(op, from) : !exactly };
  }
  return { partition, sort, exact, wider: !begins(op, from) };
}

/** Whether all keys of a pattern begin with what is asked for, so that nothing is left to ask. */
function begins(op: Operator, from: Reading | undefined): boolean {
  if (from === undefined) return false;
  return op === "begins_with" || (from.whole ? op === "=" : op.startsWith(">"));
}

/** As much of a field's value as a text has, and whether the text goes on behind it. */
interface ValueBound {
  readonly text: string;
  readonly whole: boolean;
}

function boundOf(end: Reading | undefined, field: string): ValueBound | undefined {
  if (end?.open?.field === field) return { text: end.open.text, whole: false };
  const text = end?.values[field];
  return text === undefined ? undefined : { text, whole: true };
}

/** An operator, and whether it asks for exactly the range of raw texts that was meant. */
interface RangeOfTexts {
  readonly range: unknown;
  readonly exactly: boolean;
}

/** At the end of a pattern an operator means the bare text, as it does in DynamoDB. */
function rangeAtEnd(op: Operator, low: ValueBound | undefined, high: ValueBound | undefined): RangeOfTexts {
  const range = () => {
    if (op === "between") {
      if (!low) return high && lte(high.text);
      return high ? between(low.text, high.text) : gte(low.text);
    }
    if (!low) return undefined;
    if (op === "=") return eq(low.text);
    return op === "begins_with" ? beginsWith(low.text) : ranges[op](low.text);
  };
  return { range: range(), exactly: low !== undefined };
}

/**
 * Where the pattern goes on behind a value an operator's bounds cover what continues it, so that `> "V#5"`, which takes in
 * `V#5#…`, is from 5 on. A text that ends within the delimiter has no operator of its own: more is asked for.
 */
function rangeWithin(
  op: Operator,
  low: ValueBound | undefined,
  high: ValueBound | undefined,
  after: string,
): RangeOfTexts {
  const [from, to] = [low, high].map(
    (bound) => bound && (bound.whole ? bound.text : withoutPart(bound.text, after)),
  );
  const exactly = low !== undefined && !low.whole && from === low.text;
  switch (op) {
    case "begins_with":
      return { range: low && beginsWith(low.text), exactly: true };
    case ">":
    case ">=":
      return { range: from ? gte(from) : undefined, exactly };
    case "<":
    case "<=":
      return { range: from ? (exactly ? lt(from) : lte(from)) : undefined, exactly };
    case "between":
      if (from && to) return { range: between(from, to), exactly: false };
      return { range: from ? gte(from) : to ? lte(to) : undefined, exactly: false };
    default:
      return { range: undefined, exactly: false };
  }
}

/** A text without the beginning of a delimiter that it ends with. */
function withoutPart(text: string, after: string): string {
  for (let length = after.length - 1; length > 0; length--) {
    if (text.endsWith(after.slice(0, length))) return text.slice(0, -length);
  }
  return text;
}

function filterOf([attribute, op, value]: NonNullable<RawQuestion["filter"]>): Record<string, unknown> {
  return { [attribute]: op === "exists" ? exists() : value };
}

function pick(values: Values, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
}

/** The order of DynamoDB. */
export function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Whether a stored sort key is in the range of a raw question. */
export function isAsked({ sk }: RawQuestion, stored: string): boolean {
  if (!sk) return true;
  const [op, low, high = low] = sk;
  const [from, to] = [compareBytes(stored, String(low)), compareBytes(stored, String(high))];
  switch (op) {
    case "=":
      return from === 0;
    case "<":
      return from < 0;
    case "<=":
      return from <= 0;
    case ">":
      return from > 0;
    case ">=":
      return from >= 0;
    case "between":
      return from >= 0 && to <= 0;
    default:
      return stored.startsWith(String(low));
  }
}
