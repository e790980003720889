import { DynawrapError, invalidOption, isDynawrapError } from "../core/errors.js";
import { keyText } from "../core/stored-key.js";
import type { AnyTable } from "../core/table.js";
import { pause, untilAborted } from "./deadline.js";
import type { Call } from "./driver.js";
import { Question } from "./question.js";
import { readRow, type Selection } from "./row-reader.js";
import type { Store } from "./store.js";
import type { Turns } from "./turns.js";
import { modelOf, type Prepared, prepareSave } from "./write.js";
import { ambiguous, attemptWrite, markSaved } from "./writing.js";

/** How long an update without a deadline goes on, in milliseconds. */
export const updatePatience = 10_000;

/** What a change makes of an item. */
export type Change = (current: object) => object | Promise<object>;

/** A row as an update has saved it, and since when it was on its way. */
export interface SavedRow<Row> {
  readonly row: Row;
  readonly since: number;
}

/**
 * Reads, changes and saves an item until nobody came between. Updates of one item by one backend take turns, so that they
 * do not come between each other. Who was in the line already when the one before sent its item need not read it again: it
 * has stood there since. Every second one does so all the same, or writers elsewhere would never get between two of ours.
 */
export async function updateItem<Row>(
  store: Store<Row>,
  turns: Turns<SavedRow<Row>>,
  table: AnyTable,
  model: unknown,
  values: object,
  change: Change,
  call: Call,
): Promise<object> {
  const question = new Question(store, table, model);
  const { layout } = question;
  const key = question.key(values);
  if (typeof change !== "function") throw invalidOption("change", "is no function");
  const late = (): DynawrapError => {
    const message = `others kept changing the item under ${keyText(key)} until the deadline`;
    return new DynawrapError("item.conflict", message, { model: question.model.name, key });
  };
  const read = (): Promise<Row | undefined> =>
    untilAborted(store.driver.get(layout, key, true, call), call.signal);
  const asked = performance.now();
  call.expired = late;
  const wait = <Turn>(turn: Promise<Turn>): Promise<Turn> => untilAborted(turn, call.signal);
  return turns.take(`${layout.name} ${keyText(key)}`, wait, async (leave, waited, found) => {
    // Who had to wait for others, and has no time left, has lost it to them.
    if (!waited) call.expired = undefined;
    const inherited = found !== undefined && found.since > asked;
    let row = inherited ? found.row : await read();
    for (let attempt = 0, took = 0; ; attempt++) {
      if (attempt > 0) {
        call.expired = late;
        call.meter.retries++;
      }
      // The first refusal has said what stands there now. Who is refused again stands back, and looks anew.
      if (attempt > 1 || (attempt > 0 && row === undefined)) {
        await pause(standBack(attempt, took), call.signal);
        row = await read();
      }
      const current = currentItem(store, question, key, row);
      const next = await untilAborted(Promise.resolve(change(current)), call.signal);
      if (next === current) return current;
      const prepared = changed(store, table, question, current, next);
      const since = performance.now();
      call.expired = () => ambiguous(call.operation, key);
      try {
        const refused = await attemptWrite(store, prepared, call, "none");
        if (!refused) {
          markSaved(next, key);
          if (!inherited) leave({ row: prepared.write.row as Row, since });
          return next;
        }
        row = refused.current;
      } catch (error) {
        if (!isDynawrapError(error, "backend.throttled")) throw error;
        row = undefined;
      }
      took = performance.now() - since;
    }
  });
}

/**
 * How long to stand back from an item that others write to: full jitter, longer each time, and not shorter than writes take
 * there. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
function standBack(attempt: number, took: number): number {
  return Math.random() * Math.min(Math.max(took * 2, 25) * 2 ** Math.min(attempt - 1, 4), 2_000);
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
