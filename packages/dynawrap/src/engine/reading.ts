import type { AnyQueryOptions } from "../core/options.js";
import type { Explanation } from "../core/query.js";
import type { Condition } from "../values/condition.js";
import type { StoredItem } from "../values/stored-item.js";
import { underDeadline } from "./deadline.js";
import type { Call, Meter, Page, PageRequest, Position } from "./driver.js";
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

/** What is asked of a store for one page. */
export function requestOf(
  { reverse = false, consistent = false }: AnyQueryOptions,
  rest: Pick<PageRequest, "rows" | "after" | "filter" | "attributes">,
): PageRequest {
  return { reverse, consistent, ...rest };
}

/**
 * One way through a query's results. What it stands at is in its fields and not in its generator: a generator that waits holds
 * on to pages that it has long been done with.
 */
export class Reading<Row, Item> {
  /** Where reading ended for want of rows that may be examined, when there were more. */
  stopped: Position | undefined;
  readonly #source: QuerySource<Row, Item>;
  readonly #options: AnyQueryOptions;
  readonly #after: Position | undefined;
  readonly #operation: Operation;
  #time: number | undefined;
  /** Results that are still wanted. */
  #remaining: number;
  /** Rows asked for: what is wanted at first, and more when other rows stand between. */
  #rows: number;
  /** Rows that may still be examined, of each strand. */
  readonly #left = new Map<Strand<Row>, number>();
  readonly #running = new Map<Strand<Row>, Promise<readonly [Strand<Row>, Page<Row>]>>();
  /** The results of the last page that was read. */
  #found: readonly Found<Item>[] = [];
  /** What is begun when the reader comes back. */
  #next: (() => void) | undefined;

  constructor(
    store: Store<Row>,
    source: QuerySource<Row, Item>,
    options: AnyQueryOptions,
    { limit, after }: Extent,
    meters: Meter[],
  ) {
    this.#source = source;
    this.#options = options;
    this.#after = after;
    this.#time = options.deadline;
    this.#remaining = limit;
    this.#rows = limit;
    this.#operation = new Operation(store, source.subject);
    meters.push(this.#operation.meter);
  }

  /** The results by pages, none of which is empty. */
  async *pages(): AsyncGenerator<readonly Found<Item>[]> {
    let failure: unknown;
    try {
      await this.#begin();
      while (await this.#read()) yield this.#found;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      this.#operation.end(failure);
    }
  }

  async #begin(): Promise<void> {
    const { examine = Number.POSITIVE_INFINITY } = this.#options;
    const strands = await this.#wait((call) => this.#source.strands(call));
    for (const [place, strand] of strands.entries())
      this.#left.set(strand, share(examine, strands.length, place));
    for (const [strand, left] of this.#left) if (left > 0) this.#start(strand, this.#after);
  }

  #start(strand: Strand<Row>, after: Position | undefined): void {
    const { filter, attributes } = this.#source;
    const rows = Math.min(this.#rows, this.#left.get(strand) ?? 0);
    const request = requestOf(this.#options, { rows, after, filter, attributes });
    const page = this.#wait((call) => strand(request, call)).then((got) => [strand, got] as const);
    page.catch(() => {}); // when another strand fails first, nobody waits for this one
    this.#running.set(strand, page);
  }

  /** Reads on to the next page that has results. @returns whether there is one. */
  async #read(): Promise<boolean> {
    const { complete } = this.#source;
    this.#found = [];
    for (;;) {
      this.#next?.();
      this.#next = undefined;
      if (this.#running.size === 0 || this.#remaining <= 0) return false;
      const [strand, page] = await Promise.race(this.#running.values());
      this.#running.delete(strand);
      const left = (this.#left.get(strand) ?? 0) - page.examined;
      this.#left.set(strand, left);
      let found: readonly Found<Item>[] = this.#results(
        page,
        complete ? Number.POSITIVE_INFINITY : this.#remaining,
      );
      if (complete && found.length > 0) {
        const whole = await this.#wait((call) => complete(found, call));
        found = whole.slice(0, this.#remaining);
      }
      this.#remaining -= found.length;
      this.#operation.returned += found.length;
      this.#rows = Math.max(this.#remaining, this.#rows * 2, 25);
      if (page.next !== undefined && this.#remaining > 0) this.#goOn(strand, page.next, left);
      this.#found = found;
      if (found.length > 0) return true;
    }
  }

  /** One strand waits for its reader; of several each reads ahead by one page. */
  #goOn(strand: Strand<Row>, after: Position, left: number): void {
    if (left <= 0) this.stopped = after;
    else if (this.#left.size > 1) this.#start(strand, after);
    else this.#next = () => this.#start(strand, after);
  }

  #results(page: Page<Row>, most: number): Found<Item>[] {
    const found: Found<Item>[] = [];
    for (const row of page.rows) {
      if (found.length >= most) break;
      const item = this.#source.read(row);
      if (item !== undefined) found.push(item);
    }
    return found;
  }

  async #wait<Result>(run: (call: Call) => Promise<Result>): Promise<Result> {
    const { signal, deadline: whole } = this.#options;
    const started = Date.now();
    const name = this.#source.subject.operation;
    try {
      return await this.#operation.within(() =>
        underDeadline(name, { signal, deadline: this.#time, whole }, run, this.#operation.meter),
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
