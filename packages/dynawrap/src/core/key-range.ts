import { isTest, type Test } from "./condition.js";
import { invalidKey } from "./errors.js";
import { fieldsIn, incomplete, isIn, type ModelKey, whatWouldServe } from "./key.js";
import { percentEncode } from "./key-value.js";
import { type Placeholder, writePattern, writePlaceholder } from "./pattern.js";
import type { KeyPart } from "./placement.js";
import {
  type Bound,
  compareUtf8,
  type Gap,
  type KeyRange,
  type SortCondition,
  type Span,
  successor,
} from "./range.js";
import { type AnyRecord, getOwn } from "./record.js";

/** The key attributes that a query is asked of: those of the table, or of one index. */
export interface KeyParts {
  readonly pk: readonly KeyPart[];
  readonly sk: readonly KeyPart[];
}

/**
 * The part of an item collection that a query by these values reads: the partition key whole, the sort key from left
 * to right, the last value possibly an operator.
 *
 * @throws DynawrapError `key.incomplete`, `key.invalid` or `key.ambiguous`.
 */
export function writeRange(key: ModelKey, { pk, sk }: KeyParts, values: AnyRecord): KeyRange {
  const { model } = key;
  const read = (field: string): unknown => getOwn(values, field);
  const partition = pk.map(({ pattern, attribute }) => {
    const { text, missing } = writePattern(pattern, read, model);
    if (missing.length === 0)
      return attribute.type === "N" ? numberKey(model, pattern.placeholders[0] as Placeholder, read) : text;
    const why = "must be whole, as a DynamoDB query reads one partition";
    throw incomplete(key, pattern, missing, why, whatWouldServe(key, missing, read));
  });
  const inPartition = (field: string): boolean => pk.some(({ pattern }) => isIn(pattern, field));
  const given = [...new Set(fieldsIn(sk.map(({ pattern }) => pattern)))].filter(
    (field) => !inPartition(field) && read(field) !== undefined,
  );
  const leading: string[] = [];
  let sort: SortCondition = { kind: "prefix", text: "" };
  for (const [place, part] of sk.entries()) {
    const last = place === sk.length - 1;
    const found = sortCondition(model, part, read, inPartition, last);
    sort = found.sort;
    for (const field of found.fields) {
      const at = given.indexOf(field);
      if (at >= 0) given.splice(at, 1);
    }
    if (found.missing !== undefined && given.length > 0) {
      throw incomplete(key, part.pattern, [found.missing], "is read from left to right");
    }
    if (found.range && given.length > 0) {
      throw invalidKey(
        model,
        `value \`${given[0]}\` follows a range; a range stands on the last value`,
        given[0],
      );
    }
    // An attribute that is exact goes before the condition on the next one, if anything is said of that.
    if (sort.kind !== "equal" || last || given.length === 0) return { pk: partition, leading, sort };
    leading.push(sort.text);
  }
  return { pk: partition, leading, sort };
}

interface Found {
  readonly sort: SortCondition;
  /** The fields whose values have been used. */
  readonly fields: readonly string[];
  /** The field whose value was not given, where the condition ends. */
  readonly missing?: string;
  /** Whether the condition ends with an operator. */
  readonly range?: boolean;
}

/** What the values say of one sort-key attribute. */
function sortCondition(
  model: string,
  { pattern, attribute }: KeyPart,
  read: (field: string) => unknown,
  inPartition: (field: string) => boolean,
  last: boolean,
): Found {
  const numeric = attribute.type === "N";
  const fields: string[] = [];
  let text = pattern.head;
  for (const placeholder of pattern.placeholders) {
    const { field, format, after } = placeholder;
    const value = read(field);
    if (value === undefined) {
      const sort: SortCondition = numeric
        ? { kind: "span", from: undefined, to: undefined }
        : { kind: "prefix", text };
      return { sort, fields, missing: field };
    }
    fields.push(field);
    const place = { model, pattern, placeholder, text };
    if (isTest(value) && value.kind !== "eq") {
      if (inPartition(field))
        throw invalidKey(model, `value \`${field}\` is a range, and the partition key holds it`, field);
      return { sort: numeric ? numberRange(place, value) : textRange(place, value), fields, range: true };
    }
    if (numeric) return { sort: { kind: "equal", text: numberKey(model, placeholder, read) }, fields };
    const exact = isTest(value) ? value.operands[0] : value;
    text += writePlaceholder(placeholder, exact, pattern, model) + after;
    // A string that ends the sort key is open: it stands for all that begin with it.
    if (last && after === "" && format.kind === "text" && typeof value === "string" && !inPartition(field)) {
      return { sort: { kind: "prefix", text }, fields };
    }
  }
  return { sort: { kind: "equal", text }, fields };
}

/** Where in a pattern an operator stands, and the text before it. */
interface RangePlace {
  readonly model: string;
  readonly pattern: KeyPart["pattern"];
  readonly placeholder: Placeholder;
  readonly text: string;
}

/** The number of a numeric key, in decimal notation. */
export function numberKey(model: string, { field }: Placeholder, read: (field: string) => unknown): string {
  const value = read(field);
  return numericText(model, field, isTest(value) && value.kind === "eq" ? value.operands[0] : value);
}

function numericText(model: string, field: string, value: unknown): string {
  const whole = typeof value === "bigint" || (Number.isInteger(value) && Number.isSafeInteger(value));
  if (!whole && !(typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value))) {
    throw invalidKey(
      model,
      `value \`${field}\` stands in a numeric key, and is no number that one can hold`,
      field,
    );
  }
  return String(value === 0 ? 0 : value);
}

