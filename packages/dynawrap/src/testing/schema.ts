import { getOwn, setOwn } from "../core/record.js";

/** How one field of a schema is read. */
export interface Field<Input, Output> {
  /** For messages: `a string`. */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** What an accepted value becomes; `undefined` stands for a field that is not there. */
  readonly convert: (value: Input) => Output;
}

type Shape = { readonly [field: string]: Field<never, unknown> };
type InputOf<AField> = AField extends Field<infer Input, unknown> ? Input : never;
type OutputOf<AField> = AField extends Field<never, infer Output> ? Output : never;

/** Fields that may be `undefined` may be left out. */
type Loose<Fields> = {
  readonly [Name in keyof Fields as undefined extends Fields[Name] ? never : Name]: Fields[Name];
} & { readonly [Name in keyof Fields as undefined extends Fields[Name] ? Name : never]?: Fields[Name] };
type Flat<Fields> = { readonly [Name in keyof Fields]: Fields[Name] };
type ShapeInput<AShape> = Flat<Loose<{ readonly [Name in keyof AShape]: InputOf<AShape[Name]> }>>;
type ShapeOutput<AShape> = Flat<Loose<{ readonly [Name in keyof AShape]: OutputOf<AShape[Name]> }>>;

interface SchemaIssue {
  readonly message: string;
  readonly path: readonly string[];
}

/** A Standard Schema v1 that lists its fields. */
export interface ObjectSchema<Input, Output> {
  readonly shape: Shape;
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) =>
      | { readonly value: Output; readonly issues?: undefined }
      | { readonly issues: readonly SchemaIssue[] };
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** The schema of the kit's models, so that the kit needs no validation library: these fields and no others. */
export function object<const AShape extends Shape>(
  shape: AShape,
): ObjectSchema<ShapeInput<AShape>, ShapeOutput<AShape>> {
  const validate = (input: unknown) => {
    const record = typeof input === "object" && input !== null ? input : {};
    const value = {};
    const issues: SchemaIssue[] = [];
    for (const [name, { expected, accepts, convert }] of Object.entries(shape)) {
      const given = getOwn(record, name);
      if (accepts(given)) setOwn(value, name, convert(given as never));
      else issues.push({ message: `expected ${expected}`, path: [name] });
    }
    return issues.length > 0 ? { issues } : { value: value as ShapeOutput<AShape> };
  };
  return { shape, "~standard": { version: 1, vendor: "dynawrap-testing", validate } };
}

function plain<Value>(expected: string, accepts: (value: unknown) => boolean): Field<Value, Value> {
  return { expected, accepts, convert: (value) => value };
}

export const text: Field<string, string> = plain("a string", (value) => typeof value === "string");
export const number: Field<number, number> = plain("a number", (value) => typeof value === "number");
export const flag: Field<boolean, boolean> = plain("a boolean", (value) => typeof value === "boolean");

/** An integer of any size; it comes back as a number where one holds it exactly. */
export const integer: Field<number | bigint, number | bigint> = plain(
  "an integer",
  (value) => typeof value === "bigint" || Number.isInteger(value),
);

/** A number of any size, with or without decimals. */
export const numeric: Field<number | bigint, number | bigint> = plain("a number", (value) =>
  /^(?:number|bigint)$/.test(typeof value),
);

/** Whatever can be stored, also nothing. */
export const anything: Field<unknown, unknown> = plain("anything", () => true);

/** A Date, which is stored as an ISO string and read from one. */
export const date: Field<Date | string, Date> = {
  expected: "a Date or an ISO string",
  accepts: (value) =>
    (value instanceof Date || typeof value === "string") && !Number.isNaN(new Date(value).getTime()),
  convert: (value) => new Date(value),
};

export function optional<Input, Output>(
  field: Field<Input, Output>,
): Field<Input | undefined, Output | undefined> {
  return {
    expected: `${field.expected} or nothing`,
    accepts: (value) => value === undefined || field.accepts(value),
    convert: (value) => (value === undefined ? undefined : field.convert(value)),
  };
}

export function withDefault<Input, Output>(
  field: Field<Input, Output>,
  value: Output,
): Field<Input | undefined, Output> {
  const { expected, accepts, convert } = optional(field);
  return { expected, accepts, convert: (given) => convert(given) ?? value };
}
