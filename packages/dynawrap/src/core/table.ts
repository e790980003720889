import { DynawrapError, invalidModel } from "./errors.js";
import {
  indexAttributes,
  invalidTable,
  type KeyAttribute,
  type Projection,
  type TableIndex,
  type TableLayout,
  versionAttribute,
} from "./layout.js";
import { type Model, requireModel } from "./model.js";
import { literalLength, mayShareKey } from "./overlap.js";
import { placeModel } from "./placement.js";

/** The attribute of a key: its name, for text; with type N it holds numbers, which compare as numbers. */
export type KeyAttributeDefinition = string | { readonly name: string; readonly type?: "S" | "N" };

/** An index of a table: its key attributes, and what it holds of each item (`ALL` unless given). */
export interface TableIndexDefinition {
  /** An array, of up to four, is a multi-attribute key. */
  readonly pk: KeyAttributeDefinition | readonly KeyAttributeDefinition[];
  /** Left out for a hash-only index. */
  readonly sk?: KeyAttributeDefinition | readonly KeyAttributeDefinition[];
  readonly projection?: Projection;
  /** Whether it is a local secondary index: its partition key is the table's. */
  readonly local?: boolean;
}

export interface TableIndexDefinitions {
  readonly [index: string]: TableIndexDefinition;
}

/** What `Table` takes beside the name. */
export interface TableDefinition<Models extends readonly Model[], Indexes> {
  /** The models of the single-table design. A table that lists them takes no others. */
  readonly models?: ModelsOf<Models, keyof Indexes & string>;
  /** The partition key's attribute; `PK` unless given. */
  readonly pk?: KeyAttributeDefinition;
  /** The sort key's attribute; `SK` unless given, `false` for a table without one. */
  readonly sk?: KeyAttributeDefinition | false;
  /** The table's secondary indexes by name. */
  readonly indexes?: Indexes;
}

/** The models themselves, or a sentence in the place of one that uses an index which the table lacks. */
type ModelsOf<Models extends readonly Model[], Known extends string> = {
  readonly [Place in keyof Models]: [UnknownIndex<Models[Place]["~types"]["indexNames"], Known>] extends [
    never,
  ]
    ? Models[Place]
    : `a model uses the index ${UnknownIndex<Models[Place]["~types"]["indexNames"], Known>}, which the table does not have`;
};

/** The indexes that a table lacks; of any model at all nothing is known before run time. */
type UnknownIndex<Names extends string, Known extends string> = string extends Names
  ? never
  : Exclude<Names, Known>;

/**
 * A table whose layout differs from the default, or a single-table design that is to be known as a whole. It stands
 * wherever a table's name does.
 *
 * @example
 * const app = new Table("app", {
 *   models: [User, Story],
 *   indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } },
 * });
 *
 * @throws DynawrapError `table.invalid`; `model.invalid` for a model that cannot live in the layout; `model.overlap`.
 */
export class Table<
  const Models extends readonly Model[] = readonly Model[],
  // biome-ignore lint/complexity/noBannedTypes: no indexes at all, which is what {} says here.
  const Indexes extends TableIndexDefinitions = {},
> {
  readonly name: string;
  /** Empty where the table is open to any model. */
  readonly models: readonly Model[];
  /** What drivers read. */
  readonly layout: TableLayout;

  constructor(name: string, definition: TableDefinition<Models, Indexes> = {}) {
    const {
      pk = "PK",
      sk = "SK",
      models = [],
      indexes = {},
    } = definition as TableDefinition<readonly Model[], TableIndexDefinitions>;
    this.name = name;
    this.models = [...(models as readonly Model[])];
    const one = (given: KeyAttributeDefinition): KeyAttribute => keyAttribute(name, given);
    const layout = {
      name,
      pk: one(pk),
      sk: sk === false ? undefined : one(sk),
      indexes: new Map<string, TableIndex>(),
      bare: false,
    };
    for (const [index, given] of Object.entries(indexes)) {
      layout.indexes.set(index, tableIndex(layout, index, given));
    }
    this.layout = layout;
    checkAttributes(layout);
    checkModels(this);
  }

  /** Type information alone; nothing is there at run time. */
  get "~models"(): Models[number] {
    return undefined as never;
  }

  /** Type information alone, for `TableOf`. */
  "~takes"(_model: Models[number]): void {}
}

