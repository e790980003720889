import { designOf } from "../core/design.js";
import { invalidOption } from "../core/errors.js";
import { type Model, requireModel } from "../core/model.js";
import type { AnyTable } from "../core/table.js";
import { type Condition, every, some } from "../values/condition.js";
import { untilAborted } from "./deadline.js";
import type { Call, Write } from "./driver.js";
import { checkLayout } from "./question.js";
import type { Store } from "./store.js";
import { rowsOf } from "./table-rows.js";

/** Deletions that run at once. */
const atOnce = 16;

/**
 * Deletes the items whose time of expiry has passed, of the models that have one. An item that is given more time
 * meanwhile stays.
 *
 * @returns how many were deleted.
 */
export async function sweepExpired<Row>(
  store: Store<Row>,
  table: AnyTable,
  models: readonly Model[] | undefined,
  call: Call,
): Promise<number> {
  const { driver } = store;
  const given = (models ?? []).map((model) => requireModel(model, "sweepExpired"));
  const design = designOf(table, given);
  const { layout } = design;
  checkLayout(store, layout);
  const known = models ? given : design.models;
  const mortal = known.filter(({ ttl }) => ttl !== undefined);
  if (mortal.length === 0)
    throw invalidOption("models", "has none with a ttl; name them, or list them in the Table");
  const seconds = { N: String(Math.floor(store.clock() / 1000)) };
  const hasExpired = (attribute: string): Condition =>
    every([
      { kind: "gt", path: [attribute], value: { N: "0" } },
      { kind: "lte", path: [attribute], value: seconds },
    ]);
  const filter = some([...new Set(mortal.map(({ ttl }) => ttl as string))].map(hasExpired));
  let deleted = 0;
  const sweep = async (write: Write<Row>): Promise<void> => {
    if (!(await untilAborted(driver.write(write, call), call.signal))) deleted++;
  };
  for await (const rows of rowsOf(store, layout, mortal, filter, call)) {
    const writes = rows.flatMap((row): Write<Row>[] => {
      const { key } = driver.decode(row, layout);
      const owner = design.owner(key);
      if (!owner?.ttl || !mortal.includes(owner)) return [];
      return [{ layout, kind: "delete", key, row: undefined, condition: hasExpired(owner.ttl) }];
    });
    for (let start = 0; start < writes.length; start += atOnce) {
      await Promise.all(writes.slice(start, start + atOnce).map(sweep));
    }
  }
  return deleted;
}
