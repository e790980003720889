import type { BatchChanges, BatchOptions, Items } from "../core/backend.js";
import { DynawrapError, invalidOption, isDynawrapError } from "../core/errors.js";
import type { AnyItem } from "../core/model.js";
import { keyText } from "../core/stored-key.js";
import { backoff, pause, untilAborted, withCall } from "./deadline.js";
import type { BatchEntry, Call, Driver } from "./driver.js";
import { serverFailure } from "./failure.js";

type Kind = "save" | "delete";

/** The encoded form of a change; refuses, before any I/O, what cannot be written. */
export type EncodeChange<Row> = (item: object, kind: Kind) => BatchEntry<Row>;

/** One change that has been taken from the input and is not written yet. */
interface Change<Row> {
  readonly item: object;
  readonly kind: Kind;
  /** `undefined` for one that could not be encoded. */
  readonly entry?: BatchEntry<Row>;
  /** How many of the caller's entries it stands for: itself, and those before it for the same key. */
  readonly weight: number;
}

/** Attempts of a batch without a deadline when nothing gets through: about 30 seconds of waiting. */
const patience = 16;

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
  encode: EncodeChange<Row>,
  options: BatchOptions,
): Promise<void> {
  const sources = sourcesOf(input);
  let total: number | undefined = 0;
  for (const [kind, items] of sources) {
    if (isAtHand(items)) for (const item of items) encode(item, kind);
    total = isAtHand(items) && total !== undefined ? total + [...items].length : undefined;
  }
  await withCall("batchWrite", options, (call) =>
    writeAll(driver, table, sources, total, encode, options, call),
  );
}

async function writeAll<Row>(
  driver: Driver<Row>,
  table: string,
  sources: readonly [Kind, Items][],
  total: number | undefined,
  encode: EncodeChange<Row>,
  options: BatchOptions,
  call: Call,
): Promise<void> {
  /** What is not written yet, in order: by key, or by itself when it has none. */
  const open = new Map<unknown, Change<Row>>();
  const running = new Set<Promise<void>>();
  let chunk = new Set<string>();
  let done = 0;
  let failure: { readonly cause: unknown } | undefined;

  const request = async (entries: readonly BatchEntry<Row>[]): Promise<readonly BatchEntry<Row>[]> => {
    try {
      return await untilAborted(driver.writeBatch(table, entries, call), call.signal);
    } catch (error) {
      // A request that is throttled as a whole has put off all its entries.
      if (isDynawrapError(error, "backend.throttled")) return entries;
      throw error;
    }
  };

  const send = async (ids: Set<string>): Promise<void> => {
    for (let attempt = 0, stalled = 0; ids.size > 0; attempt++) {
      if (attempt > 0) await pause(backoff(attempt), call.signal);
      const putOff = await request([...ids].map((id) => open.get(id)?.entry as BatchEntry<Row>));
      const still = new Set(putOff.map(({ key }) => keyText(key)));
      stalled = still.size < ids.size ? 0 : stalled + 1;
      for (const id of ids) {
        if (still.has(id)) continue;
        done += open.get(id)?.weight ?? 0;
        open.delete(id);
        ids.delete(id);
      }
      if (stalled === 0) options.onProgress?.({ done, total });
      else if (stalled > patience && options.deadline === undefined) {
        throw serverFailure("backend.throttled", call, "nothing gets through", undefined);
      }
    }
  };

  const launch = async (): Promise<void> => {
    while (running.size >= driver.batch.concurrency) await Promise.race(running);
    if (failure) return;
    const sending = send(chunk)
      .catch((cause: unknown) => {
        failure ??= { cause };
      })
      .finally(() => running.delete(sending));
    running.add(sending);
    chunk = new Set();
  };

  const take = async (item: object, kind: Kind): Promise<void> => {
    open.set(item, { item, kind, weight: 1 });
    const entry = encode(item, kind);
    const id = keyText(entry.key);
    if (open.has(id) && !chunk.has(id)) await Promise.all(running);
    open.delete(item);
    open.set(id, { item, kind, entry, weight: 1 + (open.get(id)?.weight ?? 0) });
    chunk.add(id);
    if (chunk.size >= driver.batch.size) await launch();
  };

  try {
    for (const [kind, items] of sources) {
      for await (const item of items) {
        if (call.signal?.aborted) failure ??= { cause: call.signal.reason };
        if (!failure) await take(item, kind);
        // What is at hand belongs to the remainder; an input that flows by is left where it is.
        else if (isAtHand(items)) open.set(item, { item, kind, weight: 1 });
        else break;
      }
    }
    await launch();
  } catch (cause) {
    failure ??= { cause };
  }
  await Promise.all(running);
  if (!failure) return;
  const { cause } = failure;
  throw done > 0 || isPassing(cause) ? incomplete([...open.values()], cause) : cause;
}

function sourcesOf(input: Items | BatchChanges): [Kind, Items][] {
  const sources = Object.entries(isIterable(input) ? { save: input } : { ...input }) as [Kind, Items][];
  if (
    sources.length === 0 ||
    sources.some(([kind, items]) => !/^(save|delete)$/.test(kind) || !isIterable(items))
  ) {
    throw invalidOption("items", "is no iterable of items, nor { save, delete }");
  }
  // Saves first: of a save and a delete for one key the delete wins.
  return sources.sort(([left], [right]) => (left < right ? 1 : -1));
}

function isIterable(input: unknown): input is Items {
  return (
    typeof input === "object" && input !== null && (Symbol.iterator in input || Symbol.asyncIterator in input)
  );
}

/** Whether an input can be read more than once, and does not just flow by. */
function isAtHand(items: Items): items is readonly AnyItem[] {
  return Array.isArray(items) || items instanceof Set;
}

/** Whether the fault lies with the server's state rather than with the request, so that the same batch may succeed. */
function isPassing(cause: unknown): boolean {
  return (
    !isDynawrapError(cause) || cause.code === "backend.throttled" || cause.code === "backend.unavailable"
  );
}

function incomplete(left: readonly Change<unknown>[], cause: unknown): DynawrapError<"batch.incomplete"> {
  const of = (wanted: Kind): object[] => left.filter(({ kind }) => kind === wanted).map(({ item }) => item);
  const message = `batchWrite: ${left.length} entries, in the details, are not written (${cause}).`;
  return new DynawrapError("batch.incomplete", message, { save: of("save"), delete: of("delete") }, cause);
}
