import { invalidOption } from "../core/errors.js";
import { fieldsIn, keyPatterns } from "../core/key.js";
import type { AnyQueryOptions } from "../core/options.js";
import type { Placement } from "../core/placement.js";
import type { Query } from "../core/query.js";
import { keyText } from "../core/stored-key.js";
import type { AnyTable } from "../core/table.js";
import { every, readsOf } from "../values/condition.js";
import type { StoredItem } from "../values/stored-item.js";
import { getMany } from "./batch-get.js";
import { cursorCodec } from "./cursor-codec.js";
import type { Call, Position } from "./driver.js";
import { explainRange } from "./explanation.js";
import { isInRange, positionOf } from "./position.js";
import { checkConsistent, checkProjection } from "./projection.js";
import { lazyQuery } from "./query.js";
import { indexOf, Question } from "./question.js";
import { Found, type QuerySource } from "./reading.js";
import { readRange, routeOf } from "./route.js";
import { readRow, type Selection } from "./row-reader.js";
import type { Store } from "./store.js";
import { subjectOf } from "./subject.js";
import { type SplitCondition, whereOf } from "./where.js";

/** A query of one model, of a table or one of its indexes. */
export function queryModel<Row>(
  store: Store<Row>,
  table: AnyTable,
  model: unknown,
  key: object,
  options: AnyQueryOptions,
): Query<object> {
  return lazyQuery(store, () => modelSource(store, table, model, key, options), options);
}

function modelSource<Row>(
  store: Store<Row>,
  table: AnyTable,
  model: unknown,
  key: object,
  options: AnyQueryOptions,
): QuerySource<Row, object> {
  const { driver } = store;
  const question = new Question(store, table, model);
  const { placement, layout, design } = question;
  const { index, range } = question.asked(key, options.index);
  checkConsistent(index, options.consistent);
  const wanted = what(placement, options);
  const { asked, rest } = wanted.condition;
  const selection: Selection = {
    design,
    wanted: new Map([[placement.model, range]]),
    index,
    condition: rest,
    includeExpired: options.includeExpired === true,
    clock: store.clock,
    pick: options.pick,
    partial: wanted.partial,
    onError: options.onError ?? "throw",
  };
  const route = routeOf(range, options);
  const position = (stored: StoredItem): Position => positionOf(stored, index, layout);
  return {
    subject: subjectOf("query", [placement], options.index),
    strands: async () => [(request, call) => readRange(driver, layout, index, route, request, call)],
    filter: wanted.fetch ? undefined : asked,
    attributes: wanted.attributes,
    read(row) {
      const stored = driver.decode(row, layout);
      if (wanted.fetch)
        return isInRange(position(stored), range, index, layout) ? new Found(stored.key, stored) : undefined;
      const item = readRow(stored, selection);
      return item && new Found(item, stored);
    },
    position,
    complete: wanted.fetch
      ? (found, call) => fetchWhole(store, found, whole(selection, asked), call)
      : undefined,
    cursor: cursorCodec(store, {
      design,
      index,
      range,
      reverse: options.reverse,
      models: [placement.model],
      condition: wanted.condition,
    }),
    explain: (request) => explainRange(driver, layout, index, route, request),
  };
}

/** What of each row is wanted, and what the index, if there is one, can give. */
function what(
  placement: Placement,
  options: AnyQueryOptions,
): {
  readonly condition: SplitCondition;
  readonly attributes: readonly string[] | undefined;
  readonly partial: boolean;
  readonly fetch: boolean;
} {
  const { model } = placement;
  const { pick, index: alias, fetch = false } = options;
  if (options.reverse !== undefined && typeof options.reverse !== "boolean") {
    throw invalidOption("reverse", "is neither true nor false");
  }
  const condition = whereOf(options, [placement]);
  if (pick !== undefined && !(Array.isArray(pick) && pick.length > 0)) {
    throw invalidOption("pick", "is no list of fields");
  }
  for (const field of pick ?? []) {
    if (!model.isField(field))
      throw invalidOption("pick", `names ${JSON.stringify(String(field))}, no field of ${model.name}`);
  }
  const needed = new Set(pick ?? model.fields);
  for (const part of [condition.asked, condition.rest])
    if (part) for (const field of readsOf(part)) needed.add(field);
  const placed = alias === undefined ? undefined : indexOf(placement, alias);
  if (fetch && (placed === undefined || pick))
    throw invalidOption("fetch", "is for an index, and without pick");
  const partial = placed !== undefined && placed.index.projection !== "ALL" && !fetch;
  if (partial) checkProjection(placement, placed, needed, "pick what it holds, or fetch: true");
  // An older shape can only be turned into the current one as a whole.
  if (!pick || Object.keys(model.upcast).length > 0)
    return { condition, attributes: undefined, partial, fetch };
  if (model.ttl !== undefined) needed.add(model.ttl);
  for (const field of fieldsIn(keyPatterns(model.key))) needed.add(field);
  const attributes = [...needed, ...placement.derived];
  return { condition, attributes, partial, fetch };
}

/** How a row is read that is the whole item, from the table: its index could be asked for nothing but the key. */
function whole(selection: Selection, asked: SplitCondition["asked"]): Selection {
  const conditions = [asked, selection.condition].filter((condition) => condition !== undefined);
  return { ...selection, condition: conditions.length > 0 ? every(conditions) : undefined };
}

/** The items that an index has led to, whole. One that has gone or moved meanwhile is left out: an index lags behind. */
async function fetchWhole<Row>(
  store: Store<Row>,
  found: readonly Found<object>[],
  selection: Selection,
  call: Call,
): Promise<Found<object>[]> {
  const { design, index } = selection;
  const partition = (stored: StoredItem): string =>
    JSON.stringify(positionOf(stored, index, design.layout).index?.slice(0, index?.pk.length));
  const keys = found.map(({ stored }) => stored.key);
  const items = await getMany(store, design.layout, keys, false, call);
  return found.flatMap(({ stored: led }) => {
    const stored = items.get(keyText(led.key));
    if (!stored || partition(stored) !== partition(led)) return [];
    const item = readRow(stored, selection);
    return item ? [new Found(item, led)] : [];
  });
}
