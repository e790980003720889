/** Lets those who ask for the same thing do their work one after the other, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Waits for the turn, works, and passes it on. */
  async take<Result>(
    name: string,
    wait: (turn: Promise<void>) => Promise<void>,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const before = this.#last.get(name);
    let done = (): void => {};
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    const last = before ? before.then(() => mine) : mine;
    this.#last.set(name, last);
    try {
      if (before) await wait(before);
      return await work();
    } finally {
      done();
      if (this.#last.get(name) === last) this.#last.delete(name);
    }
  }
}
