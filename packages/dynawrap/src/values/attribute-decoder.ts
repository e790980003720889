import { setOwn } from "../core/record.js";
import { fromBase64 } from "./bytes.js";
import { type Numeric, parseNumber } from "./number.js";
import { unsupported } from "./path.js";

/**
 * The values of a wire item, from the SDK or from JSON (a stream record, where bytes are base64).
 *
 * @param except names of attributes that are left out.
 * @throws DynawrapError `value.unsupported` with the path, for anything that is not exactly one well-formed type.
 */
export function decodeAttributes(wire: object, except?: ReadonlySet<string>): Record<string, unknown> {
  return decodeMap(wire, [], except);
}

/** The value of a type and what JSON has for it; `undefined` for what is not well-formed. @throws DynawrapError */
export function decodeContent(type: string, content: unknown): unknown {
  return Object.hasOwn(readers, type) ? readers[type]?.(content, []) : undefined;
}

/** Reads what stands at a path; `undefined` means that it is not well-formed. */
type Reader = (content: unknown, path: (string | number)[]) => unknown;

const readers: { readonly [type: string]: Reader } = {
  S: readText,
  N: readNumber,
  B: readBytes,
  BOOL: (content) => (typeof content === "boolean" ? content : undefined),
  NULL: (content) => (content === true ? null : undefined),
  L: (content, path) => readList(content, path, decodeValue),
  M: (content, path) => (isObject(content) ? decodeMap(content, path) : undefined),
  SS: (content, path) => readSet(content, path, readText),
  NS: (content, path) => readSet(content, path, readNumber),
  BS: (content, path) => readSet(content, path, readBytes),
};

function decodeValue(wire: unknown, path: (string | number)[]): unknown {
  if (!isObject(wire)) return undefined;
  const content = wire as Record<string, unknown>;
  let type: string | undefined;
  for (const name in content) {
    if (content[name] === undefined) continue;
    if (type !== undefined) return undefined;
    type = name;
  }
  if (type === "S") return readText(content.S);
  return type !== undefined && Object.hasOwn(readers, type)
    ? readers[type]?.(content[type], path)
    : undefined;
}

/** The path is one list that grows and shrinks on the way; it is copied only for an error. */
function readAt(step: string | number, wire: unknown, path: (string | number)[], read: Reader): unknown {
  path.push(step);
  // DynamoDB has 32 levels; what came from elsewhere is not followed until the stack ends.
  const value = path.length > 64 ? undefined : read(wire, path);
  if (value === undefined) throw unsupported(path, "is not one well-formed DynamoDB attribute value");
  path.pop();
  return value;
}

function decodeMap(
  wire: object,
  path: (string | number)[],
  except?: ReadonlySet<string>,
): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const name of Object.keys(wire)) {
    const value = readAt(name, (wire as Record<string, unknown>)[name], path, decodeValue);
    if (!except?.has(name)) setOwn(record, name, value);
  }
  return record;
}

function readList(content: unknown, path: (string | number)[], read: Reader): unknown[] | undefined {
  return Array.isArray(content)
    ? content.map((element, index) => readAt(index, element, path, read))
    : undefined;
}

/** A stream record can hold an empty set, or one with equal members: what it says is kept, once. */
function readSet(content: unknown, path: (string | number)[], read: Reader): Set<unknown> | undefined {
  const members = readList(content, path, read);
  return members && new Set(new Map(members.map((member) => [String(member), member])).values());
}

function readText(content: unknown): string | undefined {
  return typeof content === "string" ? content : undefined;
}

function readNumber(content: unknown): Numeric | undefined {
  return typeof content === "string" ? parseNumber(content) : undefined;
}

/** A copy as a plain Uint8Array: the SDK's may be a Buffer over a pool that is written to again. */
function readBytes(content: unknown): Uint8Array | undefined {
  if (content instanceof Uint8Array) return Uint8Array.from(content);
  return typeof content === "string" ? fromBase64(content) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
