import fc from "fast-check";
import type { AttributeMap, AttributeValue } from "../../src/values/attribute-value.js";
import type { AttributePath, Comparison, Condition } from "../../src/values/condition.js";
import { type ConditionItem, compareValues } from "../../src/values/condition-truth.js";

/*
 * Few names and few values, so that conditions are about what is there, and values meet their equals and neighbours.
 */

const words = (list: string): string[] => list.split(" ");

const name = fc.constantFrom(
  ...words(`a b b.c # x-y select 0 ' " \\ \ufeff __proto__ constructor value data item element`),
  ...words("$ $map $bytes $strings $numbers $binaries $other"),
  " ",
);

const text = fc.constantFrom(
  ...words("a ab b aba A 1 true null é e\u0301 \ud7ff \ufb00 \ufffd 𝄞 😀a"),
  ...words(`AQI= $ \\u0000 \\ ' " % a_b \ufeffa \u2028 \x01`),
  "",
);

const number = fc.constantFrom(
  ...words("0 1 -1 2 12 1000 1e3 1000.0 0.1 1e-1 1e-130 -1E-130 9007199254740992 9007199254740993"),
  ...words("12345678901234567890123456789012345678 1234567890123456789012345678901234567.8"),
  ...words("9.9999999999999999999999999999999999999E+125 -9.9999999999999999999999999999999999999E+125"),
);

const bytes = fc
  .constantFrom([], [1], [1, 2], [2], [1, 2, 3], [0], [0, 0], [127], [128], [255], [255, 0], [97])
  .map((list) => Uint8Array.from(list));

/** Equal numbers in two notations are one member. */
const members = <Member>(member: fc.Arbitrary<Member>): fc.Arbitrary<Member[]> =>
  fc.uniqueArray(member, {
    minLength: 1,
    maxLength: 4,
    selector: (each) =>
      typeof each === "string" && each !== "" && !Number.isNaN(+each) ? +each : String(each),
  });

const setMembers = [members(text), members(number), members(bytes)] as const;

const leaf: fc.Arbitrary<AttributeValue> = fc.oneof(
  text.map((S) => ({ S })),
  number.map((N) => ({ N })),
  bytes.map((B) => ({ B })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true } as const),
  setMembers[0].map((SS) => ({ SS })),
  setMembers[1].map((NS) => ({ NS })),
  setMembers[2].map((BS) => ({ BS })),
);

function mapOf(values: fc.Arbitrary<AttributeValue>): fc.Arbitrary<AttributeMap> {
  return fc
    .uniqueArray(fc.tuple(name, values), { maxLength: 3, selector: ([of]) => of })
    .map((entries) => Object.fromEntries(entries));
}

const value: fc.Arbitrary<AttributeValue> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value") as fc.Arbitrary<AttributeValue>, { maxLength: 3 }).map((L) => ({ L })),
    mapOf(tie("value") as fc.Arbitrary<AttributeValue>).map((M) => ({ M })),
  ),
})).value as fc.Arbitrary<AttributeValue>;

const versions = ["", "0123456789abcdef", "fedcba9876543210"];

/** Values of one kind in each run, so that many of them can be compared. */
const alike: readonly fc.Arbitrary<AttributeValue>[] = [
  text.map((S) => ({ S })),
  number.map((N) => ({ N })),
  bytes.map((B) => ({ B })),
  setMembers[0].map((SS) => ({ SS })),
  setMembers[1].map((NS) => ({ NS })),
  setMembers[2].map((BS) => ({ BS })),
  fc.array(value, { maxLength: 3 }).map((L) => ({ L })),
  mapOf(value).map((M) => ({ M })),
  value,
];

interface Scene {
  readonly items: readonly ConditionItem[];
  readonly pool: readonly AttributeValue[];
}

/** Items that have the same few values in `a`, and in the map `m`; and some of any kind beside. */
const scene: fc.Arbitrary<Scene> = fc
  .constantFrom(...alike)
  .chain((one) => fc.array(one, { minLength: 2, maxLength: 5 }))
  .chain((pool) => {
    const pooled = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...pool) },
      { weight: 1, arbitrary: value },
    );
    const wire = fc
      .tuple(mapOf(value), pooled, mapOf(pooled))
      .map(([others, a, M]): AttributeMap => ({ ...others, a, m: { M } }));
    const item = fc.record({ wire, version: fc.constantFrom(undefined, ...versions) });
    return fc.record({ items: fc.array(item, { minLength: 1, maxLength: 8 }), pool: fc.constant(pool) });
  });

/** A place that an item has something at, with that and what is near it. */
interface Target {
  readonly path: AttributePath;
  readonly values: readonly AttributeValue[];
}

function targetsIn({ items, pool }: Scene): Target[] {
  const targets: Target[] = [];
  const visit = (each: AttributeValue, path: AttributePath): void => {
    targets.push({ path, values: [...pool, ...near(each)] });
    if ("M" in each) for (const [of, inside] of Object.entries(each.M)) visit(inside, [...path, of]);
  };
  for (const { wire } of items) {
    for (const [of, inside] of Object.entries(wire)) visit(inside, [of]);
  }
  // Half of the conditions are about `a`.
  const inA = targets.filter(({ path }) => path.length === 1 && path[0] === "a");
  return targets.concat(targets.map((_, place) => inA[place % inA.length] as Target));
}

