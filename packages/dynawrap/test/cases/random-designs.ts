import fc from "fast-check";
import type { DesignFolder, Entity, Operator, RawQuestion } from "./folders.js";
import { fieldsOf } from "./key-text.js";
import { compareBytes } from "./questions.js";

/** A question to one entity of a design or to all of them, in terms of the items that there will be. */
export interface Ask {
  readonly entity: number;
  readonly together: boolean;
  readonly index: boolean;
  readonly item: number;
  readonly other: number;
  readonly cut: number;
  readonly otherCut: number;
  readonly op: Operator | undefined;
  readonly forward: boolean;
}

/** A design of three entities, values for items of them, and questions. */
export interface RandomDesign {
  readonly entities: readonly Entity[];
  readonly rows: readonly (readonly [entity: number, values: Readonly<Record<string, string | undefined>>])[];
  readonly asks: readonly Ask[];
}

const heads = fc.constantFrom("", "#", "A#", "B#", "A", "AB#", "-", "x_", "%", "é#", "A#B#");
/** Delimiters that sort before all values, so that keys are in the order of their values. */
const delimiters = fc.constantFrom("#", "#A#", "#B#", "#A", "#AB", "##", "#x_");
const values = fc.oneof(
  fc.constantFrom("1", "10", "2", "a", "A", "AB", "é", "\u{1F600}", "\uFB00", "%", "_", "a%", "b"),
  fc.string({ unit: fc.constantFrom("a", "A", "B", "-", "é", "\u{1F600}", "%"), minLength: 1, maxLength: 4 }),
);

function patterns(...fields: string[]): fc.Arbitrary<string> {
  const field = fc.constantFrom(...fields);
  return fc
    .tuple(heads, fc.array(fc.tuple(field, delimiters), { maxLength: 2 }), fc.option(field))
    .map(
      ([head, parts, last]) =>
        head + parts.map(([name, after]) => `{${name}}${after}`).join("") + (last ? `{${last}}` : ""),
    )
    .filter((pattern) => pattern !== "");
}

const indexKey = fc.record({ pk: patterns("a", "c", "e"), sk: patterns("b", "d", "e") });
const entity = (name: string): fc.Arbitrary<Entity> =>
  fc
    .record({ pk: patterns("a", "b"), sk: patterns("a", "b", "c", "d"), index: fc.option(indexKey) })
    .map(({ pk, sk, index }) => ({ name, pk, sk, ...(index ? { gsi: { GSI1: index } } : {}) }));
const row = fc.record({
  a: fc.constantFrom("1", "10", "A"),
  b: values,
  c: values,
  d: values,
  e: fc.option(values, { nil: undefined }),
});
const ask: fc.Arbitrary<Ask> = fc.record({
  entity: fc.nat(2),
  together: fc.boolean(),
  index: fc.boolean(),
  item: fc.nat(),
  other: fc.nat(),
  cut: fc.nat(12),
  otherCut: fc.nat(12),
  op: fc.constantFrom<Operator | undefined>("=", "<", "<=", ">", ">=", "begins_with", "between", undefined),
  forward: fc.boolean(),
});

export const randomDesigns: fc.Arbitrary<RandomDesign> = fc.record({
  entities: fc.tuple(entity("One"), entity("Two"), entity("Three")),
  rows: fc.array(fc.tuple(fc.nat(2), row), { minLength: 5, maxLength: 25 }),
  asks: fc.array(ask, { minLength: 10, maxLength: 30 }),
});

/** The design as a folder would hold it, without its items. */
export function folderOf({ entities }: RandomDesign): DesignFolder {
  const gsis = [{ name: "GSI1", pk: "GSI1PK", sk: "GSI1SK", projection: "ALL" }];
  const table = { name: "random", pk: "PK", sk: "SK", gsis };
  return { name: "random", table, entities, patterns: [], items: [], recognised: undefined };
}

/** The keys of an item, by attribute: those of the index only where it has all fields of its patterns. */
export function keysOf(
  { pk, sk, gsi }: Entity,
  row: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const text = (pattern: string) => pattern.replace(/\{([^{}]+)\}/g, (_, field) => row[field] as string);
  const index = gsi?.GSI1;
  const within = index && fieldsOf(index.pk + index.sk).every((field) => row[field] !== undefined);
  return {
    PK: text(pk),
    SK: text(sk ?? ""),
    ...(within ? { GSI1PK: text(index.pk), GSI1SK: text(index.sk ?? "") } : {}),
  };
}

/** The raw question: bounds are sort keys that there are, or beginnings of them. `undefined` for an empty bound. */
export function rawQuestion(
  { op, forward, cut, otherCut }: Ask,
  pk: string,
  [text, other]: readonly [string, string],
): RawQuestion | undefined {
  if (op === undefined) return { pk, forward };
  const begin = (whole: string, length: number) => Array.from(whole).slice(0, length).join("");
  const low = op === "=" ? text : begin(text, cut);
  const high = begin(other, otherCut);
  if (low === "" || (op === "between" && high === "")) return undefined;
  if (op !== "between") return { pk, sk: [op, low], forward };
  return { pk, sk: compareBytes(low, high) > 0 ? [op, high, low] : [op, low, high], forward };
}
