import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Issue, invalidModel } from "./errors.js";
import { type AnyRecord, isPlainObject } from "./record.js";

/** Any schema of Standard Schema v1. */
export type Schema = StandardSchemaV1;

/**
 * What a schema makes of an input.
 *
 * @param refused what is thrown for the issues that it may find instead.
 * @throws DynawrapError `model.invalid` for a schema that throws, or answers later (a promise) or with something
 * that is not an object.
 */
export function validate(
  schema: Schema,
  input: unknown,
  model: string,
  refused: (issues: readonly Issue[]) => Error,
): AnyRecord {
  const result = answer(schema, input, model);
  if (typeof (result as PromiseLike<unknown>).then === "function") {
    (result as Promise<unknown>).then(undefined, () => {});
    // zod answers so as well when a transformation throws.
    throw invalidModel(model, "the schema validates asynchronously, or throws");
  }
  const { issues, value } = result as { issues?: readonly StandardSchemaV1.Issue[]; value?: unknown };
  if (issues) throw refused(issues.map(plainIssue));
  if (typeof value !== "object" || value === null) {
    throw invalidModel(model, "the schema's output is not an object");
  }
  return value as AnyRecord;
}

function answer(schema: Schema, input: unknown, model: string): unknown {
  try {
    return schema["~standard"].validate(input);
  } catch (cause) {
    throw invalidModel(model, `the schema throws (${cause})`, undefined, cause);
  }
}

function plainIssue({ message, path = [] }: StandardSchemaV1.Issue): Issue {
  const step = (part: PropertyKey | StandardSchemaV1.PathSegment): string | number => {
    const name = typeof part === "object" ? part.key : part;
    return typeof name === "symbol" ? String(name) : name;
  };
  return { message, path: path.map(step) };
}

/** Issues in one line, the first ten of them: `title: expected string; tags.0: too short`. */
export function issueText(issues: readonly Issue[]): string {
  return issues
    .slice(0, 10)
    .map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message))
    .join("; ");
}

/**
 * The fields of a schema, in its own order. Standard Schema has no list of them, so each library is asked in its own way:
 * the shape of an object schema (zod), its entries (valibot), its props (arktype).
 *
 * @throws DynawrapError `model.invalid` when it is no schema, or lists no fields and none are declared.
 */
export function listFields(
  schema: Schema,
  declared: readonly string[] | undefined,
  model: string,
): readonly string[] {
  const known = schema as unknown as Partial<Record<string, unknown>> | null | undefined;
  const standard = known?.["~standard"] as Partial<Record<string, unknown>> | undefined;
  if (typeof standard?.validate !== "function") {
    throw invalidModel(model, "`schema` is not a Standard Schema");
  }
  const listed = namesOf(known?.shape) ?? namesOf(known?.entries) ?? propKeys(known) ?? [];
  // Declared names add to the list and take nothing from it: a field that is validated is also stored.
  const names = [...new Set(listed.concat(declared ?? []))];
  if (names.length === 0 || names.some((name) => typeof name !== "string")) {
    const problem = "the schema lists no fields; make it one object shape, or";
    throw invalidModel(model, `${problem} name them: fields: ["id", …]`);
  }
  return names;
}

function namesOf(shape: unknown): string[] | undefined {
  return isPlainObject(shape) ? Object.keys(shape) : undefined;
}

function propKeys(type: { readonly props?: unknown } | null | undefined): string[] | undefined {
  try {
    const props = type?.props;
    return Array.isArray(props)
      ? props.map(({ key }) => key).filter((key) => typeof key === "string")
      : undefined;
  } catch {
    return undefined; // arktype throws for what has no single list of props, such as a union
  }
}
