import fc from "fast-check";
import {
  allOf,
  anyOf,
  beginsWith,
  between,
  contains,
  eq,
  exists,
  gt,
  gte,
  isTest,
  lt,
  lte,
  missing,
  ne,
  nested,
  not,
  oneOf,
  size,
  type Test,
} from "../../core/condition.js";
import type { DesignKind } from "./design-kinds.js";

type Asked = Test<unknown>;

const comparisons: readonly ((value: never) => unknown)[] = [eq, ne, gt, gte, lt, lte];
const sizes: readonly ((value: number) => Asked)[] = [eq, ne, gt, gte, lt, lte] as never;

/** Members and parts of values, which `contains` asks for. */
const parts: readonly unknown[] = [
  "a",
  "b",
  "",
  1,
  10n ** 37n,
  Uint8Array.of(1),
  Uint8Array.of(128),
  "en",
  null,
];

/** What can be asked of a field that holds these values, mostly such things as may be true. */
function testOf(pool: readonly unknown[]): fc.Arbitrary<unknown> {
  const values = pool.filter((value) => value !== undefined);
  const value = fc.constantFrom(...values);
  const ordered = values.filter(
    (one) => /string|number|bigint/.test(typeof one) || one instanceof Uint8Array || one instanceof Date,
  );
  const comparable = fc.constantFrom(...(ordered.length > 0 ? ordered : ["a", 1]));
  const texts = values.filter((one) => typeof one === "string");
  const length = fc.integer({ min: 0, max: 3 });
  // A time of expiry is stored as a number, so that nothing is asked of the text that another Date would be.
  const dates = values.every((one) => one instanceof Date);
  const textual = (weight: number): number => (dates ? 0 : weight);
  const simple = fc.oneof(
    { weight: 3, arbitrary: value },
    {
      weight: 6,
      arbitrary: fc.tuple(fc.constantFrom(...comparisons), comparable).map(([ask, one]) => ask(one as never)),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(eq, ne), value)
        .map(([ask, one]) => (ask as (one: unknown) => unknown)(one)),
    },
    { weight: 2, arbitrary: fc.tuple(comparable, comparable).map(([low, high]) => inOrder(low, high)) },
    { weight: textual(1), arbitrary: fc.constantFrom("", "a", "D", "\u{1f600}", ...texts).map(beginsWith) },
    { weight: textual(2), arbitrary: fc.constantFrom(...parts).map((one) => contains(one as never)) },
    { weight: 2, arbitrary: fc.array(value, { maxLength: 3 }).map((list) => oneOf(list as never)) },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(exists(), missing()) },
    {
      weight: textual(2),
      arbitrary: fc.tuple(fc.constantFrom(...sizes), length).map(([ask, one]) => size(ask(one) as never)),
    },
    {
      weight: textual(1),
      arbitrary: fc.tuple(length, length).map(([one, other]) => size(anyOf(eq(one), gt(other)) as never)),
    },
  );
  const test = simple.map((one): Asked => (isTest(one) ? one : eq(one as never)));
  return fc.oneof(
    { weight: 8, arbitrary: simple },
    { weight: 2, arbitrary: test.map((one) => not(one)) },
    { weight: 1, arbitrary: fc.tuple(test, test).map((tests) => allOf(...tests)) },
    { weight: 1, arbitrary: fc.tuple(test, test).map((tests) => anyOf(...tests)) },
    { weight: 1, arbitrary: insides(test) },
  );
}

/** Questions about what is inside a map, or would be if the field were one. */
function insides(test: fc.Arbitrary<Asked>): fc.Arbitrary<unknown> {
  const asked = fc.oneof(
    fc.constantFrom<unknown>(
      "en",
      "de",
      1,
      ne("en"),
      gt(0),
      exists(),
      missing(),
      nested({ n: 2 }),
      beginsWith("e"),
    ),
    test,
  );
  return fc
    .tuple(fc.constantFrom("lang", "n", "deep", "$map", "__proto__"), asked)
    .map(([name, one]) => nested(Object.fromEntries([[name, one]]) as never));
}

/** Now and then the bounds are reversed, which is refused. */
function inOrder(low: unknown, high: unknown): Asked {
  const turned = typeof low === typeof high && (low as number) > (high as number);
  return turned ? between(high as number, low as number) : between(low as number, high as number);
}

/** A condition on one field or two of a kind, or one of two such. */
export function conditionOf({ operands }: DesignKind, but: readonly string[] = []): fc.Arbitrary<object> {
  const fields = Object.entries(operands).filter(([field]) => !but.includes(field));
  const one = fc.oneof(
    ...fields.map(([field, pool]) => testOf(pool).map((asked): object => ({ [field]: asked }))),
  );
  const two = fc.tuple(one, one);
  return fc.oneof(
    { weight: 6, arbitrary: one },
    { weight: 2, arbitrary: two.map(([left, right]) => ({ ...left, ...right })) },
    { weight: 2, arbitrary: two.map((both) => anyOf(...both)) },
    { weight: 1, arbitrary: fc.constant({}) },
  );
}
