import { DynawrapError } from "./errors.js";

/** What a placeholder takes. A Date is written as ISO 8601 in UTC with milliseconds. */
export type KeyValue = string | number | bigint | boolean | Date;

/**
 * How a placeholder writes its value: `text` as it is, `integer` in digits (padded to `width` when that is not
 * zero), `url` percent-encoded, `empty` as it is and possibly empty.
 */
export type Format =
  | { readonly kind: "text" | "url" | "empty" }
  | { readonly kind: "integer"; readonly width: number };

/** Where a value stands, for the message of its refusal. */
export interface KeyPlace {
  readonly model: string;
  readonly field: string;
}

function refuse(place: KeyPlace, problem: string): never {
  throw new DynawrapError(
    "key.invalid",
    `${place.model}: the key value \`${place.field}\` ${problem}.`,
    place,
  );
}

/** The text of a key value before its format; refuses what has no faithful text. */
export function keyText(value: unknown, place: KeyPlace): string {
  switch (typeof value) {
    case "string":
      if (value.includes("\0"))
        refuse(place, "holds the character NUL (U+0000), which PostgreSQL cannot store");
      if (!value.isWellFormed()) refuse(place, "holds a lone surrogate, which has no UTF-8 form");
      return value;
    case "number":
      if (!Number.isFinite(value)) refuse(place, `is ${value}; a number in a key must be finite`);
      return String(value === 0 ? 0 : value);
    case "bigint":
    case "boolean":
      return String(value);
    default:
      if (value instanceof Date) return dateText(value, place);
      return refuse(place, `is ${describe(value)}; a key takes a string, number, bigint, boolean or Date`);
  }
}

function dateText(date: Date, place: KeyPlace): string {
  if (Number.isNaN(date.getTime())) refuse(place, "is an invalid Date");
  const text = date.toISOString();
  if (text.length !== 24) refuse(place, `is ${text}; only the years 0000 to 9999 sort as text`);
  return text;
}

/** What kind of thing a refused value is, never the value itself. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return `an object (${value.constructor?.name ?? "no prototype"})`;
  return `a ${typeof value}`;
}

/** The text that a placeholder of this format puts into a key. `after` is the literal that follows it. */
export function writeKeyValue(value: unknown, format: Format, after: string, place: KeyPlace): string {
  if (format.kind === "integer") return integerText(value, format.width, place);
  const text = keyText(value, place);
  if (text === "" && format.kind !== "empty") {
    refuse(
      place,
      "is empty; a key needs a value there (a pattern that must take empty values says `:empty`)",
    );
  }
  return format.kind === "url" ? percentEncode(text, after) : text;
}

function integerText(value: unknown, width: number, place: KeyPlace): string {
  const format = `:${width === 0 ? "" : `0${width}`}d`;
  if (typeof value !== "bigint" && !(typeof value === "number" && Number.isInteger(value))) {
    refuse(
      place,
      `is ${typeof value === "number" ? value : describe(value)}; \`${format}\` takes an integer`,
    );
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    refuse(place, `is ${value}; integers beyond 2^53 must be given as a bigint`);
  }
  const text = String(value === 0 ? 0 : value);
  if (width === 0) return text;
  if (text.startsWith("-"))
    refuse(place, `is ${text}; \`${format}\` pads, and negative numbers do not sort as text`);
  if (text.length > width) refuse(place, `is ${text}; \`${format}\` has room for ${width} digits`);
  return text.padStart(width, "0");
}

/**
 * `encodeURIComponent`, and beyond it each of the marks that it leaves bare (`-_.!~*'()`) where the literal that
 * follows holds that mark: a delimiter never stands in an encoded value.
 */
function percentEncode(text: string, after: string): string {
  const encoded = encodeURIComponent(text);
  if (!/[-_.!~*'()]/.test(after)) return encoded;
  return encoded.replace(/[-_.!~*'()]/g, (mark) =>
    after.includes(mark) ? `%${mark.charCodeAt(0).toString(16).toUpperCase()}` : mark,
  );
}

/**
 * The value behind a piece of a stored key, or `undefined` when no value of this format is written like that:
 * text, or a number (a bigint beyond 2^53) for an integer format.
 */
export function readKeyValue(
  text: string,
  format: Format,
  after: string,
): string | number | bigint | undefined {
  switch (format.kind) {
    case "text":
      return text === "" ? undefined : text;
    case "empty":
      return text;
    case "integer": {
      const width = format.width;
      const wellFormed =
        width === 0 ? /^(?:0|-?[1-9]\d*)$/.test(text) : text.length === width && /^\d+$/.test(text);
      if (!wellFormed) return undefined;
      const value = Number(text);
      return Number.isSafeInteger(value) ? value : BigInt(text);
    }
    case "url":
      return percentDecode(text, after);
  }
}

function percentDecode(text: string, after: string): string | undefined {
  if (text === "") return undefined;
  try {
    const decoded = decodeURIComponent(text);
    return percentEncode(decoded, after) === text ? decoded : undefined;
  } catch {
    return undefined;
  }
}
