import type { ModelDescription } from "../core/description.js";
import { type Design, designOf } from "../core/design.js";
import { DynawrapError, invalidOption } from "../core/errors.js";
import { keyPatterns, writeKey } from "../core/key.js";
import { type KeyParts, numberKey, writeRange } from "../core/key-range.js";
import type { TableIndex, TableLayout } from "../core/layout.js";
import { keyValues, requireModel } from "../core/model.js";
import type { Placeholder } from "../core/pattern.js";
import type { KeyPart, PlacedIndex, Placement } from "../core/placement.js";
import type { KeyRange } from "../core/range.js";
import { getOwn } from "../core/record.js";
import { type StoredKey, storedKey } from "../core/stored-key.js";
import type { AnyTable } from "../core/table.js";
import { checkKeyBytes, checkRangeBytes } from "./key-limits.js";
import type { Store } from "./store.js";

/** Where a query looks: an index, or the table; and at which part of it. */
export interface Asked {
  readonly index: TableIndex | undefined;
  readonly range: KeyRange;
}

/**
 * What is asked of a table about one model. Making one, and asking it for a key, says whatever is wrong with the
 * question, before any I/O.
 */
export class Question<Row> {
  readonly design: Design;
  readonly model: ModelDescription;
  readonly placement: Placement;
  readonly #store: Store<Row>;

  /** @throws DynawrapError `table.invalid`, or `model.invalid` for what is no model, or cannot live in the table. */
  constructor(store: Store<Row>, table: AnyTable, model: unknown) {
    this.#store = store;
    const name = typeof table === "object" ? table?.name : table;
    this.model = requireModel(model, `"${String(name)}"`);
    this.design = designOf(table, [this.model]);
    checkLayout(store, this.design.layout);
    this.placement = this.design.placement(this.model);
  }

  get layout(): TableLayout {
    return this.design.layout;
  }

  /** The whole key of these values. @throws DynawrapError `key.*` */
  key(values: object): StoredKey {
    const { key, name } = this.model;
    const given = keyValues(name, keyPatterns(key), values);
    const written = writeKey(key, given);
    const { pk, sk } = this.placement;
    // A numeric attribute holds a number as such, whatever the pattern makes of it.
    const text = ({ attribute, pattern }: KeyPart, made: string): string =>
      attribute.type === "N"
        ? numberKey(name, pattern.placeholders[0] as Placeholder, (field) => getOwn(given, field))
        : made;
    const stored = storedKey(text(pk, written.PK), sk && text(sk, written.SK ?? ""));
    checkKeyBytes(stored, this.layout, this.#store.driver.capabilities);
    return stored;
  }

  /** The part of the table, or of an index, that a query by these values reads. @throws DynawrapError `key.*` */
  asked(values: object, alias: string | undefined): Asked {
    const placed = alias === undefined ? undefined : indexOf(this.placement, alias);
    const parts = placed ?? tableKeyParts(this.placement);
    const patterns = [...parts.pk, ...parts.sk].map(({ pattern }) => pattern);
    // Values of an index, asked of the table: what is missing says which index would serve.
    const lacking =
      !placed &&
      this.placement.pk.pattern.placeholders.some(({ field }) => getOwn(Object(values), field) === undefined);
    const others = lacking
      ? [...this.model.key.indexes.values()].flatMap(({ pk, sk }) => [...pk, ...sk])
      : [];
    const given = keyValues(this.model.name, [...patterns, ...others], values);
    const range = writeRange(this.model.key, parts, given);
    const { keyBytes, indexBytes } = this.#store.driver.capabilities;
    checkRangeBytes(range, parts, placed ? indexBytes : keyBytes);
    return { index: placed?.index, range };
  }
}

/** The key attributes of the table, with the model's patterns. */
export function tableKeyParts({ pk, sk }: Placement): KeyParts {
  return { pk: [pk], sk: sk ? [sk] : [] };
}

/** How the model stands in an index. @throws DynawrapError `option.invalid` for an alias that it does not declare. */
export function indexOf({ indexes, model }: Placement, alias: string): PlacedIndex {
  const placed = indexes.get(alias);
  if (placed) return placed;
  const known = [...indexes.keys()].join(", ") || "none";
  throw invalidOption(
    "index",
    `is ${JSON.stringify(String(alias))}, which ${model.name} does not declare; it has ${known}`,
  );
}

/** Whether a backend can have such a table. @throws DynawrapError `table.invalid` or `backend.unsupported` */
export function checkLayout<Row>({ driver }: Store<Row>, layout: TableLayout): void {
  driver.checkTable(layout);
  if (driver.capabilities.multiAttributeKeys) return;
  for (const { name, pk, sk } of layout.indexes.values()) {
    if (pk.length <= 1 && sk.length <= 1) continue;
    const message = `This backend has no keys of several attributes, which the index ${name} has`;
    throw new DynawrapError("backend.unsupported", message, { capability: "multiAttributeKeys" });
  }
}
