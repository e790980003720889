import { fingerprint } from "../core/version.js";

/** Statements that one connection is asked to keep, at most: each costs its server some ten kilobytes. */
const mostNames = 200;
/** Texts that have been seen once, at most. */
const mostSeen = 1000;
/** After so many connections that have lost their statements, there is a pooler in between. */
const mostLost = 10;

/** No such statement; there is one already; its rows have other types now. */
const unusable = /^(?:26000|42P05|0A000)$/;

/**
 * Names for statements that repeat, so that a server parses and plans each of them once a connection. The name of a text
 * is made from it: wherever a connection leads to, a name never means another statement.
 */
export class PreparedNames {
  /** What has been seen of each text: nothing but that it came once, or its name. */
  readonly #names = new Map<string, string | undefined>();
  readonly #lost = new WeakSet<object>();
  #named = 0;
  #losses = 0;

  /** The name of a statement that comes at least for the second time; nothing for one that is sent as it is. */
  nameOf(text: string, client: object): string | undefined {
    if (this.#losses >= mostLost || this.#lost.has(client)) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined || this.#named >= mostNames) return known;
    if (!this.#names.has(text)) {
      if (this.#names.size >= mostSeen) this.#forgetSeen();
      this.#names.set(text, undefined);
      return undefined;
    }
    const name = `dynawrap_${fingerprint(text)}`;
    this.#names.set(text, name);
    this.#named += 1;
    return name;
  }

  /** Notes that a client's connection does not keep statements; no more are named there, and after some, nowhere. */
  lose(client: object): void {
    this.#lost.add(client);
    this.#losses += 1;
  }

  #forgetSeen(): void {
    for (const [text, name] of this.#names) if (name === undefined) this.#names.delete(text);
  }
}

/** Whether a prepared statement could not be used, before anything was done: sent as it is, it may succeed. */
export function isUnusable(error: unknown): boolean {
  return unusable.test((error as { code?: string } | null)?.code ?? "");
}
