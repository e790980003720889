import type { ModelDescription } from "../core/description.js";
import type { Design } from "../core/design.js";
import { DynawrapError, isDynawrapError } from "../core/errors.js";
import type { TableIndex } from "../core/layout.js";
import type { OnError, UnknownRow } from "../core/options.js";
import type { Placement } from "../core/placement.js";
import type { KeyRange } from "../core/range.js";
import { getOwn, setOwn } from "../core/record.js";
import { keyText } from "../core/stored-key.js";
import { encodeAttributes } from "../values/attribute-encoder.js";
import { type Condition, readsOf } from "../values/condition.js";
import { holds } from "../values/condition-truth.js";
import { fromStoredItem, readFields, toInstance } from "../values/incoming-item.js";
import type { StoredItem } from "../values/stored-item.js";
import { isExpired } from "./expiry.js";
import { isInRange, positionOf } from "./position.js";

/** What is wanted of the rows that a read brings. */
export interface Selection {
  readonly design: Design;
  /** The models asked for, each with the part that it may stand in: everywhere without one. */
  readonly wanted: ReadonlyMap<ModelDescription, KeyRange | undefined>;
  readonly index: TableIndex | undefined;
  /** What the store could not be asked, and is looked at here. */
  readonly condition: Condition | undefined;
  readonly includeExpired: boolean;
  readonly clock: () => number;
  /** Plain objects of these fields, instead of instances. */
  readonly pick?: readonly string[] | undefined;
  /** Whether rows hold only a part of their items. */
  readonly partial: boolean;
  readonly onError: OnError;
  readonly unknown?: "throw" | ((row: UnknownRow) => void) | undefined;
}

/** What a stored item comes to: an instance or an object of some fields; `undefined` for what is not wanted. */
export function readRow(stored: StoredItem, selection: Selection): object | undefined {
  const { design, index, wanted, onError } = selection;
  const { layout } = design;
  try {
    const owner = ownerOf(stored, selection);
    if (owner === undefined || !wanted.has(owner)) return passOver(stored, selection);
    const range = wanted.get(owner);
    if (range && !isInRange(positionOf(stored, index, layout), range, index, layout)) return undefined;
    return readAs(stored, design.placement(owner), selection);
  } catch (error) {
    if (isDynawrapError(error, "item.misplaced") && layout.bare) return passOver(stored, selection);
    if (onError === "throw" || !isDynawrapError(error) || !/^item|^value/.test(error.code)) throw error;
    if (onError === "warn") console.warn(error.message);
    else if (typeof onError === "function") onError(error);
    return undefined;
  }
}

/** The model that has the item. One that is asked for by itself is asked first, so that most rows need no search. */
function ownerOf(stored: StoredItem, { design, wanted, unknown }: Selection): ModelDescription | undefined {
  if (wanted.size > 1 || unknown !== undefined) return design.owner(stored.key);
  const [model] = wanted.keys();
  return model && (design.rival(model, stored.key) ?? model);
}

function passOver(stored: StoredItem, { unknown, wanted }: Selection): undefined {
  if (unknown === undefined) return undefined;
  const { key, attributes } = stored;
  if (typeof unknown === "function") {
    unknown({ key, data: attributes });
    return undefined;
  }
  const models = Array.from(wanted.keys(), ({ name }) => name).join(", ");
  const message = `the item under ${keyText(key)} is none of them`;
  throw new DynawrapError("item.misplaced", message, { model: models, key });
}

function readAs(stored: StoredItem, placement: Placement, selection: Selection): object | undefined {
  const { condition, includeExpired, clock, pick, partial } = selection;
  const { model } = placement;
  const expires = !includeExpired && model.ttl;
  if (!condition && !pick && !expires) return fromStoredItem(stored, placement, partial);
  const found = readFields(stored, placement, partial);
  if (found === undefined) return undefined;
  const { known } = found;
  if (expires && isExpired(getOwn(known, expires), clock())) return undefined;
  if (condition) {
    const asked = someOf(known, readsOf(condition));
    if (!holds(condition, { wire: encodeAttributes(asked).wire, version: stored.version })) return undefined;
  }
  return pick ? someOf(known, pick) : toInstance(found, stored, placement, partial);
}

function someOf(known: Record<string, unknown>, fields: Iterable<string>): Record<string, unknown> {
  const some: Record<string, unknown> = {};
  for (const field of fields) {
    const value = getOwn(known, field);
    if (value !== undefined) setOwn(some, field, value);
  }
  return some;
}
