import type { TableIndex, TableLayout } from "../core/layout.js";
import { compareUtf8 } from "../core/range.js";
import type { Position, ScanDivision } from "../engine/driver.js";
import { compareNumbers } from "../values/number.js";
import type { ResultRow, Statement } from "./client.js";
import { type Column, columnSql, indexOrder, keyColumns } from "./columns.js";
import type { Run } from "./connection.js";
import { quoted } from "./identifier.js";
import { typed } from "./items.js";
import { Parameters } from "./parameters.js";
import { readKey } from "./row.js";
import {
  allNumbers,
  cutSpans,
  everyNth,
  fixedCuts,
  fixedNumberCuts,
  type Span,
  type SpanPart,
  spansOf,
} from "./spans.js";

/** About how many of a table's blocks, of 8 KB, are looked at to learn where its keys are. */
const sampledBlocks = 200;

/** The column by whose spans a scan goes. */
export function spanColumn(layout: TableLayout, index: TableIndex | undefined): Column {
  return (index ? indexOrder(layout, index) : keyColumns(layout))[0] as Column;
}

function comparison({ type }: Column): (left: string, right: string) => number {
  return type === "N" ? compareNumbers : compareUtf8;
}

/** The spans of a part that a position is in or before. */
export function spansBehind(
  { spans }: SpanPart,
  after: Position | undefined,
  column: Column,
): readonly Span[] {
  if (after === undefined) return spans;
  const key = after.index?.[0] ?? (column.name === "sk" ? (after.key.SK ?? "") : after.key.PK);
  const compare = comparison(column);
  return spans.filter(({ high }) => high === undefined || compare(key, high) < 0);
}

/**
 * The parts of a scan, each key in one of them. For one caller they are cut where a sample of the keys says that they
 * are of one size; for a machine among others by the texts themselves.
 */
export async function divideScan(
  layout: TableLayout,
  index: TableIndex | undefined,
  { of, index: own, heads }: ScanDivision,
  sample: Run,
): Promise<readonly SpanPart[]> {
  const column = spanColumn(layout, index);
  const numeric = column.type === "N";
  const spans = numeric ? allNumbers : spansOf(heads);
  if (of === 1) return [{ spans }];
  if (own !== undefined) {
    const pieces = spans.flatMap((span) => {
      const cuts = numeric ? fixedNumberCuts : fixedCuts(span.low ?? "", of);
      return cutSpans([span], cuts, comparison(column));
    });
    return [everyNth(pieces, own, of)];
  }
  const rows = await sample(selectCuts(layout, column, spans, of)).catch((): ResultRow[] => []);
  const cuts = rows.map(({ dot_cut }) => readKey(dot_cut, column.type));
  return cutSpans(spans, [...new Set(cuts)].slice(1), comparison(column));
}

/** Keys at which parts of about the same number of rows begin, going by a sample; all rows of a small table. */
function selectCuts(layout: TableLayout, column: Column, spans: readonly Span[], parts: number): Statement {
  const parameters = new Parameters();
  const key = columnSql(column);
  const add = (text: string): string => typed(parameters.add(text), column.type);
  const within = spans.map(({ low, high }) =>
    [
      low === undefined ? "true" : `${key} >= ${add(low)}`,
      high === undefined ? "true" : `${key} < ${add(high)}`,
    ].join(" AND "),
  );
  const share = `SELECT least(100, 100.0 * ${sampledBlocks} * current_setting('block_size')::int / greatest(1, pg_relation_size(${parameters.add(quoted(layout.name))}::regclass)))`;
  const text = `SELECT '.' || min(key)::text AS dot_cut FROM (
  SELECT ${key} AS key, ntile(${parameters.add(parts)}) OVER (ORDER BY ${key}) AS part
  FROM ${quoted(layout.name)} TABLESAMPLE SYSTEM ((${share}))
  WHERE ${quoted(column.name)} IS NOT NULL AND (${within.join(" OR ") || "false"})
) AS sampled GROUP BY part ORDER BY part`;
  return { text, values: parameters.values };
}
