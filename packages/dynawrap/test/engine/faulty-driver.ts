import { DBItem, DynawrapError, type Items } from "dynawrap";
import { z } from "zod";
import { bareLayout, type TableIndex, type TableLayout } from "../../src/core/layout.js";
import type { KeyRange } from "../../src/core/range.js";
import type { StoredKey } from "../../src/core/stored-key.js";
import type { BatchEntry, Call, Driver, Page, PageRequest } from "../../src/engine/driver.js";
import { DriverBackend } from "../../src/engine/driver-backend.js";
import { MemoryDriver } from "../../src/memory/driver.js";
import type { MemoryRow } from "../../src/memory/row.js";
import { encodeAttributes } from "../../src/values/attribute-encoder.js";
import { seededRandom } from "../servers/random.js";

export class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story_id}",
  schema: z.object({ owner: z.string(), story_id: z.string(), likes: z.number().default(0) }),
}) {}

export const table = "stories";

/** What a bare name stands for. */
export const layout: TableLayout = bareLayout(table);

/** A call as a driver gets it, for tests that use one by itself. */
export function aCall(): Call {
  const meter = { requests: 0, retries: 0, capacity: 0, rows: 0, bytes: 0 };
  return { operation: "test", signal: undefined, meter };
}

/** Puts what another writer might have put. */
export async function putRow<Row>(
  driver: Driver<Row>,
  { key, version, attributes }: { key: StoredKey; version?: string | undefined; attributes: object },
  place: TableLayout = layout,
): Promise<void> {
  const { wire } = encodeAttributes(attributes as Record<string, unknown>);
  const row = driver.encode({ key, version, wire }, place);
  await driver.write({ layout: place, kind: "put", key, row, condition: undefined }, aCall());
}

/** What a server does with a batch request: a share of its entries is put off, or the request fails. */
export interface Faults {
  readonly seed?: number;
  readonly size?: number;
  readonly concurrency?: number;
  /** How many of a hundred entries are put off. */
  readonly putOff?: number;
  /** The requests, counted from 1, that are throttled as a whole. */
  readonly throttled?: (request: number) => boolean;
  /** The requests that fail for good, and how. */
  readonly failing?: (request: number) => unknown;
  /** How long a request takes, in milliseconds. */
  readonly delay?: number;
}

/** A store in memory behind a server with seeded faults, which counts what is asked of it. */
export class FaultyDriver extends MemoryDriver {
  override readonly batch: { readonly size: number; readonly reads: number; readonly concurrency: number };
  readonly requests: string[][] = [];
  readonly pages: PageRequest[] = [];
  readonly ranges: KeyRange[] = [];
  inFlight = 0;
  mostInFlight = 0;
  readonly #faults: Faults;
  readonly #random: () => number;

  constructor(faults: Faults = {}) {
    super();
    this.#faults = faults;
    this.#random = seededRandom(faults.seed ?? 1);
    this.batch = { size: faults.size ?? 4, reads: 100, concurrency: faults.concurrency ?? 3 };
  }

  override async page(
    table: TableLayout,
    index: TableIndex | undefined,
    range: KeyRange,
    request: PageRequest,
    call: Call,
  ): Promise<Page<MemoryRow>> {
    this.pages.push(request);
    this.ranges.push(range);
    await this.#wait(call);
    return super.page(table, index, range, request, call);
  }

  override async writeBatch(
    table: TableLayout,
    entries: readonly BatchEntry<MemoryRow>[],
    call: Call,
  ): Promise<[]> {
    this.requests.push(entries.map(({ key }) => key.SK ?? ""));
    const { putOff = 0, throttled, failing } = this.#faults;
    const count = this.requests.length;
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    try {
      await this.#wait(call);
      const failure = failing?.(count);
      if (failure !== undefined) throw failure;
      if (throttled?.(count)) {
        throw new DynawrapError("backend.throttled", "slow down", { operation: call.operation });
      }
      const later = entries.filter(() => this.#random() * 100 < putOff);
      await super.writeBatch(
        table,
        entries.filter((entry) => !later.includes(entry)),
        call,
      );
      return later as [];
    } finally {
      this.inFlight--;
    }
  }

  /** The stories that are stored, as their number by their id. */
  async stored(owner = "ann"): Promise<Record<string, number>> {
    const range: KeyRange = { pk: [`USER#${owner}`], leading: [], sort: { kind: "prefix", text: "" } };
    const found: Record<string, number> = {};
    for (let after: PageRequest["after"], more = true; more; more = after !== undefined) {
      const request = {
        reverse: false,
        consistent: false,
        rows: 100,
        filter: undefined,
        attributes: undefined,
      };
      const page = await super.page(layout, undefined, range, { ...request, after }, aCall());
      for (const row of page.rows) {
        const { story_id, likes } = this.decode(row).attributes;
        found[String(story_id)] = Number(likes);
      }
      after = page.next;
    }
    return found;
  }

  async #wait(call?: Call): Promise<void> {
    const { delay } = this.#faults;
    if (delay === undefined) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, delay);
      call?.signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(call.signal?.reason);
      });
    });
  }
}

/** A backend with its table, over a driver that can be looked into. */
export async function faultyBackend(faults: Faults = {}) {
  const driver = new FaultyDriver(faults);
  const backend = new DriverBackend(driver);
  await backend.createTable(table);
  return { backend, driver };
}

export function story(id: number | string, likes = 0): Story {
  return new Story({ owner: "ann", story_id: String(id), likes });
}

export function stories(count: number): Story[] {
  return Array.from({ length: count }, (_, id) => story(id, id));
}

/** The same stories as `FaultyDriver.stored` shows them. */
export function expected(items: readonly Story[]): Record<string, number> {
  return Object.fromEntries(items.map(({ story_id, likes }) => [story_id, likes]));
}

/** An input that flows by, and what has been taken from it. */
export function flow(items: readonly Story[]): { readonly items: Items; readonly taken: Story[] } {
  const taken: Story[] = [];
  const generate = function* () {
    for (const item of items) {
      taken.push(item);
      yield item;
    }
  };
  return { items: generate(), taken };
}
