import type { OnError, Query, QueryOptions } from "../core/backend.js";
import { invalidOption, isDynawrapError } from "../core/errors.js";
import type { StoredKey } from "../core/stored-key.js";
import { underDeadline } from "./deadline.js";
import type { Call, Page, PageRequest } from "./driver.js";

/** What a query reads with: a page of rows, and the instance that a row holds, if it is one of the model. */
export interface QuerySource<Row, Item> {
  readonly page: (request: PageRequest, call: Call) => Promise<Page<Row>>;
  readonly read: (row: Row) => Item | undefined;
}

/**
 * A lazy query: each iteration starts from the beginning and holds one page. What is wrong with the question is said
 * by the first step of an iteration, before any I/O. The deadline counts the time that is spent waiting for pages,
 * not what the caller does between them.
 */
export function lazyQuery<Row, Item>(
  source: () => QuerySource<Row, Item>,
  options: QueryOptions,
): Query<Item> {
  const { limit = Number.POSITIVE_INFINITY } = options;
  const upTo = (most: number): AsyncGenerator<Item[]> => readPages(source, options, most);
  return {
    pages: () => upTo(limit),
    async *[Symbol.asyncIterator]() {
      for await (const page of upTo(limit)) yield* page;
    },
    async all() {
      const items: Item[] = [];
      for await (const page of upTo(limit)) for (const item of page) items.push(item);
      return items;
    },
    async first() {
      for await (const page of upTo(1)) return page[0];
      return undefined;
    },
  };
}

async function* readPages<Row, Item>(
  question: () => QuerySource<Row, Item>,
  options: QueryOptions,
  limit: number,
): AsyncGenerator<Item[]> {
  checkQueryOptions(options);
  const source = question();
  const { reverse = false, consistent = false, signal, deadline, onError = "throw" } = options;
  let after: StoredKey | undefined;
  let remaining = limit;
  let rows = limit;
  let time = deadline;
  do {
    const started = Date.now();
    const request: PageRequest = { reverse, consistent, rows, after };
    const page = await underDeadline("query", { signal, deadline: time }, (call) =>
      source.page(request, call),
    );
    if (time !== undefined) time = Math.max(1, time - (Date.now() - started));
    const items: Item[] = [];
    for (const row of page.rows) {
      if (items.length >= remaining) break;
      const item = readOr(onError, () => source.read(row));
      if (item !== undefined) items.push(item);
    }
    remaining -= items.length;
    after = page.next;
    // What came was not enough: other models' items stand between, so the next request asks for more.
    rows = Math.max(remaining, rows * 2, 25);
    if (items.length > 0) yield items;
  } while (after !== undefined && remaining > 0);
}

function readOr<Item>(onError: OnError, read: () => Item | undefined): Item | undefined {
  try {
    return read();
  } catch (error) {
    if (onError === "throw" || !isDynawrapError(error) || !/^item|^value/.test(error.code)) throw error;
    if (onError === "warn") console.warn(error.message);
    else if (typeof onError === "function") onError(error);
    return undefined;
  }
}

function checkQueryOptions({ limit = 1, onError = "throw" }: QueryOptions): void {
  if (!(Number.isInteger(limit) && limit >= 1))
    throw invalidOption("limit", `is ${limit}, not a whole number above 0`);
  if (typeof onError !== "function" && !/^(throw|skip|warn)$/.test(onError)) {
    throw invalidOption("onError", 'is not "throw", "skip", "warn" or a function');
  }
}
