import { DynawrapError, invalidOption, isDynawrapError, type TransactionFailure } from "../core/errors.js";
import type { DeleteOptions, SaveOptions } from "../core/options.js";
import { utf8Length } from "../core/range.js";
import { keyText } from "../core/stored-key.js";
import type { AnyTable } from "../core/table.js";
import type { Transaction } from "../core/transaction.js";
import { backoff, pause, untilAborted } from "./deadline.js";
import type { Call, Cancelled } from "./driver.js";
import { Question } from "./question.js";
import type { Store } from "./store.js";
import { type OperationSubject, subjectOf } from "./subject.js";
import { type Change, changed, currentItem } from "./update.js";
import { type Prepared, prepareCheck, prepareDelete, prepareSave, type RefusalCode } from "./write.js";
import { ambiguous, conditionItem, markSaved, mayHaveTakenEffect, refusalOf } from "./writing.js";

/** DynamoDB's limits for one transaction: operations, and bytes of their items together. */
const maxOperations = 100;
const maxBytes = 4 * 1024 * 1024;

/** One operation that was noted. An update is made ready anew for each attempt, of the item as it is then. */
interface Noted<Row> {
  readonly kind: TransactionFailure["kind"];
  readonly writes: readonly Prepared<Row>[];
  readonly update?: NotedUpdate<Row>;
  readonly item?: object;
}

interface NotedUpdate<Row> {
  readonly question: Question<Row>;
  readonly key: ReturnType<Question<Row>["key"]>;
  readonly prepare: (
    row: Row | undefined,
    call: Call,
  ) => Promise<{ readonly prepared: Prepared<Row> | undefined; readonly item: object }>;
}

/**
 * Notes what a transaction is to do; whatever is wrong with an operation is said at once, before any I/O.
 *
 * @throws DynawrapError whatever an operation throws by itself; `option.invalid` for an async `build`.
 */
export function noteTransaction<Row>(store: Store<Row>, build: (tx: Transaction) => unknown): Noted<Row>[] {
  if (typeof build !== "function") throw invalidOption("build", "is no function");
  const noted: Noted<Row>[] = [];
  let open = true;
  const note = (operation: Noted<Row>): void => {
    if (!open)
      throw invalidOption("build", "goes on after it has returned; note every operation before that");
    noted.push(operation);
  };
  const tx = {
    save(table: AnyTable, item: object, options: SaveOptions = {}): void {
      note({ kind: "save", writes: prepareSave(store, table, item, options), item });
    },
    delete(table: AnyTable, target: unknown, ...rest: object[]): void {
      const values = typeof target === "function" ? (rest.shift() ?? {}) : undefined;
      note({
        kind: "delete",
        writes: [prepareDelete(store, table, target, values, rest[0] as DeleteOptions | undefined)],
      });
    },
    check(table: AnyTable, model: unknown, values: object, condition: unknown): void {
      note({ kind: "check", writes: [prepareCheck(store, table, model, values, condition)] });
    },
    update(table: AnyTable, model: unknown, values: object, change: Change): void {
      const question = new Question(store, table, model);
      const key = question.key(values);
      if (typeof change !== "function") throw invalidOption("change", "is no function");
      const prepare: NotedUpdate<Row>["prepare"] = async (row, call) => {
        const current = currentItem(store, question, key, row);
        const item = await untilAborted(Promise.resolve(change(current)), call.signal);
        return { prepared: changed(store, table, question, current, item), item };
      };
      note({ kind: "update", writes: [], update: { question, key, prepare } });
    },
  };
  const answer = build(tx as never);
  open = false;
  if (typeof (answer as PromiseLike<unknown> | undefined)?.then === "function") {
    (answer as Promise<unknown>).then(undefined, () => {});
    throw invalidOption("build", "is async; note the operations at once, and read before the transaction");
  }
  checkTargets(noted);
  return noted;
}

function checkTargets<Row>(noted: readonly Noted<Row>[]): void {
  const targets = new Set<string>();
  let count = 0;
  const target = (table: string, key: Prepared<Row>["write"]["key"]): void => {
    count++;
    const name = `${table} ${keyText(key)}`;
    if (targets.has(name)) throw invalidOption("build", `names the item ${keyText(key)} of "${table}" twice`);
    targets.add(name);
  };
  for (const { writes, update } of noted) {
    for (const { write } of writes) target(write.layout.name, write.key);
    if (update) target(update.question.layout.name, update.key);
  }
  if (count < 1 || count > maxOperations)
    throw invalidOption("build", `notes ${count} operations; a transaction takes 1 to ${maxOperations}`);
}

/** What a transaction is about, for an observer. */
export function aboutTransaction<Row>(noted: readonly Noted<Row>[]): OperationSubject {
  const placements = noted.flatMap(({ writes, update }) => [
    ...writes.map(({ placement }) => placement),
    ...(update ? [update.question.placement] : []),
  ]);
  return { ...subjectOf("transact", placements), size: noted.length };
}

/**
 * Makes a transaction, again while only others stand in the way.
 *
 * @throws DynawrapError `transaction.cancelled`, which names each operation that failed; `write.ambiguous`.
 */
