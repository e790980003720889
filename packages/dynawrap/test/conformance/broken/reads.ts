import type { Backend, Query } from "dynawrap";
import { compareUtf8, type KeyRange } from "../../../src/core/range.js";
import type { Page, PageRequest } from "../../../src/engine/driver.js";
import type { MemoryDriver, MemoryRow } from "../../../src/memory/driver.js";
import { type Breakage, driver, everything, type Faults, facade } from "./backend.js";

/** Reads a range whole and brings what is made of it in one page, of at most as many rows as were asked for. */
function wholeRange(
  alter: (rows: MemoryRow[], range: KeyRange, request: PageRequest) => MemoryRow[],
  widen: (range: KeyRange) => KeyRange = (range) => range,
): (inner: MemoryDriver) => Faults {
  return (inner) => ({
    async page(table, range, request): Promise<Page<MemoryRow>> {
      const rows: MemoryRow[] = [];
      for (let after: Page<MemoryRow>["next"] | "start" = "start"; after !== undefined; ) {
        const asked = { ...everything, after: after === "start" ? undefined : after };
        const page = await inner.page(table, widen(range), asked);
        rows.push(...page.rows);
        after = page.next;
      }
      if (request.reverse) rows.reverse();
      return { rows: alter(rows, range, request), next: undefined };
    },
  });
}

const partition = ({ pk }: KeyRange): KeyRange => ({ pk, sk: { kind: "prefix", text: "" } });

/** Keeps the rows of a partition that a faulty idea of a prefix takes. */
function prefixBy(takes: (sk: string, prefix: string) => boolean): () => Backend {
  return driver(
    wholeRange(
      (rows, { sk }) =>
        rows.filter((row) => (sk.kind === "equal" ? row.key.SK === sk.text : takes(row.key.SK, sk.text))),
      partition,
    ),
  );
}

function orderBy(compare: (left: string, right: string) => number): () => Backend {
  return driver(
    wholeRange((rows, _range, { reverse }) =>
      rows.sort((a, b) => (reverse ? -1 : 1) * compare(a.key.SK, b.key.SK)),
    ),
  );
}

/** The pages of a query, each changed. */
function pagesAs(change: (pages: Query<object>) => AsyncIterable<object[]>): () => Backend {
  return facade((inner) => ({
    query: ((...args: Parameters<Backend["query"]>) => {
      const query = inner.query(...args);
      return { ...query, [Symbol.asyncIterator]: query[Symbol.asyncIterator], pages: () => change(query) };
    }) as Backend["query"],
  }));
}

const like = (prefix: string) =>
  new RegExp(
    `^${prefix
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll("%", ".*")
      .replaceAll("_", ".")}`,
    "su",
  );

/** Faults of order, of prefixes and of pages. */
export const brokenReads: readonly Breakage[] = [
  {
    title: "orders by locale",
    subject: "keys",
    oracle: true,
    open: orderBy((a, b) => a.localeCompare(b, "en")),
  },
  {
    title: "orders by UTF-16 units",
    subject: "keys",
    oracle: true,
    open: orderBy((a, b) => (a < b ? -1 : a > b ? 1 : 0)),
  },
  {
    title: "orders digits by their value",
    subject: "keys",
    oracle: true,
    open: orderBy((a, b) => a.localeCompare(b, "en", { numeric: true })),
  },
  {
    title: "ignores reverse",
    subject: "queries",
    oracle: true,
    open: driver((inner) => ({
      page: (table, range, request) => inner.page(table, range, { ...request, reverse: false }),
    })),
  },
  {
    title: "finds prefixes by LIKE",
    subject: "prefixes",
    oracle: true,
    open: prefixBy((sk, prefix) => like(prefix).test(sk)),
  },
  {
    title: "finds prefixes without regard to case",
    subject: "prefixes",
    open: prefixBy((sk, prefix) => sk.toLowerCase().startsWith(prefix.toLowerCase())),
  },
  {
    title: "takes a prefix for the whole key",
    subject: "prefixes",
    oracle: true,
    open: prefixBy((sk, prefix) => sk === prefix),
  },
  {
    title: "ends a prefix with U+FFFF",
    subject: "prefixes",
    oracle: true,
    open: prefixBy((sk, prefix) => compareUtf8(sk, prefix) >= 0 && compareUtf8(sk, `${prefix}\uffff`) <= 0),
  },
  {
    title: "ends a prefix at the next UTF-16 unit",
    subject: "prefixes",
    open: prefixBy((sk, prefix) => {
      const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
      return prefix === "" || (compareUtf8(sk, prefix) >= 0 && compareUtf8(sk, end) < 0);
    }),
  },
  {
    title: "takes an exact key for a prefix",
    subject: "prefixes",
    oracle: true,
    open: driver((inner) => ({
      page: (table, { pk, sk }, request) => inner.page(table, { pk, sk: { ...sk, kind: "prefix" } }, request),
    })),
  },
  {
    title: "loses the last page",
    subject: "queries",
    open: driver((inner) => ({
      async page(table, range, request) {
        const page = await inner.page(table, range, request);
        const following = page.next && (await inner.page(table, range, { ...request, after: page.next }));
        return following?.next ? page : { ...page, next: undefined };
      },
    })),
  },
  {
    title: "repeats the last item of a page on the next one",
    subject: "queries",
    open: driver((inner) => {
      let last: MemoryRow | undefined;
      return {
        async page(table, range, request) {
          const page = await inner.page(table, range, request);
          const rows = request.after && last ? [last, ...page.rows] : page.rows;
          last = page.rows.at(-1);
          return { ...page, rows };
        },
      };
    }),
  },
  {
    title: "counts a limit before it passes over other models",
    subject: "neighbours",
    oracle: true,
    open: driver((inner) => ({
      page: async (table, range, request) => ({
        ...(await inner.page(table, range, request)),
        next: undefined,
      }),
    })),
  },
  {
    title: "reads when it is asked, not when it is iterated",
    subject: "queries",
    open: facade((inner) => ({
      query: ((...args: Parameters<Backend["query"]>) => {
        const query = inner.query(...args);
        const reading = query.all();
        reading.catch(() => {});
        return { ...query, [Symbol.asyncIterator]: query[Symbol.asyncIterator], all: () => reading };
      }) as Backend["query"],
    })),
  },
  {
    title: "reads a whole partition before the first item",
    subject: "queries",
    open: facade((inner) => ({
      query: ((...args: Parameters<Backend["query"]>) => {
        const query = inner.query(...args);
        return {
          ...query,
          async *[Symbol.asyncIterator]() {
            yield* await query.all();
          },
        };
      }) as Backend["query"],
    })),
  },
  { title: "brings everything in one page", subject: "queries", open: driver(wholeRange((rows) => rows)) },
  {
    title: "brings empty pages",
    subject: "queries",
    oracle: true,
    open: pagesAs(async function* (query) {
      yield [];
      yield* query.pages();
    }),
  },
  {
    title: "ignores onError",
    subject: "neighbours",
    open: facade((inner) => ({
      query: ((table, model, key, options) =>
        inner.query(table, model, key, { ...options, onError: "skip" })) as Backend["query"],
    })),
  },
];
