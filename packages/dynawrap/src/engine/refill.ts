import type { Design } from "../core/design.js";
import { isDynawrapError } from "../core/errors.js";
import { indexAttributes, type TableIndex } from "../core/layout.js";
import { getOwn } from "../core/record.js";
import { encodeAttributes } from "../values/attribute-encoder.js";
import { fromStoredItem } from "../values/incoming-item.js";
import { toStoredItem } from "../values/outgoing-item.js";
import type { OutgoingItem } from "../values/stored-item.js";
import { untilAborted } from "./deadline.js";
import type { Call } from "./driver.js";
import type { Store } from "./store.js";
import { rowsOf } from "./table-rows.js";
import { sameAs } from "./write.js";

/**
 * Gives the items that stand in a table the key attributes of indexes that are new to it. Each item is only touched when it
 * is as it was read; one that is changed meanwhile gets them by that.
 */
export async function refillIndexes<Row>(
  store: Store<Row>,
  design: Design,
  indexes: readonly TableIndex[],
  call: Call,
): Promise<void> {
  const { driver } = store;
  const { layout, models } = design;
  const added = indexes.flatMap(indexAttributes).map(({ name }) => name);
  for await (const rows of rowsOf(store, layout, models, undefined, call)) {
    for (const row of rows) {
      const filled = withIndexKeys(store, design, row, added);
      if (filled) await untilAborted(driver.write({ layout, kind: "put", ...filled }, call), call.signal);
    }
  }
}

/** The row with the attributes that its model would write today; `undefined` where nothing is to be added. */
function withIndexKeys<Row>({ driver }: Store<Row>, design: Design, row: Row, added: readonly string[]) {
  const { layout } = design;
  const stored = driver.decode(row, layout);
  const owner = design.owner(stored.key);
  if (!owner) return undefined;
  const placement = design.placement(owner);
  let fresh: OutgoingItem;
  try {
    const item = fromStoredItem(stored, placement);
    if (!item) return undefined;
    fresh = toStoredItem(item, placement);
  } catch (error) {
    if (isDynawrapError(error)) return undefined; // an item that cannot be read is left as it is
    throw error;
  }
  const { wire } = encodeAttributes(stored.attributes);
  const missing = added.filter(
    (name) => getOwn(wire, name) === undefined && getOwn(fresh.wire, name) !== undefined,
  );
  if (missing.length === 0) return undefined;
  const attributes = {
    ...wire,
    ...Object.fromEntries(missing.map((name) => [name, fresh.wire[name]])),
  } as typeof wire;
  const outgoing: OutgoingItem = { key: stored.key, version: stored.version, wire: attributes };
  const before = { key: stored.key, version: stored.version, wire };
  const condition = sameAs(before, [], [layout.pk.name, layout.sk?.name]);
  return { key: stored.key, row: driver.encode(outgoing, layout), condition };
}
