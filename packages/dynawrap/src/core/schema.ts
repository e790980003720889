import type { StandardSchemaV1 } from "@standard-schema/spec";
import { DynawrapError, type Issue } from "./errors.js";
import { type AnyRecord, isPlainObject } from "./record.js";

/** Any schema of Standard Schema v1. */
export type Schema = StandardSchemaV1;

/** What a validation comes to: the fields, or what is wrong with them. */
export type Validated = { readonly value: AnyRecord } | { readonly issues: readonly Issue[] };

/**
 * Runs a schema.
 *
 * @throws DynawrapError `model.invalid` for a schema that answers later (a promise) or with something that is
 * not an object.
 */
export function validate(schema: Schema, input: unknown, model: string): Validated {
  const result = schema["~standard"].validate(input);
  if (typeof (result as PromiseLike<unknown>).then === "function") {
    (result as Promise<unknown>).then(undefined, () => {});
    throw new DynawrapError(
      "model.invalid",
      `${model}: the schema validates asynchronously, and an instance is made at once; move the check out of it.`,
      { model },
    );
  }
  const { issues, value } = result as { issues?: readonly StandardSchemaV1.Issue[]; value?: unknown };
  if (issues) return { issues: issues.map(plainIssue) };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DynawrapError("model.invalid", `${model}: the schema's output must be an object with fields.`, {
      model,
    });
  }
  return { value: value as AnyRecord };
}

function plainIssue({ message, path = [] }: StandardSchemaV1.Issue): Issue {
  const steps = path.map((step) => (typeof step === "object" ? step.key : step));
  return { message, path: steps.map((step) => (typeof step === "symbol" ? String(step) : step)) };
}

/** Issues in one line: `title: expected string; tags.0: too short`. */
export function issueText(issues: readonly Issue[]): string {
  return issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message))
    .join("; ");
}

/**
 * The fields of a schema, in its own order. Standard Schema has no list of them, so each library is asked in its own way:
 * the shape of an object schema (zod), its entries (valibot), its props (arktype), else its JSON Schema.
 *
 * @throws DynawrapError `model.invalid` when it is no schema, or lists no fields and none are declared.
 */
export function listFields(
  schema: Schema,
  declared: readonly string[] | undefined,
  model: string,
): readonly string[] {
  const refuse = (problem: string): never => {
    throw new DynawrapError("model.invalid", `${model}: ${problem}.`, { model });
  };
  const known = schema as unknown as Partial<Record<string, unknown>> | null | undefined;
  const standard = known?.["~standard"] as Partial<Record<string, unknown>> | undefined;
  if (typeof standard?.validate !== "function") {
    refuse("`schema` is not a Standard Schema; zod, valibot and arktype have them");
  }
  const names =
    declared ??
    namesOf(known?.shape) ??
    namesOf(known?.entries) ??
    propKeys(known?.props) ??
    jsonSchemaNames(standard);
  if (!names || names.length === 0) {
    refuse(
      "the schema does not list its fields; it must be one object shape (make a union several models), " +
        'or the model names them: fields: ["id", …]',
    );
  }
  return [...new Set(names)];
}

function namesOf(shape: unknown): string[] | undefined {
  return isPlainObject(shape) ? Object.keys(shape) : undefined;
}

function propKeys(props: unknown): string[] | undefined {
  if (!Array.isArray(props)) return undefined;
  return props.map((prop: { key?: unknown }) => prop.key).filter((key) => typeof key === "string");
}

function jsonSchemaNames(standard: Partial<Record<string, unknown>> | undefined): string[] | undefined {
  const converter = standard?.jsonSchema as
    | { output?: (options: object) => { properties?: unknown } }
    | undefined;
  try {
    return namesOf(converter?.output?.({ target: "draft-2020-12" }).properties);
  } catch {
    return undefined; // a shape that JSON Schema cannot express: the caller is told to name the fields
  }
}
