import type { ModelDescription } from "../core/description.js";
import { invalidOption } from "../core/errors.js";
import { fieldsIn, keyPatterns } from "../core/key.js";
import type { Placement } from "../core/placement.js";
import { getOwn } from "../core/record.js";
import { encodeAttributes } from "../values/attribute-encoder.js";
import type { AttributeValue } from "../values/attribute-value.js";
import { type Condition, every, readsOf, some } from "../values/condition.js";
import { compileCondition } from "../values/condition-compiler.js";
import { holds } from "../values/condition-truth.js";

/** A condition on what a query reads: what the store is asked, and what is looked at when its rows have come. */
export interface SplitCondition {
  readonly asked: Condition | undefined;
  readonly rest: Condition | undefined;
}

/** The condition of a query's options, divided; nothing where there is none. @throws DynawrapError */
export function whereOf(
  options: { readonly where?: unknown },
  placements: readonly Placement[],
): SplitCondition {
  if (!("where" in options)) return { asked: undefined, rest: undefined };
  if (options.where === undefined) throw invalidOption("where", "is undefined; leave it out");
  return splitWhere(options.where, placements);
}

/**
 * Divides `where`. DynamoDB takes no key attribute in a filter, and a field may stand only in a key: what is about such a
 * field is looked at here, once it has been filled in. The store may still leave out rows that do hold the field, and for
 * which it is not true.
 *
 * @throws DynawrapError `condition.invalid`
 */
export function splitWhere(where: unknown, placements: readonly Placement[]): SplitCondition {
  const models = placements.map(({ model }) => model);
  const compiled = compileCondition(where, together(models), "where");
  const condition = models.reduce((each, model) => inSeconds(each, model), compiled);
  const keyed = new Set(
    models.flatMap(({ key }) => fieldsIn([...keyPatterns(key), ...indexPatterns(key.indexes)])),
  );
  const own = new Set(placements.flatMap(ownAttributes));
  const asked: Condition[] = [];
  const rest: Condition[] = [];
  for (const part of condition.kind === "and" ? condition.conditions : [condition]) {
    const fields = [...readsOf(part)];
    const inKeys = fields.filter((field) => keyed.has(field));
    if (inKeys.length > 0) rest.push(part);
    if (fields.some((field) => own.has(field))) continue;
    asked.push(some([part, ...inKeys.map((field): Condition => ({ kind: "missing", path: [field] }))]));
  }
  const older = models.flatMap(({ upcast }) => Object.keys(upcast)).map(ofVersion);
  // The store knows an older item in its own shape only: it comes, and is looked at in the current one.
  if (older.length > 0 && asked.length > 0) {
    return { asked: some([every(asked), ...older]), rest: condition };
  }
  return {
    asked: asked.length > 0 ? every(asked) : undefined,
    rest: rest.length > 0 ? every(rest) : undefined,
  };
}

/** Whether an item is of a version, as `upcast` names it. */
function ofVersion(name: string): Condition {
  return { kind: "version", version: name === "unversioned" ? undefined : name };
}

/**
 * What `if` asks of the item that stands under a key. Of the key's own fields it is known what they are if there is an
 * item, whether or not it holds them beside its key.
 *
 * @throws DynawrapError `condition.invalid`
 */
export function compileIf(
  condition: unknown,
  model: ModelDescription,
  keyFields: Readonly<Record<string, unknown>>,
): Condition {
  const known = new Set(fieldsIn(keyPatterns(model.key)));
  const given = Object.fromEntries([...known].map((field) => [field, getOwn(keyFields, field)]));
  const item = { wire: encodeAttributes(given).wire, version: undefined };
  return mapLeaves(inSeconds(compileCondition(condition, model, "if"), model), (leaf) => {
    if (!("path" in leaf) || !known.has(leaf.path[0] as string)) return leaf;
    const [there, gone] = [holds(leaf, item), holds(leaf, undefined)];
    if (there === gone) return there ? every([]) : some([]);
    return { kind: there ? "present" : "absent" };
  });
}

/** A time of expiry is stored in seconds, so that is what a Date is compared with. */
function inSeconds(condition: Condition, { ttl }: ModelDescription): Condition {
  if (ttl === undefined) return condition;
  return mapLeaves(condition, (leaf) => {
    if (!("path" in leaf) || leaf.path[0] !== ttl) return leaf;
    const seconds = (value: AttributeValue): AttributeValue => {
      const time = "S" in value ? Date.parse(value.S) : Number.NaN;
      return Number.isNaN(time) ? value : { N: String(Math.ceil(time / 1000)) };
    };
    const converted: Record<string, unknown> = { ...leaf };
    for (const name of ["value", "low", "high"]) {
      if (converted[name] !== undefined) converted[name] = seconds(converted[name] as AttributeValue);
    }
    if (leaf.kind === "oneOf") converted.values = leaf.values.map(seconds);
    return converted as Condition;
  });
}

function mapLeaves(condition: Condition, change: (leaf: Condition) => Condition): Condition {
  if (condition.kind === "and" || condition.kind === "or") {
    return { ...condition, conditions: condition.conditions.map((each) => mapLeaves(each, change)) };
  }
  if (condition.kind === "not") return { ...condition, condition: mapLeaves(condition.condition, change) };
  return change(condition);
}

/** Several models as one: each field of any of them can be asked. */
function together(models: readonly ModelDescription[]) {
  const [only] = models;
  if (models.length === 1 && only) return only;
  return {
    name: models.map(({ name }) => name).join(", "),
    fields: [...new Set(models.flatMap(({ fields }) => fields))],
    isField: (name: string) => models.some(({ isField }) => isField(name)),
  };
}

function indexPatterns(indexes: ModelDescription["key"]["indexes"]) {
  return [...indexes.values()].flatMap(({ pk, sk }) => [...pk, ...sk]);
}

/** The fields that are key attributes themselves. */
function ownAttributes({ pk, sk, indexes }: Placement): string[] {
  const parts = [
    pk,
    ...(sk ? [sk] : []),
    ...[...indexes.values()].flatMap((index) => [...index.pk, ...index.sk]),
  ];
  return parts.filter(({ own }) => own).map(({ attribute }) => attribute.name);
}
