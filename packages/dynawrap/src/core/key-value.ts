import { invalidKey } from "./errors.js";

/** What a placeholder takes. A Date is written as ISO 8601 in UTC with milliseconds. */
export type KeyValue = string | number | bigint | boolean | Date;

/**
 * How a placeholder writes its value: `text` as it is, `integer` in digits (padded to `width` when that is not
 * zero), `url` percent-encoded, `empty` as it is and possibly empty.
 */
export interface Format {
  readonly kind: "text" | "integer" | "url" | "empty";
  readonly width: number;
}

/** Where a value stands, for the message of its refusal. */
export interface KeyPlace {
  readonly model: string;
  readonly field: string;
}

function refuse({ model, field }: KeyPlace, problem: string): never {
  throw invalidKey(model, `value \`${field}\` ${problem}`, field);
}

/** The text of a key value before its format; refuses what has no faithful text. */
function valueText(value: unknown, place: KeyPlace): string {
  switch (typeof value) {
    case "string":
      if (!isKeyText(value)) refuse(place, "holds NUL (U+0000) or a lone surrogate");
      return value;
    case "number":
      if (!Number.isFinite(value)) refuse(place, `is ${value}`);
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        refuse(place, `is ${value}; an integer beyond 2^53 must be a bigint`);
      }
      return String(value === 0 ? 0 : value);
    case "bigint":
    case "boolean":
      return String(value);
    default:
      if (value instanceof Date) return dateText(value, place);
      return refuse(place, `is ${describe(value)}, not a string, number, bigint, boolean or Date`);
  }
}

/** Whether a text can stand in a key everywhere: UTF-8 has no lone surrogates, and PostgreSQL no NUL. */
export function isKeyText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function dateText(date: Date, place: KeyPlace): string {
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  if (text.length !== 24) refuse(place, "is no Date of the years 0000 to 9999");
  return text;
}

/** What kind of thing a refused value is, never the value itself. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  // Asked of the prototype: what an object says of itself may come from outside.
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return `a ${typeof name === "string" ? name : "nameless object"}`;
}

/** The text that a placeholder of this format puts into a key. `after` is the literal that follows it. */
export function writeKeyValue(value: unknown, format: Format, after: string, place: KeyPlace): string {
  if (format.kind === "integer") return integerText(value, format.width, place);
  const text = valueText(value, place);
  if (text === "" && format.kind !== "empty") {
    refuse(place, "is empty, which only `:empty` takes");
  }
  return format.kind === "url" ? percentEncode(text, after) : text;
}

function integerText(value: unknown, width: number, place: KeyPlace): string {
  const whole = typeof value === "bigint" || Number.isSafeInteger(value);
  const text = whole ? valueText(value, place).padStart(width, "0") : "";
  if (text === "" || (width > 0 && (text.length > width || text.includes("-")))) {
    const given = whole || typeof value === "number" ? value : describe(value);
    const bounds = width > 0 ? ` from 0, of up to ${width} digits` : ", beyond 2^53 a bigint";
    refuse(place, `is ${given}; its format takes an integer${bounds}`);
  }
  return text;
}

/**
 * `encodeURIComponent`, and beyond it each of the marks that it leaves bare (`-_.!~*'()`) where the literal that
 * follows holds that mark: a delimiter never stands in an encoded value.
 */
export function percentEncode(text: string, after: string): string {
  return encodeURIComponent(text).replace(/[-_.!~*'()]/g, (mark) =>
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
  try {
    const value =
      format.kind === "url" ? decodeURIComponent(text) : format.kind === "integer" ? integer(text) : text;
    return writeKeyValue(value, format, after, nowhere) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reading asks whether a value could have been written, and shows nobody the refusal. */
const nowhere: KeyPlace = { model: "", field: "" };

function integer(text: string): number | bigint {
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
}
