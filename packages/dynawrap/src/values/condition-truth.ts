import { compareUtf8 } from "../core/range.js";
import { getOwn } from "../core/record.js";
import type { AttributeMap, AttributeValue } from "./attribute-value.js";
import { binaryText } from "./bytes.js";
import type { AttributePath, Comparison, Condition } from "./condition.js";
import { compareNumbers } from "./number.js";

/** What a condition can ask of a stored item. */
export interface ConditionItem {
  readonly wire: AttributeMap;
  readonly version: string | undefined;
}

/**
 * Whether a condition holds of a stored item, or of there being none: the one definition of its truth, which every
 * store's translation is held to. It is DynamoDB's. What is missing, or has no size, is equal to nothing, neither less
 * nor greater than anything, and not equal to everything; values of two types are never equal, less or greater; sets
 * have no order; the rest is plain logic.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function holds(condition: Condition, item: ConditionItem | undefined): boolean {
  switch (condition.kind) {
    case "and":
      return condition.conditions.every((each) => holds(each, item));
    case "or":
      return condition.conditions.some((each) => holds(each, item));
    case "not":
      return !holds(condition.condition, item);
    case "present":
      return item !== undefined;
    case "absent":
      return item === undefined;
    case "version":
      return item?.version === condition.version;
  }
  const value = valueAt(item?.wire, condition.path);
  switch (condition.kind) {
    case "exists":
      return value !== undefined;
    case "missing":
      return value === undefined;
    case "oneOf":
      return condition.values.some((each) => compares(value, "eq", each));
    case "between":
      return compares(value, "gte", condition.low) && compares(value, "lte", condition.high);
    case "beginsWith":
      return isText(value, condition.value) && textOf(value).startsWith(textOf(condition.value));
    case "contains":
      return value !== undefined && contains(value, condition.value);
    case "size":
      return compares(value && sizeOf(value), condition.compare, { N: String(condition.size) });
    default:
      return compares(value, condition.kind, condition.value);
  }
}

function valueAt(wire: AttributeMap = {}, path: AttributePath): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: wire };
  for (const name of path) {
    value = value && "M" in value ? (getOwn(value.M, name) as AttributeValue | undefined) : undefined;
  }
  return value;
}

function compares(value: AttributeValue | undefined, kind: Comparison, operand: AttributeValue): boolean {
  if (kind === "eq" || kind === "ne")
    return (value !== undefined && equals(value, operand)) === (kind === "eq");
  const order = value && compareValues(value, operand);
  if (order === undefined) return false;
  if (kind === "lt" || kind === "lte") return kind === "lt" ? order < 0 : order <= 0;
  return kind === "gt" ? order > 0 : order >= 0;
}

/** The order of two texts, numbers or byte strings; other values, and those of two types, have none. */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if ("N" in left) return "N" in right ? compareNumbers(left.N, right.N) : undefined;
  return isText(left, right) ? compareUtf8(textOf(left), textOf(right)) : undefined;
}

type TextValue = Extract<AttributeValue, { S: string } | { B: Uint8Array }>;

/** Whether both are texts, or both byte strings. */
function isText(value: AttributeValue | undefined, like: AttributeValue): value is TextValue {
  return value !== undefined && (("S" in value && "S" in like) || ("B" in value && "B" in like));
}

function textOf(value: AttributeValue): string {
  return "S" in value ? value.S : "B" in value ? binaryText(value.B) : "";
}

function equals(left: AttributeValue, right: AttributeValue): boolean {
  const order = compareValues(left, right);
  if (order !== undefined) return order === 0;
  if ("BOOL" in left) return "BOOL" in right && left.BOOL === right.BOOL;
  if ("NULL" in left) return "NULL" in right;
  if ("M" in left) return "M" in right && mapsEqual(left.M, right.M);
  if ("L" in left) return "L" in right && listsEqual(left.L, right.L);
  const [members, others] = [membersOf(left), membersOf(right)];
  return members !== undefined && others !== undefined && listsEqual(sorted(members), sorted(others));
}

function mapsEqual(left: AttributeMap, right: AttributeMap): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every(
      (name) =>
        Object.hasOwn(right, name) && equals(left[name] as AttributeValue, right[name] as AttributeValue),
    )
  );
}

function listsEqual(left: readonly AttributeValue[], right: readonly AttributeValue[]): boolean {
  return (
    left.length === right.length && left.every((each, index) => equals(each, right[index] as AttributeValue))
  );
}

/** The members of a set as values by themselves. */
function membersOf(value: AttributeValue): AttributeValue[] | undefined {
  if ("SS" in value) return value.SS.map((S) => ({ S }));
  if ("NS" in value) return value.NS.map((N) => ({ N }));
  return "BS" in value ? value.BS.map((B) => ({ B })) : undefined;
}

function sorted(members: AttributeValue[]): AttributeValue[] {
  return members.sort((left, right) => compareValues(left, right) ?? 0);
}

/** A part of a text or of bytes, an element of a list, or a member of a set. */
function contains(value: AttributeValue, part: AttributeValue): boolean {
  if (isText(value, part)) return textOf(value).includes(textOf(part));
  const members = "L" in value ? value.L : membersOf(value);
  return members?.some((each) => equals(each, part)) ?? false;
}

/** Numbers, booleans and null have none. A text's is counted in UTF-16 units, as DynamoDB does. */
function sizeOf(value: AttributeValue): AttributeValue | undefined {
  const [content] = Object.values(value) as (string | { readonly length: number })[];
  if ("N" in value || "BOOL" in value || "NULL" in value || content === undefined) return undefined;
  return { N: String("M" in value ? Object.keys(value.M).length : content.length) };
}
