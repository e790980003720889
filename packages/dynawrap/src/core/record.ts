/** An object whose names come from outside. */
export type AnyRecord = { readonly [name: string]: unknown };

interface NewRecord {
  new (): Record<string, unknown>;
}

const PlainRecord = function PlainRecord() {} as unknown as NewRecord;
PlainRecord.prototype = Object.prototype;

/**
 * An empty plain object. V8 counts which object literals outlive a collection, as those of items that somebody keeps
 * do, and allocates what comes of them later among the old objects; what comes of a constructor it does not.
 */
export function newRecord(): Record<string, unknown> {
  return new PlainRecord();
}

/** Sets an own property whatever its name: assigning to `__proto__` would change the prototype instead. */
export function setOwn(record: object, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    (record as Record<string, unknown>)[name] = value;
  }
}

/** An own property's value, or `undefined`: names from outside never reach the prototype. */
export function getOwn(record: object, name: string): unknown {
  return Object.hasOwn(record, name) ? (record as Record<string, unknown>)[name] : undefined;
}

/** Whether a value is an object of names and values: not an array, a class instance or another built-in. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
