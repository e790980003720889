import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Where } from "./condition.js";
import { type DescribedModel, descriptionSlot, type ModelDescription, type Upcast } from "./description.js";
import { invalidModel } from "./errors.js";
import type { CheckedIndexes, IndexDefinitions, IndexNamesIn, SideOf } from "./index-key.js";
import { construct, hydrate, ItemBase, isItem } from "./item.js";
import { checkKeyNames, keyPatterns, readKey, writeKey, writePrefix } from "./key.js";
import type { CheckedPattern, FieldOf, Pattern, Placeholders } from "./pattern.js";
import type { CollectionKey, KeySides, ParsedKey, PrefixKey, QueryKey, SidesOf } from "./query-key.js";
import { modelShape, type PlainDefinition } from "./shape.js";
import { type StoredKey, storedKey } from "./stored-key.js";

/** What the types of a model come to, worked out once; generic code looks them up: `M["~types"]["key"]`. */
export interface ModelTypes {
  readonly input: object;
  readonly fields: object;
  readonly changes: object;
  readonly key: object;
  readonly queryKey: object;
  readonly collectionKey: KeySides;
  readonly parsedKey: object;
  readonly where: unknown;
  readonly indexes: object;
  readonly indexNames: string;
  readonly indexQueryKeys: object;
  readonly indexCollectionKeys: object;
}

/** The types of a model with these fields and patterns. Its parameters keep two models of one shape apart. */
export interface TypesOf<Input, Output, Pk extends string, Sk extends string, Indexes> {
  readonly input: Input & object;
  readonly fields: Output & object;
  readonly changes: { readonly [Field in keyof Input]?: Input[Field] | undefined };
  readonly key: {
    [Field in FieldOf<Placeholders<Pk>[number] | Placeholders<Sk>[number]> & keyof Output]: Output[Field];
  };
  readonly queryKey: QueryKey<Output, Pk, Sk>;
  readonly collectionKey: SidesOf<Output, Pk, Sk>;
  readonly parsedKey: ParsedKey<Output, Placeholders<Pk>[number] | Placeholders<Sk>[number]>;
  readonly patterns: readonly [Pk, Sk];
  readonly where: Where<Output>;
  readonly indexes: Indexes & object;
  readonly indexNames: IndexNamesIn<Indexes>;
  readonly indexQueryKeys: {
    readonly [Alias in keyof Indexes]: QueryKey<
      Output,
      SideOf<Indexes[Alias], "pk">,
      SideOf<Indexes[Alias], "sk">
    >;
  };
  readonly indexCollectionKeys: {
    readonly [Alias in keyof Indexes]: SidesOf<
      Output,
      SideOf<Indexes[Alias], "pk">,
      SideOf<Indexes[Alias], "sk">
    >;
  };
}

/** Any instance of any model. */
export type AnyItem = ItemBase<ModelTypes>;

/** The statics that every model class has, whatever its fields. */
export interface Model {
  // biome-ignore lint/suspicious/noExplicitAny: a constraint on constructors must take every parameter list.
  new (...args: any): AnyItem;
  readonly "~types": ModelTypes;
  readonly modelName: string;
  readonly pk: string;
  readonly sk: string | undefined;
  readonly indexes: IndexDefinitions;
  readonly fields: readonly string[];
  readonly schemaVersion: string;
  matches(pk: string, sk?: string): boolean;
}

/** The class that `DBItem` makes, for a user's class to extend. */
export interface ModelClass<Input, Output, Pk extends string, Sk extends string, Indexes> {
  new (input: Input): Readonly<Output> & ItemBase<TypesOf<Input, Output, Pk, Sk, Indexes>>;
  readonly "~types": TypesOf<Input, Output, Pk, Sk, Indexes>;
  /** The declared name, else the class's own. */
  readonly modelName: string;
  readonly pk: Pk;
  /** `undefined` for a table without a sort key. */
  readonly sk: [Sk] extends [never] ? undefined : Sk;
  readonly indexes: Indexes;
  /** The names of the schema's fields, sorted. */
  readonly fields: readonly string[];
  /** 16 hexadecimal digits over patterns, index patterns and field names, equal on every machine. */
  readonly schemaVersion: string;
  /**
   * The stored key of these values.
   *
   * @throws DynawrapError `key.incomplete`, `key.invalid` or `key.ambiguous`.
   */
  key(
    values: TypesOf<Input, Output, Pk, Sk, Indexes>["key"],
  ): [Sk] extends [never] ? { PK: string } : { PK: string; SK: string };
  /**
   * The partition key whole, and the sort key as far as the leading values go: `"STORY#"` before any is given.
   *
   * @throws DynawrapError `key.incomplete`, `key.invalid` or `key.ambiguous`.
   */
  prefix(
    values: PrefixKey<TypesOf<Input, Output, Pk, Sk, Indexes>["queryKey"]>,
  ): [Sk] extends [never] ? { PK: string } : { PK: string; SK: string };
  /** Whether a stored key is one that this model writes. */
  matches(pk: string, sk?: string): boolean;
  /** The values that a stored key was made of, or `undefined` when it is not one of this model's. */
  parseKey(pk: string, sk?: string): TypesOf<Input, Output, Pk, Sk, Indexes>["parsedKey"] | undefined;
}

