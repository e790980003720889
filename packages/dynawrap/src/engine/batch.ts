import type { BatchChanges, BatchOptions, Items } from "../core/backend.js";
import { DynawrapError, isDynawrapError, type StoredKey } from "../core/errors.js";
import { backoff, openCall, pause, untilAborted } from "./deadline.js";
import type { BatchEntry, Call, Driver } from "./driver.js";

/** One change on its way: what the caller gave, and its encoded form. */
interface Change<Row> {
  readonly item: object;
  readonly kind: "save" | "delete";
  readonly entry: BatchEntry<Row>;
  /** How many of the caller's entries it stands for: itself, and those before it for the same key. */
  readonly weight: number;
}

type Encode<Row> = (item: object, kind: "save" | "delete") => BatchEntry<Row>;

/** How long a batch without a deadline goes on when nothing gets through, in milliseconds. */
const patience = 30_000;

/**
 * Writes changes in any number: in chunks, several at once, what the server puts off again and again. A change waits
 * for an earlier one of the same key, so the last always wins.
 *
 * @throws what is wrong with an input at hand, before anything is written; DynawrapError `batch.incomplete`.
 */
export async function writeBatches<Row>(
  driver: Driver<Row>,
  table: string,
  input: Items | BatchChanges,
  encode: Encode<Row>,
  options: BatchOptions,
): Promise<void> {
  const sources = sourcesOf(input);
  for (const { items, kind } of sources) {
    if (sizeOf(items) !== undefined) for (const item of items as Iterable<object>) encode(item, kind);
  }
  const { call, close } = openCall("batchWrite", options);
  try {
    await new BatchRun(driver, table, sources, encode, options, call).finish();
  } finally {
    close();
  }
}

interface Source {
  readonly items: Items;
  readonly kind: "save" | "delete";
}

