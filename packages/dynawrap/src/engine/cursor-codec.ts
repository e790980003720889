import type { ModelDescription } from "../core/description.js";
import type { Design } from "../core/design.js";
import { DynawrapError } from "../core/errors.js";
import { indexAttributes, type TableIndex } from "../core/layout.js";
import type { KeyRange } from "../core/range.js";
import { storedKey } from "../core/stored-key.js";
import { readCursor, writeCursor } from "../values/cursor.js";
import type { Position } from "./driver.js";
import { isReached } from "./position.js";
import type { CursorCodec } from "./reading.js";
import type { Store } from "./store.js";
import type { SplitCondition } from "./where.js";

/** What tells one query from another, as far as a place in one makes no sense in the other. */
export interface CursorSubject {
  readonly design: Design;
  readonly index: TableIndex | undefined;
  /** `undefined` for a scan, which has no partition. */
  readonly range: KeyRange | undefined;
  readonly reverse?: boolean | undefined;
  /** The part of a scan. */
  readonly segment?: { readonly index: number; readonly of: number } | undefined;
  readonly models: readonly ModelDescription[];
  readonly condition: SplitCondition;
}

/** Cursors of one query. A place that was made up, where no secret tells, still cannot lead out of the query's range. */
export function cursorCodec<Row>({ cursorSecret }: Store<Row>, subject: CursorSubject): CursorCodec {
  const { design, index, range, reverse = false, segment, models, condition } = subject;
  const { layout } = design;
  const model = models.map(({ name }) => name).join(", ");
  const binding = () => ({
    query: JSON.stringify([
      layout.name,
      index?.name,
      range,
      reverse,
      segment?.index,
      segment?.of,
      model,
      condition,
    ]),
    secret: cursorSecret,
    model,
  });
  return {
    write: ({ key, index: texts }) =>
      writeCursor([key.PK, ...(layout.sk ? [key.SK ?? ""] : []), ...((index && texts) ?? [])], binding()),
    async read(cursor) {
      const [PK = "", ...rest] = await readCursor(cursor, binding());
      const SK = layout.sk ? rest.shift() : undefined;
      const position: Position = { key: storedKey(PK, SK), index: index && rest };
      const attributes = index ? indexAttributes(index).length : 0;
      const inside = !range || isReached(position, range, index, layout);
      if (rest.length === attributes && inside) return position;
      throw new DynawrapError(
        "cursor.invalid",
        "the cursor leads out of its query; begin again without one",
        { model },
      );
    },
  };
}
