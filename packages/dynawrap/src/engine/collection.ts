import { DynawrapError, invalidKey, invalidOption } from "../core/errors.js";
import { fieldsIn } from "../core/key.js";
import { type KeyParts, writeRange } from "../core/key-range.js";
import type { Model } from "../core/model.js";
import type { CollectionOptions } from "../core/options.js";
import type { Placement } from "../core/placement.js";
import { type Bound, compareUtf8, type KeyRange, successor } from "../core/range.js";
import { getOwn, setOwn } from "../core/record.js";
import type { AnyTable } from "../core/table.js";
import { type Condition, every } from "../values/condition.js";
import { compareNumbers } from "../values/number.js";
import { cursorCodec } from "./cursor-codec.js";
import { explainRange } from "./explanation.js";
import { gather } from "./gathering.js";
import { checkRangeBytes } from "./key-limits.js";
import { positionOf } from "./position.js";
import { checkConsistent, checkProjection } from "./projection.js";
import { indexOf, tableKeyParts } from "./question.js";
import { Found, type QuerySource } from "./reading.js";
import { readRange, routeOf } from "./route.js";
import { readRow, type Selection } from "./row-reader.js";
import type { Store } from "./store.js";
import { subjectOf } from "./subject.js";
import { whereOf } from "./where.js";

/** One model of a collection: where it stands, and the part of the partition that is its own. */
interface Member {
  readonly placement: Placement;
  readonly parts: KeyParts;
  readonly range: KeyRange;
}

/** What a collection reads with: one range that holds those of all its models. */
export function collectionSource<Row>(
  store: Store<Row>,
  table: AnyTable,
  models: readonly unknown[],
  key: object,
  options: CollectionOptions<readonly Model[], string>,
): QuerySource<Row, object> {
  const { driver } = store;
  const { design, models: known, placements } = gather(store, table, models);
  const { layout } = design;
  const { index: alias, unknown, onError = "throw" } = options;
  if (unknown !== undefined && unknown !== "throw" && typeof unknown !== "function") {
    throw invalidOption("unknown", 'is not "throw" or a function');
  }
  const members = membersOf(placements, key, alias);
  const [first] = members as [Member, ...Member[]];
  const index = alias === undefined ? undefined : indexOf(first.placement, alias).index;
  checkConsistent(index, options.consistent);
  const numeric = first.parts.sk[first.range.leading.length]?.attribute.type === "N";
  const range = hull(
    members.map((member) => member.range),
    numeric,
  );
  const { keyBytes, indexBytes } = driver.capabilities;
  checkRangeBytes(range, first.parts, index ? indexBytes : keyBytes);
  const split = whereOf(options, placements);
  // The store would keep rows of no model to itself: who wants to see them has all conditions looked at here.
  const condition =
    unknown === undefined ? split : { asked: undefined, rest: all([split.asked, split.rest]) };
  const partial = index !== undefined && index.projection !== "ALL";
  if (partial && alias !== undefined) {
    for (const placement of placements)
      checkProjection(
        placement,
        indexOf(placement, alias),
        placement.model.fields,
        "query each model by itself",
      );
  }
  const selection: Selection = {
    design,
    wanted: new Map(members.map(({ placement, range: own }) => [placement.model, own])),
    index,
    condition: condition.rest,
    includeExpired: options.includeExpired === true,
    clock: store.clock,
    partial,
    onError,
    unknown,
  };
  const route = routeOf(range, options);
  return {
    subject: subjectOf("collection", placements, alias),
    strands: async () => [(request, call) => readRange(driver, layout, index, route, request, call)],
    filter: condition.asked,
    attributes: undefined,
    read(row) {
      const stored = driver.decode(row, layout);
      const item = readRow(stored, selection);
      return item && new Found(item, stored);
    },
    position: (stored) => positionOf(stored, index, layout),
    cursor: cursorCodec(store, { design, index, range, reverse: options.reverse, models: known, condition }),
    explain: (request) => explainRange(driver, layout, index, route, request),
  };
}

function all(conditions: readonly (Condition | undefined)[]): Condition | undefined {
  const given = conditions.filter((condition) => condition !== undefined);
  return given.length > 0 ? every(given) : undefined;
}

