import type { QueryCommandInput, QueryCommandOutput } from "@aws-sdk/client-dynamodb";
import { indexAttributes, type TableIndex, type TableLayout, versionAttribute } from "../core/layout.js";
import type { KeyRange } from "../core/range.js";
import type { Call, Page, PageRequest, Position } from "../engine/driver.js";
import type { AttributeMap } from "../values/attribute-value.js";
import { fromWireAttribute, fromWireKey, toWireAttributes, toWireKey } from "../values/wire-item.js";
import { conditionText } from "./condition.js";
import { damagedReply } from "./errors.js";
import { Expression, keyCondition, keyNames } from "./expression.js";
import { type Row, rowsOf } from "./reply.js";

/** `Limit` is an integer of 32 bits. */
const maxLimit = 2 ** 31 - 1;

/** What a query and a scan have in common. */
type ReadInput = Omit<QueryCommandInput, "KeyConditionExpression" | "ScanIndexForward">;

/** The input of a query, or `undefined` when nothing can be in the range. */
export function queryInput(
  layout: TableLayout,
  index: TableIndex | undefined,
  range: KeyRange,
  request: PageRequest,
): QueryCommandInput | undefined {
  const expression = new Expression();
  const condition = keyCondition(layout, index, range, expression);
  if (condition === undefined) return undefined;
  const input: QueryCommandInput = readInput(layout, index, request, expression);
  input.KeyConditionExpression = condition;
  input.ScanIndexForward = !request.reverse;
  return input;
}

export function scanInput(
  layout: TableLayout,
  index: TableIndex | undefined,
  request: PageRequest,
): ReadInput {
  return readInput(layout, index, request, new Expression());
}

function readInput(
  layout: TableLayout,
  index: TableIndex | undefined,
  { consistent, rows, after, filter, attributes }: PageRequest,
  expression: Expression,
): ReadInput {
  const FilterExpression = filter && conditionText(filter, expression, layout);
  // What an index does not hold cannot be asked of it, and of a bare name nobody knows what its indexes hold.
  const whole = index === undefined || (index.projection === "ALL" && !layout.bare);
  const ProjectionExpression =
    attributes &&
    whole &&
    [...new Set([...keyNames(layout, index), versionAttribute, ...attributes])]
      .map((name) => expression.name(name))
      .join();
  const input: ReadInput = { TableName: layout.name, ...expression.terms, ConsistentRead: consistent };
  if (index) input.IndexName = index.name;
  if (FilterExpression) input.FilterExpression = FilterExpression;
  if (ProjectionExpression) input.ProjectionExpression = ProjectionExpression;
  if (rows < maxLimit) input.Limit = rows;
  if (after) input.ExclusiveStartKey = startKey(layout, index, after);
  return input;
}

function startKey(
  layout: TableLayout,
  index: TableIndex | undefined,
  { key, index: texts }: Position,
): AttributeMap {
  return {
    ...(index && toWireAttributes(indexAttributes(index), texts ?? [])),
    ...toWireKey(key, layout),
  };
}

/** The page that came back; one that cannot be gone on from is refused, since what is behind it would be lost. */
export function pageOf(
  layout: TableLayout,
  index: TableIndex | undefined,
  output: QueryCommandOutput,
  call: Call,
): Page<Row> {
  const { Count, ScannedCount, LastEvaluatedKey } = output;
  const rows = rowsOf(output, call);
  if (Count !== undefined && Count !== rows.length) throw damagedReply(call);
  const examined = ScannedCount ?? rows.length;
  call.meter.rows += examined;
  return { rows, next: LastEvaluatedKey && position(layout, index, LastEvaluatedKey, call), examined };
}

function position(layout: TableLayout, index: TableIndex | undefined, item: object, call: Call): Position {
  const key = fromWireKey(item, layout);
  const texts = index && indexAttributes(index).map((attribute) => fromWireAttribute(item, attribute));
  if (!key || texts?.includes(undefined)) throw damagedReply(call);
  return { key, ...(texts && { index: texts as string[] }) };
}
