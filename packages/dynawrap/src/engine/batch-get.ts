import type { TableLayout } from "../core/layout.js";
import { keyText, type StoredKey } from "../core/stored-key.js";
import type { StoredItem } from "../values/stored-item.js";
import { untilAborted } from "./deadline.js";
import { dispatch } from "./dispatch.js";
import type { Call } from "./driver.js";
import type { Store } from "./store.js";

/**
 * The items under keys in any number, by `keyText`.
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
  const send = async (some: readonly StoredKey[]): Promise<readonly StoredKey[]> => {
    const { rows, putOff } = await untilAborted(driver.getBatch(layout, some, consistent, call), call.signal);
    for (const row of rows) {
      const stored = driver.decode(row, layout);
      found.set(keyText(stored.key), stored);
    }
    return putOff;
  };
  const distinct = new Map(keys.map((key) => [keyText(key), key]));
  const { reads: size, concurrency } = driver.batch;
  await dispatch(distinct.values(), { size, concurrency, send, endless: false }, call);
  return found;
}
