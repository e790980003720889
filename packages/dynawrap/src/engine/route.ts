import type { TableIndex, TableLayout } from "../core/layout.js";
import type { AnyQueryOptions } from "../core/options.js";
import { type KeyRange, type SortCondition, stretches } from "../core/range.js";
import type { Call, Driver, Page, PageRequest } from "./driver.js";
import { isInRange } from "./position.js";

/** A range, and the ranges that reading it takes, in the order of reading. */
export interface Route {
  readonly range: KeyRange;
  readonly stretches: readonly KeyRange[];
}

/**
 * The way through a range, around its gaps. Where the number of rows that may be read is bounded it goes through them:
 * to go around a gap, all that stands before it must have been read. Then all backends have to look at the same rows.
 */
export function routeOf(range: KeyRange, { reverse, examine }: AnyQueryOptions): Route {
  if (examine !== undefined) return { range, stretches: [withBounds(range)] };
  return { range, stretches: reverse ? stretches(range).toReversed() : stretches(range) };
}

/** A range with the rows at its bounds: DynamoDB has no operator for two bounds but BETWEEN, which includes both. */
function withBounds(range: KeyRange): KeyRange {
  const { sort } = range;
  if (sort.kind !== "span" || !sort.from?.text || !sort.to) return range;
  const [from, to] = [sort.from, sort.to].map(({ text }) => ({ text, inclusive: true }));
  return { ...range, sort: { ...sort, from, to } };
}

/** A page of a range; one that ends its stretch goes on with rows of the next. */
export async function readRange<Row>(
  driver: Driver<Row>,
  layout: TableLayout,
  index: TableIndex | undefined,
  { range, stretches: ways }: Route,
  request: PageRequest,
  call: Call,
): Promise<Page<Row>> {
  const { after } = request;
  const holds = ({ sort, ...way }: KeyRange): boolean => {
    const between: SortCondition = sort.kind === "span" ? { ...sort, gaps: [] } : sort;
    return !after || isInRange(after, { ...way, sort: between }, index, layout);
  };
  let place = ways.length > 1 ? ways.findIndex(holds) : 0;
  // A reader whose rows were bounded may have stopped in a gap: from there it is the range as a whole.
  if (place < 0) return driver.page(layout, index, range, request, call);
  let page = await driver.page(layout, index, ways[place] as KeyRange, request, call);
  while (!page.next && ++place < ways.length) {
    const rest = { ...request, after: undefined, rows: Math.max(1, request.rows - page.rows.length) };
    const more = await driver.page(layout, index, ways[place] as KeyRange, rest, call);
    page = { ...more, rows: [...page.rows, ...more.rows], examined: page.examined + more.examined };
  }
  return page;
}
