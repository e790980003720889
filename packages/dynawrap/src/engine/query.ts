import { invalidOption } from "../core/errors.js";
import type { AnyQueryOptions, ReadOptions } from "../core/options.js";
import type { Explanation, ItemPage, PageOptions, Query } from "../core/query.js";
import type { Condition } from "../values/condition.js";
import type { StoredItem } from "../values/stored-item.js";
import { underDeadline } from "./deadline.js";
import type { Call, Meter, Page, PageRequest, Position } from "./driver.js";
import { consumedSoFar, newMeter } from "./meter.js";
import { Operation } from "./operation.js";
import type { Store } from "./store.js";
import type { OperationSubject } from "./subject.js";

/** One result, and the row that it came of, behind which a reader goes on after it. */
export class Found<Item> {
  readonly item: Item;
  readonly stored: StoredItem;

  constructor(item: Item, stored: StoredItem) {
    this.item = item;
    this.stored = stored;
  }
}

/** One line of pages: a query has one, a scan as many as it has segments. */
export type Strand<Row> = (request: PageRequest, call: Call) => Promise<Page<Row>>;

/** What a query reads with. */
export interface QuerySource<Row, Item> {
  readonly subject: OperationSubject;
  readonly strands: (call: Call) => Promise<readonly Strand<Row>[]>;
  readonly filter: Condition | undefined;
  /** The attributes that are needed of each row; all unless given. */
  readonly attributes: readonly string[] | undefined;
  readonly read: (row: Row) => Found<Item> | undefined;
  /** Where a row stands among those that are read. */
  readonly position: (stored: StoredItem) => Position;
  /** What makes whole items of those on a page, where its rows do not hold them. */
  readonly complete?:
    | ((found: readonly Found<Item>[], call: Call) => Promise<readonly Found<Item>[]>)
    | undefined;
  /** `undefined` where there is no one place to go on from. */
  readonly cursor: CursorCodec | undefined;
  readonly explain: (request: PageRequest) => Explanation;
}

/** How a place becomes a cursor of this query, and back. */
export interface CursorCodec {
  readonly write: (position: Position) => Promise<string>;
  /** @throws DynawrapError `cursor.invalid` */
  readonly read: (cursor: unknown) => Promise<Position>;
}

/** How far one reading of a query goes. */
interface Extent {
  readonly limit: number;
  readonly after: Position | undefined;
}

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

function requestOf(
  { reverse = false, consistent = false }: AnyQueryOptions,
  rest: Pick<PageRequest, "rows" | "after" | "filter" | "attributes">,
): PageRequest {
  return { reverse, consistent, ...rest };
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

/** One way through a query's results. */
class Reading<Row, Item> {
  /** Where reading ended for want of rows that may be examined, when there were more. */
  stopped: Position | undefined;
  readonly #store: Store<Row>;
  readonly #source: QuerySource<Row, Item>;
  readonly #options: AnyQueryOptions;
  readonly #extent: Extent;
  readonly #meters: Meter[];
  #time: number | undefined;

  constructor(
    store: Store<Row>,
    source: QuerySource<Row, Item>,
    options: AnyQueryOptions,
    extent: Extent,
    meters: Meter[],
  ) {
    this.#store = store;
    this.#source = source;
    this.#options = options;
    this.#extent = extent;
    this.#meters = meters;
    this.#time = options.deadline;
  }

  async *pages(): AsyncGenerator<Found<Item>[]> {
    const operation = new Operation(this.#store, this.#source.subject);
    this.#meters.push(operation.meter);
    let failure: unknown;
    try {
      for await (const page of this.#pages(operation)) {
        operation.returned += page.length;
        yield page;
      }
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      operation.end(failure);
    }
  }

  async *#pages(operation: Operation): AsyncGenerator<Found<Item>[]> {
    const { filter, attributes, complete } = this.#source;
    const { examine = Number.POSITIVE_INFINITY } = this.#options;
    const strands = await this.#wait(operation, (call) => this.#source.strands(call));
    let remaining = this.#extent.limit;
    /** Rows asked for: what is wanted at first, and more when other rows stand between. */
    let rows = remaining;
    const left = new Map(strands.map((strand, place) => [strand, share(examine, strands.length, place)]));
    const running = new Map<Strand<Row>, Promise<readonly [Strand<Row>, Page<Row>]>>();
    const start = (strand: Strand<Row>, after: Position | undefined): void => {
      const most = Math.min(rows, left.get(strand) ?? 0);
      const request = requestOf(this.#options, { rows: most, after, filter, attributes });
      const page = this.#wait(operation, (call) => strand(request, call));
      page.catch(() => {}); // when another strand fails first, nobody waits for this one
      running.set(
        strand,
        page.then((got) => [strand, got] as const),
      );
      running.get(strand)?.catch(() => {});
    };
    for (const strand of strands) if ((left.get(strand) ?? 0) > 0) start(strand, this.#extent.after);
    while (running.size > 0) {
      const [strand, page] = await Promise.race(running.values());
      running.delete(strand);
      left.set(strand, (left.get(strand) ?? 0) - page.examined);
      let found: readonly Found<Item>[] = this.#readRows(
        page,
        complete ? Number.POSITIVE_INFINITY : remaining,
      );
      if (complete && found.length > 0) found = await this.#wait(operation, (call) => complete(found, call));
      const items = found.slice(0, remaining);
      remaining -= items.length;
      rows = Math.max(remaining, rows * 2, 25);
      const goesOn = page.next !== undefined && remaining > 0;
      const allowed = (left.get(strand) ?? 0) > 0;
      if (goesOn && !allowed) this.stopped = page.next;
      // One strand waits for its reader; of several each reads ahead by one page.
      if (goesOn && allowed && strands.length > 1) start(strand, page.next);
      if (items.length > 0) yield items;
      if (goesOn && allowed && strands.length === 1) start(strand, page.next);
      if (remaining <= 0) return;
    }
  }

  #readRows(page: Page<Row>, most: number): Found<Item>[] {
    const found: Found<Item>[] = [];
    for (const row of page.rows) {
      if (found.length >= most) break;
      const item = this.#source.read(row);
      if (item !== undefined) found.push(item);
    }
    return found;
  }

  async #wait<Result>(operation: Operation, run: (call: Call) => Promise<Result>): Promise<Result> {
    const { signal, deadline: whole } = this.#options;
    const started = Date.now();
    const name = this.#source.subject.operation;
    try {
      return await operation.within(() =>
        underDeadline(name, { signal, deadline: this.#time, whole }, run, operation.meter),
      );
    } finally {
      if (this.#time !== undefined) this.#time = Math.max(1, this.#time - (Date.now() - started));
    }
  }
}

/** What of a number falls to one of several. */
function share(total: number, of: number, place: number): number {
  if (!Number.isFinite(total)) return total;
  return Math.floor(total / of) + (place < total % of ? 1 : 0);
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
