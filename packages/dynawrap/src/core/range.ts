/** One end of a range of texts (or of numbers in decimal notation). */
export interface Bound {
  readonly text: string;
  readonly inclusive: boolean;
}

/** What a range leaves out between its bounds: the texts from the first one up to the second, which is not left out. */
export interface Gap {
  readonly from: string;
  readonly until: string;
  /** Whether many keys may stand in it, so that reading goes around it, with one request more. */
  readonly wide: boolean;
}

/**
 * What a query asks of the sort key: one exact value, every text with a prefix (all of them with the empty one), or
 * every value between two bounds, either of which may be missing.
 */
export type SortCondition =
  | { readonly kind: "equal"; readonly text: string }
  | { readonly kind: "prefix"; readonly text: string }
  | Span;

export interface Span {
  readonly kind: "span";
  readonly from: Bound | undefined;
  readonly to: Bound | undefined;
  /** In order; none for numbers. */
  readonly gaps?: readonly Gap[];
}

/** One read of one item collection, of a table or of an index: its partition key, and the part of it by sort key. */
export interface KeyRange {
  /** The partition key; more than one part where the key of an index has several attributes. */
  readonly pk: readonly string[];
  /** The exact values of the first sort-key attributes, where there are several; the condition is on the next one. */
  readonly leading: readonly string[];
  readonly sort: SortCondition;
}

/** The ranges that are read for one, in order: those before and behind each of its wide gaps. */
export function stretches(range: KeyRange): readonly KeyRange[] {
  const { sort } = range;
  if (sort.kind !== "span" || !sort.gaps?.some(({ wide }) => wide)) return [range];
  const found: KeyRange[] = [];
  let { from } = sort;
  let gaps: Gap[] = [];
  const end = (to: Bound | undefined): void => {
    found.push({ ...range, sort: { kind: "span", from, to, gaps } });
    gaps = [];
  };
  for (const gap of sort.gaps) {
    if (!gap.wide) {
      gaps.push(gap);
      continue;
    }
    end({ text: gap.from, inclusive: false });
    from = { text: gap.until, inclusive: true };
  }
  end(sort.to);
  return found;
}

/**
 * Compares two texts as their UTF-8 bytes compare, which is by code point: the order of DynamoDB. JavaScript's own
 * comparison goes by UTF-16 units and puts U+FB00 behind the astral characters.
 */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return surrogatesLast(a) - surrogatesLast(b);
  }
  return left.length - right.length;
}

/** Code units in the order of the code points they belong to: surrogates stand for the highest of them. */
function surrogatesLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/**
 * The least text that is greater than every text with this prefix, in UTF-8 order; `undefined` when there is none
 * (the empty prefix, or nothing but U+10FFFF). `[prefix, successor)` is the prefix as a range.
 */
export function successor(prefix: string): string | undefined {
  for (let end = prefix.length; end > 0; ) {
    const pair = prefix.codePointAt(end - 2) ?? 0;
    end -= pair > 0xffff ? 2 : 1;
    const last = prefix.codePointAt(end) ?? 0;
    if (last === 0x10ffff) continue;
    const next = last + 1 === 0xd800 ? 0xe000 : last + 1;
    return prefix.slice(0, end) + String.fromCodePoint(next);
  }
  return undefined;
}

/** The length of a well-formed text in UTF-8, in bytes; two surrogates make four. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
