import type { ResultRow } from "./client.js";
import { parameterText } from "./parameters.js";

/** The connection of a `Client` of pg, as far as queries of one's own may use it: pg-cursor does, too. */
interface PgConnection {
  readonly parsedStatements: { readonly [name: string]: string };
  readonly stream: { cork?(): void; uncork?(): void };
  parse(statement: { name: string; text: string }): void;
  bind(statement: { statement: string; values: readonly (string | null)[] }): void;
  execute(portal: { portal: string }): void;
  sync(): void;
}

type Result = { rows: ResultRow[] };
type Answer = (error: unknown, result?: Result) => void;

/**
 * A prepared statement whose columns are known, all of them text, as a query that pg's `Client.query` takes besides those
 * of its own. It does not ask what the columns are, each time, and has nothing to choose a reading for.
 *
 * What it is made of stands in properties of pg's own names, `callback` too, where tracers look for it and put
 * theirs in its place. It can be awaited, since a client that is wrapped may take whatever `query` answers for a promise.
 */
export class PreparedQuery implements PromiseLike<Result> {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
  callback: Answer;
  readonly #answer: Promise<Result>;
  readonly #columns: readonly string[];
  readonly #rows: ResultRow[] = [];

  constructor(
    { name, text, values }: { name: string; text: string; values: readonly unknown[] },
    columns: readonly string[],
  ) {
    this.name = name;
    this.text = text;
    this.values = values;
    this.#columns = columns;
    // Not written where the property is set: V8 takes such functions for long-lived, with all rows that they reach.
    let settle: Answer = () => {};
    this.#answer = new Promise((resolve, reject) => {
      settle = (error, result) => (result ? resolve(result) : reject(error));
    });
    // Whoever wraps the client may not ask for it.
    this.#answer.catch(() => {});
    this.callback = settle;
  }

  submit(connection: PgConnection): void {
    const values = this.values.map(parameterText);
    // Everything in one packet.
    connection.stream.cork?.();
    try {
      if (!Object.hasOwn(connection.parsedStatements, this.name)) connection.parse(this);
      connection.bind({ statement: this.name, values });
      connection.execute({ portal: "" });
      connection.sync();
    } finally {
      connection.stream.uncork?.();
    }
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const row: Record<string, string | null> = {};
    for (const [place, column] of this.#columns.entries()) row[column] = fields[place] ?? null;
    this.#rows.push(row);
  }

  handleError(error: unknown): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(null, { rows: this.#rows });
  }

  // biome-ignore lint/suspicious/noThenProperty: it stands where pg's own `query` answers a promise.
  then<Fulfilled = Result, Rejected = never>(
    onfulfilled?: ((result: Result) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onrejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#answer.then(onfulfilled, onrejected);
  }

  catch<Rejected>(onrejected: (reason: unknown) => Rejected): Promise<Result | Rejected> {
    return this.#answer.catch(onrejected);
  }

  finally(settled: () => void): Promise<Result> {
    return this.#answer.finally(settled);
  }

  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
}

/** The connection of a client of pg that takes such queries; nothing for one in a pipeline, and for anything else. */
export function takesQueries(client: object): boolean {
  const { connection, pipeline } = client as { connection?: Partial<PgConnection>; pipeline?: unknown };
  if (pipeline || typeof connection !== "object" || connection === null) return false;
  const { parse, bind, execute, sync, parsedStatements, stream } = connection;
  return (
    [parse, bind, execute, sync].every((method) => typeof method === "function") &&
    [parsedStatements, stream].every((part) => typeof part === "object" && part !== null)
  );
}
