import type { AttributeValue } from "../values/attribute-value.js";
import { base64 } from "../values/bytes.js";
import type { AttributePath, Comparison, Condition } from "../values/condition.js";
import { valueText } from "../values/tagged-json.js";
import type { Parameters } from "./parameters.js";
import { bytesSql, childSql, countSql, elementsSql, isTag, sizeSql, textSql } from "./tagged-sql.js";

const comparators: { readonly [kind in Comparison]: string } = {
  eq: "=",
  ne: "<>",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
};

/**
 * A condition as PostgreSQL's boolean for a row that the statement knows as `item`. It is true or false, never null,
 * so that a statement may negate it.
 */
export function conditionSql(condition: Condition, parameters: Parameters): string {
  const inner = (each: Condition): string => conditionSql(each, parameters);
  switch (condition.kind) {
    case "and":
      return join("AND", condition.conditions.map(inner));
    case "or":
      return join("OR", condition.conditions.map(inner));
    case "not":
      return `(NOT ${inner(condition.condition)})`;
    case "present":
      return "TRUE";
    case "absent":
      return "FALSE";
    case "version":
      return versionSql(condition.version, parameters);
  }
  if (isForeign(condition)) return condition.kind === "missing" || isUnequal(condition) ? "TRUE" : "FALSE";
  const value = pathSql(condition.path, parameters);
  switch (condition.kind) {
    case "exists":
      return `(${value} IS NOT NULL)`;
    case "missing":
      return `(${value} IS NULL)`;
    case "eq":
      return equalSql(value, condition.value, parameters);
    case "ne":
      return `(NOT ${equalSql(value, condition.value, parameters)})`;
    case "oneOf":
      return oneOfSql(value, condition.values, parameters);
    case "between":
      return join("AND", [
        orderSql(value, "gte", condition.low, parameters),
        orderSql(value, "lte", condition.high, parameters),
      ]);
    case "beginsWith":
      return beginsWithSql(value, condition.value, parameters);
    case "contains":
      return containsSql(value, condition.value, parameters);
    case "size": {
      const size = `${sizeSql(value)} ${comparators[condition.compare]} ${parameters.add(String(condition.size))}::numeric`;
      return `((${size}) IS ${condition.compare === "ne" ? "NOT FALSE" : "TRUE"})`;
    }
    default:
      return orderSql(value, condition.kind, condition.value, parameters);
  }
}

type ValueCondition = Extract<Condition, { readonly path: AttributePath }>;

/** Whether it asks for U+0000, which neither the names nor the texts here can hold; in an order it has a place. */
function isForeign(condition: ValueCondition): boolean {
  if (condition.path.some((name) => name.includes("\0"))) return true;
  if (condition.kind === "oneOf") return condition.values.every(holdsNul);
  return "value" in condition && !/^[lg]/.test(condition.kind) && holdsNul(condition.value);
}

/** Whether what is missing passes. */
function isUnequal(condition: ValueCondition): boolean {
  return condition.kind === "ne" || (condition.kind === "size" && condition.compare === "ne");
}

function join(word: "AND" | "OR", parts: readonly string[]): string {
  return parts.length === 0 ? (word === "AND" ? "TRUE" : "FALSE") : `(${parts.join(` ${word} `)})`;
}

/** Rows of the Python library hold the version in `data`. */
function versionSql(version: string | undefined, parameters: Parameters): string {
  const known = `COALESCE(item.schema_version, ${textSql(`(item.data -> 'schema_version')`)})`;
  if (version === undefined) return `(${known} IS NULL)`;
  return version.includes("\0") ? "FALSE" : `((${known} = ${parameters.add(version)}::text) IS TRUE)`;
}

function pathSql(path: AttributePath, parameters: Parameters): string {
  const [first = "", ...others] = path;
  return others.reduce(
    (map, name) => childSql(map, name, parameters),
    `(item.data -> ${parameters.add(first)}::text)`,
  );
}

/** Whether a value holds U+0000, so that it is equal to nothing that PostgreSQL can store. */
function holdsNul(value: AttributeValue): boolean {
  return /(?<!\\)(?:\\\\)*\\u0000/.test(valueText(value));
}

function holdsSet(value: AttributeValue): boolean {
  if ("L" in value) return value.L.some(holdsSet);
  if ("M" in value) return Object.values(value.M).some(holdsSet);
  return "SS" in value || "NS" in value || "BS" in value;
}

