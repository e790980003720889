/** What one leaves to the next in the line. */
type Left<Gift> = Gift | undefined;

/** Lets those who ask for the same thing do their work one after the other, in the order in which they came. */
export class Turns<Gift> {
  /** The end of each line. Public, as private members would make two installed copies two types. */
  readonly last: Map<string, Promise<Left<Gift>>> = new Map();

  /** Waits for the turn, works with what the one before has left, and passes the turn on with what is left then. */
  async take<Result>(
    name: string,
    wait: (turn: Promise<Left<Gift>>) => Promise<Left<Gift>>,
    work: (leave: (gift: Gift) => void, waited: boolean, found: Left<Gift>) => Promise<Result>,
  ): Promise<Result> {
    const before = this.last.get(name);
    let done = (_gift: Left<Gift>): void => {};
    const mine = new Promise<Left<Gift>>((resolve) => {
      done = resolve;
    });
    const last = before ? before.then(() => mine) : mine;
    this.last.set(name, last);
    let left: Left<Gift>;
    try {
      const found = before && (await wait(before));
      const leave = (gift: Gift): void => {
        left = gift;
      };
      return await work(leave, before !== undefined, found);
    } finally {
      done(left);
      // Who gave up waiting is not the end of the line: others before may still be at work.
      last.then(() => {
        if (this.last.get(name) === last) this.last.delete(name);
      });
    }
  }
}
