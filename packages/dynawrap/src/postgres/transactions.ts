import { DynawrapError } from "../core/errors.js";
import type { TableLayout } from "../core/layout.js";
import { compareUtf8 } from "../core/range.js";
import type { StoredKey } from "../core/stored-key.js";
import { pause } from "../engine/deadline.js";
import type { Call, Cancelled, Write } from "../engine/driver.js";
import { holds } from "../values/condition-truth.js";
import type { Connection, Run } from "./connection.js";
import { isAway, isConflict } from "./errors.js";
import { deleteMany, lockRows, selectUnfit, upsertMany } from "./items.js";
import { type PostgresRow, readRow } from "./row.js";

type Answer = readonly (Cancelled<PostgresRow> | undefined)[] | undefined;

/** How many transactions of unknown outcome are remembered. */
const mostOpen = 1000;

/** A write, and its place among those of the transaction. */
interface Placed extends Write<PostgresRow> {
  readonly place: number;
}

/** Ends a transaction whose conditions do not all hold. */
class Cancellation {
  readonly answer: Answer;
  constructor(answer: Answer) {
    this.answer = answer;
  }
}

/** In one order, so that two writers who meet wait for each other instead of locking each other out. */
export function compareKeys(left: StoredKey, right: StoredKey): number {
  return compareUtf8(left.PK, right.PK) || compareUtf8(left.SK ?? "", right.SK ?? "");
}

/**
 * Transactions of PostgreSQL. The rows of all writes are locked first, in one order, those that are not there by being
 * inserted: what a condition has found stays so until the end, whoever else writes. It looks so to everyone.
 */
export class Transactions {
  readonly #connection: Connection;
  /** The numbers of transactions whose commit was not confirmed, by the caller's token. */
  readonly #open = new Map<string, string>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws what the client throws, when the transaction was not made or that cannot be known. */
  async transact(writes: readonly Write<PostgresRow>[], token: string, call: Call): Promise<Answer> {
    if (await this.#isCommitted(token, call)) return undefined;
    const note = (number: string): void => this.#note(token, number);
    try {
      await this.#connection.transaction((run) => makeWrites(run, writes, note), call);
    } catch (error) {
      const aborted = call.signal?.aborted === true;
      if (!aborted && isAway(error) && (await this.#isCommitted(token, call).catch(() => false)))
        return undefined;
      if (aborted || isAway(error)) throw error;
      this.#open.delete(token);
      if (error instanceof Cancellation) return error.answer;
      if (isConflict(error)) return writes.map(() => ({ reason: "conflict" }));
      throw error;
    }
    this.#open.delete(token);
    return undefined;
  }

  #note(token: string, number: string): void {
    this.#open.set(token, number);
    const [oldest = token] = this.#open.keys();
    if (this.#open.size > mostOpen) this.#open.delete(oldest);
  }

  /** Whether an attempt whose reply was lost was committed after all. */
  async #isCommitted(token: string, call: Call): Promise<boolean> {
    const number = this.#open.get(token);
    if (number === undefined) return false;
    const statement = { text: "SELECT pg_xact_status($1::text::xid8) AS status", values: [number] };
    for (let wait = 10; wait < 2_000; wait *= 2) {
      const [row] = await this.#connection.run(statement, call);
      if (row?.status !== "in progress") {
        this.#open.delete(token);
        return row?.status === "committed";
      }
      // The server has yet to notice that nobody listens.
      await pause(wait, call.signal);
    }
    const message = "the server is still busy with an attempt whose reply was lost";
    throw new DynawrapError("backend.unavailable", message, { operation: call.operation });
  }
}

/** Makes all writes. @throws Cancellation when a condition does not hold. */
async function makeWrites(
  run: Run,
  writes: readonly Write<PostgresRow>[],
  note: (number: string) => void,
): Promise<void> {
  const tables = groupByTable(writes);
  const added = new Set<number>();
  for (const [layout, group] of tables) {
    const [locked] = await run(lockRows(layout, group.map(lockedRow)));
    note(String(locked?.xid));
    for (const place of JSON.parse(String(locked?.added ?? "[]"))) added.add(group[place]?.place ?? -1);
  }
  const answer: (Cancelled<PostgresRow> | undefined)[] = writes.map(() => undefined);
  for (const [layout, group] of tables) {
    for (const { place, condition } of group)
      if (added.has(place) && condition && !holds(condition, undefined)) answer[place] = refused(undefined);
    const asked = group.flatMap(({ place, key, condition }) =>
      condition === undefined || added.has(place) ? [] : [{ place, key, condition }],
    );
    for (const row of asked.length > 0 ? await run(selectUnfit(layout, asked)) : [])
      answer[Number(row.place)] = refused(readRow(row, layout));
  }
  if (answer.some(Boolean)) throw new Cancellation(answer);
  for (const [layout, group] of tables) {
    const rows = group.flatMap(({ place, row }) => (row && !added.has(place) ? row : []));
    if (rows.length > 0) await run(upsertMany(layout, rows));
    const gone = group
      .filter(({ kind, place }) => kind === "delete" || (kind === "check" && added.has(place)))
      .map(({ key }) => key);
    if (gone.length > 0) await run(deleteMany(layout, gone));
  }
}

function refused(current: PostgresRow | undefined): Cancelled<PostgresRow> {
  return { reason: "condition", current, retried: false };
}

/** What stands in the place of a row while it is locked: what is put, so that there is nothing more to do, or nothing. */
function lockedRow({ key, row }: Placed): PostgresRow {
  return row ?? { pk: key.PK, sk: key.SK ?? "", schema_version: null, data: "{}" };
}

function groupByTable(writes: readonly Write<PostgresRow>[]): [TableLayout, Placed[]][] {
  const groups = new Map<string, [TableLayout, Placed[]]>();
  for (const [place, write] of writes.entries()) {
    const group = groups.get(write.layout.name) ?? [write.layout, []];
    groups.set(write.layout.name, group);
    group[1].push({ ...write, place });
  }
  const sorted = [...groups.values()].sort(([left], [right]) => compareUtf8(left.name, right.name));
  for (const [, group] of sorted) group.sort((left, right) => compareKeys(left.key, right.key));
  return sorted;
}
