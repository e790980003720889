import { DynawrapError, invalidOption, isDynawrapError } from "../core/errors.js";
import { keyText } from "../core/stored-key.js";
import type { AnyTable } from "../core/table.js";
import { backoff, pause, untilAborted } from "./deadline.js";
import type { Call } from "./driver.js";
import { Question } from "./question.js";
import { readRow, type Selection } from "./row-reader.js";
import type { Store } from "./store.js";
import type { Turns } from "./turns.js";
import { modelOf, type Prepared, prepareSave } from "./write.js";
import { ambiguous, markSaved, perform } from "./writing.js";

/** How long an update without a deadline goes on, in milliseconds. */
export const updatePatience = 10_000;

/** What a change makes of an item. */
export type Change = (current: object) => object | Promise<object>;

/**
 * Reads, changes and saves an item until nobody came between. Updates of one item by one backend take turns, so that they
 * do not come between each other.
 */
export async function updateItem<Row>(
  store: Store<Row>,
  turns: Turns,
  table: AnyTable,
  model: unknown,
  values: object,
  change: Change,
  call: Call,
): Promise<object> {
  const question = new Question(store, table, model);
  const key = question.key(values);
  if (typeof change !== "function") throw invalidOption("change", "is no function");
  const wait = (turn: Promise<void>): Promise<void> => untilAborted(turn, call.signal);
  return turns.take(`${question.layout.name} ${keyText(key)}`, wait, async () => {
    const late = (): DynawrapError => {
      const message = `others kept changing the item under ${keyText(key)} until the deadline`;
      return new DynawrapError("item.conflict", message, { model: question.model.name, key });
    };
    for (let attempt = 0; ; attempt++) {
      if (attempt > 0) {
        call.expired = late;
        call.meter.retries++;
        await pause(backoff(Math.min(attempt, 4)), call.signal);
      }
      const current = await readCurrent(store, question, key, call);
      const next = await untilAborted(Promise.resolve(change(current)), call.signal);
      if (next === current) return current;
      const prepared = changed(store, table, question, current, next);
      try {
        call.expired = () => ambiguous(call.operation, key);
        await perform(store, prepared, call, "none");
        markSaved(next, key);
        return next;
      } catch (error) {
        if (!isDynawrapError(error, "item.conflict") && !isDynawrapError(error, "backend.throttled"))
          throw error;
      }
    }
  });
}

/** The item that is to be changed. @throws DynawrapError `item.missing` */
export async function readCurrent<Row>(
  store: Store<Row>,
  question: Question<Row>,
  key: ReturnType<Question<Row>["key"]>,
  call: Call,
): Promise<object> {
  const { layout } = question;
  const row = await untilAborted(store.driver.get(layout, key, true, call), call.signal);
  return currentItem(store, question, key, row);
}

/** The instance to be changed, of the row that was read. @throws DynawrapError `item.missing` */
export function currentItem<Row>(
  store: Store<Row>,
  question: Question<Row>,
  key: ReturnType<Question<Row>["key"]>,
  row: Row | undefined,
): object {
  const item =
    row === undefined
      ? undefined
      : readRow(store.driver.decode(row, question.layout), oneItem(store, question, {}));
  if (item) return item;
  const { name } = question.model;
  throw new DynawrapError("item.missing", `there is no item to change under ${keyText(key)}`, {
    model: name,
    key,
  });
}

/** What is sent to save a changed item where nothing has come between. */
export function changed<Row>(
  store: Store<Row>,
  table: AnyTable,
  question: Question<Row>,
  current: object,
  next: object,
): Prepared<Row> {
  if (modelOf(next) !== modelOf(current)) {
    throw invalidOption("change", `answers no ${question.model.name}; return current.with({ … })`);
  }
  const [prepared] = prepareSave(store, table, next, { ifUnchanged: current as never });
  return prepared as Prepared<Row>;
}

/** How the item under one key is read. */
export function oneItem<Row>(
  { clock }: Store<Row>,
  { design, model }: Question<Row>,
  { includeExpired = false }: { readonly includeExpired?: boolean | undefined },
): Selection {
  return {
    design,
    wanted: new Map([[model, undefined]]),
    index: undefined,
    condition: undefined,
    includeExpired,
    clock,
    partial: false,
    onError: "throw",
  };
}
