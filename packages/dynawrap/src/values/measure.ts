import { describe } from "../core/key-value.js";
import { DynawrapError } from "../core/errors.js";
import { utf8Length } from "../core/range.js";
import { base64 } from "./bytes.js";
import { kindOf, memberKind } from "./kind.js";
import { type Numeric, numberBytes, numberProblem, numberText } from "./number.js";

/** Where a value stands in an item. */
export type Path = readonly (string | number)[];

/** Levels of lists and maps inside one another, at most: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const maxDepth = 32;

/** An error that says where in the item the value stands. */
export function unsupported(path: Path, problem: string): DynawrapError<"value.unsupported"> {
  return new DynawrapError("value.unsupported", `The value at \`${pathText(path)}\` ${problem}.`, { path });
}

function pathText(path: Path): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}

/**
 * The size of a value in DynamoDB's count, in bytes; every part of it has been looked at, so what is measured can
 * be stored.
 *
 * @throws DynawrapError `value.unsupported` with the path: functions, class instances, NaN, integers beyond 2^53
 * that are no bigint, more than 38 digits, lone surrogates, `undefined` in an array, sets that are empty, mixed or
 * hold one value twice, and what is nested deeper than 32 levels (so also what contains itself).
 */
export function measure(value: unknown, path: Path, depth = 0): number {
  switch (kindOf(value)) {
    case "S":
      return textBytes(value as string, path);
    case "N":
      return checkedNumber(value as Numeric, path);
    case "BOOL":
    case "NULL":
      return 1;
    case "B":
      return (value as Uint8Array).length;
    case "DATE":
      if (Number.isNaN((value as Date).getTime())) throw unsupported(path, "is an invalid Date");
      return (value as Date).toISOString().length;
    case "SET":
      return measureSet(value as ReadonlySet<unknown>, path);
    case "L":
      return measureList(value as readonly unknown[], path, deeper(path, depth));
    case "M":
      return measureMap(value as Record<string, unknown>, path, deeper(path, depth));
    default:
      throw unsupported(path, `is ${describe(value)}, which cannot be stored`);
  }
}

function deeper(path: Path, depth: number): number {
  if (depth >= maxDepth) throw unsupported(path.slice(0, 4), `is nested deeper than ${maxDepth} levels, or contains itself`);
  return depth + 1;
}

function textBytes(text: string, path: Path): number {
  if (!text.isWellFormed()) throw unsupported(path, "holds a lone surrogate, which has no UTF-8 form");
  return utf8Length(text);
}

function checkedNumber(value: Numeric, path: Path): number {
  const problem = numberProblem(value);
  if (problem !== undefined) throw unsupported(path, problem);
  return numberBytes(numberText(value));
}

function measureList(list: readonly unknown[], path: Path, depth: number): number {
  let bytes = 3;
  for (let index = 0; index < list.length; index++) {
    if (list[index] === undefined) throw unsupported([...path, index], "is undefined; leave it out of the array, or use null");
    bytes += 1 + measure(list[index], [...path, index], depth);
  }
  return bytes;
}

function measureMap(map: Record<string, unknown>, path: Path, depth: number): number {
  let bytes = 3;
  for (const name of Object.keys(map)) {
    if (map[name] === undefined) continue;
    const place = [...path, name];
    bytes += 1 + textBytes(name, place) + measure(map[name], place, depth);
  }
  return bytes;
}

function measureSet(set: ReadonlySet<unknown>, path: Path): number {
  if (set.size === 0) throw unsupported(path, "is an empty set, which DynamoDB refuses; leave the field out instead");
  const kind = memberKind(set);
  if (kind === undefined) {
    throw unsupported(path, "is a set that is not of strings alone, of numbers alone, or of bytes (Uint8Array) alone");
  }
  let bytes = 0;
  const seen = new Set<string>();
  for (const member of set) {
    bytes += measure(member, path);
    seen.add(kind === "B" ? base64(member as Uint8Array) : kind === "N" ? numberText(member as Numeric) : (member as string));
  }
  if (seen.size < set.size) throw unsupported(path, "is a set that holds one value twice");
  return bytes;
}
