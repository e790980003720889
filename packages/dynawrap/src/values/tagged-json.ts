import { isPlainObject, setOwn } from "../core/record.js";
import type { AttributeMap, AttributeValue } from "./attribute-value.js";
import { base64, fromBase64 } from "./bytes.js";
import { isNumeric, parseNumber } from "./number.js";
import { type Path, unsupported } from "./path.js";

/*
 * Natural JSON wherever JSON can carry the value: an analyst reads `data->>'title'` and `(data->>'likes')::numeric`.
 * What JSON has no form for is an object of one member that starts with "$":
 *
 *   {"$bytes": "AQI="}   {"$strings": ["a"]}   {"$numbers": [1, 2.5]}   {"$binaries": ["AQI="]}
 *
 * and a user's own object of one such member is wrapped as {"$map": {…}}, so that nothing can pass for a tag.
 */

/** The JSON text of attributes. Integers and decimals of any length stand as JSON numbers with all their digits. */
export function toTaggedJson(wire: AttributeMap): string {
  return mapText(wire);
}

/** The JSON text of one value, as it stands inside a record. */
export function valueText(wire: AttributeValue): string {
  if ("N" in wire) return wire.N;
  if ("L" in wire) return listText(wire.L, valueText);
  if ("M" in wire) return isTag(Object.keys(wire.M)) ? `{"$map":${mapText(wire.M)}}` : mapText(wire.M);
  if ("B" in wire) return `{"$bytes":"${base64(wire.B)}"}`;
  if ("SS" in wire) return `{"$strings":${JSON.stringify(wire.SS)}}`;
  if ("NS" in wire) return `{"$numbers":${listText(wire.NS, String)}}`;
  if ("BS" in wire) return `{"$binaries":${JSON.stringify(wire.BS.map(base64))}}`;
  return JSON.stringify("S" in wire ? wire.S : "BOOL" in wire ? wire.BOOL : null);
}

function listText<Member>(members: readonly Member[], text: (member: Member) => string): string {
  return `[${members.map(text).join(",")}]`;
}

function mapText(map: AttributeMap): string {
  const members = Object.entries(map).map(([name, wire]) => `${JSON.stringify(name)}:${valueText(wire)}`);
  return `{${members.join(",")}}`;
}

function isTag(names: readonly string[]): boolean {
  return names.length === 1 && names[0]?.charAt(0) === "$";
}

/**
 * Digits of a number that a double may not hold; text without any is parsed as it is. Sixteen places are written out, since
 * only so does V8 skip at once what is no digit. JSONB writes no exponents.
 */
const longNumber = new RegExp(`\\d${"[\\d.]".repeat(15)}`);
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.]*(?:[eE][+-]?\d+)?/g;

/**
 * The values of a record's JSON text, which may come from JSONB: numbers keep every digit.
 *
 * @throws DynawrapError `value.unsupported` for text that is not a JSON object, or a tag that holds something else.
 */
export function fromTaggedJson(text: string): Record<string, unknown> {
  let plain = true;
  const safe = longNumber.test(text)
    ? text.replace(stringOrNumber, (token) => {
        if (token.startsWith('"') || typeof parseNumber(token) === "number") return token;
        plain = false;
        return `{"$number":"${token}"}`;
      })
    : text;
  let parsed: unknown;
  try {
    parsed = JSON.parse(safe);
  } catch (cause) {
    throw Object.assign(unsupported(["data"], "is not JSON"), { cause });
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw unsupported(["data"], "is not a JSON object");
  // Looking for one character first costs next to nothing.
  return plain && !(text.includes("$") && text.includes('"$'))
    ? (parsed as Record<string, unknown>)
    : readMap(parsed, []);
}

function readMap(map: object, path: Path): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const name of Object.keys(map))
    setOwn(record, name, readValue((map as Record<string, unknown>)[name], [...path, name]));
  return record;
}

function readValue(value: unknown, path: Path): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((element, index) => readValue(element, [...path, index]));
  const names = Object.keys(value);
  return isTag(names) ? readTag(names[0] as string, value, path) : readMap(value, path);
}

function readTag(tag: string, holder: object, path: Path): unknown {
  const content = (holder as Record<string, unknown>)[tag];
  const refuse = (): never => {
    throw unsupported(path, `is a ${tag} that holds something else`);
  };
  const list = (): unknown[] => (Array.isArray(content) ? content : refuse());
  const bytes = (encoded: unknown): Uint8Array =>
    (typeof encoded === "string" ? fromBase64(encoded) : undefined) ?? refuse();
  switch (tag) {
    case "$number":
      return (typeof content === "string" ? parseNumber(content) : undefined) ?? refuse();
    case "$bytes":
      return bytes(content);
    case "$strings":
      return new Set(list().map((member) => (typeof member === "string" ? member : refuse())));
    case "$numbers":
      return new Set(list().map((member) => numberMember(readValue(member, path)) ?? refuse()));
    case "$binaries":
      return new Set(list().map(bytes));
    case "$map":
      return isPlainObject(content) ? readMap(content, path) : refuse();
    default:
      return readMap(holder, path);
  }
}

function numberMember(value: unknown): unknown {
  return isNumeric(value) ? value : undefined;
}
