/** The parameters of one statement, collected while its text is written: no value ever stands in the text. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Where the value stands, `$1` for the first. */
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** A parameter as PostgreSQL reads it: text, `null`, or a list of texts, numbers and `null`s. */
export function parameterText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? `{${value.map(elementText).join(",")}}` : String(value);
}

/** https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
function elementText(element: unknown): string {
  if (element === null || element === undefined) return "NULL";
  return `"${String(element).replace(/["\\]/g, "\\$&")}"`;
}
