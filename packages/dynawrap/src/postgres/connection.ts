import { type DynawrapError, invalidOption } from "../core/errors.js";
import { untilAborted } from "../engine/deadline.js";
import type { Call } from "../engine/driver.js";
import type {
  Answer,
  PGliteClient,
  PgClient,
  PgPool,
  PostgresClient,
  ResultRow,
  Statement,
} from "./client.js";
import { isAway } from "./errors.js";
import { isUnusable, PreparedStatements } from "./prepared.js";

/** Runs one statement. */
export type Run = (statement: Statement) => Promise<ResultRow[]>;

/** The one way in which statements run, whatever the client. */
export interface Connection {
  /** How many statements it can run at once. */
  readonly concurrency: number;
  run(statement: Statement, call: Call): Promise<ResultRow[]>;
  /**
   * Runs statements in one transaction, each of which sees what others have committed by then. It is committed when the
   * work is done, and rolled back when the work throws. No other statement of ours gets in between. The work may have to
   * be done again, after a rollback.
   */
  transaction<Result>(work: (run: Run) => Promise<Result>, call: Call): Promise<Result>;
  end(): Promise<void>;
}

/**
 * @param prepare whether statements that repeat are prepared, where the client can do that; a PGlite cannot.
 * @throws DynawrapError `option.invalid` for anything that is no client.
 */
export function connectionOf(client: PostgresClient, prepare = true): Connection {
  if (typeof client !== "object" || client === null) throw notAClient();
  const prepared = prepare ? new PreparedStatements() : undefined;
  if ("waitReady" in client) return pgliteConnection(client);
  if ("totalCount" in client && typeof client.connect === "function") return poolConnection(client, prepared);
  if ("query" in client && typeof client.query === "function") return clientConnection(client, prepared);
  throw notAClient();
}

function notAClient(): DynawrapError<"option.invalid"> {
  return invalidOption("client", "is neither a Pool nor a Client of pg, nor a PGlite");
}

function pgliteConnection(client: PGliteClient): Connection {
  const runIn =
    (place: Pick<PGliteClient, "query">, { meter, signal }: Call): Run =>
    async ({ text, values }) => {
      meter.requests += 1;
      return (await untilAborted(place.query(text, [...values]), signal)).rows;
    };
  return {
    concurrency: 1,
    run: (statement, call) => runIn(client, call)(statement),
    transaction(work, call) {
      // It has to wait for its turn, and whoever wanted it may be gone by then.
      const begin = (transaction: Pick<PGliteClient, "query">) => {
        call.signal?.throwIfAborted();
        return work(runIn(transaction, call));
      };
      return untilAborted(client.transaction(begin), call.signal);
    },
    end: () => client.close(),
  };
}

/** When a client is done with everything that was begun so far; several backends may have the same one. */
const turns = new WeakMap<PgClient, Promise<void>>();

function clientConnection(client: PgClient, prepared: PreparedStatements | undefined): Connection {
  const inTurn = async <Result>(begin: () => Work<Result>, { signal }: Call): Promise<Result> => {
    const before = turns.get(client) ?? Promise.resolve();
    let end: () => void = ignore;
    turns.set(
      client,
      new Promise((resolve) => {
        end = resolve;
      }),
    );
    try {
      await untilAborted(before, signal);
    } catch (error) {
      before.then(end, end);
      throw error;
    }
    const { outcome, over } = begin();
    over.then(end, end);
    return outcome;
  };
  return {
    concurrency: 1,
    run: (statement, call) => inTurn(() => runOn(client, statement, call, prepared), call),
    transaction: (work, call) => inTurn(() => transactOn(client, work, call, prepared), call),
    end: async () => client.end?.(),
  };
}

function poolConnection(pool: PgPool, prepared: PreparedStatements | undefined): Connection {
  return {
    concurrency: 4,
    run: (statement, call) => lend(pool, call, (client) => runOn(client, statement, call, prepared).outcome),
    transaction: (work, call) =>
      lend(pool, call, (client) => transactOn(client, work, call, prepared).outcome),
    end: () => pool.end(),
  };
}

