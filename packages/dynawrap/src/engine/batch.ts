import { DynawrapError, invalidOption, isDynawrapError } from "../core/errors.js";
import type { TableLayout } from "../core/layout.js";
import type { AnyItem } from "../core/model.js";
import type { BatchChanges, BatchOptions, Items } from "../core/options.js";
import { keyText } from "../core/stored-key.js";
import { untilAborted, withCall } from "./deadline.js";
import { dispatch } from "./dispatch.js";
import type { BatchEntry, Call, Driver } from "./driver.js";
import type { Operation } from "./operation.js";

type Kind = "save" | "delete";

/** The encoded form of a change; refuses, before any I/O, what cannot be written. */
export type EncodeChange<Row> = (item: object, kind: Kind) => BatchEntry<Row>;

/** What is to be written under one key, and its encoded form where that is kept. */
interface Change<Row> {
  readonly item: object;
  readonly kind: Kind;
  readonly entry?: BatchEntry<Row> | undefined;
}

/** Requests' worth of entries that are taken from an input which flows by, before they are written. */
const windowRequests = 64;
/** Encoded entries that are kept until they are written; those beyond are encoded once more. */
const mostKept = 10_000;

/**
 * Writes changes in any number. Of the entries for one key only the last is written. An input at hand is looked at whole
 * before anything is written; one that flows by is taken a window at a time.
 *
 * @throws what is wrong with the input, while nothing is written; DynawrapError `batch.incomplete` after that.
 */
export async function writeBatches<Row>(
  driver: Driver<Row>,
  layout: TableLayout,
  input: Items | BatchChanges,
  encode: EncodeChange<Row>,
  options: BatchOptions,
  operation: Operation,
): Promise<void> {
  const sources = sourcesOf(input);
  const sized = sources.every(([, items]) => isAtHand(items));
  /** What is not written yet, by key; by itself when it makes none. */
  const open = new Map<unknown, Change<Row>>();
  let taken = 0;
  let written = false;

  const take = (item: object, kind: Kind): void => {
    taken++;
    open.set(item, { item, kind });
    const entry = encode(item, kind);
    open.delete(item);
    open.set(keyText(entry.key), { item, kind, entry: open.size < mostKept ? entry : undefined });
  };

  const send = async (ids: readonly unknown[], call: Call): Promise<readonly unknown[]> => {
    const entries = ids.map((id) => {
      const { item, kind, entry } = open.get(id) as Change<Row>;
      return entry ?? encode(item, kind);
    });
    const putOff = new Set(await untilAborted(driver.writeBatch(layout, entries, call), call.signal));
    for (const [place, id] of ids.entries())
      if (!putOff.has(entries[place] as BatchEntry<Row>)) open.delete(id);
    operation.returned += entries.length - putOff.size;
    if (putOff.size < entries.length) {
      written = true;
      // An entry that another for its key replaces is done with as well.
      options.onProgress?.({ done: taken - open.size, total: sized ? taken : undefined });
    }
    return ids.filter((id) => open.has(id));
  };

  const endless = options.deadline !== undefined;
  const flush = (call: Call): Promise<void> =>
    dispatch(open.keys(), { ...driver.batch, endless, send: (ids) => send(ids, call) }, call);

  await withCall(
    "batchWrite",
    options,
    async (call) => {
      const untouched = [...sources];
      try {
        for (const [kind, items] of sources) {
          untouched.shift();
          for await (const item of whileWanted(items, call.signal)) {
            take(item, kind);
            if (!sized && open.size >= driver.batch.size * windowRequests) await flush(call);
          }
        }
        await flush(call);
      } catch (cause) {
        if (!written && sized && !isPassing(cause)) throw cause;
        for (const [kind, items] of untouched) {
          if (isAtHand(items)) for (const item of items) open.set(item, { item, kind });
        }
        throw incomplete([...open.values()], cause);
      }
    },
    operation.meter,
  );
}

/** An input as it flows by. Waiting for it ends with the call, even where the input itself never goes on. */
async function* whileWanted(items: Items, signal: AbortSignal | undefined): AsyncGenerator<AnyItem> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  try {
    for (;;) {
      const { done, value } = await untilAborted(Promise.resolve(iterator.next()), signal);
      if (done) return;
      yield value;
    }
  } finally {
    Promise.resolve(iterator.return?.()).catch(() => {}); // whether it can be closed no longer matters
  }
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

/** Whether an input is in memory as a whole, and does not just flow by. */
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
  const message = `batchWrite: ${left.length} entries, in the details, are not written (${cause})`;
  return new DynawrapError("batch.incomplete", message, { save: of("save"), delete: of("delete") }, cause);
}
