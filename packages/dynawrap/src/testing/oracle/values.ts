import fc from "fast-check";
import { valueText } from "./texts.js";

/** Numbers at the edges of what can be stored. */
const edges: readonly (number | bigint)[] = [
  0,
  -0,
  0.1 + 0.2,
  1e-7,
  1e-130,
  -1e-129,
  123456789.12345678,
  Number.MAX_SAFE_INTEGER,
  2n ** 53n,
  -(2n ** 53n) - 1n,
  2n ** 64n,
  10n ** 38n - 1n,
  10n ** 125n,
];

const number: fc.Arbitrary<number | bigint> = fc.oneof(
  fc.constantFrom(...edges),
  fc.integer({ min: -20, max: 1200 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.bigInt({ min: 1n - 10n ** 38n, max: 10n ** 38n - 1n }),
);

/** What no backend stores, at any depth. */
const refused: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  Number.NaN,
  2 ** 53,
  1e-131,
  10n ** 38n + 1n,
  new Date(Number.NaN),
  new Set(),
  new Set([1, "1"]),
  new Set([1, 1n]),
  [undefined],
  Symbol("none"),
);

/** Every kind of value that can be stored, small and nested, and now and then one that cannot. */
export function anyValue(nul: boolean): fc.Arbitrary<unknown> {
  const text = valueText(nul);
  const bytes = fc.uint8Array({ maxLength: 4 });
  const few = { maxLength: 3 } as const;
  const some = { minLength: 1, maxLength: 3 } as const;
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 4, arbitrary: text },
      { weight: 4, arbitrary: number },
      { weight: 2, arbitrary: fc.constantFrom(null, true, false, new Date(0), undefined) },
      { weight: 1, arbitrary: bytes },
      { weight: 1, arbitrary: fc.array(text, some).map((members) => new Set(members)) },
      { weight: 1, arbitrary: fc.array(number, some).map((members) => new Set(members)) },
      {
        weight: 1,
        arbitrary: fc.uniqueArray(bytes, { ...some, selector: String }).map((members) => new Set(members)),
      },
      {
        weight: 2,
        arbitrary: fc.array(tie("value"), few).map((list) => list.filter((one) => one !== undefined)),
      },
      {
        weight: 2,
        arbitrary: fc.array(fc.tuple(text, tie("value")), few).map((members) => Object.fromEntries(members)),
      },
    ),
  }));
  return fc.oneof({ weight: 30, arbitrary: value }, { weight: 1, arbitrary: refused });
}
