import type { BeginningOfText, Range, RangeKind, Test } from "./condition.js";
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
    ? InnersOf<Side>
    : Side extends readonly [infer First extends string, ...infer Rest]
      ? [...InnersOf<First>, ...Inners<Rest>]
      : [];

/**
 * The insides of one pattern's placeholders. One that is the whole pattern is marked `!` in its format, since it may
 * stand in a numeric key, where numbers sort as numbers: `"{n}"` gives `["n:!"]`.
 */
type InnersOf<Source extends string> = Source extends `{${infer Inner}}`
  ? Inner extends `${string}{${string}`
    ? Placeholders<Source>
    : [Inner extends `${string}:${string}` ? `${Inner}!` : `${Inner}:!`]
  : Placeholders<Source>;

type FormatOf<Inner extends string> = Inner extends `${string}:${infer Format}` ? Format : "";

/** The values that a query takes, as the shapes that are allowed: the partition key, then the sort key from the left. */
export type QueryKey<Fields, Pk, Sk> = SortShapes<Fields, FieldOf<Inners<Pk>[number]>, Inners<Sk>>;

type SortShapes<Fields, Given extends string, Sort extends readonly string[]> = Sort extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? FieldOf<First> extends Given
    ? SortShapes<Fields, Given, Rest>
    : Rest extends readonly []
      ? Shape<
          Exact<Fields, Given> & {
            [Field in FieldOf<First>]?: Leading<Fields[Field & keyof Fields] & {}, FormatOf<First>>;
          }
        >
      :
          | SortShapes<Fields, Given | FieldOf<First>, Rest>
          | Shape<
              Exact<Fields, Given> & {
                [Field in FieldOf<First>]?:
                  | (Fields[Field & keyof Fields] & {})
                  | RangeOf<Fields[Field & keyof Fields] & {}, FormatOf<First>>;
              } & TooEarly<Rest, FieldOf<First>, Given | FieldOf<First>>
            >
  : Exact<Fields, Given>;

/** Values that are given whole. What may be missing in an item (`& {}`) may not be in the key of an index. */
type Exact<Fields, Given extends string> = { [Field in Given & keyof Fields]: Fields[Field] & {} };

/** The values that must not be given yet, each of which waits for the one before it. */
type TooEarly<
  Sort extends readonly string[],
  Before extends string,
  Given extends string,
> = Sort extends readonly [infer First extends string, ...infer Rest extends readonly string[]]
  ? FieldOf<First> extends Given
    ? TooEarly<Rest, Before, Given>
    : { [Field in FieldOf<First>]?: OnlyAfterExact<Before> } & TooEarly<
        Rest,
        FieldOf<First>,
        Given | FieldOf<First>
      >
  : unknown;

/** One object type instead of an intersection, which is how messages are to show it. */
type Shape<Parts> = Parts extends infer Whole ? { [Field in keyof Whole]: Whole[Field] } : never;

/** The last sort-key value: a string in an unformatted placeholder is a prefix, so any string may stand there. */
type Leading<Value, Format extends string> = Format extends "" | "!"
  ? (Value extends string ? string : Value) | RangeOf<Value, Format>
  : Value | RangeOf<Value, Format>;

/** The operators that a value takes: those by order only where the order of its text is its own. */
type RangeOf<Value, Format extends string> = Format extends `url${string}`
  ? Range<Value, "eq"> | Range<BeginningOfText, "beginsWith">
  : Format extends `0${string}`
    ? Range<Value, OrderKind>
    : [Value] extends [string]
      ? string extends Value
        ? Range<Value | BeginningOfText>
        : Range<Value, "eq"> | Range<string | BeginningOfText, Exclude<RangeKind, "eq">>
      : [Value] extends [Date]
        ? Range<Value, OrderKind> | Range<BeginningOfText, "beginsWith">
        : [Value] extends [number | bigint]
          ? Range<Value, Format extends `${string}!` ? OrderKind : "eq">
          : Range<Value, "eq">;

type OrderKind = Exclude<RangeKind, "beginsWith">;

/** Stands where a sort-key value is given without the one before it; nothing has this type. */
export interface OnlyAfterExact<Field extends string> {
  readonly "~give first": Field;
}

/** The values that `prefix` takes: those of a query, without operators. */
export type PrefixKey<Key> = Key extends unknown
  ? { [Field in keyof Key]: Exclude<Key[Field], Test<unknown>> }
  : never;

/** What a collection needs to know of one model's key. */
export interface KeySides {
  readonly partition: object;
  readonly sort: object;
}

export interface SidesOf<Fields, Pk, Sk> {
  readonly partition: Exact<Fields, FieldOf<Inners<Pk>[number]>>;
  readonly sort: {
    [Inner in Inners<Sk>[number] as Exclude<FieldOf<Inner>, FieldOf<Inners<Pk>[number]>>]?: Leading<
      Fields[FieldOf<Inner> & keyof Fields] & {},
      FormatOf<Inner>
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
type Shared<Union> = { [Field in keyof Union & string]?: Union[Field] };
