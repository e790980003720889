import type { ModelDescription } from "../core/description.js";
import type { TableLayout } from "../core/layout.js";
import type { Condition } from "../values/condition.js";
import { untilAborted } from "./deadline.js";
import type { Call, Page, PageRequest, Position } from "./driver.js";
import type { Store } from "./store.js";

/** Rows that are looked at in one go. */
const pageRows = 1000;

/** The rows of a table that may be of these models, a page at a time: for what is done to a table as a whole. */
export async function* rowsOf<Row>(
  { driver }: Store<Row>,
  layout: TableLayout,
  models: readonly ModelDescription[],
  filter: Condition | undefined,
  call: Call,
): AsyncGenerator<readonly Row[]> {
  const heads = [...new Set(models.map(({ key }) => key.pk.head))].sort();
  for (const part of await driver.divide(layout, undefined, { of: 1, index: undefined, heads }, call)) {
    let after: Position | undefined;
    do {
      const request: PageRequest = {
        reverse: false,
        consistent: true,
        rows: pageRows,
        after,
        filter,
        attributes: undefined,
      };
      const reading = driver.scan(layout, undefined, part, request, call);
      const page: Page<Row> = await untilAborted(reading, call.signal);
      yield page.rows;
      after = page.next;
    } while (after !== undefined);
  }
}
