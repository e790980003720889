import type { Backend } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import type { Driver, PageRequest } from "../../../src/engine/driver.js";
import { DriverBackend } from "../../../src/engine/driver-backend.js";
import { MemoryDriver, type MemoryRow } from "../../../src/memory/driver.js";

/** A backend with one fault, as they occur. */
export interface Breakage {
  /** What it does wrong. */
  readonly title: string;
  /** The subject of the kit that must notice it. */
  readonly subject: string;
  /** Whether the oracle must find it as well. */
  readonly oracle?: boolean;
  open(): Backend;
}

export type Faults = Partial<Driver<MemoryRow>>;

/** MemoryBackend with some of its driver's methods replaced. */
export function driver(faults: (inner: MemoryDriver) => Faults): () => Backend {
  return () => {
    const inner = new MemoryDriver();
    const sound: Driver<MemoryRow> = {
      capabilities: inner.capabilities,
      batch: inner.batch,
      encode: (item) => inner.encode(item),
      decode: (row) => inner.decode(row),
      checkTable: (table) => inner.checkTable(table),
      get: (table, key) => inner.get(table, key),
      put: (table, row) => inner.put(table, row),
      delete: (table, key) => inner.delete(table, key),
      page: (table, range, request) => inner.page(table, range, request),
      writeBatch: async (table, entries) => {
        for (const { key, row } of entries)
          await (row ? whole.put(table, row, call) : whole.delete(table, key, call));
        return [];
      },
      createTable: (table) => inner.createTable(table),
      close: () => inner.close(),
    };
    const call = { operation: "batchWrite", signal: undefined };
    const whole: Driver<MemoryRow> = { ...sound, ...faults(inner) };
    return new DriverBackend(whole);
  };
}

/** MemoryBackend with some of its own methods replaced. */
export function facade(faults: (inner: MemoryBackend) => Partial<Backend>): () => Backend {
  return () => {
    const inner = new MemoryBackend();
    const names = ["save", "get", "query", "delete", "batchWrite", "createTable", "close"] as const;
    const sound = Object.fromEntries(
      names.map((name) => [name, inner[name].bind(inner)]),
    ) as unknown as Backend;
    return { ...sound, capabilities: inner.capabilities, ...faults(inner) };
  };
}

/** Asks for all of a range. */
export const everything: PageRequest = {
  reverse: false,
  consistent: true,
  rows: Number.POSITIVE_INFINITY,
  after: undefined,
};
