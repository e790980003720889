import { compareUtf8, successor } from "../core/range.js";
import type { ScanPart } from "../engine/driver.js";

/** Partition keys from one up to but not including another; without an end as far as they go. */
export interface Span {
  readonly low: string | undefined;
  readonly high: string | undefined;
}

/** A part of a scan: spans in the order of the keys. */
export interface SpanPart extends ScanPart {
  readonly spans: readonly Span[];
}

/** The keys that begin with one of some texts. */
export function spansOf(heads: readonly string[]): readonly Span[] {
  const spans: Span[] = [];
  let last: string | undefined;
  for (const head of [...heads].sort(compareUtf8)) {
    if (last !== undefined && head.startsWith(last)) continue;
    spans.push({ low: head === "" ? undefined : head, high: successor(head) });
    last = head;
  }
  return spans;
}

/** Every number. */
export const allNumbers: readonly Span[] = [{ low: undefined, high: undefined }];

/** Spans in pieces: a new one begins at each of some sorted texts; the pieces between two cuts are together. */
export function cutSpans(
  spans: readonly Span[],
  cuts: readonly string[],
  compare: (left: string, right: string) => number,
): readonly SpanPart[] {
  const ends = [...cuts, undefined];
  return ends
    .map((end, place) => ({
      spans: spans.flatMap(({ low, high }) => {
        const from = [low, cuts[place - 1]].reduce((a, b) =>
          a === undefined || (b !== undefined && compare(b, a) > 0) ? b : a,
        );
        const to = [high, end].reduce((a, b) =>
          a === undefined || (b !== undefined && compare(b, a) < 0) ? b : a,
        );
        return from !== undefined && to !== undefined && compare(from, to) >= 0
          ? []
          : { low: from, high: to };
      }),
    }))
    .filter((part) => part.spans.length > 0);
}

const letters = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"];

/**
 * Where machines that know nothing of each other cut the keys that begin with a text: by the next character or, for more
 * than a few machines, the next two. Neither the data nor what the database knows of it may have a say, as both change
 * while some have begun and others have not.
 */
export function fixedCuts(head: string, of: number): readonly string[] {
  const ends =
    of > 4 ? letters.flatMap((letter) => [letter, ...letters.map((next) => letter + next)]) : letters;
  return ends.map((end) => head + end);
}

/** The same for numbers: by their size and the first two digits. */
export const fixedNumberCuts: readonly string[] = [
  "0",
  ...Array.from({ length: 20 }, (_, power) =>
    Array.from({ length: 90 }, (_, digits) => `${digits + 10}e${power - 1}`),
  ).flat(),
];

/** What one of several machines reads: every so many-th piece, as neighbours are likely to be as full or as empty. */
export function everyNth(parts: readonly SpanPart[], index: number, of: number): SpanPart {
  return { spans: parts.filter((_, place) => place % of === index).flatMap(({ spans }) => spans) };
}