/** The value itself, in other words, parts of it, and the values next to it. */
function near(each: AttributeValue): readonly AttributeValue[] {
  if ("S" in each) {
    const texts = [each.S, each.S, `${each.S}a`, ...Array.from(each.S), Array.from(each.S).slice(1).join("")];
    return texts.map((S) => ({ S }));
  }
  if ("N" in each) {
    const exponential = /e/i.test(each.N) ? each.N : `${each.N}e0`;
    return [each.N, exponential, each.N, "1", "1000"].map((N) => ({ N }));
  }
  if ("B" in each) return [each, each, { B: each.B.slice(1) }, { B: Uint8Array.of(...each.B, 0) }];
  if ("SS" in each) return [{ SS: each.SS.toReversed() }, ...each.SS.map((S) => ({ S }))];
  if ("NS" in each) return [{ NS: each.NS.toReversed() }, ...each.NS.map((N) => ({ N }))];
  if ("BS" in each) return [{ BS: each.BS.toReversed() }, ...each.BS.map((B) => ({ B }))];
  if ("L" in each) return [each, { L: each.L.map(inOtherWords) }, ...each.L];
  if ("M" in each) return [each, inOtherWords(each), { M: { ...each.M, a: each } }, ...Object.values(each.M)];
  return [each];
}

/** An equal value: sets, and the names of maps, in another order. */
function inOtherWords(each: AttributeValue): AttributeValue {
  if ("L" in each) return { L: each.L.map(inOtherWords) };
  if ("M" in each) {
    const members = Object.entries(each.M).map(([of, inside]) => [of, inOtherWords(inside)]);
    return { M: Object.fromEntries(members.toReversed()) };
  }
  return "SS" in each || "NS" in each || "BS" in each ? (near(each)[0] as AttributeValue) : each;
}

const comparison = fc.constantFrom<Comparison[]>("eq", "ne", "lt", "lte", "gt", "gte");

const hasOrder = (each: AttributeValue): boolean => compareValues(each, each) !== undefined;

const nul = fc.constantFrom<AttributeValue[]>({ S: "\0" }, { S: "a\0" }, { S: "a\0b" }, { SS: ["a", "\0"] });

function simpleCondition({ path: at, values }: Target): fc.Arbitrary<Condition> {
  const anyName = fc.oneof({ weight: 20, arbitrary: name }, fc.constant("a\0"));
  const path = fc.oneof(
    { weight: 12, arbitrary: fc.constant(at) },
    { weight: 1, arbitrary: fc.array(anyName, { minLength: 1, maxLength: 3 }) },
  );
  const operand: fc.Arbitrary<AttributeValue> = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...values) },
    { weight: 2, arbitrary: value },
    { weight: 1, arbitrary: nul },
  );
  const inOrder = values.filter(hasOrder);
  const ordered = fc.oneof(
    {
      weight: inOrder.length === 0 ? 0 : 6,
      arbitrary: fc.constantFrom<AttributeValue[]>(...inOrder, { S: "" }),
    },
    fc.oneof(operand, leaf).filter(hasOrder),
  );
  const size = fc.constantFrom(0, 1, 2, 3, 4, -1, 1.5);
  return fc.oneof(
    fc.record({ kind: comparison, path, value: ordered }),
    fc.record({ kind: fc.constantFrom("eq", "ne", "contains"), path, value: operand }),
    fc.record({
      kind: fc.constant("beginsWith"),
      path,
      value: ordered.filter((each) => !("N" in each)),
    }),
    fc.record({ kind: fc.constant("oneOf"), path, values: fc.array(operand, { maxLength: 3 }) }),
    fc.record({ kind: fc.constantFrom("exists", "missing"), path }),
    fc.record({ kind: fc.constant("size"), path, compare: comparison, size }),
    fc.tuple(path, ordered, ordered).map(([at, one, other]): Condition => {
      const order = compareValues(one, other) ?? 0;
      const [low, high] = order > 0 ? [other, one] : [one, order === 0 ? one : other];
      return { kind: "between", path: at, low, high };
    }),
    fc.record({ kind: fc.constant("version"), version: fc.constantFrom(undefined, ...versions, "other") }),
  ) as fc.Arbitrary<Condition>;
}

function conditionOn(targets: readonly Target[]): fc.Arbitrary<Condition> {
  const simple = fc.constantFrom(...targets).chain(simpleCondition);
  return fc.letrec((tie) => {
    const inner = tie("condition") as fc.Arbitrary<Condition>;
    return {
      condition: fc.oneof(
        { depthSize: "xsmall", withCrossShrink: true },
        { weight: 5, arbitrary: simple },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant("not"), condition: inner }) },
        {
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constantFrom("and", "or"),
            conditions: fc.array(inner, { maxLength: 3 }),
          }),
        },
      ),
    };
  }).condition as fc.Arbitrary<Condition>;
}

/** Items, and conditions that are mostly about what is in them; some operands hold U+0000, and no item does. */
export const itemsAndConditions: fc.Arbitrary<{
  readonly items: readonly ConditionItem[];
  readonly conditions: readonly Condition[];
}> = scene.chain((given) => {
  const conditions = fc.array(conditionOn(targetsIn(given)), { minLength: 1, maxLength: 12 });
  return conditions.map((asked) => ({ items: given.items, conditions: asked }));
});
