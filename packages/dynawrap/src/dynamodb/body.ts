import { ItemParser, type SlicedBuffer } from "./item-parser.js";
import type { ParsedItem } from "./parsed-item.js";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Under which an output keeps its items as they were parsed; not enumerable, so that no copy of the output has them. */
const apart: unique symbol = Symbol("items");

/** An output whose items have been parsed apart from the rest of it. */
interface Output {
  [name: string]: unknown;
  [apart]?: { readonly items: readonly ParsedItem[]; readonly text: string } | undefined;
}

/**
 * The output that the body of a reply is. Its items are parsed apart; whoever looks at them in the output meanwhile, as a
 * caller's middleware may, finds them in DynamoDB's form, and what it makes of them counts.
 *
 * @throws SyntaxError for bytes that are no JSON object, or not even text, as those of a reply are that was cut off.
 */
export function readBody(bytes: Uint8Array): object {
  const text = textOf(bytes);
  return readApart(bytes, text) ?? parse(text);
}

/** The items of an output as they were parsed, or the one item; nothing once somebody has looked at them in it. */
export function parsedItems(output: object): readonly ParsedItem[] | undefined {
  return (output as Output)[apart]?.items;
}

/** `undefined` for an output without items, and for all that is not as DynamoDB writes it. */
function readApart(bytes: Uint8Array, text: string): object | undefined {
  if (typeof Buffer === "undefined") return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isSliced(buffer)) return undefined;
  const ascii = text.length === bytes.length;
  const places = ascii ? text : buffer.toString("latin1");
  const name = places.includes('"Items":[') ? "Items" : "Item";
  const found = places.indexOf(`"${name}":`);
  if (found < 0) return undefined;
  const start = found + name.length + 3;
  const parser = new ItemParser(buffer, places, ascii, start);
  const items = name === "Items" ? parser.items() : parser.item();
  if (items === undefined) return undefined;
  const none = name === "Items" ? "[]" : "{}";
  const part = (from: number, to?: number): string =>
    ascii ? text.slice(from, to) : textOf(bytes.subarray(from, to));
  const output = parse(part(0, start) + none + part(parser.at)) as Output;
  // They stood somewhere else, under the name of an index perhaps.
  if (JSON.stringify(output[name]) !== none) return undefined;
  Object.defineProperty(output, apart, { value: { items, text }, writable: true });
  return Object.defineProperty(output, name, accessors[name]);
}

/** The same ones for all outputs: with accessors of its own, each would have a hidden class of its own. */
const accessors = { Items: accessor("Items"), Item: accessor("Item") };

function accessor(name: string): PropertyDescriptor & ThisType<Output> {
  return {
    enumerable: true,
    configurable: true,
    get() {
      const whole = parse(this[apart]?.text ?? "{}") as Output;
      return settle(this, name, whole[name]);
    },
    set(value) {
      settle(this, name, value);
    },
  };
}

/** What an output holds from now on. */
function settle(output: Output, name: string, value: unknown): unknown {
  output[apart] = undefined;
  Object.defineProperty(output, name, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

/** Where `Buffer` is made after Node's, it may lack what Node does not document. */
function isSliced(buffer: Buffer): buffer is SlicedBuffer {
  const { latin1Slice, utf8Slice } = buffer as Partial<SlicedBuffer>;
  return typeof latin1Slice === "function" && typeof utf8Slice === "function";
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new SyntaxError("the reply is no UTF-8", { cause });
  }
}

function parse(text: string): object {
  const output: unknown = JSON.parse(text);
  if (typeof output !== "object" || output === null) throw new SyntaxError("the reply is no JSON object");
  return output;
}
