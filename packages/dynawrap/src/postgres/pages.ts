import type { TableIndex, TableLayout } from "../core/layout.js";
import { compareUtf8, type KeyRange, successor } from "../core/range.js";
import type { PageRequest, Position } from "../engine/driver.js";
import { compareNumbers } from "../values/number.js";
import type { Statement } from "./client.js";
import { type Column, columnSql, indexColumns, indexOrder, keyColumns } from "./columns.js";
import { conditionSql } from "./condition.js";
import { quoted } from "./identifier.js";
import { typed } from "./items.js";
import { Parameters } from "./parameters.js";
import { dataOf, dotted } from "./row.js";
import type { Span } from "./spans.js";

/** What a page is read from. */
export interface PageSource {
  readonly layout: TableLayout;
  /** None for the table itself. */
  readonly index: TableIndex | undefined;
  /** The table's partition key, where it is the same in all rows. */
  readonly pk?: string | undefined;
  /** Whether the table has no columns for the index, so that its keys have to be derived from each row. */
  readonly derive: boolean;
}

/** One end of a page: the values of the first columns of the order. */
interface Edge {
  readonly values: readonly string[];
  readonly inclusive: boolean;
}

/** A column of the order, and how it stands in comparisons. */
interface OrderColumn extends Column {
  readonly sql: string;
}

/**
 * A page of one partition. Keys are compared as rows of columns: `pk = $1 AND sk > $2` is the same to the eye, but makes
 * PostgreSQL expect few rows where it knows the partition badly (a new one, a table that nobody has analyzed), and
 * sort the whole rest of it for each page instead of following the index.
 */
export function selectPage(
  source: PageSource,
  range: KeyRange,
  request: PageRequest,
  rows: number,
): Statement {
  const { layout, index, pk, derive } = source;
  const { reverse, filter, attributes } = request;
  const order = orderOf(source, true);
  const bounds = boundsOf(order, edgesOf(range, order), request);
  const make = (): Statement =>
    pageStatement(source, order, request, rows, (parameters) => ({
      where: between(order, bounds, parameters),
    }));
  if (filter !== undefined || attributes !== undefined) return make();
  const known = texts.get(layout) ?? new Map<string, string>();
  texts.set(layout, known);
  const shape = `${bounds.shape} ${reverse} ${derive} ${atMost(rows)} ${pk === undefined} ${index?.name}`;
  const text = known.get(shape);
  if (text !== undefined) return { text, values: [...bounds.values, rows] };
  const statement = make();
  known.set(shape, statement.text);
  return statement;
}

/** What pages without filters are asked for with, by all that makes their texts differ: it takes long to write them. */
const texts = new WeakMap<TableLayout, Map<string, string>>();

/** A page of a scan, from a span of the first key column. */
export function selectSpan(
  source: PageSource,
  { low, high }: Span,
  request: PageRequest,
  rows: number,
): Statement {
  const order = orderOf(source);
  const edge = (value: string | undefined, inclusive: boolean): Edge | undefined =>
    value === undefined ? undefined : { values: [value], inclusive };
  const bounds = boundsOf(order, [edge(low, true), edge(high, false)], request);
  return pageStatement(source, order, request, rows, (parameters) => ({
    where: between(order, bounds, parameters),
  }));
}

/** A page of a scan from the beginnings of many spans, one after the other, most of which may be empty. */
export function selectSpans(
  source: PageSource,
  spans: readonly Span[],
  request: PageRequest,
  rows: number,
): Statement {
  const order = orderOf(source);
  const [first, second] = order as [OrderColumn, OrderColumn];
  const [lowest, highest] = ends[first.type];
  return pageStatement(source, order, { ...request, after: undefined }, rows, (parameters) => {
    const lists = [spans.map(({ low }) => low ?? lowest), spans.map(({ high }) => high ?? highest)];
    const given = lists.map((list) => `${parameters.add(list)}::text[]`).join(", ");
    const [low, high] = [typed("span.low", first.type), typed("span.high", first.type)];
    // As rows again: the second value is there for the plan, and is the least one.
    const within = `(${first.sql}, ${second.sql}) >= (${low}, ${typed(parameters.add(ends[second.type][0]), second.type)}) AND ${first.sql} < ${high}`;
    const item = `SELECT * FROM ${quoted(source.layout.name)} AS item WHERE ${[within, ...present(source)].join(" AND ")} ORDER BY ${orderSql(order, "ASC")} LIMIT ${parameters.add(rows)}`;
    return {
      from: `unnest(${given}) WITH ORDINALITY AS span (low, high, nth) CROSS JOIN LATERAL (${item}) AS item`,
      where: [],
      order: "span.nth",
    };
  });
}

