/** The parameters of one statement, collected while its text is written: no value ever stands in the text. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Where the value stands, `$1` for the first. */
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}
