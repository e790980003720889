import type { Backend } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import type { TableIndex, TableLayout } from "../../../src/core/layout.js";
import type { KeyRange } from "../../../src/core/range.js";
import type { Call, Driver, Page, PageRequest } from "../../../src/engine/driver.js";
import { DriverBackend } from "../../../src/engine/driver-backend.js";
import { MemoryDriver } from "../../../src/memory/driver.js";
import type { MemoryRow } from "../../../src/memory/row.js";

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

/** MemoryBackend with some of its driver's members replaced. What a batch writes goes through `write`, one by one. */
export function driver(faults: (inner: MemoryDriver) => Faults): () => Backend {
  return () => {
    const inner = new MemoryDriver();
    const replaced: Faults = {
      async writeBatch(layout, entries, call) {
        for (const { key, row } of entries) {
          const kind = row === undefined ? "delete" : "put";
          await whole.write({ layout, kind, key, row, condition: undefined }, call);
        }
        return [];
      },
      ...faults(inner),
    };
    const whole = new Proxy<Driver<MemoryRow>>(inner, {
      get(_, name) {
        const own = Reflect.get(name in replaced ? replaced : inner, name);
        return typeof own === "function" ? own.bind(inner) : own;
      },
    });
    return new DriverBackend(whole);
  };
}

/** MemoryBackend with some of its own methods replaced. */
export function facade(faults: (inner: Backend) => Partial<Backend>): () => Backend {
  return () => {
    const inner = new MemoryBackend();
    const replaced = faults(inner);
    return new Proxy<Backend>(inner, {
      get(_, name) {
        const own = Reflect.get(name in replaced ? replaced : inner, name);
        return typeof own === "function" ? own.bind(inner) : own;
      },
    });
  };
}

/** A call that nobody counts. */
export function unseen(): Call {
  const meter = { requests: 0, retries: 0, capacity: 0, rows: 0, bytes: 0 };
  return { operation: "broken", signal: undefined, meter };
}

/** Lets others go on, timers included. */
export function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** All rows of a range, in order. */
export async function everyRow(
  inner: MemoryDriver,
  layout: TableLayout,
  index: TableIndex | undefined,
  range: KeyRange,
): Promise<MemoryRow[]> {
  const rows: MemoryRow[] = [];
  let after: PageRequest["after"];
  do {
    const request: PageRequest = {
      reverse: false,
      consistent: true,
      rows: Number.POSITIVE_INFINITY,
      after,
      filter: undefined,
      attributes: undefined,
    };
    const page: Page<MemoryRow> = await inner.page(layout, index, range, request, unseen());
    rows.push(...page.rows);
    after = page.next;
  } while (after !== undefined);
  return rows;
}
