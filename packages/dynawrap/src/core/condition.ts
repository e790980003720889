/** Operators that ask for one stretch of an order: they may stand in a condition and in the sort key of a query. */
export type RangeKind = "eq" | "gt" | "gte" | "lt" | "lte" | "between" | "beginsWith";

export type TestKind =
  | RangeKind
  | "ne"
  | "contains"
  | "oneOf"
  | "exists"
  | "missing"
  | "size"
  | "not"
  | "allOf"
  | "anyOf"
  | "nested";

/** What is asked of one field; made by an operator, never by data. `Operand` is what the field must be to be asked it. */
export interface Test<out Operand> {
  readonly kind: TestKind;
  readonly operands: readonly unknown[];
  /** Type information alone; nothing is there at run time. */
  readonly "~operand": Operand;
}

/** A test that a sort key takes as well. */
export interface Range<out Operand, out Kind extends RangeKind = RangeKind> extends Test<Operand> {
  readonly kind: Kind;
}

/** Several whole conditions, one of which must hold; made by `anyOf`. */
export interface Alternatives<out Where> {
  /** Type information alone; nothing is there at run time. */
  readonly "~where": Where;
}

/** What a condition takes of these fields: for each a plain value, which means equality, or a test of it. */
export type WhereFields<Fields> = {
  readonly [Field in keyof Fields]?: Exclude<Fields[Field], undefined> | Test<Asked<Fields[Field]>>;
};

/** A whole condition: all of its fields must hold, or one of several such conditions. */
export type Where<Fields> = WhereFields<Fields> | Alternatives<Where<Fields>>;

/** What a field of this type can be asked: its own values, and what the names below stand for. */
export type Asked<Value> = Value extends string
  ? Value | BeginningOfText | PartOf<string> | SizeOf
  : Value extends number | bigint | boolean | Date | null | undefined
    ? Value
    : Value extends Uint8Array
      ? Value | PartOf<Uint8Array> | SizeOf
      : Value extends ReadonlySet<infer Part> | readonly (infer Part)[]
        ? Value | PartOf<Part> | SizeOf
        : Value | InsideOf<WhereFields<Value>, keyof Value> | SizeOf;

/** Only text has a beginning. */
export interface BeginningOfText {
  readonly "~beginsWith": string;
}

/** Only text, bytes, sets and arrays contain something. */
export interface PartOf<out Part> {
  readonly "~contains": Part;
}

/** Numbers, booleans and Dates have no size. */
export interface SizeOf {
  readonly "~size": number;
}

/** Only maps have something inside, under these names. */
export interface InsideOf<out Where, out Names> {
  readonly "~nested": Where;
  readonly "~names": Names;
}

/** What a field can be equal to. Naming the primitives keeps literal types from being widened: `eq("open")`. */
export type Comparable = string | number | bigint | boolean | null | object;

/** What has an order: text by its UTF-8 bytes, numbers by value, Dates by time, bytes as unsigned numbers. */
export type Ordered = string | number | bigint | Date | Uint8Array;

/**
 * Shared by every installed copy of the library, so that the operators of one work with another. A symbol, which
 * no JSON holds.
 */
const brand = Symbol.for("dynawrap.test");

/** No plain object, so that it passes for no value either: one that stands inside a map is refused. */
class Operator {
  readonly [brand] = true;
  readonly kind: TestKind;
  readonly operands: readonly unknown[];

  constructor(kind: TestKind, operands: readonly unknown[]) {
    this.kind = kind;
    this.operands = operands;
  }
}

/** An operator of any type: the functions below say which. */
function test(kind: TestKind, ...operands: readonly unknown[]): never {
  return new Operator(kind, operands) as never;
}

/** Whether a value is what an operator gave. */
export function isTest(value: unknown): value is Test<unknown> {
  return typeof value === "object" && value !== null && Object.hasOwn(value, brand);
}

/** Equal to the value; maps and arrays deeply, sets in any order, numbers by value. */
export function eq<Value extends Comparable>(value: Value): Range<Value, "eq"> {
  return test("eq", value);
}

/** Anything but equal to the value: another one, one of another type, or none at all. */
export function ne<Value extends Comparable>(value: Value): Test<Value> {
  return test("ne", value);
}

/** Greater than the value, and of its type. */
export function gt<Value extends Ordered>(value: Value): Range<Value, "gt"> {
  return test("gt", value);
}

/** The value, or greater. */
export function gte<Value extends Ordered>(value: Value): Range<Value, "gte"> {
  return test("gte", value);
}

/** Less than the value, and of its type. */
export function lt<Value extends Ordered>(value: Value): Range<Value, "lt"> {
  return test("lt", value);
}

/** The value, or less. */
export function lte<Value extends Ordered>(value: Value): Range<Value, "lte"> {
  return test("lte", value);
}

/** From `low` to `high`, both included; reversed bounds are refused. */
export function between<Value extends Ordered>(low: Value, high: Value): Range<Value, "between"> {
  return test("between", low, high);
}

/** Text that begins with this one. */
export function beginsWith(prefix: string): Range<BeginningOfText, "beginsWith"> {
  return test("beginsWith", prefix);
}

/** A text or bytes of which this is a part, or a set or array that has it as a member. */
export function contains<Part extends Comparable>(part: Part): Test<PartOf<Part>> {
  return test("contains", part);
}

/** Equal to one of the values, which are given one by one or as one array; never so when there are none. */
export function oneOf<Value extends Comparable>(values: readonly Value[]): Test<Value>;
export function oneOf<Value extends Comparable>(...values: readonly Value[]): Test<Value>;
export function oneOf(...values: readonly unknown[]): Test<never> {
  const [first] = values;
  return test("oneOf", ...(values.length === 1 && Array.isArray(first) ? first : values));
}

/** The field is there; a field that holds `null` is. */
export function exists(): Test<never> {
  return test("exists");
}

/** The field is not there. */
export function missing(): Test<never> {
  return test("missing");
}

/**
 * Of this size, or of one that passes the test: the length of a text (in UTF-16 units, as JavaScript counts), or how many
 * bytes, members, elements or names there are. What has no size passes as a missing field does.
 */
export function size(expected: number | Test<number>): Test<SizeOf> {
  return test("size", isTest(expected) ? expected : eq(expected));
}

/** The opposite of a test; so a missing field, which is not greater than 5, is `not(gt(5))`. */
export function not<Operand>(opposite: Test<Operand>): Test<Operand> {
  return test("not", opposite);
}

/** Every one of the tests. */
export function allOf<const Tests extends readonly Test<unknown>[]>(
  ...tests: Tests
): Test<Tests[number]["~operand"]> {
  return test("allOf", ...tests);
}

/**
 * One of the tests of a field, or one of several whole conditions. Conditions are typed by the place they stand in;
 * elsewhere they need their type: `anyOf<WhereOf<typeof Order>>(…)`.
 *
 * @example
 * backend.query("orders", Order, { day }, { where: anyOf({ total: gte(50) }, { tip: gte(10) }) });
 */
export function anyOf<const Tests extends readonly [Test<unknown>, ...Test<unknown>[]]>(
  ...tests: Tests
): Test<Tests[number]["~operand"]>;
export function anyOf<Where extends object>(...conditions: readonly NoInfer<Where>[]): Alternatives<Where>;
export function anyOf(...operands: readonly unknown[]): never {
  return test("anyOf", ...operands);
}

/** A map of whose content these conditions hold; the rest of it may be anything. */
export function nested<Value extends Comparable, Where extends { readonly [name: string]: Value }>(
  content: Where,
): Test<InsideOf<Where, keyof Where>> {
  return test("nested", content);
}
