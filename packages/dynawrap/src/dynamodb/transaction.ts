import {
  type CancellationReason,
  TransactGetItemsCommand,
  type TransactGetItemsCommandOutput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import type { TableLayout } from "../core/layout.js";
import { keyText } from "../core/stored-key.js";
import type { Call, Cancelled, Read, Refused, Write } from "../engine/driver.js";
import type { AttributeMap } from "../values/attribute-value.js";
import { fromWireKey, toWireKey } from "../values/wire-item.js";
import { costs, pastTransactions, type Send } from "./client.js";
import { conditionText } from "./condition.js";
import { damagedReply, sdkError, throttles, unanswered } from "./errors.js";
import { Expression } from "./expression.js";
import { itemOf, itemsOf, type Row, sent } from "./reply.js";
import { onSilence } from "./silence.js";

/** The condition of a write as its request has it; where it fails, the item that stands there comes back. */
interface ConditionInput {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: { [alias: string]: string };
  readonly ExpressionAttributeValues?: AttributeMap;
  readonly ReturnValuesOnConditionCheckFailure?: "ALL_OLD";
}

export function conditionOf({ condition, layout }: Write<Row>): ConditionInput {
  if (!condition) return {};
  const expression = new Expression();
  const ConditionExpression = conditionText(condition, expression, layout);
  return { ConditionExpression, ...expression.terms, ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
}

/**
 * Makes all writes or none, and answers why not. DynamoDB knows the token for ten minutes: whatever is sent again
 * with it is not made twice.
 */
export function writeTogether(
  writes: readonly Write<Row>[],
  token: string,
  call: Call,
  send: Send,
): Promise<readonly (Cancelled<Row> | undefined)[] | undefined> {
  const input = { TransactItems: writes.map(transactItem), ClientRequestToken: token, ...costs };
  let silent = false;
  return pastTransactions(call, async () => {
    const command = new TransactWriteItemsCommand(input);
    onSilence(command, () => {
      silent = true;
    });
    try {
      await send(tablesOf(writes), call, command);
      return undefined;
    } catch (error) {
      const reasons = reasonsOf(error);
      // What was made before is answered again, which may meet load as well: only the same token finds out.
      const passing = reasons.every((each) => /^(conflict|throttled|undefined)$/.test(`${each?.reason}`));
      if (reasons.length === writes.length && reasons.some(Boolean) && !(silent && passing)) return reasons;
      throw silent ? unanswered(error, call) : error;
    }
  });
}

/** Checks an item and writes nothing, which a transaction alone can do. */
export async function checkAlone(
  write: Write<Row>,
  call: Call,
  send: Send,
): Promise<Refused<Row> | undefined> {
  const input = { TransactItems: [transactItem(write)], ...costs };
  try {
    await pastTransactions(call, () => send(write.layout.name, call, new TransactWriteItemsCommand(input)));
    return undefined;
  } catch (error) {
    const [reason] = reasonsOf(error);
    if (reason?.reason === "condition") return reason;
    throw error;
  }
}

function reasonsOf(error: unknown): readonly (Cancelled<Row> | undefined)[] {
  return sdkError((error as Error).cause).CancellationReasons?.map(cancelled) ?? [];
}

function transactItem(write: Write<Row>): TransactWriteItem {
  const { layout, kind, key, row } = write;
  const input = { TableName: layout.name, ...conditionOf(write) };
  if (kind === "put") return { Put: { ...input, Item: sent(row) } };
  const keyed = { ...input, Key: toWireKey(key, layout) };
  // A condition is there: a check is made for nothing else.
  return kind === "delete"
    ? { Delete: keyed }
    : { ConditionCheck: keyed as typeof keyed & { ConditionExpression: string } };
}

function cancelled({ Code = "None", Message = "", Item }: CancellationReason): Cancelled<Row> | undefined {
  if (Code === "None") return undefined;
  if (Code === "ConditionalCheckFailed") {
    return { reason: "condition", current: Item as AttributeMap | undefined, retried: false };
  }
  if (Code === "TransactionConflict") return { reason: "conflict" };
  return throttles.test(Code)
    ? { reason: "throttled" }
    : { reason: "failed", message: `${Code}: ${Message}` };
}

/** Reads keys as they stand at one moment; a key that is asked for twice is read once, as DynamoDB wants it. */
export async function getTogether(
  reads: readonly Read[],
  call: Call,
  send: Send,
): Promise<readonly (AttributeMap | undefined)[]> {
  const names = reads.map(({ layout, key }) => {
    const wire = toWireKey(key, layout);
    return `${layout.name} ${keyText(fromWireKey(wire, layout) ?? key)}`;
  });
  const distinct = [...new Set(names)];
  const TransactItems = distinct.map((name) => {
    const { layout, key } = reads[names.indexOf(name)] as Read;
    return { Get: { TableName: layout.name, Key: toWireKey(key, layout) } };
  });
  const { Responses } = await pastTransactions(call, () => {
    const command = new TransactGetItemsCommand({ TransactItems, ...costs });
    return send<TransactGetItemsCommandOutput>(tablesOf(reads), call, command);
  });
  const items = itemsOf(Responses, call).map(({ Item }) => itemOf(Item, call));
  if (items.length !== distinct.length) throw damagedReply(call);
  call.meter.rows += items.filter((item) => item).length;
  return names.map((name) => items[distinct.indexOf(name)]);
}

/** The tables' names, for an error that does not say which of them it is about. */
function tablesOf(operations: readonly { readonly layout: TableLayout }[]): string {
  return [...new Set(operations.map(({ layout }) => layout.name))].join(", ");
}
