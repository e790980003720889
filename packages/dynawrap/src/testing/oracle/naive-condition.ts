import { isTest, type Test } from "../../core/condition.js";
import type { Values } from "./told.js";

/*
 * The truth of conditions, said once more on plain values: it shares nothing with the library's own, which works on
 * the stored form.
 */

/** Whether a condition holds of an item with these fields, or of none with none. */
export function isTrue(where: unknown, fields: Values): boolean {
  if (isTest(where)) return where.operands.some((each) => isTrue(each, fields));
  return Object.entries(where as object).every(([field, asked]) => passes(fields[field], asked));
}

function passes(given: unknown, asked: unknown): boolean {
  const value = given instanceof Date ? given.toISOString() : given;
  if (!isTest(asked)) return value !== undefined && same(value, asked);
  const { kind, operands } = asked as Test<unknown>;
  const [first] = operands;
  switch (kind) {
    case "eq":
      return value !== undefined && same(value, first);
    case "ne":
      return value === undefined || !same(value, first);
    case "gt":
      return order(value, first) === 1;
    case "gte":
      return (order(value, first) ?? -1) >= 0;
    case "lt":
      return order(value, first) === -1;
    case "lte":
      return (order(value, first) ?? 1) <= 0;
    case "between":
      return (order(value, first) ?? -1) >= 0 && (order(value, operands[1]) ?? 1) <= 0;
    case "beginsWith":
      return typeof value === "string" && value.startsWith(first as string);
    case "contains":
      return holds(value, first);
    case "oneOf":
      return value !== undefined && operands.some((each) => same(value, each));
    case "exists":
      return value !== undefined;
    case "missing":
      return value === undefined;
    case "size":
      return passes(sizeOf(value), first);
    case "not":
      return !passes(value, first);
    case "allOf":
      return operands.every((each) => passes(value, each));
    case "anyOf":
      return operands.some((each) => passes(value, each));
    case "nested":
      return Object.entries(first as object).every(([name, inner]) =>
        passes(isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined, inner),
      );
  }
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function same(left: unknown, asked: unknown): boolean {
  const right = asked instanceof Date ? asked.toISOString() : asked;
  // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint are compared by value.
  if (isNumber(left)) return isNumber(right) && left == right;
  if (typeof left !== "object" || left === null) return left === right;
  if (typeof right !== "object" || right === null) return false;
  if (left instanceof Uint8Array) return right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  if (left instanceof Set)
    return right instanceof Set && left.size === right.size && [...left].every((one) => holds(right, one));
  if (Array.isArray(left)) {
    return (
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((one, place) => same(one, right[place]))
    );
  }
  if (!isMap(left) || !isMap(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && same(left[name], right[name]))
  );
}

/** Less is -1, greater is 1; what has no order is neither. */
function order(left: unknown, asked: unknown): number | undefined {
  const right = asked instanceof Date ? asked.toISOString() : asked;
  if (isNumber(left) && isNumber(right)) return left < right ? -1 : Number(left > right);
  if (typeof left === "string" && typeof right === "string")
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left instanceof Uint8Array && right instanceof Uint8Array ? Buffer.compare(left, right) : undefined;
}

function holds(value: unknown, part: unknown): boolean {
  if (typeof value === "string") return typeof part === "string" && value.includes(part);
  if (value instanceof Uint8Array)
    return part instanceof Uint8Array && Buffer.from(value).includes(Buffer.from(part));
  return (value instanceof Set || Array.isArray(value)) && [...value].some((one) => same(one, part));
}

function sizeOf(value: unknown): number | undefined {
  if (value instanceof Set) return value.size;
  if (typeof value === "string" || value instanceof Uint8Array || Array.isArray(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : undefined;
}
