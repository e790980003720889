import type { Backend, Query } from "dynawrap";
import type { TableLayout } from "../../../src/core/layout.js";
import { compareUtf8, type KeyRange } from "../../../src/core/range.js";
import type { PageRequest } from "../../../src/engine/driver.js";
import { isWithin } from "../../../src/engine/position.js";
import type { MemoryDriver } from "../../../src/memory/driver.js";
import type { MemoryRow } from "../../../src/memory/row.js";
import { holds } from "../../../src/values/condition-truth.js";
import { type Breakage, driver, everyRow, type Faults, facade } from "./backend.js";

/** Reads a range whole and brings what is made of it in one page. */
export function wholeRange(
  alter: (rows: MemoryRow[], range: KeyRange, layout: TableLayout, request: PageRequest) => MemoryRow[],
  widen: (range: KeyRange) => KeyRange = (range) => range,
): (inner: MemoryDriver) => Faults {
  return (inner) => ({
    async page(layout, index, range, request) {
      const rows = await everyRow(inner, layout, index, widen(range));
      if (request.reverse) rows.reverse();
      const { filter } = request;
      const altered = alter(rows, range, layout, request);
      const kept = filter ? altered.filter((row) => holds(filter, row)) : altered;
      return { rows: kept, next: undefined, examined: altered.length };
    },
  });
}

const partition = ({ pk }: KeyRange): KeyRange => ({ pk, leading: [], sort: { kind: "prefix", text: "" } });

/** Keeps the rows of a partition that a faulty idea of a prefix takes. */
function prefixBy(takes: (sk: string, prefix: string) => boolean): () => Backend {
  const inside = (text: string, { sort }: KeyRange): boolean => {
    if (sort.kind === "span") return isWithin({ text, numeric: false }, sort);
    return sort.kind === "equal" ? text === sort.text : takes(text, sort.text);
  };
  return driver(
    wholeRange((rows, range) => rows.filter(({ key }) => inside(key.SK ?? "", range)), partition),
  );
}

/** Answers a query by everything in the partition whose sort key a faulty idea of what was asked takes. */
function answersBy(takes: (sk: string, asked: string) => boolean): () => Backend {
  return facade((inner) => ({
    query: ((table, model, key, options) => {
      const fields = Array.from(model.pk.matchAll(/\{(\w+)/g), ([, field]) => field as string);
      const whole = Object.fromEntries(
        fields.map((field) => [field, (key as Record<string, unknown>)[field]]),
      );
      const keys = model as unknown as Record<"key" | "prefix", (values: object) => { readonly SK: string }>;
      const query = inner.query(table, model, whole as never, options);
      const all = async () => {
        const asked = keys.prefix(key as object).SK;
        return (await query.all()).filter((item) => takes(keys.key(item).SK, asked));
      };
      return { ...query, all };
    }) as Backend["query"],
  }));
}

function orderBy(compare: (left: string, right: string) => number): () => Backend {
  return driver(
    wholeRange((rows, _range, _layout, { reverse }) =>
      rows.sort((a, b) => (reverse ? -1 : 1) * compare(a.key.SK ?? "", b.key.SK ?? "")),
    ),
  );
}

/** The pages of a query, each changed. */
function pagesAs(change: (pages: Query<object>) => AsyncIterable<object[]>): () => Backend {
  return queriesAs((query) => ({ pages: () => change(query) }));
}

/** Every query, with some of its methods replaced. */
export function queriesAs(faults: (query: Query<object>) => Partial<Query<object>>): () => Backend {
  return facade((inner) => ({
    query: ((...args: Parameters<Backend["query"]>) => {
      const query = inner.query(...args);
      return { ...query, [Symbol.asyncIterator]: query[Symbol.asyncIterator], ...faults(query) };
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
      page: (layout, index, range, request, call) =>
        inner.page(layout, index, range, { ...request, reverse: false }, call),
    })),
  },
  {
    title: "finds prefixes by LIKE",
    subject: "prefixes",
    open: answersBy((sk, asked) => like(asked).test(sk)),
  },
  {
    title: "finds prefixes without regard to case",
    subject: "prefixes",
    open: answersBy((sk, asked) => sk.toLowerCase().startsWith(asked.toLowerCase())),
  },
  {
    title: "takes an exact key for a prefix",
    subject: "prefixes",
    open: answersBy((sk, asked) => sk.startsWith(asked)),
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
    title: "loses the last page",
    subject: "queries",
    open: driver((inner) => ({
      async page(layout, index, range, request, call) {
        const page = await inner.page(layout, index, range, request, call);
        const after = page.next;
        const following = after && (await inner.page(layout, index, range, { ...request, after }, call));
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
        async page(layout, index, range, request, call) {
          const page = await inner.page(layout, index, range, request, call);
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
      page: async (layout, index, range, request, call) => ({
        ...(await inner.page(layout, index, range, request, call)),
        next: undefined,
      }),
    })),
  },
  {
    title: "reads when it is asked, not when it is iterated",
    subject: "queries",
    open: queriesAs((query) => {
      const reading = query.all();
      reading.catch(() => {});
      return { all: () => reading };
    }),
  },
  {
    title: "reads a whole partition before the first item",
    subject: "queries",
    open: queriesAs((query) => ({
      async *[Symbol.asyncIterator]() {
        yield* await query.all();
      },
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
