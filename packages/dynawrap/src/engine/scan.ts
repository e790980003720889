import { invalidOption } from "../core/errors.js";
import type { Model } from "../core/model.js";
import type { ScanOptions } from "../core/options.js";
import type { AnyTable } from "../core/table.js";
import { cursorCodec } from "./cursor-codec.js";
import { explainScan } from "./explanation.js";
import { gather } from "./gathering.js";
import { positionOf } from "./position.js";
import { checkConsistent, checkProjection } from "./projection.js";
import { indexOf, tableKeyParts } from "./question.js";
import { Found, type QuerySource } from "./reading.js";
import { readRow, type Selection } from "./row-reader.js";
import type { Store } from "./store.js";
import { subjectOf } from "./subject.js";
import { whereOf } from "./where.js";

/** The most parts that DynamoDB divides a scan into. */
const maxSegments = 1_000_000;

/** What a scan reads with: a strand for each segment. */
export function scanSource<Row>(
  store: Store<Row>,
  table: AnyTable,
  models: readonly unknown[],
  options: ScanOptions<Model, string>,
): QuerySource<Row, object> {
  const { driver } = store;
  const { design, models: known, placements } = gather(store, table, models);
  const { layout } = design;
  const { index: alias, segments = 1, segment, onError = "throw" } = options;
  checkSegments(options);
  const placed = placements.map((placement) => (alias === undefined ? undefined : indexOf(placement, alias)));
  const index = placed[0]?.index;
  checkConsistent(index, options.consistent);
  if (placed.some((one) => one?.index !== index))
    throw invalidOption("index", "is another index for some of the models");
  const condition = whereOf(options, placements);
  const partial = index !== undefined && index.projection !== "ALL";
  for (const [place, one] of placed.entries()) {
    const placement = placements[place];
    if (partial && one && placement)
      checkProjection(placement, one, placement.model.fields, "scan the table");
  }
  const selection: Selection = {
    design,
    wanted: new Map(known.map((model) => [model, undefined])),
    index,
    condition: condition.rest,
    includeExpired: options.includeExpired === true,
    clock: store.clock,
    partial,
    onError,
  };
  const heads = placements.map(
    (placement, place) => (placed[place] ?? tableKeyParts(placement)).pk[0]?.pattern.head ?? "",
  );
  const division = {
    of: segment?.of ?? segments,
    index: segment?.index,
    heads: [...new Set(heads)].sort(),
  };
  return {
    subject: subjectOf("scan", placements, alias),
    async strands(call) {
      const parts = await driver.divide(layout, index, division, call);
      return parts.map((part) => (request, pageCall) => driver.scan(layout, index, part, request, pageCall));
    },
    filter: condition.asked,
    attributes: undefined,
    read(row) {
      const stored = driver.decode(row, layout);
      const item = readRow(stored, selection);
      return item && new Found(item, stored);
    },
    position: (stored) => positionOf(stored, index, layout),
    cursor:
      segments > 1
        ? undefined
        : cursorCodec(store, { design, index, range: undefined, segment, models: known, condition }),
    explain: () => ({ text: explainScan(layout, index), request: { scan: layout.name, ...division } }),
  };
}

function checkSegments({ segments, segment }: ScanOptions<Model, string>): void {
  const whole = (value: unknown, least: number): boolean =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= maxSegments;
  if (segments !== undefined && !whole(segments, 1)) {
    throw invalidOption("segments", `is ${segments}, not a whole number from 1 to ${maxSegments}`);
  }
  if (segment === undefined) return;
  const { index, of } = segment ?? {};
  if (!whole(of, 1) || !whole(index, 0) || index >= of) {
    throw invalidOption("segment", "is not { index, of } with an index from 0 to below of");
  }
  if (segments !== undefined && segments > 1)
    throw invalidOption("segments", "divides the whole, of which segment is a part");
}