/** Equality is that of jsonb, which knows numbers by their value, except that sets have no order. */
function equalSql(value: string, operand: AttributeValue, parameters: Parameters): string {
  if (!holdsSet(operand)) return `((${value} = ${jsonSql(operand, parameters)}) IS TRUE)`;
  if ("L" in operand) {
    const elements = operand.L.map((each, place) => equalSql(`(${value} -> ${place})`, each, parameters));
    const length = `CASE jsonb_typeof(${value}) WHEN 'array' THEN jsonb_array_length(${value}) END`;
    return join("AND", [`((${length} = ${operand.L.length}) IS TRUE)`, ...elements]);
  }
  if ("M" in operand) {
    const names = Object.entries(operand.M);
    const members = names.map(([name, each]) =>
      equalSql(childSql(value, name, parameters), each, parameters),
    );
    return join("AND", [`((${countSql(value)} = ${names.length}) IS TRUE)`, ...members]);
  }
  const json = jsonSql(operand, parameters);
  return `((${value} @> ${json} AND ${value} <@ ${json}) IS TRUE)`;
}

function jsonSql(operand: AttributeValue, parameters: Parameters): string {
  return `${parameters.add(valueText(operand))}::jsonb`;
}

/** Values go in one parameter: a statement takes no more than 65,535. */
function oneOfSql(value: string, operands: readonly AttributeValue[], parameters: Parameters): string {
  const possible = operands.filter((each) => !holdsNul(each));
  const plain = possible.filter((each) => !holdsSet(each)).map(valueText);
  const parts = possible.filter(holdsSet).map((each) => equalSql(value, each, parameters));
  if (plain.length > 0) parts.push(`((${value} = ANY(${parameters.add(plain)}::text[]::jsonb[])) IS TRUE)`);
  return join("OR", parts);
}

function orderSql(value: string, kind: Comparison, operand: AttributeValue, parameters: Parameters): string {
  if ("N" in operand) {
    const compared = `${value} ${comparators[kind]} ${jsonSql(operand, parameters)}`;
    return `((jsonb_typeof(${value}) = 'number' AND ${compared}) IS TRUE)`;
  }
  if ("S" in operand) {
    const [text, rest] = operand.S.split("\0", 2) as [string, string?];
    // Of the texts without a NUL, those below one that has it are those up to the NUL, and no other.
    const compare = rest === undefined ? kind : kind.startsWith("l") ? "lte" : "gt";
    const compared = `${textSql(value)} COLLATE "C" ${comparators[compare]} ${parameters.add(text)}::text`;
    return `((${compared}) IS TRUE)`;
  }
  return `((${bytesSql(value)} ${comparators[kind]} ${bytesOperand(operand, parameters)}) IS TRUE)`;
}

/** Null for what is no bytes. */
function bytesOperand(operand: AttributeValue, parameters: Parameters): string {
  return `decode(${parameters.add("B" in operand ? base64(operand.B) : null)}::text, 'base64')`;
}

function beginsWithSql(value: string, operand: AttributeValue, parameters: Parameters): string {
  if ("S" in operand) {
    return `(starts_with(${textSql(value)}, ${parameters.add(operand.S)}::text) IS TRUE)`;
  }
  const bytes = bytesOperand(operand, parameters);
  return `((substring(${bytesSql(value)} FROM 1 FOR octet_length(${bytes})) = ${bytes}) IS TRUE)`;
}

/** A part of a text or of bytes, an element of a list, or a member of a set. */
function containsSql(value: string, operand: AttributeValue, parameters: Parameters): string {
  const element = equalSql("element", operand, parameters);
  const parts = [`EXISTS (SELECT FROM ${elementsSql(value)} AS inside (element) WHERE ${element})`];
  const member = (tag: string, json: string): void => {
    parts.push(`((${isTag(value, tag)} AND ${value} -> '${tag}' @> ${parameters.add(json)}::jsonb) IS TRUE)`);
  };
  if ("S" in operand) {
    member("$strings", JSON.stringify(operand.S));
    parts.push(`((strpos(${textSql(value)}, ${parameters.add(operand.S)}::text) > 0) IS TRUE)`);
  }
  if ("N" in operand) member("$numbers", operand.N);
  if ("B" in operand) {
    member("$binaries", JSON.stringify(base64(operand.B)));
    parts.push(`((position(${bytesOperand(operand, parameters)} IN ${bytesSql(value)}) > 0) IS TRUE)`);
  }
  return join("OR", parts);
}