/** What was begun on a client: what comes of it, or that it was given up, and when the client is free again. */
interface Work<Result> {
  readonly outcome: Promise<Result>;
  readonly over: Promise<unknown>;
}

function runOn(
  client: PgClient,
  statement: Statement,
  call: Call,
  prepared: PreparedStatements | undefined,
): Work<ResultRow[]> {
  const over = send(client, statement, call, prepared);
  return { outcome: untilAborted(over, call.signal).then(({ rows }) => rows), over };
}

/** Sends a statement, and once more as it is where one that was prepared cannot be used. */
async function send(
  client: PgClient,
  statement: Statement,
  call: Call,
  prepared: PreparedStatements | undefined,
): Promise<Answer> {
  try {
    return await sendOnce(client, statement, call, prepared);
  } catch (error) {
    if (!prepared || !isUnusable(error)) throw error;
    call.meter.retries += 1;
    const answer = await sendOnce(client, statement, call, undefined);
    prepared.lose(client);
    return answer;
  }
}

function sendOnce(
  client: PgClient,
  { text, values }: Statement,
  { meter }: Call,
  prepared: PreparedStatements | undefined,
): Promise<Answer> {
  meter.requests += 1;
  return prepared ? prepared.query(client, text, values) : client.query({ text, values: [...values] });
}

function transactOn<Result>(
  client: PgClient,
  work: (run: Run) => Promise<Result>,
  call: Call,
  prepared: PreparedStatements | undefined,
): Work<Result> {
  let free: Promise<unknown> = Promise.resolve();
  const attempt = async (given: PreparedStatements | undefined): Promise<Result> => {
    const run: Run = async (statement) => {
      const over = sendOnce(client, statement, call, given);
      free = over.catch(ignore);
      return (await untilAborted(over, call.signal)).rows;
    };
    await run({ text: "BEGIN ISOLATION LEVEL READ COMMITTED", values: [] });
    const result = await work(run);
    await run({ text: "COMMIT", values: [] });
    return result;
  };
  const all = async (): Promise<Result> => {
    try {
      return await attempt(prepared);
    } catch (error) {
      if (!prepared || !isUnusable(error)) throw error;
      // It has spoilt the transaction, which goes through as a whole without prepared statements.
      await client.query({ text: "ROLLBACK", values: [] });
      call.meter.retries += 1;
      const result = await attempt(undefined);
      prepared.lose(client);
      return result;
    }
  };
  const made = all();
  const over = made.catch(async () => {
    await free;
    await client.query({ text: "ROLLBACK", values: [] }).catch(ignore);
  });
  const outcome = made.catch(async (error) => {
    if (!call.signal?.aborted && !isAway(error)) await over;
    throw error;
  });
  return { outcome, over };
}

/** Lets a connection of the pool do something. */
async function lend<Result>(
  pool: PgPool,
  { signal }: Call,
  use: (client: PgClient) => Promise<Result>,
): Promise<Result> {
  const lent = await borrow(pool, signal);
  // When a lent connection breaks, it tells its statement and then everyone: unheard, that ends the process.
  lent.on?.("error", ignore);
  let spoilt = false;
  try {
    return await use(lent);
  } catch (error) {
    // A statement that was given up still runs on this connection, and one that was cut off may be its last.
    spoilt = signal?.aborted === true || isAway(error);
    throw error;
  } finally {
    lent.release?.(spoilt);
    lent.off?.("error", ignore);
  }
}

/** A connection of the pool; one that comes too late goes back at once. */
async function borrow(pool: PgPool, signal: AbortSignal | undefined): Promise<PgClient> {
  const connecting = pool.connect();
  try {
    return await untilAborted(connecting, signal);
  } catch (error) {
    connecting.then((late) => late.release?.(), ignore);
    throw error;
  }
}

function ignore(): void {}
