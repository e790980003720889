import { isDynawrapError } from "../core/errors.js";
import { newRecord, setOwn } from "../core/record.js";
import { decodeContent } from "../values/attribute-decoder.js";
import { type Numeric, parseNumber } from "../values/number.js";
import { ParsedItem } from "./parsed-item.js";

/** The characters that JSON is made of. */
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const [openBracket, closeBracket] = [0x5b, 0x5d];
const [openBrace, closeBrace] = [0x7b, 0x7d];
const letterT = 0x74;
const [zero, nine] = [0x30, 0x39];
const [space, tilde] = [0x20, 0x7e];

/** Texts below this length are copied when they are cut out; a longer one would hold on to the whole reply. */
const short = 13;
/** So many digits are a number that needs no second look. */
const fewDigits = 15;
/** DynamoDB has 32 levels. */
const deepest = 64;

/** What `Buffer.toString` calls, once it has found out which it is to call: the texts are many, and short. */
export interface SlicedBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}

/** Thrown and caught here: the reply is read in another way, which says what is wrong with it if anything is. */
const unexpected = new SyntaxError("not as DynamoDB writes it");

/** The members of a map that has come before, as those of the next one are expected. */
class Shape {
  readonly members: Member[] = [];
}

interface Member {
  readonly name: string;
  readonly type: string;
  /** The bytes of `"name":{"S":`, up to the value. */
  readonly head: Uint8Array;
  /** What its value is expected to be, if that is a map or a list of maps. */
  readonly inner: Shape;
}

/**
 * Reads items from the JSON of a reply, straight to their values. The items of a page are alike: names and types of one
 * are only compared with those of the next. What DynamoDB does not write is not read here: white space, members that
 * are no type of its own, numbers and bytes that are none.
 */
export class ItemParser {
  /** Where it stands: behind what has been read. */
  at: number;
  readonly #bytes: SlicedBuffer;
  /** A character for each byte, so that places are alike in both. */
  readonly #text: string;
  readonly #ascii: boolean;
  readonly #shape = new Shape();
  /**
   * What has been read of maps and lists that are not at their end. They are made when they are, of copies and by a
   * constructor: V8 would take the literals of those that outlive a page for long-lived, and after that all of them.
   */
  readonly #names: string[] = [];
  readonly #values: unknown[] = [];
  #top = 0;
  #depth = 0;
  /** The place of the next backslash; it is looked for again when it has been passed. */
  #escape = -1;

  /** @param bytes valid UTF-8, of which `text` has a character for each byte. */
  constructor(bytes: SlicedBuffer, text: string, ascii: boolean, at: number) {
    this.#bytes = bytes;
    this.#text = text;
    this.#ascii = ascii;
    this.at = at;
  }

