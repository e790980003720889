import type { Consumed } from "./observer.js";

/** A page of results for a reader who will come back for the next. */
export interface ItemPage<Item> {
  readonly items: readonly Item[];
  /** Where to go on; left out when there is no more. */
  readonly cursor?: string;
}

export interface PageOptions {
  /** At most so many results, from 1. */
  readonly size: number;
  /** The cursor of the page before; left out for the first. */
  readonly cursor?: string | undefined;
}

/** What a query asks, for a reader. */
export interface Explanation {
  /** The key condition in words. */
  readonly text: string;
  /** The first request as the backend sends it. */
  readonly request: object;
}

/**
 * A question that has not been asked yet: each iteration asks it anew, page by page, holding one page.
 * Order is by the UTF-8 bytes of the sort key (by number for a numeric key), on every backend.
 */
export interface Query<Item> extends AsyncIterable<Item> {
  /** All results at once. */
  all(): Promise<Item[]>;
  /** The first result, or `undefined`. */
  first(): Promise<Item | undefined>;
  /** How many results there are; all of them are read for it. */
  count(): Promise<number>;
  /** The results as the backend's pages bring them; no page is empty. */
  pages(): AsyncIterable<Item[]>;
  /**
   * One page of results, and a cursor that leads to the next: opaque, URL-safe, and bound to this query.
   *
   * @throws DynawrapError `cursor.invalid` for a cursor of another query, or one that was tampered with.
   */
  page(options: PageOptions): Promise<ItemPage<Item>>;
  /** What is asked, and how: nothing is read. */
  explain(): Explanation;
  /** What all that was read by this query has cost so far. */
  readonly consumed: Consumed;
}
