import { setOwn } from "../core/record.js";
import { base64, fromBase64 } from "./bytes.js";
import { kindOf, memberKind } from "./kind.js";
import { type Path, unsupported } from "./measure.js";
import { type Numeric, numberText, parseNumber } from "./number.js";

/** DynamoDB's form of a value: one member, which names its type. Bytes are a `Uint8Array`, or base64 in JSON. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly B: Uint8Array }
  | { readonly SS: string[] }
  | { readonly NS: string[] }
  | { readonly BS: Uint8Array[] }
  | { readonly L: AttributeValue[] }
  | { readonly M: { [name: string]: AttributeValue } };

/** The wire form of a value that `measure` has passed. */
export function toAttributeValue(value: unknown): AttributeValue {
  switch (kindOf(value)) {
    case "S":
      return { S: value as string };
    case "N":
      return { N: numberText(value as Numeric) };
    case "BOOL":
      return { BOOL: value as boolean };
    case "NULL":
      return { NULL: true };
    case "B":
      return { B: value as Uint8Array };
    case "DATE":
      return { S: (value as Date).toISOString() };
    case "SET":
      return toSet(value as ReadonlySet<unknown>);
    case "L":
      return { L: (value as readonly unknown[]).map(toAttributeValue) };
    case "M":
      return { M: toAttributeMap(value as Record<string, unknown>) };
    default:
      throw unsupported([], "cannot be stored");
  }
}

/** The wire form of a record's values; those that are `undefined` are left out. */
export function toAttributeMap(record: Readonly<Record<string, unknown>>): { [name: string]: AttributeValue } {
  const map: { [name: string]: AttributeValue } = {};
  for (const name of Object.keys(record)) {
    if (record[name] !== undefined) setOwn(map, name, toAttributeValue(record[name]));
  }
  return map;
}

function toSet(set: ReadonlySet<unknown>): AttributeValue {
  const kind = memberKind(set);
  if (kind === "N") return { NS: Array.from(set as ReadonlySet<Numeric>, numberText) };
  return kind === "S" ? { SS: [...(set as ReadonlySet<string>)] } : { BS: [...(set as ReadonlySet<Uint8Array>)] };
}

/**
 * The value of a wire form, from the SDK or from JSON (a stream record, where bytes are base64).
 *
 * @throws DynawrapError `value.unsupported` with the path, for anything that is not exactly one well-formed type.
 */
export function fromAttributeValue(wire: unknown, path: Path): unknown {
  if (typeof wire !== "object" || wire === null || Array.isArray(wire)) {
    throw unsupported(path, "is not a DynamoDB attribute value, which is an object with one type");
  }
  const types = Object.keys(wire).filter((type) => (wire as Record<string, unknown>)[type] !== undefined);
  const type = types[0];
  if (types.length !== 1 || type === undefined) {
    throw unsupported(path, `is not a DynamoDB attribute value: it has ${types.length} types (${types.join(", ")}) instead of one`);
  }
  return readTyped(type, (wire as Record<string, unknown>)[type], path);
}

function readTyped(type: string, content: unknown, path: Path): unknown {
  switch (type) {
    case "S":
      if (typeof content === "string") return content;
      break;
    case "N":
      return readNumber(content, path);
    case "BOOL":
      if (typeof content === "boolean") return content;
      break;
    case "NULL":
      if (content === true) return null;
      break;
    case "B":
      return readBytes(content, path);
    case "L":
      if (Array.isArray(content)) return content.map((element, index) => fromAttributeValue(element, [...path, index]));
      break;
    case "M":
      if (typeof content === "object" && content !== null && !Array.isArray(content)) return fromAttributeMap(content, path);
      break;
    case "SS":
    case "NS":
    case "BS":
      return readSet(type, content, path);
    default:
      throw unsupported(path, `has the type "${type}", which DynamoDB does not have`);
  }
  throw unsupported(path, `is not a well-formed DynamoDB attribute value of type ${type}`);
}

/** The values of a wire item or map, by name. */
export function fromAttributeMap(map: object, path: Path = []): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const name of Object.keys(map)) {
    setOwn(record, name, fromAttributeValue((map as Record<string, unknown>)[name], [...path, name]));
  }
  return record;
}

function readNumber(content: unknown, path: Path): Numeric {
  const value = typeof content === "string" ? parseNumber(content) : undefined;
  if (value === undefined) throw unsupported(path, "is an N that holds no decimal number as a string");
  return value;
}

function readBytes(content: unknown, path: Path): Uint8Array {
  // A copy as a plain Uint8Array: the SDK's may be a Buffer over a pool that is written to again.
  if (content instanceof Uint8Array) return Uint8Array.from(content);
  const bytes = typeof content === "string" ? fromBase64(content) : undefined;
  if (bytes === undefined) throw unsupported(path, "is a B that holds neither bytes nor padded base64");
  return bytes;
}

/** A stream record can hold an empty set, or one with equal members: what it says is kept, once. */
function readSet(type: "SS" | "NS" | "BS", content: unknown, path: Path): Set<unknown> {
  if (!Array.isArray(content)) throw unsupported(path, `is not a well-formed DynamoDB attribute value of type ${type}`);
  const members = content.map((member, index): [string, unknown] => {
    const place = [...path, index];
    if (type === "BS") {
      const bytes = readBytes(member, place);
      return [base64(bytes), bytes];
    }
    if (type === "NS") {
      const number = readNumber(member, place);
      return [numberText(number), number];
    }
    if (typeof member !== "string") throw unsupported(place, "is a member of an SS that is no string");
    return [member, member];
  });
  return new Set(new Map(members).values());
}
