import { DynawrapError } from "./errors.js";
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
  for (const [alias, { index, pk, sk }] of Object.entries(indexes)) {
    const side = (patterns: string | readonly string[], name: string) => {
      const list = typeof patterns === "string" ? [patterns] : patterns;
      if (!Array.isArray(list) || list.length < 1 || list.length > 4) {
        const message = `${model}: index \`${alias}\` has a ${name} of ${list?.length ?? "no"} patterns; an index key has one to four attributes.`;
        throw new DynawrapError("model.invalid", message, { model });
      }
      return list.map((source) => parsePattern(source, model));
    };
    if (typeof index !== "string" || index === "") {
      const message = `${model}: index \`${alias}\` does not say which index of the table it is: index: "GSI1".`;
      throw new DynawrapError("model.invalid", message, { model });
    }
    parsed.set(alias, { index, pk: side(pk, "partition key"), sk: sk === undefined ? [] : side(sk, "sort key") });
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
  : { readonly [Place in keyof Side]: Side[Place] extends string ? CheckedPattern<Side[Place], Fields, null | undefined> : Side[Place] };
