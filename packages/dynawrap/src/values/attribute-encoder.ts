import { describe } from "../core/key-value.js";
import { utf8Length } from "../core/range.js";
import { isPlainObject, setOwn } from "../core/record.js";
import type { AttributeMap, AttributeValue } from "./attribute-value.js";
import { base64 } from "./bytes.js";
import { ExactNumber, type Numeric, numberBytes, numberProblem, numberText } from "./number.js";
import { unsupported } from "./path.js";

/**
 * Levels of values inside one another, the innermost included, so at most 31 lists and maps: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const maxDepth = 32;

/**
 * The wire form of a record's values, and their size with their names in DynamoDB's count; values that are
 * `undefined` are left out. Every part has been looked at, so what comes out can be stored.
 *
 * @throws DynawrapError `value.unsupported` with the path: functions, class instances, NaN, integers beyond 2^53
 * that are no bigint, more than 38 digits, lone surrogates, `undefined` in an array, sets that are empty, mixed or
 * hold one value twice, and what is nested deeper than 32 levels (so also what contains itself).
 */
export function encodeAttributes(record: Readonly<Record<string, unknown>>): {
  readonly wire: AttributeMap;
  readonly bytes: number;
} {
  const encoder = new Encoder();
  const wire = encoder.map(record);
  return { wire, bytes: encoder.bytes };
}

/** A copy, as a plain Uint8Array (a Buffer has a text of its own), whose JSON is base64, as DynamoDB has it. */
function bytesInJson(bytes: Uint8Array): Uint8Array {
  return Object.defineProperty(Uint8Array.from(bytes), "toJSON", { value: toJSON });
}

function toJSON(this: Uint8Array): string {
  return base64(this);
}

class Encoder {
  bytes = 0;
  /** Where the value at hand stands; its length is the depth. */
  readonly path: (string | number)[] = [];

  map(record: Readonly<Record<string, unknown>>): AttributeMap {
    const map: AttributeMap = {};
    for (const name of Object.keys(record)) {
      const value = record[name];
      if (value === undefined) continue;
      this.path.push(name);
      const { length } = this.text(name);
      if (length < 1 || length > 65_535) this.refuse("has a name that is empty or over 64 KB");
      setOwn(map, name, this.value(value));
      this.path.pop();
    }
    return map;
  }

  /** The one place that says what kinds of value there are. */
  value(value: unknown): AttributeValue {
    switch (typeof value) {
      case "string":
        return { S: this.text(value) };
      case "number":
      case "bigint":
        return { N: this.number(value) };
      case "boolean":
        this.bytes += 1;
        return { BOOL: value };
    }
    if (value === null) {
      this.bytes += 1;
      return { NULL: true };
    }
    if (Array.isArray(value)) {
      this.container(value.length);
      const list: AttributeValue[] = [];
      for (let index = 0; index < value.length; index++) list.push(this.element(value[index], index));
      return { L: list };
    }
    if (isPlainObject(value)) {
      this.container(Object.keys(value).length);
      return { M: this.map(value) };
    }
    if (value instanceof Date) {
      if (Number.isNaN(value.getTime())) this.refuse("is an invalid Date");
      return { S: this.text(value.toISOString()) };
    }
    if (value instanceof Uint8Array) {
      this.bytes += value.length;
      return { B: bytesInJson(value) };
    }
    if (value instanceof Set) return this.set(value);
    if (value instanceof ExactNumber) return { N: this.number(value) };
    return this.refuse(`is ${describe(value)} and cannot be stored`);
  }

  element(element: unknown, index: number): AttributeValue {
    this.path.push(index);
    if (element === undefined) this.refuse("is undefined in an array");
    const wire = this.value(element);
    this.path.pop();
    return wire;
  }

  set(set: ReadonlySet<unknown>): AttributeValue {
    const members = Array.from(set, (member) => this.value(member) as unknown as Record<string, unknown>);
    const [type = ""] = Object.keys(members[0] ?? {});
    if (!/^[SNB]$/.test(type) || members.some((member) => !Object.hasOwn(member, type))) {
      this.refuse("is an empty set, or not all strings, numbers or bytes");
    }
    const sent = members.map((member) => member[type]);
    // Two members that are one to DynamoDB would make it refuse the item.
    if (new Set(sent.map(String)).size < sent.length) this.refuse("is a set that holds a value twice");
    return { [`${type}S`]: sent } as unknown as AttributeValue;
  }

  text(text: string): string {
    if (!text.isWellFormed()) this.refuse("holds a lone surrogate");
    this.bytes += utf8Length(text);
    return text;
  }

  number(value: Numeric): string {
    const problem = numberProblem(value);
    if (problem !== undefined) this.refuse(problem);
    const text = numberText(value);
    this.bytes += numberBytes(text);
    return text;
  }

  container(members: number): void {
    if (this.path.length >= maxDepth) this.refuse(`is nested over ${maxDepth} levels, or contains itself`);
    this.bytes += 3 + members;
  }

  refuse(problem: string): never {
    throw unsupported(this.path.slice(0, 8), problem);
  }
}
