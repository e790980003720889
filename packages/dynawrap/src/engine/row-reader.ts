import type { ModelDescription } from "../core/description.js";
import type { Design } from "../core/design.js";
import { DynawrapError, isDynawrapError } from "../core/errors.js";
import { indexAttributes, type TableIndex } from "../core/layout.js";
import type { OnError, UnknownRow } from "../core/options.js";
import type { Placement } from "../core/placement.js";
import { compareUtf8, type KeyRange } from "../core/range.js";
import { getOwn, setOwn } from "../core/record.js";
import { keyText } from "../core/stored-key.js";
import { encodeAttributes } from "../values/attribute-encoder.js";
import { type Condition, readsOf } from "../values/condition.js";
import { holds } from "../values/condition-truth.js";
import { fromStoredItem, readFields, toInstance } from "../values/incoming-item.js";
import { compareNumbers } from "../values/number.js";
import type { StoredItem } from "../values/stored-item.js";
import type { Position } from "./driver.js";
import { isExpired } from "./expiry.js";

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
  const { design, wanted, onError } = selection;
  try {
    const owner = ownerOf(stored, selection);
    if (owner === undefined || !wanted.has(owner)) return passOver(stored, selection);
    const range = wanted.get(owner);
    if (range && !inRange(stored, range, selection)) return undefined;
    return readAs(stored, design.placement(owner), selection);
  } catch (error) {
    if (isDynawrapError(error, "item.misplaced") && design.layout.bare) return passOver(stored, selection);
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

/** Where a stored item stands in the order of the table, or of an index. */
export function positionOf(
  { key, attributes }: StoredItem,
  index: TableIndex | undefined,
  design: Design,
): Position {
  if (!index) return { key };
  const { layout } = design;
  const texts = indexAttributes(index).map(({ name }) => {
    if (name === layout.pk.name) return key.PK;
    if (name === layout.sk?.name) return key.SK ?? "";
    return String(getOwn(attributes, name));
  });
  return { key, index: texts };
}

/** Whether a row lies in a range; drivers may bring one that stands at an exclusive bound. */
export function inRange(
  stored: StoredItem,
  range: KeyRange,
  { index, design }: Pick<Selection, "index" | "design">,
): boolean {
  const { sort } = range;
  if (sort.kind === "equal") return sortText(stored, range, index, design).text === sort.text;
  if (sort.kind === "prefix")
    return sort.text === "" || sortText(stored, range, index, design).text.startsWith(sort.text);
  return isWithin(sortText(stored, range, index, design), sort);
}

/** Whether a sort key's text, or number, lies between the bounds. */
export function isWithin(
  { text, numeric }: { readonly text: string; readonly numeric: boolean },
  { from, to }: Extract<KeyRange["sort"], { kind: "span" }>,
): boolean {
  const compare = numeric ? compareNumbers : compareUtf8;
  const above = from ? compare(text, from.text) : 1;
  const below = to ? compare(text, to.text) : -1;
  return (above > 0 || (above === 0 && !!from?.inclusive)) && (below < 0 || (below === 0 && !!to?.inclusive));
}

/** The text of the sort-key attribute that a range's condition is on. */
function sortText(
  stored: StoredItem,
  { leading }: KeyRange,
  index: TableIndex | undefined,
  design: Design,
): { readonly text: string; readonly numeric: boolean } {
  const attribute = index ? index.sk[leading.length] : design.layout.sk;
  const { key, index: texts } = positionOf(stored, index, design);
  const text = texts && index ? texts[index.pk.length + leading.length] : key.SK;
  return { text: text ?? "", numeric: attribute?.type === "N" };
}