export async function runTransaction<Row>(
  store: Store<Row>,
  noted: readonly Noted<Row>[],
  call: Call,
): Promise<number> {
  let cancelled: DynawrapError<"transaction.cancelled"> | undefined;
  for (let attempt = 0; ; attempt++) {
    if (attempt > 0) {
      call.meter.retries++;
      call.expired = () => cancelled as DynawrapError;
      await pause(backoff(Math.min(attempt, 5)), call.signal);
    }
    const ready = await readyOperations(store, noted, call);
    const writes = ready.flatMap(({ writes: all }) => all);
    checkWhole(writes);
    call.expired = () => ambiguous(call.operation);
    const reasons = await send(store, writes, call);
    if (!reasons) {
      for (const { item, writes: made } of ready) {
        const put = made.find(({ write }) => write.kind === "put");
        if (item && put) markSaved(item, put.write.key);
      }
      return writes.length;
    }
    const failures = failuresOf(store, ready, reasons);
    const lost = failures.map(
      ({ failure }) => `${failure.kind} of ${failure.model} ${keyText(failure.key)}: ${failure.message}`,
    );
    const message = `transact: nothing was written: ${lost.join("; ")}`;
    cancelled = new DynawrapError("transaction.cancelled", message, {
      failures: failures.map(({ failure }) => failure),
    });
    if (failures.length === 0 || failures.some(({ passes }) => !passes)) throw cancelled;
  }
}

/** The operations with their writes; the items to be updated are read as they are now, at one moment. */
async function readyOperations<Row>(
  store: Store<Row>,
  noted: readonly Noted<Row>[],
  call: Call,
): Promise<Noted<Row>[]> {
  const updates = noted.flatMap(({ update }) => update ?? []);
  if (updates.length === 0) return [...noted];
  const reads = updates.map(({ question, key }) => ({ layout: question.layout, key }));
  const rows = await untilAborted(store.driver.getSnapshot(reads, call), call.signal);
  const ready: Noted<Row>[] = [];
  for (const operation of noted) {
    const { update } = operation;
    if (!update) {
      ready.push(operation);
      continue;
    }
    const { prepared, item } = await update.prepare(rows[updates.indexOf(update)], call);
    ready.push({ ...operation, writes: prepared ? [prepared] : [], item });
  }
  return ready;
}

/** How often a transaction whose reply was lost is sent again under its token. */
const lostReplies = 3;

async function send<Row>(
  { driver }: Store<Row>,
  prepared: readonly Prepared<Row>[],
  call: Call,
): Promise<readonly (Cancelled<Row> | undefined)[] | undefined> {
  const token = crypto.randomUUID();
  const writes = prepared.map(({ write }) => write);
  let lost = false;
  for (let attempt = 0; ; attempt++) {
    try {
      return await untilAborted(driver.transact(writes, token, call), call.signal);
    } catch (error) {
      if (call.signal?.aborted) throw error;
      // Once a reply was lost no later error says what came of that attempt: only its own token asks for it.
      lost ||= mayHaveTakenEffect(error);
      const throttled = isDynawrapError(error, "backend.throttled");
      if (!lost && throttled) return writes.map(() => ({ reason: "throttled" }));
      if (!lost) throw error;
      if (!driver.repeatable || attempt >= lostReplies) throw ambiguous(call.operation, undefined, error);
      call.meter.retries++;
      await pause(backoff(attempt + 1), call.signal);
    }
  }
}

/** The error that the first operation in the way would have been by itself: what a caller of one operation knows. */
export function firstFailure(error: unknown): unknown {
  if (!isDynawrapError(error, "transaction.cancelled")) return error;
  const [failure] = error.details.failures;
  if (!failure || !/^item|^condition/.test(failure.code)) return error;
  const { code, message, model, key } = failure;
  return new DynawrapError(code as RefusalCode, `${message} (${keyText(key)})`, { model, key }, error);
}

interface Failed {
  readonly failure: TransactionFailure;
  /** Whether the same operation may succeed a little later. */
  readonly passes: boolean;
}

function failuresOf<Row>(
  store: Store<Row>,
  ready: readonly Noted<Row>[],
  reasons: readonly (Cancelled<Row> | undefined)[],
): Failed[] {
  let place = 0;
  return ready.flatMap(({ kind, writes }, operation) =>
    writes.flatMap((prepared): Failed[] => {
      const reason = reasons[place++];
      if (!reason) return [];
      const { model, write } = prepared;
      const about = { operation, kind, model, key: write.key };
      if (reason.reason === "condition") {
        const item =
          reason.current === undefined ? undefined : conditionItem(store, prepared, reason.current);
        const { code, problem } = refusalOf(prepared, item);
        return [{ failure: { ...about, code, message: problem }, passes: kind === "update" }];
      }
      if (reason.reason === "failed") {
        return [{ failure: { ...about, code: "backend.failed", message: reason.message }, passes: false }];
      }
      const busy = reason.reason === "conflict";
      const message = busy ? "another writer is at the item" : "the server asks for less load";
      return [
        { failure: { ...about, code: busy ? "item.conflict" : "backend.throttled", message }, passes: true },
      ];
    }),
  );
}

function checkWhole<Row>(writes: readonly Prepared<Row>[]): void {
  let bytes = 0;
  for (const { item } of writes) if (item) bytes += utf8Length(JSON.stringify(item.wire));
  if (bytes <= maxBytes) return;
  throw invalidOption("build", `notes items of about ${bytes} bytes; a transaction takes ${maxBytes}`);
}
