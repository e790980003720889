import { type Backend, DynawrapError, isDynawrapError } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import type { TableLayout } from "../../../src/core/layout.js";
import type { Driver, Write } from "../../../src/engine/driver.js";
import type { MemoryDriver } from "../../../src/memory/driver.js";
import type { MemoryRow } from "../../../src/memory/row.js";
import { type Breakage, driver, everyRow, facade } from "./backend.js";

type Writing = Driver<MemoryRow>["write"];

/** MemoryBackend whose puts, or whose deletions, are made otherwise. */
function writesAs(
  kind: Write<MemoryRow>["kind"],
  change: (inner: MemoryDriver, ...args: Parameters<Writing>) => ReturnType<Writing>,
): () => Backend {
  return driver((inner) => ({
    write: (write, call) => (write.kind === kind ? change(inner, write, call) : inner.write(write, call)),
  }));
}

/** Faults of writes, of batches, of tables and of options. */
export const brokenWrites: readonly Breakage[] = [
  {
    title: "drops attributes that the model does not know",
    subject: "neighbours",
    oracle: true,
    open: facade((inner) => ({
      save: (table, item, options) => inner.save(table, new (item.constructor as any)({ ...item }), options),
    })),
  },
  { title: "believes a key rather than the fields", subject: "neighbours", open: facade(believingKeys) },
  {
    title: "merges a save into the stored item",
    subject: "writes",
    oracle: true,
    open: writesAs("put", async (inner, write, call) => {
      const old = await inner.get(write.layout, write.key, true, call);
      const row = write.row && { ...write.row, wire: { ...old?.wire, ...write.row.wire } };
      return inner.write({ ...write, row }, call);
    }),
  },
  {
    title: "keeps the first of two saves",
    subject: "writes",
    oracle: true,
    open: writesAs("put", async (inner, write, call) =>
      (await inner.get(write.layout, write.key, true, call)) ? undefined : inner.write(write, call),
    ),
  },
  {
    title: "deletes whatever begins with a key",
    subject: "writes",
    oracle: true,
    open: writesAs("delete", async (inner, write, call) => {
      const { PK, SK = "" } = write.key;
      const range = { pk: [PK], leading: [], sort: { kind: "prefix", text: SK } } as const;
      const rows = await everyRow(inner, write.layout, undefined, range);
      for (const { key } of rows) await inner.write({ ...write, key }, call);
      return undefined;
    }),
  },
  {
    title: "deletes nothing",
    subject: "writes",
    oracle: true,
    open: writesAs("delete", async () => undefined),
  },
  {
    title: "complains when what is deleted is not there",
    subject: "writes",
    oracle: true,
    open: writesAs("delete", async (inner, write, call) => {
      if (!(await inner.get(write.layout, write.key, true, call)))
        throw new DynawrapError("backend.failed", "not there", { operation: "delete" });
      return inner.write(write, call);
    }),
  },
  {
    title: "lends its own objects",
    subject: "writes",
    open: driver((inner) => {
      const items = new WeakMap<MemoryRow, ReturnType<MemoryDriver["decode"]>>();
      return {
        decode(row) {
          const item = items.get(row) ?? inner.decode(row);
          items.set(row, item);
          return item;
        },
      };
    }),
  },
  {
    title: "moves an item to another key",
    subject: "writes",
    oracle: true,
    open: facade((inner) => ({
      save: async (table, item, options) =>
        inner.save(table, item, options).catch((error) => {
          if (!isDynawrapError(error, "key.changed")) throw error;
          return inner.save(table, new (item.constructor as any)({ ...item }), options);
        }),
    })),
  },
  {
    title: "keeps the first of two entries in a batch",
    subject: "batches",
    oracle: true,
    open: facade((inner) => ({
      batchWrite: async (table, items, options) =>
        inner.batchWrite(table, Array.isArray(items) ? [...items].reverse() : items, options),
    })),
  },
  {
    title: "writes no more than 25 entries of a batch",
    subject: "batches",
    oracle: true,
    open: facade((inner) => ({
      batchWrite: (table, items, options) =>
        inner.batchWrite(table, Array.isArray(items) ? items.slice(0, 25) : items, options),
    })),
  },
  {
    title: "deletes before it saves",
    subject: "batches",
    oracle: true,
    open: facade((inner) => ({
      async batchWrite(table, items, options) {
        if (Symbol.iterator in items || Symbol.asyncIterator in items)
          return inner.batchWrite(table, items, options);
        if (items.delete) await inner.batchWrite(table, { delete: items.delete }, options);
        await inner.batchWrite(table, { save: items.save ?? [] }, options);
      },
    })),
  },
  {
    title: "forgets the deletions of a batch",
    subject: "batches",
    oracle: true,
    open: facade((inner) => ({
      batchWrite: (table, items, options) =>
        inner.batchWrite(table, "save" in items ? { save: items.save ?? [] } : items, options),
    })),
  },
  {
    title: "loses one entry in a thousand",
    subject: "batches",
    open: driver((inner) => {
      let count = 0;
      return {
        write: async (write, call) => (++count % 1000 === 0 ? undefined : inner.write(write, call)),
      };
    }),
  },
  {
    title: "tells no progress",
    subject: "batches",
    open: facade((inner) => ({ batchWrite: (table, items) => inner.batchWrite(table, items) })),
  },
  {
    title: "writes an array up to its first wrong item",
    subject: "batches",
    open: facade((inner) => ({
      batchWrite: (table, items, options) =>
        inner.batchWrite(table, Array.isArray(items) ? items.values() : items, options),
    })),
  },
  {
    title: "makes a table that is missing",
    subject: "tables",
    oracle: true,
    open: facade((inner) => ({
      save: async (table, item, options) => {
        await inner.createTable(table).catch(() => {});
        return inner.save(table, item, options);
      },
    })),
  },
  { title: "empties a table that is created again", subject: "tables", open: () => emptying() },
  {
    title: "has table names without case",
    subject: "tables",
    open: driver((inner) => {
      const lower = (layout: TableLayout): TableLayout => ({ ...layout, name: layout.name.toLowerCase() });
      return {
        createTable: (layout) => inner.createTable(lower(layout)),
        get: (layout, key, consistent, call) => inner.get(lower(layout), key, consistent, call),
        write: (write, call) => inner.write({ ...write, layout: lower(write.layout) }, call),
        page: (layout, index, range, request, call) => inner.page(lower(layout), index, range, request, call),
      };
    }),
  },
  { title: "takes any table name", subject: "tables", open: driver(() => ({ checkTable: () => {} })) },
  {
    title: "lets its client's errors through",
    subject: "tables",
    oracle: true,
    open: writesAs("put", (inner, write, call) =>
      inner.write(write, call).catch((cause) => {
        throw new TypeError("no such table", { cause });
      }),
    ),
  },
  {
    title: "ignores signals",
    subject: "options",
    open: facade((inner) => ({ save: (table, item) => inner.save(table, item) })),
  },
  {
    title: "asks for the table before it looks at the item",
    subject: "values that are refused",
    open: facade((inner) => ({
      save: async (table, item, options) => {
        await inner
          .query(table, item.constructor as any, item as never)
          .first()
          .catch((error) => {
            if (isDynawrapError(error, "table.missing")) throw error;
          });
        return inner.save(table, item, options);
      },
    })),
  },
];

/** Takes the values of the asked key for the item's own. */
function believingKeys(inner: Backend): Partial<Backend> {
  return {
    get: (async (table, model, key, options) => {
      const found = await inner.get(table, model, key, options);
      return found ?? (new model({ likes: 0, ...key }) as never);
    }) as Backend["get"],
  };
}

function emptying(): Backend {
  let inner = new MemoryBackend();
  return new Proxy<Backend>(inner, {
    get(_, name) {
      if (name !== "createTable") {
        const own = Reflect.get(inner, name);
        return typeof own === "function" ? own.bind(inner) : own;
      }
      return async (...args: Parameters<Backend["createTable"]>) => {
        inner = new MemoryBackend();
        await inner.createTable(...args);
      };
    },
  });
}
