import { base64 } from "./bytes.js";
import { kindOf } from "./kind.js";
import { type Numeric, numberText } from "./number.js";

/** Whether two values are the same to a database: names of a map and members of a set have no order. */
export function equalValues(left: unknown, right: unknown): boolean {
  const kind = kindOf(left);
  if (kind !== kindOf(right)) return false;
  switch (kind) {
    case "N":
      return numberText(left as Numeric) === numberText(right as Numeric);
    case "B":
      return base64(left as Uint8Array) === base64(right as Uint8Array);
    case "DATE":
      return (left as Date).getTime() === (right as Date).getTime();
    case "L":
      return equalLists(left as readonly unknown[], right as readonly unknown[]);
    case "M":
      return equalMaps(left as Record<string, unknown>, right as Record<string, unknown>);
    case "SET":
      return equalSets(left as ReadonlySet<unknown>, right as ReadonlySet<unknown>);
    default:
      return left === right;
  }
}

function equalLists(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((element, index) => equalValues(element, right[index]));
}

function equalMaps(left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  const names = Object.keys(left).filter((name) => left[name] !== undefined);
  if (names.length !== Object.keys(right).filter((name) => right[name] !== undefined).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && equalValues(left[name], right[name]));
}

function equalSets(left: ReadonlySet<unknown>, right: ReadonlySet<unknown>): boolean {
  const text = (set: ReadonlySet<unknown>): string =>
    JSON.stringify(Array.from(set, (member) => (member instanceof Uint8Array ? base64(member) : String(member))).sort());
  return text(left) === text(right);
}
