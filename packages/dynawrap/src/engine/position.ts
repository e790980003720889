import { indexAttributes, type TableIndex, type TableLayout } from "../core/layout.js";
import { compareUtf8, type KeyRange, type Span } from "../core/range.js";
import { getOwn } from "../core/record.js";
import { compareNumbers } from "../values/number.js";
import type { StoredItem } from "../values/stored-item.js";
import type { Position } from "./driver.js";

/** Where a row stands, in the order of the table or of an index. */
export function positionOf(
  { key, attributes }: StoredItem,
  index: TableIndex | undefined,
  { pk, sk }: TableLayout,
): Position {
  if (!index) return { key };
  const texts = indexAttributes(index).map(({ name }) => {
    if (name === pk.name) return key.PK;
    if (name === sk?.name) return key.SK ?? "";
    return String(getOwn(attributes, name));
  });
  return { key, index: texts };
}

/** Whether a place of a range's partition lies in the range; drivers bring what stands in its gaps, or at a bound. */
export function isInRange(
  position: Position,
  range: KeyRange,
  index: TableIndex | undefined,
  layout: TableLayout,
): boolean {
  const { sort } = range;
  if (sort.kind === "prefix" && sort.text === "") return true;
  const text = sortText(position, range, index);
  if (sort.kind === "equal") return text === sort.text;
  if (sort.kind === "prefix") return text.startsWith(sort.text);
  const attribute = index ? index.sk[range.leading.length] : layout.sk;
  return isWithin({ text, numeric: attribute?.type === "N" }, sort);
}

/** Whether reading a range may end at a place: it lies in the partition, and between the bounds or at one of them. */
export function isReached(
  position: Position,
  range: KeyRange,
  index: TableIndex | undefined,
  layout: TableLayout,
): boolean {
  const { key, index: texts } = position;
  const pk = texts && index ? texts.slice(0, index.pk.length) : [key.PK];
  const sk = texts && index ? texts.slice(index.pk.length) : [key.SK ?? ""];
  if (pk.some((text, place) => text !== range.pk[place])) return false;
  if (range.leading.some((text, place) => text !== sk[place])) return false;
  if (range.sort.kind !== "span") return isInRange(position, range, index, layout);
  const { from, to } = range.sort;
  const sort: Span = {
    kind: "span",
    from: from && { ...from, inclusive: true },
    to: to && { ...to, inclusive: true },
  };
  return isInRange(position, { ...range, sort }, index, layout);
}

/** Whether a sort key's text, or number, lies between the bounds and in none of the gaps. */
export function isWithin(
  { text, numeric }: { readonly text: string; readonly numeric: boolean },
  { from, to, gaps = [] }: Span,
): boolean {
  const compare = numeric ? compareNumbers : compareUtf8;
  const above = from ? compare(text, from.text) : 1;
  const below = to ? compare(text, to.text) : -1;
  if (above < 0 || (above === 0 && !from?.inclusive) || below > 0 || (below === 0 && !to?.inclusive))
    return false;
  return !gaps.some((gap) => compareUtf8(text, gap.from) >= 0 && compareUtf8(text, gap.until) < 0);
}

/** The text of the sort-key attribute that a range's condition is on. */
function sortText(
  { key, index: texts }: Position,
  { leading }: KeyRange,
  index: TableIndex | undefined,
): string {
  const text = texts && index ? texts[index.pk.length + leading.length] : key.SK;
  return text ?? "";
}