/** What `DBItem` takes. */
export interface ModelDefinition<Input, Output, Pk extends string, Sk extends string, Indexes> {
  /** What errors, streams and documents call the model; the class's own name unless given. */
  readonly name?: string;
  /** The pattern of the partition key: `"USER#{owner}"`. */
  readonly pk: CheckedPattern<Pk, Output>;
  /** The pattern of the sort key; left out for a table without one. */
  readonly sk?: CheckedPattern<Sk, Output>;
  /** A Standard Schema of one object shape that validates synchronously and accepts its own stored output. */
  readonly schema: StandardSchemaV1<Input, Output>;
  /** The field names, for a schema that cannot list them. */
  readonly fields?: readonly string[];
  /** How the model stands in the table's indexes, by the alias that code calls them. */
  readonly indexes?: CheckedIndexes<Indexes, Output>;
  /** The field that holds the time of expiry: epoch seconds, or a Date. */
  readonly ttl?: {
    [Field in keyof Output]-?: NonNullable<Output[Field]> extends number | bigint | Date
      ? Field & string
      : never;
  }[keyof Output];
  /** By stored schema version (or `unversioned`): how an older item becomes one of the current shape. */
  readonly upcast?: { readonly [version: string]: Upcast };
}

/**
 * What `DBItem` answers: the class, or a sentence that no class can extend when a Date could not be read back.
 * The question is asked here and not of the parameter, where it costs each model 1,200 instantiations more.
 */
export type DefinedModel<Input, Output, Pk extends string, Sk extends string, Indexes> = [
  UnreadableDate<Input, Output>,
] extends [never]
  ? ModelClass<Input, Output, Pk, Sk, Indexes>
  : `the field ${UnreadableDate<Input, Output>} is a Date, which is stored as an ISO string that the schema does not accept; use one that takes both, such as z.coerce.date()`;

/** The fields that are Dates in the output and take no string as input. */
type UnreadableDate<Input, Output> = {
  [Field in keyof Output & string]-?: Date extends Output[Field]
    ? string extends Input[Field & keyof Input]
      ? never
      : Field
    : never;
}[keyof Output & string];

/**
 * Makes the class that a model extends: its key patterns and its schema, declared once.
 *
 * @example
 * class Story extends DBItem({
 *   pk: "USER#{owner}",
 *   sk: "STORY#{story_id}",
 *   schema: z.object({ owner: z.string(), story_id: z.string(), title: z.string() }),
 * }) {}
 *
 * @throws DynawrapError `pattern.invalid` or `model.invalid`.
 */
export function DBItem<
  Input extends object,
  Output extends object,
  const Pk extends string,
  const Sk extends string = never,
  // biome-ignore lint/complexity/noBannedTypes: no aliases at all, which is what {} says here.
  const Indexes extends IndexDefinitions = {},
