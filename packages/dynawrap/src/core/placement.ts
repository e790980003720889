import type { ModelDescription } from "./description.js";
import { invalidModel } from "./errors.js";
import type { IndexKey } from "./key.js";
import { type KeyAttribute, type TableIndex, type TableLayout, versionAttribute } from "./layout.js";
import type { Pattern } from "./pattern.js";

/** An attribute that holds a key, and the pattern that its value is written by. */
export interface KeyPart {
  readonly attribute: KeyAttribute;
  readonly pattern: Pattern;
  /** Whether the attribute is a field of the model, which is then stored once, in the form of the key. */
  readonly own: boolean;
}

/** How a model stands in one index. */
export interface PlacedIndex {
  readonly alias: string;
  readonly index: TableIndex;
  readonly pk: readonly KeyPart[];
  readonly sk: readonly KeyPart[];
}

/** How a model stands in a table: which attribute holds which of its patterns. */
export interface Placement {
  readonly model: ModelDescription;
  readonly layout: TableLayout;
  readonly pk: KeyPart;
  readonly sk: KeyPart | undefined;
  /** By the alias that code calls them. */
  readonly indexes: ReadonlyMap<string, PlacedIndex>;
  /** The key attributes of indexes that the library writes, and that are no fields. */
  readonly derived: ReadonlySet<string>;
}

/**
 * Finds the place of a model in a layout. A key attribute is one of three: a name that no field has; a field's own name,
 * where the pattern is that field; or the attribute of another key, where both patterns are equal.
 *
 * @throws DynawrapError `model.invalid` for anything else.
 */
export function placeModel(model: ModelDescription, layout: TableLayout): Placement {
  const { key, name, isField } = model;
  const at = layout.bare ? "a plain table name means the key PK, SK, but" : `in the table "${layout.name}"`;
  const parts = new Map<string, KeyPart>();
  const place = (attribute: KeyAttribute, pattern: Pattern): KeyPart => {
    const refuse = (problem: string): never => {
      throw invalidModel(name, `${at} the pattern "${pattern.source}" ${problem}`, attribute.name);
    };
    const lone = isLone(pattern) ? pattern.placeholders[0] : undefined;
    const known = parts.get(attribute.name);
    if (known && known.pattern.source !== pattern.source) {
      refuse(`stands in \`${attribute.name}\` with another, "${known.pattern.source}"`);
    }
    const own = isField(attribute.name);
    if (own && lone?.field !== attribute.name) refuse(`is not its field \`${attribute.name}\``);
    if (
      attribute.type === "N" &&
      !(lone && /^(text|integer)$/.test(lone.format.kind) && lone.format.width === 0)
    ) {
      refuse(`is no lone number, which \`${attribute.name}\` holds`);
    }
    const part = { attribute, pattern, own };
    parts.set(attribute.name, part);
    return part;
  };
  if (isField(versionAttribute))
    throw invalidModel(name, `${at} \`${versionAttribute}\` is taken`, versionAttribute);
  if ((layout.sk === undefined) !== (key.sk === undefined)) {
    throw invalidModel(
      name,
      `${at} ${key.sk ? "there is no sort key, and the model has an sk" : "the model has no sk"}`,
    );
  }
  const pk = place(layout.pk, key.pk);
  const sk = layout.sk && key.sk && place(layout.sk, key.sk);
  const indexes = new Map<string, PlacedIndex>();
  for (const [alias, given] of key.indexes) {
    const index = requireIndex(layout, alias, given, name, at);
    const side = (attributes: readonly KeyAttribute[], patterns: readonly Pattern[]) =>
      attributes.map((attribute, position) => place(attribute, patterns[position] as Pattern));
    indexes.set(alias, { alias, index, pk: side(index.pk, given.pk), sk: side(index.sk, given.sk) });
  }
  const derived = [...parts.values()].filter((part) => !part.own && part !== pk && part !== sk);
  const tableKey = new Set([layout.pk.name, layout.sk?.name]);
  const names = derived
    .map(({ attribute }) => attribute.name)
    .filter((attribute) => !tableKey.has(attribute));
  return { model, layout, pk, sk, indexes, derived: new Set(names) };
}

function requireIndex(
  layout: TableLayout,
  alias: string,
  { index, pk, sk }: IndexKey,
  model: string,
  at: string,
): TableIndex {
  const found = layout.indexes.get(index);
  if (!found) throw invalidModel(model, `${at} there is no index ${index}, which \`${alias}\` is of`);
  if (found.pk.length !== pk.length || found.sk.length !== sk.length) {
    const wanted = `${found.pk.length} patterns as pk and ${found.sk.length} as sk`;
    throw invalidModel(model, `${at} the index ${index} takes ${wanted}, and \`${alias}\` has others`);
  }
  return found;
}

/** Whether a pattern is one placeholder and nothing else. */
function isLone({ head, placeholders }: Pattern): boolean {
  return head === "" && placeholders.length === 1 && placeholders[0]?.after === "";
}

/** The index that a bare name stands for: `<index>PK`, and `<index>SK` where the model has one. */
export function bareIndex({ index, sk }: IndexKey): TableIndex {
  const attribute = (side: string): KeyAttribute => ({ name: `${index}${side}`, type: "S" });
  return {
    name: index,
    pk: [attribute("PK")],
    sk: sk.length > 0 ? [attribute("SK")] : [],
    projection: "ALL",
    local: false,
  };
}
