import {
  type DescribedModel,
  descriptionSlot,
  type ItemOrigin,
  type ModelDescription,
} from "./description.js";
import { DynawrapError, type Issue, invalidModel } from "./errors.js";
import { type AnyRecord, getOwn, isPlainObject, setOwn } from "./record.js";
import { issueText, validate } from "./schema.js";
import { guardShadows } from "./shadow.js";
import { keyText, type StoredKey } from "./stored-key.js";

const originSlot: unique symbol = Symbol.for("dynawrap.origin") as never;

/** What `with` and the schema version need to know of a model, without knowing how models are made. */
export interface ItemTypes {
  readonly changes: object;
}

/**
 * The base of every instance. It has accessors and methods only, so that neither a spread copy nor a plain object
 * passes for an instance.
 */
export abstract class ItemBase<Types extends ItemTypes> {
  /** Type information alone; nothing is there at run time. */
  get "~types"(): Types {
    return undefined as never;
  }

  /**
   * The version of the item that this instance was read from; the model's current version when the instance is
   * new, or when the item carried none.
   */
  get schemaVersion(): string {
    return originOf(this)?.version ?? descriptionOf(this).schemaVersion;
  }

  /**
   * A validated copy with some fields changed; the instance itself stays as it is. A change to `undefined` leaves
   * the field out. Attributes that the schema does not know go along.
   *
   * @throws DynawrapError `item.invalid` when the schema refuses the result, or a change names no field.
   */
  with(changes: Types["changes"]): this {
    const description = descriptionOf(this);
    const merged = storedForm(fieldsOf(this, description)) as Record<string, unknown>;
    const refuse = (message: string, ...path: string[]): never => {
      throw invalidItem(description, [{ message, path }]);
    };
    if (typeof changes !== "object" || changes === null) refuse("with() takes an object of changes");
    for (const field of Object.keys(changes)) {
      if (!description.isField(field)) {
        refuse(`not a field of the schema (${description.fields.join(", ")})`, field);
      }
      const value = getOwn(changes, field);
      if (value === undefined) delete merged[field];
      else setOwn(merged, field, value);
    }
    const origin = originOf(this);
    const values = validFields(merged, description);
    return hydrate(
      description,
      values,
      origin && { ...origin, version: undefined, asRead: undefined },
    ) as this;
  }
}

/** What the schema is sure to accept of its own output: a Date as the text that it is stored as. */
function storedForm(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(storedForm);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, storedForm(inner)]));
}

interface Pending {
  readonly description: ModelDescription;
  readonly values: AnyRecord;
  readonly origin: ItemOrigin | undefined;
  taken: boolean;
}

/** The values on their way through a user's constructor; construction is synchronous, so one place is enough. */
let pending: Pending | undefined;

/**
 * An instance from values that are valid already, made by the model's own constructor so that private members and
 * accessors of the user's class work.
 *
 * @throws DynawrapError `model.invalid` when the constructor does not pass its first argument on.
 */
export function hydrate(
  description: ModelDescription,
  values: AnyRecord,
  origin: ItemOrigin | undefined,
): object {
  const outer = pending;
  const mine: Pending = { description, values, origin, taken: false };
  pending = mine;
  try {
    const item = new description.model(values);
    if (mine.taken) return item;
    throw invalidModel(description.name, "the constructor must pass its first argument on to super");
  } catch (error) {
    if (!description.plain || !(error instanceof TypeError)) throw error;
    // It may be that this instance has more than the fields, as none had before, and was frozen when it got them.
    description.plain = false;
    return hydrate(description, values, origin);
  } finally {
    pending = outer;
  }
}

/** Fills a new instance: from values on their way through `hydrate`, otherwise by validating the input. */
export function construct(item: object, model: DescribedModel, input: unknown): object {
  const taken = pending && !pending.taken && pending.values === input ? pending : undefined;
  const description = taken?.description.model === model ? taken.description : model[descriptionSlot];
  const { fieldOrder, plain, guarded } = description;
  const values = taken ? taken.values : validFields(input, description);
  if (taken) {
    taken.taken = true;
    if (taken.origin) Object.defineProperty(item, originSlot, { value: taken.origin });
  }
  // Frozen at once, which is far quicker than to define each field, where the instance will hold nothing else.
  const freezes = plain && taken !== undefined;
  for (const field of fieldOrder) {
    const value = getOwn(values, field);
    if (value === undefined) continue;
    if (freezes) setOwn(item, field, value);
    // Not configurable: a class field of the same name would otherwise replace the value.
    else Object.defineProperty(item, field, { value, enumerable: true });
  }
  if (freezes) return Object.freeze(item);
  return guarded ? item : guardShadows(item, description);
}

/**
 * The fields that a schema makes of an input, without those that are `undefined`.
 *
 * @throws DynawrapError `item.invalid` with the schema's issues.
 */
export function validFields(input: unknown, description: ModelDescription): Record<string, unknown> {
  return fieldsOf(validOutput(input, description), description);
}

/** What a schema makes of an input, as it is. @throws DynawrapError `item.invalid` with the schema's issues. */
export function validOutput(
  input: unknown,
  description: ModelDescription,
  stored?: { readonly key: StoredKey; readonly version: string | undefined },
): AnyRecord {
  return validate(description.schema, input, description.name, (issues) =>
    invalidItem(description, issues, stored),
  );
}

/** An item that does not fit its model; `stored` is where it stands and of which version, if it is stored. */
export function invalidItem(
  { name, schemaVersion, upcast }: ModelDescription,
  issues: readonly Issue[],
  stored?: { readonly key: StoredKey; readonly version: string | undefined },
  cause?: unknown,
): DynawrapError<"item.invalid"> {
  const where = stored ? ` under ${keyText(stored.key)}` : "";
  const { version } = stored ?? { version: schemaVersion };
  const known = version === schemaVersion || Object.hasOwn(upcast, version ?? "unversioned");
  const carries = version === undefined ? "no schema version" : `the schema version ${version}`;
  const why = known ? "" : `; it carries ${carries}, for which the model has no upcast`;
  const message = `the item${where} is invalid: ${issueText(issues)}${why}`;
  return new DynawrapError(
    "item.invalid",
    message,
    { model: name, issues, key: stored?.key, version },
    cause,
  );
}

/** An own copy of the fields alone. */
export function fieldsOf(source: object, description: ModelDescription): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const field of description.fieldOrder) {
    const value = getOwn(source, field);
    if (value !== undefined) setOwn(fields, field, value);
  }
  return fields;
}

/** Whether a value is an instance of a model, of whichever installed copy of the library. */
export function isItem(value: object): boolean {
  return typeof value?.constructor === "function" && descriptionSlot in value.constructor;
}

/** Where an instance was read from; `undefined` when it is new. */
export function originOf(item: object): ItemOrigin | undefined {
  return (item as { readonly [originSlot]?: ItemOrigin })[originSlot];
}

function descriptionOf(item: object): ModelDescription {
  return (item.constructor as unknown as DescribedModel)[descriptionSlot];
}
