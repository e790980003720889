import { invalidModel } from "./errors.js";
import type { IndexKey } from "./key.js";
import { type CheckedPattern, parsePattern } from "./pattern.js";

/** How a model stands in one index of its table: one pattern a side, or up to four for a multi-attribute key. */
export interface IndexDefinition {
  /** The table's name for the GSI or LSI. */
  readonly index: string;
  readonly pk: string | readonly string[];
  readonly sk?: string | readonly string[];
}

/** Indexes by alias, which is what code calls them. */
export interface IndexDefinitions {
  readonly [alias: string]: IndexDefinition;
}

/**
 * Parses the patterns of a model's indexes.
 *
 * @throws DynawrapError `pattern.invalid`, or `model.invalid` for a multi-attribute key of none or more than four.
 */
export function parseIndexes(indexes: IndexDefinitions, model: string): ReadonlyMap<string, IndexKey> {
  const parsed = new Map<string, IndexKey>();
  for (const [alias, { index, pk, sk = [] }] of Object.entries(indexes)) {
    const side = (patterns: string | readonly string[]) =>
      [patterns].flat().map((source) => parsePattern(source, model));
    const key = { index, pk: side(pk), sk: side(sk) };
    if (!index || key.pk.length < 1 || key.pk.length > 4 || key.sk.length > 4) {
      throw invalidModel(
        model,
        `\`${alias}\` needs the name of an index, and 1 to 4 patterns as pk (and sk)`,
      );
    }
    parsed.set(alias, key);
  }
  return parsed;
}

/** The indexes themselves when every pattern is sound, otherwise the same with the sentence where the fault is. */
export type CheckedIndexes<Indexes, Fields> = {
  readonly [Alias in keyof Indexes]: Indexes[Alias] extends CheckedIndex<Indexes[Alias], Fields>
    ? Indexes[Alias]
    : CheckedIndex<Indexes[Alias], Fields>;
};

type CheckedIndex<Index, Fields> = {
  readonly [Part in keyof Index]: Part extends "pk" | "sk" ? CheckedSide<Index[Part], Fields> : Index[Part];
};

type CheckedSide<Side, Fields> = Side extends string
  ? CheckedPattern<Side, Fields, null | undefined>
  : {
      readonly [Place in keyof Side]: Side[Place] extends string
        ? CheckedPattern<Side[Place], Fields, null | undefined>
        : Side[Place];
    };

/** The table's names of the indexes. */
export type IndexNamesIn<Indexes> = Given<Indexes[keyof Indexes], "index", never> & string;

/** The patterns on one side of an index; none where the index has no sort key. */
export type SideOf<Index, Side extends "pk" | "sk"> = Given<Index, Side, readonly []>;

/**
 * What a definition says there. Looked up, not matched with `extends { … }`: before TypeScript 7 a definition is still a
 * fresh object literal here, which fits no type that names fewer of its properties.
 */
type Given<Definition, Part, Otherwise> = Part extends keyof Definition ? Definition[Part] : Otherwise;