/** Gives each model the values that it knows; a sort value must be known to all of them. */
function membersOf(placements: readonly Placement[], key: object, alias: string | undefined): Member[] {
  const names = placements.map(({ model }) => model.name);
  if (typeof key !== "object" || key === null) throw invalidKey(names.join(", "), "is no object of values");
  const sides = placements.map((placement) => {
    const parts = alias === undefined ? tableKeyParts(placement) : indexOf(placement, alias);
    const pk = fieldsIn(parts.pk.map(({ pattern }) => pattern));
    return { placement, parts, pk, all: [...pk, ...fieldsIn(parts.sk.map(({ pattern }) => pattern))] };
  });
  const inPartition = (field: string): boolean => sides.some(({ pk }) => pk.includes(field));
  for (const field of Object.keys(key)) {
    const lacking = sides.find(({ all }) => !inPartition(field) && !all.includes(field))?.placement.model
      .name;
    if (lacking !== undefined)
      throw invalidKey(
        lacking,
        `takes no \`${field}\`, and a collection's values are for every model`,
        field,
      );
    if (getOwn(key, field) === undefined)
      throw invalidKey(names.join(", "), `value \`${field}\` is undefined`, field);
  }
  const members = sides.map(({ placement, parts, pk, all }) => {
    const own: Record<string, unknown> = {};
    for (const field of all) {
      // What gives one model its partition narrows no other that has a field of that name in its sort key.
      if (!pk.includes(field) && inPartition(field)) continue;
      const value = getOwn(key, field);
      if (value !== undefined) setOwn(own, field, value);
    }
    return { placement, parts, range: writeRange(placement.model.key, parts, own) };
  });
  const partitions = new Set(members.map(({ range }) => JSON.stringify(range.pk)));
  const indexes = new Set(
    alias === undefined ? [] : placements.map((placement) => indexOf(placement, alias).index),
  );
  if (partitions.size === 1 && indexes.size <= 1) return members;
  const what = partitions.size > 1 ? "different partitions" : `different indexes by the alias ${alias}`;
  throw new DynawrapError(
    "key.mismatch",
    `the key gives ${names.join(", ")} ${what}; a collection reads one`,
    { models: names },
  );
}

/** The one range that holds all of them: from the lowest beginning to the highest end. */
function hull(ranges: readonly KeyRange[], numeric: boolean): KeyRange {
  const [first] = ranges as readonly [KeyRange];
  if (ranges.every((range) => JSON.stringify(range) === JSON.stringify(first))) return first;
  const leading = ranges.every((range) => JSON.stringify(range.leading) === JSON.stringify(first.leading));
  if (!leading) return { pk: first.pk, leading: [], sort: { kind: "prefix", text: "" } };
  const compare = numeric ? compareNumbers : compareUtf8;
  const spans = ranges.map(({ sort }) => spanOf(sort));
  const from = spans.map((span) => span.from).reduce((low, bound) => outer(low, bound, compare));
  const to = spans
    .map((span) => span.to)
    .reduce((high, bound) => outer(high, bound, (left, right) => compare(right, left)));
  return { pk: first.pk, leading: first.leading, sort: { kind: "span", from, to } };
}

function spanOf(sort: KeyRange["sort"]): {
  readonly from: Bound | undefined;
  readonly to: Bound | undefined;
} {
  if (sort.kind === "span") return sort;
  const { kind, text } = sort;
  if (kind === "equal") return { from: { text, inclusive: true }, to: { text, inclusive: true } };
  const end = successor(text);
  return {
    from: text === "" ? undefined : { text, inclusive: true },
    to: end === undefined ? undefined : { text: end, inclusive: false },
  };
}

/** The bound that leaves in more; none leaves in all. */
function outer(
  left: Bound | undefined,
  right: Bound | undefined,
  compare: (left: string, right: string) => number,
): Bound | undefined {
  if (!left || !right) return undefined;
  const order = compare(left.text, right.text);
  if (order !== 0) return order < 0 ? left : right;
  return left.inclusive ? left : right;
}
