import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("contender-process.mjs", import.meta.url));

/** A contender in a process of its own. */
export class Subject {
  /** The jobs that it does. */
  titles = [];
  #child;

  /** @param {readonly string[]} args What the program is told: suite, contender, settings. */
  constructor(name, args) {
    this.name = name;
    this.#child = fork(program, args, {
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    });
  }

  /** Resolves when the contender has done each job once, and the results were right. */
  async ready() {
    this.titles = await this.#answer();
  }

  ask(question) {
    this.#child.send(question);
    return this.#answer();
  }

  async end() {
    if (!this.#child.connected) return;
    const exit = once(this.#child, "exit");
    this.#child.disconnect();
    await exit;
  }

  async #answer() {
    const listening = new AbortController();
    const { signal } = listening;
    const end = once(this.#child, "exit", { signal }).then(([code, killer]) => {
      throw new Error(`${this.name}: its process ended with ${killer ?? code}`);
    });
    const answer = once(this.#child, "message", { signal }).then(([message]) => message);
    try {
      const { result, error } = await Promise.race([answer, end]);
      if (error) throw new Error(`${this.name}: ${error}`);
      return result;
    } finally {
      listening.abort();
      await Promise.allSettled([answer, end]);
    }
  }
}