/** What no key is less than, or as great as; keys have up to 2,048 bytes, and numbers are below 1E126. */
const ends = { S: ["", "\u{10ffff}".repeat(513)], N: ["-1e200", "1e200"] } as const;

/**
 * The columns that a source is sorted by.
 *
 * @param partition whether rows are of one partition. Within it a table's `pk` needs no order of its own, and without a
 * collation it can use any table's key.
 */
function orderOf({ layout, index, derive }: PageSource, partition = false): readonly OrderColumn[] {
  const columns = index ? indexOrder(layout, index) : keyColumns(layout);
  return columns.map((column, place) => ({
    ...column,
    sql: partition && !index && place === 0 ? column.name : columnSql(column, derive),
  }));
}

function orderSql(order: readonly OrderColumn[], direction: "ASC" | "DESC"): string {
  return order.map(({ sql }) => `${sql} ${direction}`).join(", ");
}

/** An item is in an index only with all of its key attributes. */
function present({ layout, index, derive }: PageSource): string[] {
  const columns = index ? indexColumns(layout, index) : [];
  return columns.flatMap(({ name, derived }) =>
    derived === undefined ? [] : `${derive ? `(${derived})` : quoted(name)} IS NOT NULL`,
  );
}

/** Where the range of a query begins and ends. */
function edgesOf({ pk, leading, sort }: KeyRange, order: readonly OrderColumn[]): [Edge, Edge] {
  const exact = [...pk, ...leading];
  const whole: Edge = { values: exact, inclusive: true };
  const edge = (text: string, inclusive: boolean): Edge => ({ values: [...exact, text], inclusive });
  if (sort.kind === "equal") return [edge(sort.text, true), edge(sort.text, true)];
  if (sort.kind === "span") {
    const { from, to } = sort;
    return [from ? edge(from.text, from.inclusive) : whole, to ? edge(to.text, to.inclusive) : whole];
  }
  if (order[exact.length]?.type !== "S") return [whole, whole];
  const end = successor(sort.text);
  return [edge(sort.text, true), end === undefined ? whole : edge(end, false)];
}

/** Where a page begins and ends: values, and which of them each column is compared with. */
interface Bounds {
  readonly values: readonly string[];
  readonly low: Bound | undefined;
  readonly high: Bound | undefined;
  /** Equal for bounds that differ in nothing but their values. */
  readonly shape: string;
}

interface Bound {
  /** The place in the values, for each of the first columns. */
  readonly places: readonly number[];
  readonly inclusive: boolean;
}

function boundsOf(
  order: readonly OrderColumn[],
  [first, last]: readonly [Edge | undefined, Edge | undefined],
  { reverse, after }: PageRequest,
): Bounds {
  const place = after && { values: valuesAt(after, order), inclusive: false };
  const low = reverse ? first : farther(place, first, order, 1);
  const high = reverse ? farther(place, last, order, -1) : last;
  const values = [...(low?.values ?? [])];
  const upper = high?.values.map((value, column) =>
    low?.values[column] === value ? column : values.push(value) - 1,
  );
  const bounds = {
    values,
    low: low && { places: [...low.values.keys()], inclusive: low.inclusive },
    high: high && upper && { places: upper, inclusive: high.inclusive },
  };
  return { ...bounds, shape: `${low?.values.length}${low?.inclusive} ${upper}${high?.inclusive}` };
}

/** Conditions for bounds, whose values become the statement's first parameters. */
function between(
  order: readonly OrderColumn[],
  { values, low, high }: Bounds,
  parameters: Parameters,
): readonly string[] {
  const names = values.map((value) => parameters.add(value));
  const compare = (bound: Bound | undefined, operator: "<" | ">"): string[] => {
    if (bound === undefined) return [];
    const columns = order.slice(0, bound.places.length);
    const given = columns.map(({ type }, column) => typed(names[bound.places[column] ?? 0] ?? "", type));
    return [
      `(${columns.map(({ sql }) => sql).join(", ")}) ${operator}${bound.inclusive ? "=" : ""} (${given.join(", ")})`,
    ];
  };
  return [...compare(low, ">"), ...compare(high, "<")];
}

/**
 * The one of two edges that lies farther in. Of two conditions on one side PostgreSQL before 18 starts at the first,
 * and reads what the other one leaves out.
 */