>(definition: ModelDefinition<Input, Output, Pk, Sk, Indexes>): DefinedModel<Input, Output, Pk, Sk, Indexes> {
  const plain = definition as unknown as PlainDefinition;
  const label = plain.name ?? `the model with pk "${plain.pk}"`;
  const shape = modelShape(plain, label);
  const { key, fields, schemaVersion } = shape;
  const descriptions = new WeakMap<object, ModelDescription>();

  class Base extends ItemBase<ModelTypes> {
    /** None of its own: a model that no class extends is called by its pattern. */
    static override readonly name = "";
    static readonly pk = plain.pk;
    static readonly sk = plain.sk;
    static readonly indexes = plain.indexes ?? {};
    static readonly fields = fields;
    static readonly schemaVersion = schemaVersion;

    /** One for each class that extends this one. */
    static get [descriptionSlot](): ModelDescription {
      let own = descriptions.get(this);
      if (!own) {
        const name = plain.name ?? (this.name || label);
        const model = this as unknown as DescribedModel;
        const state = {
          guarded: false,
          plain: false,
          roundTripped: new Set<string>(),
          ttlIsDate: { value: false },
        };
        own = {
          ...shape,
          ...state,
          key: { ...key, model: name },
          name,
          model,
          base: Base.prototype,
          hydrate,
        };
        descriptions.set(this, own);
      }
      return own;
    }
    static get modelName(): string {
      return this[descriptionSlot].name;
    }
    static key(values: object): StoredKey {
      const { key } = this[descriptionSlot];
      return writeKey(key, keyValues(key.model, keyPatterns(key), values));
    }
    static prefix(values: object): StoredKey {
      const { key } = this[descriptionSlot];
      const { pk, sk } = writePrefix(key, keyValues(key.model, keyPatterns(key), values));
      return storedKey(pk, sk);
    }
    static matches(pk: string, sk?: string): boolean {
      return readKey(key, pk, sk) !== undefined;
    }
    static parseKey(pk: string, sk?: string): object | undefined {
      return readKey(key, pk, sk);
    }

    constructor(input: object) {
      super();
      // biome-ignore lint/correctness/noConstructorReturn: the first instance of a class comes back guarded.
      return construct(this, new.target, input) as this;
    }
  }
  return Base as never;
}

/** Values given for a key; an instance stands for its own values. */
export function keyValues(
  model: string,
  patterns: readonly Pattern[],
  values: object,
): Record<string, unknown> {
  if (!isItem(values)) checkKeyNames(model, patterns, values as Record<string, unknown>);
  return values as Record<string, unknown>;
}

/**
 * What the library knows of a model.
 *
 * @throws DynawrapError `model.invalid` for anything that is not a model class; `where` is what was asked.
 */
export function requireModel(model: unknown, where: string): ModelDescription {
  if (typeof model !== "function" || !(descriptionSlot in model)) {
    throw invalidModel(where, "give a model or an instance of one, no plain object");
  }
  return (model as unknown as DescribedModel)[descriptionSlot];
}

/** An instance of a model. */
export type ItemOf<AModel extends Model> = InstanceType<AModel>;
/** What a model's constructor takes. */
export type InputOf<AModel extends Model> = AModel["~types"]["input"];
/** The names of a model's fields. */
export type FieldOfModel<AModel extends Model> = keyof AModel["~types"]["fields"] & string;
/** The values of a model's whole key. */
export type KeyOf<AModel extends Model> = AModel["~types"]["key"];
/** The values that a query of a model takes, or one of an index. */
export type QueryKeyOf<AModel extends Model, Alias extends string = never> = [Alias] extends [never]
  ? AModel["~types"]["queryKey"]
  : AModel["~types"]["indexQueryKeys"][Alias & keyof AModel["~types"]["indexQueryKeys"]];
/** The aliases of a model's indexes. */
export type IndexOf<AModel extends Model> = keyof AModel["~types"]["indexes"] & string;
/** What `where` and `if` take. */
export type WhereOf<AModel extends Model> = AModel["~types"]["where"];

/** The values that a collection of models takes: the partition of each, and sort values that all of them have. */
export type CollectionKeyOf<AModel extends Model, Alias extends string = never> = CollectionKey<
  AModel extends Model
    ? [Alias] extends [never]
      ? AModel["~types"]["collectionKey"]
      : AModel["~types"]["indexCollectionKeys"][Alias & keyof AModel["~types"]["indexCollectionKeys"]]
    : never
>;

/** What a query yields: instances, or where fields are picked plain objects of these. */
export type ResultOf<AModel extends Model, Field extends string> = [Field] extends [never]
  ? ItemOf<AModel>
  : PickedOf<AModel, Field>;

/** A plain object of some fields, as they are stored. */
export type PickedOf<AModel extends Model, Field extends string> = StoredFields<
  Pick<AModel["~types"]["fields"], Field & keyof AModel["~types"]["fields"]>
>;

type StoredFields<Fields> = { [Field in keyof Fields]: StoredValue<Fields[Field]> };

/** The stored form of a value: a Date is its text, wherever it stands, and all else is itself. */
type StoredValue<Value> = Value extends Date
  ? string
  : Value extends Uint8Array | ReadonlySet<unknown>
    ? Value
    : Value extends object
      ? StoredFields<Value>
      : Value;
