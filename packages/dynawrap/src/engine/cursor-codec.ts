import type { ModelDescription } from "../core/description.js";
import type { Design } from "../core/design.js";
import { DynawrapError } from "../core/errors.js";
import { indexAttributes, type TableIndex } from "../core/layout.js";
import type { KeyRange } from "../core/range.js";
import { storedKey } from "../core/stored-key.js";
import { readCursor, writeCursor } from "../values/cursor.js";
import type { Position } from "./driver.js";
import type { CursorCodec } from "./query.js";
import { isWithin } from "./row-reader.js";
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
  const binding = {
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
  };
  return {
    write: ({ key, index: texts }) =>
      writeCursor([key.PK, ...(layout.sk ? [key.SK ?? ""] : []), ...((index && texts) ?? [])], binding),
    async read(cursor) {
      const [PK = "", ...rest] = await readCursor(cursor, binding);
      const SK = layout.sk ? rest.shift() : undefined;
      const position: Position = { key: storedKey(PK, SK), index: index && rest };
      const attributes = index ? indexAttributes(index).length : 0;
      if (rest.length === attributes && isInside(position, subject)) return position;
      throw new DynawrapError(
        "cursor.invalid",
        "the cursor leads out of its query; begin again without one",
        { model },
      );
    },
  };
}

function isInside({ key, index: texts }: Position, { range, index, design }: CursorSubject): boolean {
  if (!range) return true;
  const [pk, sort] =
    texts && index
      ? [texts.slice(0, index.pk.length), texts.slice(index.pk.length)]
      : [[key.PK], [key.SK ?? ""]];
  if (pk.some((text, place) => text !== range.pk[place])) return false;
  if (range.leading.some((text, place) => text !== sort[place])) return false;
  const text = sort[range.leading.length] ?? "";
  const attribute = index ? index.sk[range.leading.length] : design.layout.sk;
  if (range.sort.kind === "equal") return text === range.sort.text;
  if (range.sort.kind === "prefix") return text.startsWith(range.sort.text);
  return isWithin({ text, numeric: attribute?.type === "N" }, range.sort);
}
