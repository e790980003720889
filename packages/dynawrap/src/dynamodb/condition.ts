import { DynawrapError } from "../core/errors.js";
import { indexAttributes, type TableLayout, versionAttribute } from "../core/layout.js";
import type { AttributeValue } from "../values/attribute-value.js";
import type { AttributePath, Comparison, Condition } from "../values/condition.js";
import { holds } from "../values/condition-truth.js";
import type { Expression } from "./expression.js";

/** IN takes 100 operands, of which the attribute may be one. */
const longestList = 99;

const comparators: { readonly [kind in Comparison]: string } = {
  eq: "=",
  ne: "<>",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const most = { operators: 300, bytes: 4096 };
/** Of BETWEEN … AND only the AND is looked for, since both are one. */
const operator = /AND|OR|NOT|IN|<>|[<>]=?|=|[a-z_]+\(/g;

/**
 * A condition as DynamoDB reads it, in a ConditionExpression or a FilterExpression; the latter may say nothing of
 * `present` and `absent`, since it may not name a key. Its names and values go into the request's `expression`.
 *
 * @throws DynawrapError `condition.invalid` for one that is larger than DynamoDB takes.
 */
export function conditionText(condition: Condition, expression: Expression, layout: TableLayout): string {
  const text = write(condition, expression, layout);
  const operators = text.match(operator)?.length ?? 0;
  if (operators <= most.operators && text.length <= most.bytes) return text;
  const problem = `a condition on "${layout.name}" comes to ${operators} operators in ${text.length} bytes, and DynamoDB takes ${most.operators} in ${most.bytes}`;
  throw new DynawrapError("condition.invalid", problem, {});
}

function write(condition: Condition, expression: Expression, layout: TableLayout): string {
  const inner = (each: Condition): string => write(each, expression, layout);
  switch (condition.kind) {
    case "and":
    case "or": {
      const [first, ...others] = condition.conditions.map(inner);
      // No expression is empty, and none a mere constant: of the version, both or neither of two opposites.
      if (first === undefined) return join(condition.kind === "and" ? "or" : "and", versionParts(expression));
      return others.length === 0 ? first : join(condition.kind, [first, ...others]);
    }
    case "not":
      return `(NOT ${inner(condition.condition)})`;
    case "present":
      return `attribute_exists(${expression.name(layout.pk.name)})`;
    case "absent":
      return `attribute_not_exists(${expression.name(layout.pk.name)})`;
    case "version": {
      const name = expression.name(versionAttribute);
      // A version that is no text is none.
      if (condition.version === undefined)
        return `(NOT attribute_type(${name}, ${expression.value({ S: "S" })}))`;
      return `${name} = ${expression.value({ S: condition.version })}`;
    }
  }
  // No list is empty either; and an alias that nothing uses is an error.
  if (condition.kind === "oneOf" && condition.values.length === 0)
    return inner({ kind: "or", conditions: [] });
  // The key of an index has nothing inside, and DynamoDB does not let it be looked for.
  if (condition.path.length > 1 && indexedNames(layout).includes(condition.path[0] as string))
    return inner({ kind: holds(condition, undefined) ? "and" : "or", conditions: [] });
  const path = pathText(condition.path, expression);
  switch (condition.kind) {
    case "exists":
      return `attribute_exists(${path})`;
    case "missing":
      return `attribute_not_exists(${path})`;
    case "oneOf":
      return oneOfText(path, condition.values, expression);
    case "between":
      return `(${path} BETWEEN ${expression.value(condition.low)} AND ${expression.value(condition.high)})`;
    case "beginsWith":
      return `begins_with(${path}, ${expression.value(condition.value)})`;
    case "contains":
      return `contains(${path}, ${expression.value(condition.value)})`;
    case "size": {
      // What has no size is known not to be equal; that it is unequal, of emulators alone.
      const compare = condition.compare === "ne" ? "eq" : condition.compare;
      const text = `size(${path}) ${comparators[compare]} ${expression.value({ N: String(condition.size) })}`;
      return compare === condition.compare ? text : `(NOT ${text})`;
    }
    default:
      return `${path} ${comparators[condition.kind]} ${expression.value(condition.value)}`;
  }
}

function join(kind: "and" | "or", texts: readonly string[]): string {
  return `(${texts.join(kind === "and" ? " AND " : " OR ")})`;
}

function versionParts(expression: Expression): string[] {
  const name = expression.name(versionAttribute);
  return [`attribute_exists(${name})`, `attribute_not_exists(${name})`];
}

function indexedNames({ indexes }: TableLayout): string[] {
  return [...indexes.values()].flatMap(indexAttributes).map(({ name }) => name);
}

function pathText(path: AttributePath, expression: Expression): string {
  return path.map((name) => expression.name(name)).join(".");
}

function oneOfText(path: string, values: readonly AttributeValue[], expression: Expression): string {
  const lists: string[] = [];
  for (let start = 0; start < values.length; start += longestList) {
    const list = values.slice(start, start + longestList).map((value) => expression.value(value));
    lists.push(`${path} IN (${list.join(",")})`);
  }
  return join("or", lists);
}