function sourcesOf(input: Items | BatchChanges): Source[] {
  if (isIterable(input)) return [{ items: input, kind: "save" }];
  const { save, delete: remove, ...rest } = (input ?? {}) as BatchChanges;
  const foreign = Object.keys(rest)[0];
  if (foreign !== undefined || (save === undefined && remove === undefined)) {
    const message = `batchWrite takes an iterable of items, or { save?, delete? } of them${foreign === undefined ? "" : `; it got \`${foreign}\``}.`;
    throw new DynawrapError("option.invalid", message, { option: foreign ?? "items" });
  }
  const sources: Source[] = [];
  if (save) sources.push({ items: save, kind: "save" });
  if (remove) sources.push({ items: remove, kind: "delete" });
  return sources;
}

function isIterable(input: unknown): input is Items {
  return typeof input === "object" && input !== null && (Symbol.iterator in input || Symbol.asyncIterator in input);
}

/** How many items there are, for an input that can be read more than once; `undefined` for one that flows by. */
function sizeOf(items: Items): number | undefined {
  if (Array.isArray(items)) return items.length;
  return items instanceof Set ? items.size : undefined;
}

class BatchRun<Row> {
  readonly #driver: Driver<Row>;
  readonly #table: string;
  readonly #sources: readonly Source[];
  readonly #encode: Encode<Row>;
  readonly #call: Call;
  readonly #tell: () => void;
  readonly #patient: boolean;
  readonly #running = new Set<Promise<void>>();
  /** Keys of the chunks under way. */
  readonly #inFlight = new Set<string>();
  /** What failed, in the order it was given, by key. */
  readonly #left = new Map<string, Change<Row>>();
  #chunk = new Map<string, Change<Row>>();
  #done = 0;
  #written = false;
  #progressAt = Date.now();
  #failure: { readonly cause: unknown } | undefined;

  constructor(
    driver: Driver<Row>,
    table: string,
    sources: readonly Source[],
    encode: Encode<Row>,
    { onProgress, deadline }: BatchOptions,
    call: Call,
  ) {
    this.#driver = driver;
    this.#table = table;
    this.#sources = sources;
    this.#encode = encode;
    this.#call = call;
    this.#patient = deadline === undefined;
    const sizes = sources.map(({ items }) => sizeOf(items));
    const total = sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
    this.#tell = () => onProgress?.({ done: this.#done, total });
  }

  async finish(): Promise<void> {
    const unread: { item: object; kind: "save" | "delete" }[] = [];
    for (const { items, kind } of this.#sources) {
      // Iterated by hand: when the batch stops early, an input that flows by stays open for its owner.
      const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
      const drain = sizeOf(items) !== undefined;
      while (this.#failure === undefined || drain) {
        const next = await this.#next(iterator);
        if (next === undefined) break;
        if (this.#failure === undefined) await this.#add(next, kind, unread);
        else unread.push({ item: next, kind });
      }
    }
    if (this.#failure === undefined && this.#chunk.size > 0) await this.#launch();
    await Promise.all(this.#running);
    if (this.#failure) throw this.#incomplete(this.#failure.cause, unread);
  }

  async #next(iterator: Iterator<object> | AsyncIterator<object>): Promise<object | undefined> {
    try {
      const { done, value } = await iterator.next();
      return done ? undefined : value;
    } catch (cause) {
      this.#failure ??= { cause };
      return undefined;
    }
  }

  async #add(item: object, kind: "save" | "delete", unread: { item: object; kind: "save" | "delete" }[]): Promise<void> {
    let entry: BatchEntry<Row>;
    try {
      this.#call.signal?.throwIfAborted();
      entry = this.#encode(item, kind);
    } catch (cause) {
      this.#failure ??= { cause };
      unread.push({ item, kind });
      return;
    }
    const id = keyText(entry.key);
    if (this.#inFlight.has(id)) await Promise.all(this.#running);
    const weight = 1 + (this.#chunk.get(id)?.weight ?? 0);
    this.#chunk.delete(id);
    this.#chunk.set(id, { item, kind, entry, weight });
    if (this.#chunk.size >= this.#driver.batch.size) await this.#launch();
  }

  async #launch(): Promise<void> {
    while (this.#running.size >= this.#driver.batch.concurrency) await Promise.race(this.#running);
    if (this.#failure) return;
    const chunk = this.#chunk;
    this.#chunk = new Map();
    for (const id of chunk.keys()) this.#inFlight.add(id);
    const sending = this.#send(chunk).finally(() => {
      for (const id of chunk.keys()) this.#inFlight.delete(id);
      this.#running.delete(sending);
    });
    this.#running.add(sending);
  }

  async #send(changes: Map<string, Change<Row>>): Promise<void> {
    let open = changes;
    try {
      for (let attempt = 0; open.size > 0; attempt++) {
        if (attempt > 0) await pause(backoff(attempt), this.#call.signal);
        const putOff = await this.#request([...open.values()].map(({ entry }) => entry));
        const still = new Map<string, Change<Row>>();
        for (const { key } of putOff) {
          const change = open.get(keyText(key));
          if (change) still.set(keyText(key), change);
        }
        for (const [id, { weight }] of open) if (!still.has(id)) this.#done += weight;
        if (still.size < open.size) {
          this.#written = true;
          this.#progressAt = Date.now();
          this.#tell();
        } else if (this.#patient && Date.now() - this.#progressAt > patience) {
          const message = `batchWrite: nothing got through for ${patience / 1000} seconds.`;
          throw new DynawrapError("backend.throttled", message, { operation: "batchWrite" });
        }
        open = still;
      }
    } catch (cause) {
      this.#failure ??= { cause };
      for (const [id, change] of open) this.#left.set(id, change);
    }
  }

  /** A call that is throttled as a whole has put off all its entries. */
  async #request(entries: readonly BatchEntry<Row>[]): Promise<readonly BatchEntry<Row>[]> {
    try {
      return await untilAborted(this.#driver.writeBatch(this.#table, entries, this.#call), this.#call.signal);
    } catch (error) {
      if (isDynawrapError(error, "backend.throttled")) return entries;
      throw error;
    }
  }

  #incomplete(cause: unknown, unread: readonly { item: object; kind: "save" | "delete" }[]): unknown {
    const passing = ["backend.throttled", "backend.unavailable"];
    const ours = isDynawrapError(cause);
    if (!this.#written && ours && !passing.includes(cause.code)) return cause;
    const left = new Map<unknown, { readonly item: object; readonly kind: "save" | "delete" }>([...this.#left, ...this.#chunk]);
    for (const change of unread) {
      const id = this.#idOf(change);
      left.delete(id);
      left.set(id, change);
    }
    const of = (wanted: "save" | "delete") => [...left.values()].filter(({ kind }) => kind === wanted).map(({ item }) => item);
    const message =
      `batchWrite: ${left.size} entries were not written (${ours ? cause.message : String(cause)}) ` +
      "The error's details carry exactly these, for another batchWrite.";
    return new DynawrapError("batch.incomplete", message, { save: of("save"), delete: of("delete") }, cause);
  }

  /** An unread change by its key, so that it takes the place of an earlier one; by itself when it has none. */
  #idOf({ item, kind }: { readonly item: object; readonly kind: "save" | "delete" }): unknown {
    try {
      return keyText(this.#encode(item, kind).key);
    } catch {
      return item;
    }
  }
}

function keyText({ PK, SK }: StoredKey): string {
  return JSON.stringify([PK, SK]);
}
