/** What one leaves to the next in the line. */
type Left<Gift> = Gift | undefined;

/** Lets those who ask for the same thing do their work one after the other, in the order in which they came. */
export class Turns<Gift> {
  readonly #last = new Map<string, Promise<Left<Gift>>>();

  /** Waits for the turn, works with what the one before has left, and passes the turn on with what is left then. */
  async take<Result>(
    name: string,
    wait: (turn: Promise<Left<Gift>>) => Promise<Left<Gift>>,
    work: (found: Left<Gift>, leave: (gift: Gift) => void) => Promise<Result>,
  ): Promise<Result> {
    const before = this.#last.get(name);
    let done = (_gift: Left<Gift>): void => {};
    const mine = new Promise<Left<Gift>>((resolve) => {
      done = resolve;
    });
    const last = before ? before.then(() => mine) : mine;
    this.#last.set(name, last);
    let left: Left<Gift>;
    try {
      return await work(before && (await wait(before)), (gift) => {
        left = gift;
      });
    } finally {
      done(left);
      if (this.#last.get(name) === last) this.#last.delete(name);
    }
  }
}
