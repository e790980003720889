import { invalidOption } from "../core/errors.js";
import type { AnyQueryOptions, ReadOptions } from "../core/options.js";
import type { ItemPage, PageOptions, Query } from "../core/query.js";
import type { Meter } from "./driver.js";
import { consumedSoFar, newMeter } from "./meter.js";
import { type Found, type QuerySource, Reading, requestOf } from "./reading.js";
import type { Store } from "./store.js";

/**
 * A lazy query: each iteration starts from the beginning and holds one page of each strand. What is wrong with the
 * question is said by the first step of an iteration, before any I/O. The deadline counts the time that is spent waiting
 * for pages, not what the caller does between them.
 */
export function lazyQuery<Row, Item>(
  store: Store<Row>,
  question: () => QuerySource<Row, Item>,
  options: AnyQueryOptions,
): Query<Item> {
  const { limit = Number.POSITIVE_INFINITY } = options;
  const meters: Meter[] = [];
  const source = (): QuerySource<Row, Item> => {
    checkReadOptions(options);
    return question();
  };
  const read = (most: number): Reading<Row, Item> =>
    new Reading(store, source(), options, { limit: most, after: undefined }, meters);
  return {
    async *pages() {
      for await (const page of read(limit).pages()) yield page.map(({ item }) => item);
    },
    async *[Symbol.asyncIterator]() {
      for await (const page of read(limit).pages()) for (const { item } of page) yield item;
    },
    async all() {
      const items: Item[] = [];
      for await (const page of read(limit).pages()) for (const { item } of page) items.push(item);
      return items;
    },
    async first() {
      for await (const [found] of read(1).pages()) return found?.item;
      return undefined;
    },
    async count() {
      let count = 0;
      for await (const page of read(limit).pages()) count += page.length;
      return count;
    },
    page: (wanted) => readPage(store, source, options, wanted, meters),
    explain() {
      const asked = source();
      const { filter, attributes } = asked;
      return asked.explain(requestOf(options, { rows: limit, after: undefined, filter, attributes }));
    },
    get consumed() {
      const total = newMeter();
      for (const meter of meters) {
        for (const name of Object.keys(total) as (keyof Meter)[]) total[name] += meter[name];
      }
      return consumedSoFar(total);
    },
  };
}

/** One page for a reader. One result more is asked for, since only that shows whether there is a next page. */
async function readPage<Row, Item>(
  store: Store<Row>,
  source: () => QuerySource<Row, Item>,
  options: AnyQueryOptions,
  { size, cursor }: PageOptions,
  meters: Meter[],
): Promise<ItemPage<Item>> {
  if (!(Number.isInteger(size) && size >= 1))
    throw invalidOption("size", `is ${size}, not a whole number above 0`);
  const asked = source();
  const codec = asked.cursor;
  if (!codec) throw invalidOption("segments", "is more than 1, and pages need one order; leave it out");
  const after = cursor === undefined ? undefined : await codec.read(cursor);
  const most = Math.min(size, options.limit ?? size);
  const reading = new Reading(store, asked, options, { limit: most + 1, after }, meters);
  const found: Found<Item>[] = [];
  for await (const page of reading.pages()) found.push(...page);
  const items = found.slice(0, most).map(({ item }) => item);
  const last = found.length > most ? found[most - 1] : undefined;
  const position = last ? asked.position(last.stored) : reading.stopped;
  return position ? { items, cursor: await codec.write(position) } : { items };
}

/** @throws DynawrapError `option.invalid` */
function checkReadOptions({ limit, examine, onError = "throw" }: ReadOptions): void {
  for (const [name, value] of Object.entries({ limit, examine })) {
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
      throw invalidOption(name, `is ${value}, not a whole number above 0`);
    }
  }
  if (typeof onError !== "function" && !/^(throw|skip|warn)$/.test(onError)) {
    throw invalidOption("onError", 'is not "throw", "skip", "warn" or a function');
  }
}
