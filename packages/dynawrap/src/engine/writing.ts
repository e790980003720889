import { DynawrapError, isDynawrapError } from "../core/errors.js";
import { originOf } from "../core/item.js";
import { keyText, type StoredKey } from "../core/stored-key.js";
import { encodeAttributes } from "../values/attribute-encoder.js";
import { type ConditionItem, holds } from "../values/condition-truth.js";
import { untilAborted } from "./deadline.js";
import type { Call, Refused } from "./driver.js";
import type { Store } from "./store.js";
import { type Prepared, type RefusalCode, sameAs } from "./write.js";

/** How a write whose reply was lost is judged when the item that was sent stands there. */
type Proof = "stands" | "none";

/**
 * Makes one write.
 *
 * @throws DynawrapError the refusal that a condition stands for; `write.ambiguous`.
 */
export async function perform<Row>(store: Store<Row>, prepared: Prepared<Row>, call: Call): Promise<void> {
  const refused = await attemptWrite(store, prepared, call, "stands");
  if (!refused) return;
  const { code, problem } = refusalOf(
    prepared,
    refused.current && conditionItem(store, prepared, refused.current),
  );
  const { key } = prepared.write;
  throw new DynawrapError(code, `${problem} (${keyText(key)})`, { model: prepared.model, key });
}

/**
 * Makes one write, or answers that it was certainly not made, since its condition did not hold.
 *
 * @param proof `stands` when the item that was sent, found where it was to be, proves that it was written. An update
 * needs more: another writer may have come to the same item.
 * @throws DynawrapError `write.ambiguous`.
 */
export async function attemptWrite<Row>(
  store: Store<Row>,
  prepared: Prepared<Row>,
  call: Call,
  proof: Proof,
): Promise<Refused<Row> | undefined> {
  const { write } = prepared;
  let refused: Refused<Row> | undefined;
  try {
    refused = await untilAborted(store.driver.write(write, call), call.signal);
  } catch (error) {
    if (!write.condition || call.signal?.aborted || !mayHaveTakenEffect(error)) throw error;
    if (proof === "stands" && (await standsAsSent(store, prepared, call))) return undefined;
    throw ambiguous(call.operation, write.key, error);
  }
  if (!refused?.retried) return refused;
  const item = refused.current && conditionItem(store, prepared, refused.current);
  if (proof === "stands" && isAsSent(prepared, item)) return undefined;
  throw ambiguous(call.operation, write.key);
}

/** Notes that an instance stands as it is now, under this key: what it was read as is no longer what is stored. */
export function markSaved(item: object, key: StoredKey): void {
  const origin = originOf(item);
  if (origin) Object.assign(origin, { asRead: undefined, key });
}

/** What a refused write is, given the item that stood there: the code of the first condition that does not hold. */
export function refusalOf<Row>(
  { conditions }: Pick<Prepared<Row>, "conditions">,
  item: ConditionItem | undefined,
): { readonly code: RefusalCode; readonly problem: string } {
  const failed = conditions.find(([, condition]) => !holds(condition, item)) ?? conditions[0];
  const code = failed?.[0] ?? "condition.failed";
  return { code, problem: refusalText[code] };
}

const refusalText: { readonly [Code in RefusalCode]: string } = {
  "item.exists": "an item stands under the key already",
  "item.conflict": "the item is no longer as it was read; read it again",
  "item.missing": "there is no item under the key",
  "condition.failed": "the condition does not hold of the item under the key",
};

/** The item that stood in the way, as conditions see it. */
export function conditionItem<Row>(
  { driver }: Store<Row>,
  { write: { layout } }: Pick<Prepared<Row>, "write">,
  row: Row,
): ConditionItem {
  const { attributes, version } = driver.decode(row, layout);
  return { wire: encodeAttributes(attributes).wire, version };
}

function isAsSent<Row>({ item, write }: Prepared<Row>, stored: ConditionItem | undefined): boolean {
  if (!item) return stored === undefined;
  const { layout } = write;
  const keyNames = [layout.pk.name, layout.sk?.name];
  const attributes = (wire: object): number =>
    Object.keys(wire).filter((name) => !keyNames.includes(name)).length;
  return (
    stored !== undefined &&
    attributes(stored.wire) === attributes(item.wire) &&
    holds(sameAs(item, [], keyNames), stored)
  );
}

async function standsAsSent<Row>(store: Store<Row>, prepared: Prepared<Row>, call: Call): Promise<boolean> {
  const { layout, key } = prepared.write;
  try {
    const row = await untilAborted(store.driver.get(layout, key, true, call), call.signal);
    return isAsSent(prepared, row === undefined ? undefined : conditionItem(store, prepared, row));
  } catch {
    return false; // what cannot be read proves nothing
  }
}

/** Whether the request may have reached the server, which did not answer. */
export function mayHaveTakenEffect(error: unknown): boolean {
  return isDynawrapError(error, "backend.unavailable") && error.details.applied !== false;
}

export function ambiguous(
  operation: string,
  key?: StoredKey,
  cause?: unknown,
): DynawrapError<"write.ambiguous"> {
  const message =
    "the reply was lost, and nothing proves whether the write took effect; read the item to see";
  return new DynawrapError("write.ambiguous", message, { operation, key }, cause);
}
