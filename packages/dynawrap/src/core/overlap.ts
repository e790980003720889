import type { ModelKey } from "./key.js";
import type { Format } from "./key-value.js";
import type { Pattern } from "./pattern.js";

/** How many characters of a model's table key are literal: of two models that fit a key, the one with more has it. */
export function literalLength({ pk, sk }: ModelKey): number {
  const patterns = sk ? [pk, sk] : [pk];
  return patterns.reduce(
    (sum, { head, placeholders }) =>
      placeholders.reduce((length, { after }) => length + after.length, sum + head.length),
    0,
  );
}

/**
 * Whether some key may fit both models' table keys. It looks at each pattern for itself, as literals with runs of
 * allowed characters between them, so it may say yes where a field that occurs twice rules it out; never no wrongly.
 */
export function mayShareKey(left: ModelKey, right: ModelKey): boolean {
  if ((left.sk === undefined) !== (right.sk === undefined)) return false;
  return meet(left.pk, right.pk) && (!left.sk || !right.sk || meet(left.sk, right.sk));
}

/** One step of a pattern: a literal character, or a run of characters that a placeholder's format can write. */
type Step = string | { readonly allowed: RegExp; readonly empty: boolean };

const written: { readonly [Kind in Format["kind"]]: RegExp } = {
  text: /./su,
  empty: /./su,
  integer: /[-\d]/,
  url: /[\w.!~*'()%-]/,
};

function steps({ head, placeholders }: Pattern): Step[] {
  return [
    ...head,
    ...placeholders.flatMap(({ format, after }): Step[] => [
      { allowed: written[format.kind], empty: format.kind === "empty" },
      ...after,
    ]),
  ];
}

/** Whether two patterns have a text in common: both are walked at once, each pair of places looked at once. */
function meet(left: Pattern, right: Pattern): boolean {
  const [a, b] = [steps(left), steps(right)];
  const seen = new Set<string>();
  /** `inA` says that the run at this place has taken a character already, so that it may end. */
  const walk = (i: number, inA: boolean, j: number, inB: boolean): boolean => {
    const place = `${i},${inA},${j},${inB}`;
    if (seen.has(place)) return false;
    seen.add(place);
    const [x, y] = [a[i], b[j]];
    if (x === undefined && y === undefined) return true;
    if (typeof x === "object" && (inA || x.empty) && walk(i + 1, false, j, inB)) return true;
    if (typeof y === "object" && (inB || y.empty) && walk(i, inA, j + 1, false)) return true;
    if (x === undefined || y === undefined || !shareCharacter(x, y)) return false;
    const [nextI, nextJ] = [typeof x === "object" ? i : i + 1, typeof y === "object" ? j : j + 1];
    return walk(nextI, typeof x === "object", nextJ, typeof y === "object");
  };
  return walk(0, false, 0, false);
}

function shareCharacter(x: Step, y: Step): boolean {
  if (typeof x === "object") return typeof y === "object" || x.allowed.test(y);
  return typeof y === "object" ? y.allowed.test(x) : x === y;
}
