import { isPlainObject } from "../core/record.js";
import { ExactNumber } from "./number.js";

/** The kinds of value that can be stored, named as DynamoDB types them; a Date is an S. */
export type ValueKind = "S" | "N" | "BOOL" | "NULL" | "B" | "L" | "M" | "SET" | "DATE";

/** What kind of value this is, or `undefined` for what cannot be stored. */
export function kindOf(value: unknown): ValueKind | undefined {
  switch (typeof value) {
    case "string":
      return "S";
    case "number":
    case "bigint":
      return "N";
    case "boolean":
      return "BOOL";
    case "object":
      return value === null ? "NULL" : kindOfObject(value);
    default:
      return undefined;
  }
}

function kindOfObject(value: object): ValueKind | undefined {
  if (Array.isArray(value)) return "L";
  if (isPlainObject(value)) return "M";
  if (value instanceof Date) return "DATE";
  if (value instanceof Set) return "SET";
  if (value instanceof Uint8Array) return "B";
  if (value instanceof ExactNumber) return "N";
  return undefined;
}