function numberRange({ model, placeholder: { field } }: RangePlace, test: Test<unknown>): SortCondition {
  if (!/^(?:[gl]te?|between)$/.test(test.kind)) refuseOperator(model, field, test.kind, "a numeric key");
  const texts = test.operands.map((operand) => numericText(model, field, operand));
  // The operands themselves: numbers and bigints compare by value, to the last digit.
  const [low = 0, high = 0] = test.operands as readonly (number | bigint)[];
  return span(test.kind, texts, model, field, () => Number(low > high));
}

/** What a sort key can be asked beside equality; whatever else there is, is for `where`. */
const keyOperators = /^(?:[gl]te?|between|beginsWith)$/;

function textRange({ model, pattern, placeholder, text }: RangePlace, test: Test<unknown>): SortCondition {
  const { field, format, after } = placeholder;
  const [first] = test.operands;
  if (!keyOperators.test(test.kind))
    refuseOperator(model, field, test.kind, "part of the key; ask it in `where`");
  if (test.kind === "beginsWith") {
    if (format.kind === "integer" || typeof first !== "string")
      refuseOperator(model, field, test.kind, "a number");
    const begun = format.kind === "url" ? percentEncode(first as string, after) : (first as string);
    // Written as a value first, which refuses what no key can hold, and what would run past the value's end.
    writePlaceholder({ ...placeholder, format: { kind: "text", width: 0 } }, begun, pattern, model);
    return { kind: "prefix", text: text + begun };
  }
  const ordered = format.kind === "integer" ? format.width > 0 : format.kind !== "url";
  const sorts = ordered && test.operands.every((operand) => isOrdered(operand, format.kind === "integer"));
  if (!sorts) {
    refuseOperator(model, field, test.kind, "a value whose text order is not its own (pad numbers: `:08d`)");
  }
  const ends = test.operands.map((operand) => text + writePlaceholder(placeholder, operand, pattern, model));
  const end = successor(text);
  const whole: Span = {
    kind: "span",
    from: text === "" ? undefined : { text, inclusive: true },
    to: end === undefined ? undefined : { text: end, inclusive: false },
  };
  const found = span(test.kind, ends, model, field, compareUtf8);
  if (after === "") return { ...found, from: found.from ?? whole.from, to: found.to ?? whole.to };
  const even = format.kind === "integer" || first instanceof Date;
  return coverContinuations(found, whole, after, even);
}

/** Whether a value sorts as its text does. */
function isOrdered(value: unknown, padded: boolean): boolean {
  return (
    typeof value === "string" || value instanceof Date || (padded && /^(number|bigint)$/.test(typeof value))
  );
}

function span(
  kind: string,
  [first = "", second = ""]: readonly string[],
  model: string,
  field: string,
  compare: (left: string, right: string) => number,
): Span {
  if (kind === "between") {
    if (compare(first, second) > 0)
      throw invalidKey(model, `range of \`${field}\` ends before it begins`, field);
    return { kind: "span", from: { text: first, inclusive: true }, to: { text: second, inclusive: true } };
  }
  const bound = { text: first, inclusive: kind.endsWith("e") };
  return {
    kind: "span",
    from: kind.startsWith("g") ? bound : undefined,
    to: kind.startsWith("l") ? bound : undefined,
  };
}

/** The texts from the first one up to the second, which is not in it; without a second it has no end. */
type Stretch = readonly [from: string, until: string | undefined];

/**
 * Bounds on a value that the pattern goes on behind: a bound is every key that continues it, with the text that ends it,
 * and any other key is less or greater as its text is. A longer value may stand before those keys, as with `#` behind
 * them `San Antonio` does before `San#`; so what is asked for may lie in several stretches.
 *
 * @param even whether all values have one length, so that none is the beginning of another.
 */
function coverContinuations({ from, to }: Span, whole: Span, after: string, even: boolean): Span {
  const behind = ({ text }: Bound): string | undefined => successor(text + after);
  const begin = from?.text ?? whole.from?.text ?? "";
  const end = to ? to.text : whole.to?.text;
  const found: Stretch[] = [];
  if (!from || from.inclusive) found.push([begin, end]);
  else {
    if (!even) found.push([begin, begin + after]);
    const above = behind(from);
    if (above !== undefined) found.push([above, end]);
  }
  if (from?.inclusive && !even) found.push([begin + after, behind(from)]);
  if (to?.inclusive) found.push([even ? to.text : to.text + after, behind(to)]);
  const longer = (gap: Stretch): boolean => gap[0] === to?.text && gap[1] === to.text + after;
  // Few values go on with punctuation; with digits and letters, which some delimiters let stand in the gap, many may.
  return spanOf(found, (gap) => !longer(gap) || after >= "0");
}

/** One span over stretches in any order. */
function spanOf(stretches: readonly Stretch[], isWide: (gap: Stretch) => boolean): Span {
  const parts = stretches
    .filter(([from, until]) => until === undefined || compareUtf8(from, until) < 0)
    .sort(([left], [right]) => compareUtf8(left, right));
  const gaps: Gap[] = [];
  const [[begin, first]] = parts as [Stretch, ...Stretch[]];
  let end = first;
  for (const [from, until] of parts) {
    if (end === undefined) break;
    if (compareUtf8(from, end) > 0) gaps.push({ from: end, until: from, wide: isWide([end, from]) });
    if (until === undefined || compareUtf8(until, end) > 0) end = until;
  }
  return {
    kind: "span",
    from: begin === "" ? undefined : { text: begin, inclusive: true },
    to: end === undefined ? undefined : { text: end, inclusive: false },
    ...(gaps.length > 0 && { gaps }),
  };
}

function refuseOperator(model: string, field: string, kind: string, what: string): never {
  throw invalidKey(model, `value \`${field}\` takes no ${kind}: it is ${what}`, field);
}
