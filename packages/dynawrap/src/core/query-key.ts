import type { Asked, Range } from "./condition.js";
import type { FieldOf, Placeholders } from "./pattern.js";

/** What `parseKey` answers: text, but a number where the placeholder's format is an integer. */
export type ParsedKey<Fields, Inners extends string> = {
  [Inner in Inners as FieldOf<Inner>]: Inner extends `${string}:${string}d`
    ? Fields[FieldOf<Inner> & keyof Fields] extends bigint
      ? number | bigint
      : number
    : string;
};

/** The insides of the placeholders of one side of a key: of a pattern, or of several for a multi-attribute key. */
type Inners<Side> = [Side] extends [never]
  ? []
  : Side extends string
    ? Placeholders<Side>
    : Side extends readonly [infer First extends string, ...infer Rest]
      ? [...Placeholders<First>, ...Inners<Rest>]
      : [];

/** A pattern that is one number and nothing else may be a numeric key, which sorts as numbers do. */
type IsLone<Side> = Side extends `{${infer Inner}}`
  ? Inner extends `${string}{${string}`
    ? false
    : true
  : false;

/** What a field holds where it stands in a key. */
type Keyed<Fields, Field> = NonNullable<Fields[Field & keyof Fields]>;

/** The values that a query takes, as the shapes that are allowed: the partition key, then the sort key from the left. */
export type QueryKey<Fields, Pk, Sk> = SortShapes<
  Fields,
  FieldOf<Inners<Pk>[number]>,
  Inners<Sk>,
  IsLone<Sk>
>;

type SortShapes<Fields, Given extends string, Sort extends readonly string[], Lone> = Sort extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? FieldOf<First> extends Given
    ? SortShapes<Fields, Given, Rest, Lone>
    : Rest extends readonly []
      ? Shape<
          { [Field in Given & keyof Fields]: Keyed<Fields, Field> } & {
            [Field in FieldOf<First>]?: Leading<Keyed<Fields, Field>, First, Lone>;
          }
        >
      :
          | SortShapes<Fields, Given | FieldOf<First>, Rest, Lone>
          | Shape<
              { [Field in Given & keyof Fields]: Keyed<Fields, Field> } & {
                [Field in FieldOf<First>]?:
                  | Keyed<Fields, Field>
                  | RangeOf<Keyed<Fields, Field>, First, false>;
              } & {
                [Later in Exclude<FieldOf<Rest[number]>, Given | FieldOf<First>>]?: OnlyAfterExact<
                  FieldOf<First>
                >;
              }
            >
  : { [Field in Given & keyof Fields]: Keyed<Fields, Field> };

/** One object type instead of an intersection, which is how messages are to show it. */
type Shape<Parts> = Parts extends infer Whole ? { [Field in keyof Whole]: Whole[Field] } : never;

/** The last sort-key value: a string in an unformatted placeholder is a prefix, so any string may stand there. */
type Leading<Value, Inner extends string, Lone> =
  | (Inner extends `${string}:${string}` ? Value : Value extends string ? string : Value)
  | RangeOf<Value, Inner, Lone>;

/** The operators that a value takes: those by order only where the order of its text is its own. */
type RangeOf<Value, Inner extends string, Lone> = Inner extends `${string}:0${string}d`
  ? Range<Value, OrderKind>
  : Inner extends `${string}:url`
    ? Range<Asked<string>, "eq" | "beginsWith">
    : Value extends string
      ? Range<Asked<string>>
      : Value extends Date
        ? Range<Value, OrderKind> | Range<Asked<string>, "beginsWith">
        : Value extends number | bigint
          ? Range<Value, Lone extends true ? OrderKind : "eq">
          : Range<Value, "eq">;

type OrderKind = "eq" | "gt" | "gte" | "lt" | "lte" | "between";

/** Stands where a sort-key value is given without the one before it; nothing has this type. */
export interface OnlyAfterExact<Field extends string> {
  readonly "~give first": Field;
}

/** What a collection needs to know of one model's key. */
export interface KeySides {
  readonly partition: object;
  readonly sort: object;
}

export interface SidesOf<Fields, Pk, Sk> {
  readonly partition: { [Field in FieldOf<Inners<Pk>[number]> & keyof Fields]: Keyed<Fields, Field> };
  readonly sort: {
    [Inner in Inners<Sk>[number] as Exclude<FieldOf<Inner>, FieldOf<Inners<Pk>[number]>>]?: Leading<
      Keyed<Fields, FieldOf<Inner>>,
      Inner,
      false
    >;
  };
}

/** The partition values of all models together, and the sort values that each of them has. */
export type CollectionKey<Sides> = Shape<
  Together<Sides extends KeySides ? Sides["partition"] : never> &
    Shared<Sides extends KeySides ? Sides["sort"] : never>
>;

type Together<Union> = (Union extends unknown ? (part: Union) => void : never) extends (
  part: infer Whole,
) => void
  ? Whole
  : never;

/** A union of objects has the members that all of them have. */
type Shared<Union> = { [Field in keyof Union]?: Union[Field] };