function farther(
  place: Edge | undefined,
  edge: Edge | undefined,
  order: readonly OrderColumn[],
  direction: 1 | -1,
): Edge | undefined {
  if (place === undefined || edge === undefined) return place ?? edge;
  for (const [column, value] of edge.values.entries()) {
    const compare = order[column]?.type === "N" ? compareNumbers : compareUtf8;
    const difference = compare(place.values[column] ?? "", value);
    if (difference !== 0) return difference * direction > 0 ? place : edge;
  }
  return edge.inclusive ? place : edge;
}

/** A place as values of the columns of the order. */
function valuesAt({ key, index = [] }: Position, order: readonly OrderColumn[]): string[] {
  const rest = order.slice(index.length).map(({ name }) => (name === "pk" ? key.PK : (key.SK ?? "")));
  return [...index, ...rest];
}

interface Conditions {
  readonly where: readonly string[];
  /** Where rows come from, if not simply from the table. */
  readonly from?: string;
  /** What they are sorted by before anything else. */
  readonly order?: string;
}

/**
 * The statement of a page. With a filter, all rows of the page are looked at, and those come that it holds for; the key
 * of the last row comes in any case, as it says how many there were and where to go on.
 *
 * The innermost limit is a round number that stands in the text, so that PostgreSQL knows the page to be short whatever
 * it plans for. The others end the page. One would do; but of rows that end at a limit not known yet PostgreSQL expects a
 * tenth, and where it expects more rows of a plan for all values than of one for those given, it plans a prepared
 * statement again each time. After three there are none left to expect.
 */
function pageStatement(
  source: PageSource,
  order: readonly OrderColumn[],
  { filter, attributes, reverse }: PageRequest,
  rows: number,
  conditions: (parameters: Parameters) => Conditions,
): Statement {
  const { layout, index, pk } = source;
  const parameters = new Parameters();
  const { where, from = `${quoted(layout.name)} AS item`, order: before } = conditions(parameters);
  const sorted = [before, orderSql(order, reverse ? "DESC" : "ASC")].filter(Boolean).join(", ");
  const all = [...where, ...present(source)];
  const fits = filter && `(${conditionSql(filter, parameters)}) IS TRUE`;
  const texts = index ? order.slice(0, indexColumns(layout, index).length) : [];
  const columns = [
    ...["pk", "sk", "schema_version", "data"].map((name) => `item.${name}`),
    ...texts.map(({ sql }, place) => `${sql} AS key_${place}`),
    ...(fits ? [`${fits} AS fits, row_number() OVER (ORDER BY ${sorted}) AS place`] : []),
  ];
  const most = `SELECT ${columns.join(", ")} FROM ${from}${all.length > 0 ? ` WHERE ${all.join(" AND ")}` : ""} ORDER BY ${sorted} LIMIT ${atMost(rows)}`;
  const limit = `LIMIT ${parameters.add(rows)}`;
  const page = `SELECT * FROM (SELECT * FROM (SELECT * FROM (${most}) AS most ${limit}) AS most ${limit}) AS most ${limit}`;
  const data = dataSql(source, attributes, parameters);
  const selected = [
    ...(pk === undefined ? [`${dotted("page.pk")} AS dot_pk`] : []),
    `${dotted("page.sk")} AS dot_sk`,
    "page.schema_version::text",
    `(${fits ? `CASE WHEN page.fits THEN ${data} END` : data})::text AS data`,
    ...texts.map((_, place) => `${dotted(`page.key_${place}`)} AS dot_key_${place}`),
    ...(fits ? ["page.place::text"] : []),
  ].join(", ");
  const text = fits
    ? `WITH page AS MATERIALIZED (${page})
SELECT ${selected} FROM page WHERE fits OR place = (SELECT max(place) FROM page) ORDER BY page.place`
    : `SELECT ${selected} FROM (${page}) AS page`;
  return { text, values: parameters.values };
}

/** A round number of rows: few different ones, so that there are few different statements. */
function atMost(rows: number): number {
  return 4 ** Math.max(1, Math.ceil(Math.log(rows) / Math.log(4) - 1e-9));
}

/** The data of a page's row, or as much of it as is needed. */
function dataSql(
  { layout, index }: PageSource,
  attributes: readonly string[] | undefined,
  parameters: Parameters,
): string {
  if (attributes === undefined) return dataOf("page");
  const keys = index ? [...index.pk, ...index.sk] : [layout.pk, ...(layout.sk ? [layout.sk] : [])];
  const names = [...new Set([...attributes, ...keys.map(({ name }) => name), "schema_version"])];
  return `(SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(page.data) WHERE key = ANY (${parameters.add(names)}::text[]))`;
}
