import { existsSync, readdirSync, readFileSync } from "node:fs";

/** An attribute in DynamoDB's form, as JSON holds it. */
export type Wire = Readonly<Record<string, unknown>>;
/** An item as the table has it: every attribute, those of the keys included. */
export type WireItem = Readonly<Record<string, Wire>>;

/** A partition key and a sort key, as texts; tables without a sort key have none. */
export type Key = readonly [pk: string, sk?: string | null];

export interface EntityKey {
  readonly pk: string;
  readonly sk?: string | null;
}

export interface Entity extends EntityKey {
  readonly name: string;
  readonly gsi?: Readonly<Record<string, EntityKey>>;
}

export interface IndexOfDesign {
  readonly name: string;
  readonly pk: string;
  readonly sk?: string | null;
  readonly projection?: string | readonly string[];
}

export interface TableOfDesign {
  readonly name: string;
  readonly pk: string;
  readonly sk?: string | null;
  readonly keyTypes?: Readonly<Record<string, string>>;
  readonly gsis: readonly IndexOfDesign[];
}

type Scalar = string | number;
export type Operator = "=" | "<" | "<=" | ">" | ">=" | "begins_with" | "between";

/** A question to the table as DynamoDB would be asked it. */
export interface RawQuestion {
  readonly pk?: Scalar;
  readonly sk?: readonly [Operator, Scalar, Scalar?];
  readonly filter?: readonly [attribute: string, op: "=" | "exists", value: unknown];
  readonly limit?: number;
  readonly forward?: boolean;
}

export interface Expected {
  readonly count: number;
  readonly scannedCount: number;
  readonly keys?: readonly Key[];
  readonly firstKeys?: readonly Key[];
  readonly lastKeys?: readonly Key[];
  readonly order?: "unspecified";
  readonly orderAmongTies?: "unspecified";
}

export interface AccessPattern {
  readonly id: string;
  readonly description: string;
  readonly operation: string;
  readonly index: string | null;
  readonly q?: RawQuestion;
  readonly entities?: readonly string[];
  readonly expected?: Expected;
}

/** What the keys of one item say of it. */
export interface Recognised {
  readonly key: Key;
  readonly entity: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A design with items: a folder of `cases.json`, `items.ndjson` and mostly `item_entities.ndjson`. */
export interface DesignFolder {
  readonly name: string;
  readonly table: TableOfDesign;
  readonly entities: readonly Entity[];
  readonly patterns: readonly AccessPattern[];
  readonly items: readonly WireItem[];
  readonly recognised: readonly Recognised[] | undefined;
}

export interface FieldOfEntity {
  readonly name: string;
  readonly type: string;
  readonly required?: boolean;
}

export interface McpEntity extends Entity {
  readonly table: string;
  readonly fields: readonly FieldOfEntity[];
}

export interface McpCondition {
  readonly field: string;
  readonly operator?: string;
  readonly function?: string;
  readonly param?: string;
  readonly param2?: string;
  readonly params?: readonly string[];
}

export interface McpPattern {
  readonly id: number;
  readonly name: string;
  readonly entity?: string;
  readonly operation: string;
  readonly index: string | null;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly rangeCondition?: string;
  readonly filter?: { readonly conditions: readonly McpCondition[]; readonly logical_operator?: string };
  readonly returns: string;
  readonly transact?: readonly {
    readonly entity: string;
    readonly action: string;
    readonly condition?: string;
  }[];
}

/** A key as a sample must produce it: text, a number, nothing, or not at all for want of fields. */
export type SampleKey = string | null | { readonly N: string } | { readonly missing: readonly string[] };

export interface Sample {
  readonly item: Readonly<Record<string, unknown>>;
  readonly keys: {
    readonly pk: SampleKey;
    readonly sk: SampleKey;
    readonly gsi: Readonly<Record<string, { readonly pk: SampleKey; readonly sk: SampleKey }>>;
  };
}

export interface Samples {
  readonly sample_data: Sample;
  readonly access_pattern_data?: Sample;
  readonly update_data?: Readonly<Record<string, unknown>>;
}

/** A design with samples in place of items, which may have several tables. */
export interface McpFolder {
  readonly name: string;
  readonly tables: readonly TableOfDesign[];
  readonly entities: readonly McpEntity[];
  readonly patterns: readonly McpPattern[];
  readonly samples: Readonly<Record<string, Samples>>;
  /** What the filters of an entity's patterns are given, by parameter. */
  readonly filterValues: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Data that is kept beside the repository, and what this folder has of the same kind. */
const roots = [new URL("../../../../../shared/cases/", import.meta.url), new URL("own/", import.meta.url)];

const read = (folder: URL, file: string): any => JSON.parse(readFileSync(new URL(file, folder), "utf8"));

function lines(folder: URL, file: string): any[] | undefined {
  const place = new URL(file, folder);
  if (!existsSync(place)) return undefined;
  const text = readFileSync(place, "utf8");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line, binary));
}

/** Bytes stand in JSON as base64; the stores take them as they are. */
function binary(type: string, value: unknown): unknown {
  if (type === "B" && typeof value === "string") return new Uint8Array(Buffer.from(value, "base64"));
  if (type === "BS" && Array.isArray(value))
    return value.map((member) => new Uint8Array(Buffer.from(member, "base64")));
  return value;
}

const folders = roots
  .filter((root) => existsSync(root))
  .flatMap((root) =>
    readdirSync(root)
      .sort()
      .map((name) => ({ name, place: new URL(`${name}/`, root) })),
  )
  .filter(({ place }) => existsSync(new URL("cases.json", place)));

export const designFolders: readonly DesignFolder[] = folders.flatMap(({ name, place }) => {
  const items = lines(place, "items.ndjson");
  if (items === undefined) return [];
  return { ...read(place, "cases.json"), name, items, recognised: lines(place, "item_entities.ndjson") };
});

export const mcpFolders: readonly McpFolder[] = folders.flatMap(({ name, place }) => {
  const cases = read(place, "cases.json");
  if (cases.samples === undefined) return [];
  const usage = existsSync(new URL("usage_data.json", place)) ? read(place, "usage_data.json").entities : {};
  const filterValues = Object.fromEntries(
    cases.entities.map((entity: Entity) => [entity.name, usage[entity.name]?.filter_values ?? {}]),
  );
  return { ...cases, name, filterValues };
});

/** One folder, where it is present: tests of what is special about it are gated on it. */
export function designFolder(name: string): DesignFolder | undefined {
  return designFolders.find((folder) => folder.name === name);
}

/** The files of a folder that has no `cases.json`, by name; empty where the folder is not there. */
export function jsonFiles(folder: string): Readonly<Record<string, any>> {
  const place = new URL(`${folder}/`, roots[0]);
  if (!existsSync(place)) return {};
  return Object.fromEntries(readdirSync(place).map((file) => [file, read(place, file)]));
}
