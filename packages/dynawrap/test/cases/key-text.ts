/** A piece of a key pattern: literal text, or the field that stands there. */
type Piece = { readonly literal: string } | { readonly field: string };

/** What a text says of a pattern's fields. */
export type Values = Readonly<Record<string, string>>;

function pieces(pattern: string): readonly Piece[] {
  return [...pattern.matchAll(/\{([^{}]+)\}|[^{}]+/g)].map(([literal, field]) =>
    field === undefined ? { literal } : { field },
  );
}

/** The fields of a pattern, in their order. */
export function fieldsOf(pattern: string): string[] {
  return pieces(pattern).flatMap((piece) => ("field" in piece ? piece.field : []));
}

/** How many characters of a pattern are literal. */
export function literalLength(pattern: string): number {
  return pieces(pattern).reduce((sum, piece) => sum + ("literal" in piece ? piece.literal.length : 0), 0);
}

/** How far a text goes along a pattern: the values that it gives whole, and the one that it breaks off in. */
export interface Reading {
  readonly values: Values;
  /** The field in which the text ends, with as much as there is of it. */
  readonly open: { readonly field: string; readonly text: string } | undefined;
  /** Whether the text is a whole key of the pattern, and not only the beginning of one. */
  readonly whole: boolean;
}

/**
 * Reads a key, or the beginning of one, against a pattern: a value runs to the first occurrence of the literal behind it.
 * `undefined` where the text leaves the pattern, or contradicts what is known.
 */
export function readText(pattern: string, text: string, known: Values = {}): Reading | undefined {
  const values: Record<string, string> = { ...known };
  const rest = [...pieces(pattern)];
  let position = 0;
  for (let piece = rest.shift(); piece; piece = rest.shift()) {
    const left = text.slice(position);
    if ("literal" in piece) {
      const { literal } = piece;
      if (left.length < literal.length) {
        return literal.startsWith(left) ? { values, open: undefined, whole: false } : undefined;
      }
      if (!left.startsWith(literal)) return undefined;
      position += literal.length;
      continue;
    }
    if (left === "") return { values, open: undefined, whole: false };
    const { field } = piece;
    const next = rest[0];
    const end = next && "literal" in next ? left.indexOf(next.literal) : left.length;
    const after = next && "literal" in next ? next.literal : "";
    if (end < 0) {
      const known = values[field];
      if (known === undefined) return { values, open: { field, text: left }, whole: false };
      return `${known}${after}`.startsWith(left) ? { values, open: undefined, whole: false } : undefined;
    }
    const value = left.slice(0, end);
    const said = values[field] ?? value;
    // A known value may break off as well.
    if (said !== value && next === undefined && said.startsWith(value))
      return { values, open: undefined, whole: false };
    if (value === "" || said !== value) return undefined;
    values[field] = value;
    position += end;
  }
  return position === text.length ? { values, open: undefined, whole: true } : undefined;
}

/** What a whole key says of its fields; `undefined` when it does not fit the patterns. */
export function readKeyTexts(
  { pk, sk }: { readonly pk: string; readonly sk?: string | null | undefined },
  key: readonly [pk: string, sk?: string | null],
): Values | undefined {
  const first = readText(pk, key[0]);
  if (!first?.whole) return undefined;
  if (sk === undefined || sk === null) return first.values;
  const second = readText(sk, key[1] ?? "", first.values);
  return second?.whole ? second.values : undefined;
}
