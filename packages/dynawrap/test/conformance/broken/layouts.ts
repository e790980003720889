import type { Backend } from "dynawrap";
import { indexAttributes } from "../../../src/core/layout.js";
import type { KeyRange } from "../../../src/core/range.js";
import type { Position, Write } from "../../../src/engine/driver.js";
import { MemoryDriver } from "../../../src/memory/driver.js";
import { keyTextOf, type MemoryRow } from "../../../src/memory/row.js";
import { type Breakage, driver, facade, unseen } from "./backend.js";
import { queriesAs, wholeRange } from "./reads.js";
import { keysAs } from "./values.js";

/** Asks for another part than was asked for. */
function rangesAs(change: (range: KeyRange) => KeyRange): () => Backend {
  return driver((inner) => ({
    page: (layout, index, range, request, call) => inner.page(layout, index, change(range), request, call),
  }));
}

/** Every page, by an offset into all results that nothing binds to the question. */
function offsets(more: (next: number, total: number) => boolean): () => Backend {
  return queriesAs((query) => ({
    async page({ size, cursor = "0" }) {
      const all = await query.all();
      const next = Number(cursor) + size;
      const items = all.slice(Number(cursor), next);
      return more(next, all.length) ? { items, cursor: String(next) } : { items };
    },
  }));
}

/** Faults of layouts, indexes, ranges and pages. */
export const brokenLayouts: readonly Breakage[] = [
  {
    title: "orders numeric keys as text",
    subject: "layouts",
    oracle: true,
    open: driver(
      wholeRange((rows, _range, { sk }, { reverse }) =>
        sk?.type === "N"
          ? rows.sort((a, b) => ((a.key.SK ?? "") < (b.key.SK ?? "") ? -1 : 1) * (reverse ? -1 : 1))
          : rows,
      ),
    ),
  },
  {
    title: "rounds numeric keys to doubles",
    subject: "layouts",
    oracle: true,
    open: keysAs((text, { type }) => (type === "N" ? String(BigInt(Math.trunc(Number(text)))) : text)),
  },
  {
    title: "keeps index entries of items as they were",
    subject: "indexes",
    oracle: true,
    open: driver((inner) => {
      const stale = new MemoryDriver();
      const follow = async (write: Write<MemoryRow>) => {
        const old = await stale.get(write.layout, write.key, true, unseen());
        const row = write.row && { ...write.row, wire: { ...old?.wire, ...write.row.wire } };
        await stale.write({ ...write, row, condition: undefined }, unseen());
      };
      return {
        async createTable(layout) {
          await stale.createTable(layout);
          return inner.createTable(layout);
        },
        async write(write, call) {
          const refused = await inner.write(write, call);
          if (!refused) await follow(write);
          return refused;
        },
        async transact(writes, token, call) {
          const refused = await inner.transact(writes, token, call);
          if (!refused) for (const write of writes) await follow(write);
          return refused;
        },
        page: (layout, index, range, request, call) =>
          (index ? stale : inner).page(layout, index, range, request, call),
      };
    }),
  },
  {
    title: "loses ties of an index at the border of a page",
    subject: "indexes",
    open: driver((inner) => ({
      async page(layout, index, range, request, call) {
        const page = await inner.page(layout, index, range, request, call);
        const before = request.after?.index;
        if (!index || !before) return page;
        const rows = page.rows.filter((row) =>
          indexAttributes(index).some((each, place) => keyTextOf(row, each, layout) !== before[place]),
        );
        return { ...page, rows };
      },
    })),
  },
  {
    title: "brings whole items where some fields are picked",
    subject: "projections",
    oracle: true,
    open: facade((inner) => ({
      query: ((table, model, key, { pick: _, ...options }: Record<string, unknown> = {}) =>
        inner.query(table, model, key as never, options)) as Backend["query"],
    })),
  },
  {
    title: "leaves the upper bound out of a range",
    subject: "ranges",
    oracle: true,
    open: rangesAs(({ sort, ...range }) => {
      if (sort.kind !== "span") return { ...range, sort };
      return { ...range, sort: { ...sort, to: sort.to && { ...sort.to, inclusive: false } } };
    }),
  },
  {
    title: "leaves out what begins with the upper bound and more of the key",
    subject: "ranges",
    oracle: true,
    open: rangesAs(({ sort, ...range }) => {
      const to = sort.kind === "span" ? sort.to : undefined;
      if (sort.kind !== "span" || !to || to.inclusive) return { ...range, sort };
      const last = to.text.codePointAt(to.text.length - 1) ?? 0;
      const text = to.text.slice(0, -1) + String.fromCodePoint(last - 1);
      return { ...range, sort: { ...sort, to: { text, inclusive: false } } };
    }),
  },
  {
    title: "compares the bounds of a range by UTF-16 units",
    subject: "ranges",
    open: driver(
      wholeRange(
        (rows, { sort }, { sk }) =>
          rows.filter(({ key: { SK = "" } }) => {
            if (sort.kind !== "span" || sk?.type === "N") return true;
            const above = !sort.from || SK > sort.from.text || (sort.from.inclusive && SK === sort.from.text);
            return above && (!sort.to || SK < sort.to.text || (sort.to.inclusive && SK === sort.to.text));
          }),
        (range) =>
          range.sort.kind === "span"
            ? { ...range, sort: { ...range.sort, from: undefined, to: undefined } }
            : range,
      ),
    ),
  },
  {
    title: "knows no other model than the one that is asked for",
    subject: "ownership",
    oracle: true,
    open: facade((inner) => ({
      query: ((table, model, key, options) =>
        inner.query(typeof table === "string" ? table : table.name, model, key, options)) as Backend["query"],
    })),
  },
  {
    title: "brings a collection model by model",
    subject: "collections",
    oracle: true,
    open: facade((inner) => ({
      collection: ((table, models, key, options) => {
        const query = inner.collection(table, models, key, options);
        return { ...query, all: async () => Object.values(await query.group()).flat() };
      }) as Backend["collection"],
    })),
  },
  {
    title: "groups a collection by the order in which items come",
    subject: "collections",
    oracle: true,
    open: facade((inner) => ({
      collection: ((table, models, key, options) => {
        const query = inner.collection(table, models, key, options);
        const group = async () => {
          const items = await query.all();
          const found = [...new Set(items.map((item) => item.constructor))];
          return found.map((model) => items.filter((item) => item.constructor === model));
        };
        return { ...query, group };
      }) as Backend["collection"],
    })),
  },
  {
    title: "has cursors that fit any question",
    subject: "paging",
    oracle: true,
    open: offsets((next, total) => next < total),
  },
  {
    title: "gives a cursor with a last page that is full",
    subject: "paging",
    oracle: true,
    open: offsets((next, total) => next <= total),
  },
  {
    title: "begins again where the item of a cursor has gone",
    subject: "paging",
    open: driver((inner) => ({
      async page(layout, index, range, request, call) {
        const gone = async ({ key }: Position) => !(await inner.get(layout, key, true, unseen()));
        const after = request.after && (await gone(request.after)) ? undefined : request.after;
        return inner.page(layout, index, range, { ...request, after }, call);
      },
    })),
  },
  {
    title: "counts nothing",
    subject: "explanations",
    open: driver((inner) => ({
      page: (layout, index, range, request) => inner.page(layout, index, range, request, unseen()),
    })),
  },
];