  /** The items of a list, or `undefined` for what DynamoDB would not have written. */
  items(): ParsedItem[] | undefined {
    return attempt(() => {
      const items: ParsedItem[] = [];
      this.#expect(openBracket);
      if (this.#take(closeBracket)) return items;
      do items.push(this.#item());
      while (this.#goesOn());
      return items;
    });
  }

  /** One item, as a list of it, or `undefined`. */
  item(): ParsedItem[] | undefined {
    return attempt(() => [this.#item()]);
  }

  #item(): ParsedItem {
    const start = this.#members(this.#shape);
    const item = new ParsedItem(this.#names.slice(start, this.#top), this.#values.slice(start, this.#top));
    this.#top = start;
    return item;
  }

  #map(shape: Shape): Record<string, unknown> {
    const start = this.#members(shape);
    const record = newRecord();
    for (let place = start; place < this.#top; place++)
      setOwn(record, this.#names[place] as string, this.#values[place]);
    this.#top = start;
    return record;
  }

  /** Reads the members of a map onto the stack, and answers the place of the first. */
  #members({ members }: Shape): number {
    const start = this.#top;
    this.#expect(openBrace);
    if (this.#take(closeBrace)) return start;
    if (++this.#depth > deepest) throw unexpected;
    let place = 0;
    do {
      let member = members[place];
      if (member !== undefined && this.#startsWith(member.head)) this.at += member.head.length;
      else {
        member = this.#member();
        members[place] = member;
      }
      place++;
      const value = this.#content(member.type, member.inner);
      this.#names[this.#top] = member.name;
      this.#values[this.#top++] = value;
    } while (this.#isFollowed(closeBrace));
    this.#depth--;
    return start;
  }

  /** A name and a type that were not expected, up to the value. */
  #member(): Member {
    const start = this.at;
    this.#expect(quote);
    const name = this.#string();
    this.#expect(colon);
    const type = this.#type();
    return { name, type, head: this.#bytes.subarray(start, this.at), inner: new Shape() };
  }

  /** `{"S":` and the like. */
  #type(): string {
    this.#expect(openBrace);
    this.#expect(quote);
    const type = this.#string();
    this.#expect(colon);
    return type;
  }

  #content(type: string, inner: Shape): unknown {
    switch (type) {
      case "S":
        this.#expect(quote);
        return this.#string();
      case "N":
        this.#expect(quote);
        return this.#number();
      case "BOOL":
        return this.#bytes[this.at] === letterT ? this.#literal("true", true) : this.#literal("false", false);
      case "NULL":
        return this.#literal("true", null);
      case "M":
        return this.#map(inner);
      case "L":
        return this.#elements(inner);
      default:
        return this.#other(type);
    }
  }

  #elements(inner: Shape): unknown[] {
    const start = this.#top;
    this.#expect(openBracket);
    if (this.#take(closeBracket)) return [];
    if (++this.#depth > deepest) throw unexpected;
    do {
      const value = this.#content(this.#type(), inner);
      this.#names[this.#top] = "";
      this.#values[this.#top++] = value;
    } while (this.#isFollowed(closeBracket));
    this.#depth--;
    const elements = this.#values.slice(start, this.#top);
    this.#top = start;
    return elements;
  }

  /** Bytes, and sets of them, of texts or of numbers: as JSON has them, and then as they are decoded elsewhere. */
  #other(type: string): unknown {
    const value = decodeContent(type, this.#take(quote) ? this.#string() : this.#strings());
    if (value === undefined) throw unexpected;
    return value;
  }

  #strings(): string[] {
    const strings: string[] = [];
    this.#expect(openBracket);
    if (this.#take(closeBracket)) return strings;
    do {
      this.#expect(quote);
      strings.push(this.#string());
    } while (this.#goesOn());
    return strings;
  }

  /** Whether a comma follows, and not the end of a list. */
  #goesOn(): boolean {
    if (this.#take(closeBracket)) return false;
    this.#expect(comma);
    return true;
  }

  /** Whether another value follows one that ends here, and not the end of the map or list that holds it. */
  #isFollowed(end: number): boolean {
    const bytes = this.#bytes;
    const { at } = this;
    const next = bytes[at + 1];
    if (bytes[at] !== closeBrace || (next !== comma && next !== end)) throw unexpected;
    this.at = at + 2;
    return next === comma;
  }

  #literal<Value>(text: string, value: Value): Value {
    if (!this.#text.startsWith(text, this.at)) throw unexpected;
    this.at += text.length;
    return value;
  }

  /** Behind the opening quote, up to the closing one. */
  #number(): Numeric {
    const bytes = this.#bytes;
    const start = this.at;
    let value = 0;
    for (let place = start; place < start + fewDigits; place++) {
      const code = bytes[place] as number;
      if (code === quote && place > start) {
        this.at = place + 1;
        return value;
      }
      if (!(code >= zero && code <= nine)) break;
      value = value * 10 + code - zero;
    }
    const number = parseNumber(this.#string());
    if (number === undefined) throw unexpected;
    return number;
  }

  /** Behind the opening quote, up to the closing one. */
  #string(): string {
    const bytes = this.#bytes;
    const start = this.at;
    for (let place = start; place < start + short; place++) {
      const code = bytes[place] as number;
      if (code === quote) {
        this.at = place + 1;
        return this.#text.substring(start, place);
      }
      if (!(code >= space && code <= tilde) || code === backslash) break;
    }
    if (this.#escape < start) this.#escape = placeOf(this.#text, "\\", start);
    let end = placeOf(this.#text, '"', start);
    const escaped = this.#escape < end;
    while (escaped && this.#isEscaped(end)) end = placeOf(this.#text, '"', end + 1);
    if (end === Number.POSITIVE_INFINITY) throw unexpected;
    this.at = end + 1;
    return escaped ? JSON.parse(this.#cut(start - 1, end + 1)) : this.#cut(start, end);
  }

  #cut(start: number, end: number): string {
    return this.#ascii ? this.#bytes.latin1Slice(start, end) : this.#bytes.utf8Slice(start, end);
  }

  /** Whether an odd number of backslashes stands before a place. */
  #isEscaped(place: number): boolean {
    let first = place;
    while (this.#bytes[first - 1] === backslash) first--;
    return (place - first) % 2 === 1;
  }

  #startsWith(head: Uint8Array): boolean {
    const bytes = this.#bytes;
    const start = this.at;
    for (let place = 0; place < head.length; place++) if (bytes[start + place] !== head[place]) return false;
    return true;
  }

  #take(code: number): boolean {
    if (this.#bytes[this.at] !== code) return false;
    this.at++;
    return true;
  }

  #expect(code: number): void {
    if (this.#bytes[this.at++] !== code) throw unexpected;
  }
}

function placeOf(text: string, what: string, from: number): number {
  const place = text.indexOf(what, from);
  return place < 0 ? Number.POSITIVE_INFINITY : place;
}

function attempt<Read>(read: () => Read): Read | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError || isDynawrapError(error)) return undefined;
    throw error;
  }
}
