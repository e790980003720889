import { DynawrapError } from "./errors.js";

/** An attribute that holds a key, or a part of one: text, or a number. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N";
}

/** What of each item an index holds, beside the keys: all of it, nothing, or the named attributes. */
export type Projection = "ALL" | "KEYS_ONLY" | readonly string[];

/** An index of a table; more than one attribute on a side is a multi-attribute key. */
export interface TableIndex {
  readonly name: string;
  readonly pk: readonly KeyAttribute[];
  /** None for a hash-only index. */
  readonly sk: readonly KeyAttribute[];
  readonly projection: Projection;
  /** Whether it is a local secondary index, which shares the table's partition key and can be read consistently. */
  readonly local: boolean;
}

/** The attributes that a table keeps its keys in: what a driver needs to know of a table. */
export interface TableLayout {
  readonly name: string;
  readonly pk: KeyAttribute;
  /** `undefined` for a table without a sort key. */
  readonly sk: KeyAttribute | undefined;
  readonly indexes: ReadonlyMap<string, TableIndex>;
  /** Whether it was made of a bare name, so that nobody has said which indexes the table has. */
  readonly bare: boolean;
}

/** The attribute of the schema version; no field and no key may have its name. */
export const versionAttribute = "schema_version";

/** The layout that a bare name stands for: `PK`, `SK`, and `<index>PK`, `<index>SK` for each index. */
export function bareLayout(name: string, indexes: Iterable<TableIndex> = []): TableLayout {
  return {
    name,
    pk: { name: "PK", type: "S" },
    sk: { name: "SK", type: "S" },
    indexes: new Map(Array.from(indexes, (index) => [index.name, index])),
    bare: true,
  };
}

/** The attributes of an index, those of the partition key first. */
export function indexAttributes({ pk, sk }: TableIndex): readonly KeyAttribute[] {
  return [...pk, ...sk];
}

/** A table that cannot be, or is not what it should be. */
export function invalidTable(
  table: string,
  problem: string,
  cause?: unknown,
): DynawrapError<"table.invalid"> {
  return new DynawrapError("table.invalid", `the table "${table}" ${problem}`, { table }, cause);
}
