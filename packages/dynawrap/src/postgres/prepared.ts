import { fingerprint } from "../core/version.js";
import type { Answer, PgClient } from "./client.js";
import { PreparedQuery, takesQueries } from "./prepared-query.js";

/** Statements that one connection is asked to keep, at most: each costs its server some ten kilobytes. */
const mostPrepared = 200;
/** Texts that are known to have come once, at most. */
const mostSeen = 1000;
/** After so many connections that have lost their statements, it lies in how they are connected. */
const mostLost = 10;

/** No such statement; there is one already; its rows have other types by now. */
const unusable = /^(?:26000|42P05|0A000)$/;
/** `text` in the catalog. */
const textType = 25;

interface Prepared {
  readonly name: string;
  /** The names of its columns when they are all texts; `null` for others, and `undefined` until an answer has come. */
  columns?: readonly string[] | null;
}

/**
 * Statements that repeat, so that a server parses and plans each of them once a connection. The name of one is made from
 * its text: wherever a connection leads to, a name never means another statement.
 */
export class PreparedStatements {
  readonly #prepared = new Map<string, Prepared>();
  readonly #seen = new Set<string>();
  readonly #takes = new WeakMap<PgClient, boolean>();
  readonly #lost = new WeakSet<PgClient>();
  #losses = 0;

  /** Runs a statement, prepared if it comes for the second time at least and the client keeps statements. */
  query(client: PgClient, text: string, values: readonly unknown[]): Promise<Answer> {
    const prepared = values.length > 0 && !this.#isLost(client) ? this.#find(text) : undefined;
    if (prepared === undefined) return client.query({ text, values: [...values] });
    const { name, columns } = prepared;
    if (columns && this.#takesQueries(client))
      return client.query(new PreparedQuery({ name, text, values }, columns) as never);
    return client.query({ name, text, values: [...values] }).then((answer) => {
      prepared.columns = textColumns(answer);
      return answer;
    });
  }

  /** Notes that a client's connection does not keep statements: none are prepared there any more, and after some, nowhere. */
  lose(client: PgClient): void {
    this.#lost.add(client);
    this.#losses += 1;
  }

  #isLost(client: PgClient): boolean {
    return this.#losses >= mostLost || this.#lost.has(client);
  }

  #find(text: string): Prepared | undefined {
    const known = this.#prepared.get(text);
    if (known !== undefined || this.#prepared.size >= mostPrepared) return known;
    if (!this.#seen.delete(text)) {
      if (this.#seen.size >= mostSeen) this.#seen.clear();
      this.#seen.add(text);
      return undefined;
    }
    const prepared = { name: `dynawrap_${fingerprint(text)}` };
    this.#prepared.set(text, prepared);
    return prepared;
  }

  #takesQueries(client: PgClient): boolean {
    const known = this.#takes.get(client);
    if (known !== undefined) return known;
    const takes = takesQueries(client);
    this.#takes.set(client, takes);
    return takes;
  }
}

/** Whether a prepared statement could not be used, so that nothing was done: sent as it is, it may succeed. */
export function isUnusable(error: unknown): boolean {
  return unusable.test((error as { code?: string } | null)?.code ?? "");
}

function textColumns({ fields }: Answer): readonly string[] | null {
  if (!fields?.every(({ dataTypeID }) => dataTypeID === textType)) return null;
  return fields.map(({ name }) => name);
}
