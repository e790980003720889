import { DynawrapError, isDynawrapError } from "../core/errors.js";
import type { TableLayout } from "../core/layout.js";
import { keyText, type StoredKey } from "../core/stored-key.js";
import type { StoredItem } from "../values/stored-item.js";
import { backoff, pause, untilAborted } from "./deadline.js";
import type { Call } from "./driver.js";
import type { Store } from "./store.js";

/** How long a batch without a deadline goes on when nothing gets through, in milliseconds. */
const patience = 30_000;

/**
 * The items under keys in any number, by `keyText`: several requests at once, what the server puts off again and again.
 *
 * @throws DynawrapError `backend.throttled` when nothing gets through for long.
 */
export async function getMany<Row>(
  { driver }: Store<Row>,
  layout: TableLayout,
  keys: readonly StoredKey[],
  consistent: boolean,
  call: Call,
): Promise<ReadonlyMap<string, StoredItem>> {
  const found = new Map<string, StoredItem>();
  const open = [...new Map(keys.map((key) => [keyText(key), key])).values()];
  const read = async (chunk: readonly StoredKey[]): Promise<void> => {
    let left = chunk;
    let progressAt = Date.now();
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt > 0) {
        call.meter.retries++;
        await pause(backoff(attempt), call.signal);
      }
      const before = left.length;
      const { rows, putOff } = await readKeys(driver.getBatch(layout, left, consistent, call), left, call);
      for (const row of rows) {
        const stored = driver.decode(row, layout);
        found.set(keyText(stored.key), stored);
      }
      left = putOff;
      if (left.length < before) progressAt = Date.now();
      else if (Date.now() - progressAt > patience) {
        throw new DynawrapError("backend.throttled", "nothing gets through", { operation: call.operation });
      }
    }
  };
  let failed = false;
  const work = async (): Promise<void> => {
    while (open.length > 0 && !failed) await read(open.splice(-driver.batch.reads));
  };
  const workers = Array.from({ length: driver.batch.concurrency }, () =>
    work().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  await Promise.all(workers);
  return found;
}

/** One request; one that is throttled as a whole has put off all its keys. */
async function readKeys<Row>(
  answer: Promise<{ readonly rows: readonly Row[]; readonly putOff: readonly StoredKey[] }>,
  keys: readonly StoredKey[],
  call: Call,
): Promise<{ readonly rows: readonly Row[]; readonly putOff: readonly StoredKey[] }> {
  try {
    return await untilAborted(answer, call.signal);
  } catch (error) {
    if (isDynawrapError(error, "backend.throttled")) return { rows: [], putOff: keys };
    throw error;
  }
}
