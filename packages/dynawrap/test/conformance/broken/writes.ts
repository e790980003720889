import { type Backend, DynawrapError, isDynawrapError } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import type { MemoryDriver, MemoryRow } from "../../../src/memory/driver.js";
import { type Breakage, driver, everything, facade } from "./backend.js";

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
    open: driver((inner) => ({
      async put(table, row) {
        const old = await inner.get(table, row.key);
        await inner.put(table, { ...row, wire: { ...old?.wire, ...row.wire } });
      },
    })),
  },
  {
    title: "keeps the first of two saves",
    subject: "writes",
    oracle: true,
    open: driver((inner) => ({
      put: async (table, row) => ((await inner.get(table, row.key)) ? undefined : inner.put(table, row)),
    })),
  },
  {
    title: "deletes whatever begins with a key",
    subject: "writes",
    oracle: true,
    open: driver((inner) => ({
      async delete(table, { PK, SK = "" }) {
        const { rows } = await inner.page(table, { pk: PK, sk: { kind: "prefix", text: SK } }, everything);
        for (const { key } of rows) await inner.delete(table, key);
      },
    })),
  },
  {
    title: "deletes nothing",
    subject: "writes",
    oracle: true,
    open: driver(() => ({ delete: async () => {} })),
  },
  {
    title: "complains when what is deleted is not there",
    subject: "writes",
    oracle: true,
    open: driver((inner) => ({
      async delete(table, key) {
        if (!(await inner.get(table, key)))
          throw new DynawrapError("backend.failed", "not there", { operation: "delete" });
        await inner.delete(table, key);
      },
    })),
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
      return { put: async (table, row) => (++count % 1000 === 0 ? undefined : inner.put(table, row)) };
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
    open: driver((inner) => ({
      createTable: (table) => inner.createTable(table.toLowerCase()),
      get: (table, key) => inner.get(table.toLowerCase(), key),
      put: (table, row) => inner.put(table.toLowerCase(), row),
      page: (table, range, request) => inner.page(table.toLowerCase(), range, request),
    })),
  },
  { title: "takes any table name", subject: "tables", open: driver(() => ({ checkTable: () => {} })) },
  {
    title: "lets its client's errors through",
    subject: "tables",
    oracle: true,
    open: driver((inner) => ({
      put: async (table, row) =>
        inner.put(table, row).catch((cause) => {
          throw new TypeError("no such table", { cause });
        }),
    })),
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
function believingKeys(inner: MemoryBackend): Partial<Backend> {
  return {
    get: (async (table, model, key, options) => {
      const found = await inner.get(table, model, key, options);
      return found ?? (new model({ likes: 0, ...key }) as never);
    }) as Backend["get"],
  };
}

function emptying(): Backend {
  let inner = new MemoryBackend();
  const names = ["save", "get", "query", "delete", "batchWrite"] as const;
  const methods = names.map((name) => [
    name,
    (...args: never[]) => (inner[name] as (...args: never[]) => unknown)(...args),
  ]);
  return {
    ...(Object.fromEntries(methods) as unknown as Backend),
    capabilities: inner.capabilities,
    async createTable(table, options) {
      inner = new MemoryBackend();
      await inner.createTable(table, options);
    },
    close: async () => {},
  };
}