/** A table: by its name, or with its layout. */
export type AnyTable = string | Table<readonly Model[], TableIndexDefinitions>;

/** A table that takes a model: by its name, or with its layout. */
export type TableOf<AModel extends Model> =
  | string
  | { readonly layout: TableLayout; readonly "~takes": (model: AModel) => void };

/** The models that a table takes: any where it is a bare name or lists none. */
export type ModelIn<ATable> = ATable extends { readonly "~models": infer AModel extends Model }
  ? AModel
  : Model;

/** The items that a table takes. */
export type ItemIn<ATable> = InstanceType<ModelIn<ATable>>;

function keyAttribute(table: string, given: KeyAttributeDefinition): KeyAttribute {
  const { name, type = "S" } = typeof given === "string" ? { name: given } : (given ?? {});
  if (typeof name !== "string" || name === "" || name.length > 255 || name === versionAttribute) {
    throw invalidTable(table, `cannot have a key attribute called ${JSON.stringify(name)}`);
  }
  if (type !== "S" && type !== "N")
    throw invalidTable(table, `has a key \`${name}\` that is neither S nor N`);
  return { name, type };
}

function tableIndex(layout: TableLayout, name: string, given: TableIndexDefinition): TableIndex {
  const { pk, sk = [], projection = "ALL", local = false } = given;
  const side = (attributes: KeyAttributeDefinition | readonly KeyAttributeDefinition[]) =>
    [attributes].flat().map((attribute) => keyAttribute(layout.name, attribute as KeyAttributeDefinition));
  const index = { name, pk: side(pk), sk: side(sk), projection, local };
  const refuse = (problem: string): never => {
    throw invalidTable(layout.name, `has an index ${name} ${problem}`);
  };
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(name)) refuse("whose name is not 3 to 255 of A-Z a-z 0-9 . _ -");
  if (index.pk.length < 1 || index.pk.length > 4 || index.sk.length > 4)
    refuse("without 1 to 4 attributes a side");
  if (typeof projection === "string" ? !/^(ALL|KEYS_ONLY)$/.test(projection) : !Array.isArray(projection)) {
    refuse('whose projection is not "ALL", "KEYS_ONLY" or names');
  }
  if (local && (index.pk[0]?.name !== layout.pk.name || index.pk.length > 1 || index.sk.length !== 1)) {
    refuse(`that is local and has not the table's pk \`${layout.pk.name}\` with one sk of its own`);
  }
  return index;
}

/** One attribute has one type, and stands once in a key. */
function checkAttributes(layout: TableLayout): void {
  const types = new Map<string, string>();
  const keys = [
    [layout.pk, ...(layout.sk ? [layout.sk] : [])],
    ...[...layout.indexes.values()].map(indexAttributes),
  ];
  for (const key of keys) {
    if (new Set(key.map(({ name }) => name)).size < key.length) {
      throw invalidTable(layout.name, `has \`${key[0]?.name}\` twice in one key`);
    }
    for (const { name, type } of key) {
      if ((types.get(name) ?? type) !== type) {
        throw invalidTable(layout.name, `has \`${name}\` once as text and once as a number`);
      }
      types.set(name, type);
    }
  }
}

/** Whether the models can live here, and beside each other. */
function checkModels({ name: table, models, layout }: Table): void {
  const known = models.map((model) => requireModel(model, `"${table}"`));
  for (const [place, model] of known.entries()) {
    placeModel(model, layout);
    for (const other of known.slice(0, place)) {
      if (other.name === model.name) {
        throw invalidModel(
          model.name,
          `stands twice in the table "${table}"; give one of them another \`name\``,
        );
      }
      if (literalLength(other.key) !== literalLength(model.key) || !mayShareKey(other.key, model.key))
        continue;
      const message =
        `in the table "${table}" a key may fit ${other.name} as well, with as many literal characters; ` +
        "give one of them more";
      throw new DynawrapError("model.overlap", message, { model: model.name, other: other.name, table });
    }
  }
}
