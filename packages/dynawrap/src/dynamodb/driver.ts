import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  DeleteItemCommand,
  GetItemCommand,
  type GetItemCommandOutput,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  ScanCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import type { Capabilities } from "../core/backend.js";
import type { TableIndex, TableLayout } from "../core/layout.js";
import type { KeyRange } from "../core/range.js";
import { keyText, type StoredKey } from "../core/stored-key.js";
import type {
  BatchEntry,
  Call,
  Cancelled,
  Driver,
  Page,
  PageRequest,
  Read,
  Refused,
  ScanDivision,
  Write,
} from "../engine/driver.js";
import { checkTableName } from "../engine/table-name.js";
import type { AttributeMap } from "../values/attribute-value.js";
import type { OutgoingItem, StoredItem } from "../values/stored-item.js";
import { fromWireItem, fromWireKey, toWireItem, toWireKey } from "../values/wire-item.js";
import { type Client, costs, pastTransactions, type Send, sender } from "./client.js";
import { damagedReply, sdkError, unanswered } from "./errors.js";
import { ParsedItem } from "./parsed-item.js";
import { pageOf, queryInput, scanInput } from "./reading.js";
import { itemsOf, type Row, rowOf, sent } from "./reply.js";
import { onSilence } from "./silence.js";
import { createTable } from "./table.js";
import { checkAlone, conditionOf, getTogether, writeTogether } from "./transaction.js";

/** A part of a scan. */
interface Segment {
  readonly Segment: number;
  readonly TotalSegments: number;
}

/** DynamoDB through the caller's own client, by the SDK's own commands. */
export class DynamoDBDriver implements Driver<Row> {
  readonly system = "aws.dynamodb";
  readonly capabilities: Capabilities;
  /** BatchWriteItem takes 25 entries, BatchGetItem 100 keys. */
  readonly batch = { size: 25, reads: 100, concurrency: 8 };
  /** A transaction's token holds for ten minutes. */
  readonly repeatable = true;
  readonly #send: Send;
  readonly #close: () => void;

  constructor(client: Client, close: () => void, multiAttributeKeys = true) {
    // An index's key may be as long as a table's, and an entry of it holds both.
    this.capabilities = { nulText: true, keyBytes: 3072, indexBytes: 6144, multiAttributeKeys };
    this.#send = sender(client);
    this.#close = close;
  }

  checkTable({ name }: TableLayout): void {
    checkTableName(name);
  }

  encode(item: OutgoingItem, layout: TableLayout): AttributeMap {
    return toWireItem(item, layout);
  }

  decode(row: Row, layout: TableLayout): StoredItem {
    return row instanceof ParsedItem ? row.toStored(layout) : fromWireItem(row, layout);
  }

  async get(layout: TableLayout, key: StoredKey, consistent: boolean, call: Call): Promise<Row | undefined> {
    const input = {
      TableName: layout.name,
      Key: toWireKey(key, layout),
      ConsistentRead: consistent,
      ...costs,
    };
    const output = await this.#send<GetItemCommandOutput>(layout.name, call, new GetItemCommand(input));
    const row = rowOf(output, call);
    if (row) call.meter.rows++;
    return row;
  }

  async getBatch(
    layout: TableLayout,
    keys: readonly StoredKey[],
    consistent: boolean,
    call: Call,
  ): Promise<{ readonly rows: readonly Row[]; readonly putOff: readonly StoredKey[] }> {
    const { name } = layout;
    const Keys = keys.map((key) => toWireKey(key, layout));
    const command = new BatchGetItemCommand({
      RequestItems: { [name]: { Keys, ConsistentRead: consistent } },
      ...costs,
    });
    const output = await this.#send<BatchGetItemCommandOutput>(name, call, command);
    if (!output.Responses) throw damagedReply(call);
    const rows = itemsOf(output.Responses[name] ?? [], call);
    call.meter.rows += rows.length;
    return { rows, putOff: among(keys, Keys, output.UnprocessedKeys?.[name]?.Keys, layout, call) };
  }

  getSnapshot(reads: readonly Read[], call: Call): Promise<readonly (Row | undefined)[]> {
    return getTogether(reads, call, this.#send);
  }

  async write(write: Write<Row>, call: Call): Promise<Refused<Row> | undefined> {
    const { layout, kind, key, row } = write;
    if (kind === "check") return checkAlone(write, call, this.#send);
    const input = { TableName: layout.name, ...conditionOf(write), ...costs };
    let retried = false;
    const send = (): Promise<unknown> => {
      const command =
        kind === "put"
          ? new PutItemCommand({ ...input, Item: sent(row) })
          : new DeleteItemCommand({ ...input, Key: toWireKey(key, layout) });
      onSilence(command, () => {
        retried = true;
      });
      return this.#send(layout.name, call, command);
    };
    try {
      await pastTransactions(call, send);
      return undefined;
    } catch (error) {
      const { name, Item } = sdkError((error as Error).cause);
      if (name !== "ConditionalCheckFailedException") throw retried ? unanswered(error, call) : error;
      // An old SDK that reads the reply itself does not say what stands there; if it may be our own, we have to know.
      const current = Item ?? (retried ? await this.get(layout, key, true, call) : undefined);
      return { reason: "condition", current, retried };
    }
  }

  transact(
    writes: readonly Write<Row>[],
    token: string,
    call: Call,
  ): Promise<readonly (Cancelled<Row> | undefined)[] | undefined> {
    return writeTogether(writes, token, call, this.#send);
  }

  async page(
    layout: TableLayout,
    index: TableIndex | undefined,
    range: KeyRange,
    request: PageRequest,
    call: Call,
  ): Promise<Page<Row>> {
    const input = queryInput(layout, index, range, request);
    if (input === undefined) return { rows: [], next: undefined, examined: 0 };
    const command = new QueryCommand({ ...input, ...costs });
    return pageOf(layout, index, await this.#send<QueryCommandOutput>(layout.name, call, command), call);
  }

  explain(layout: TableLayout, index: TableIndex | undefined, range: KeyRange, request: PageRequest): object {
    return queryInput(layout, index, range, request) ?? {};
  }

  async divide(
    _layout: TableLayout,
    _index: TableIndex | undefined,
    { of, index }: ScanDivision,
  ): Promise<readonly Segment[]> {
    const segments = index === undefined ? Array.from({ length: of }, (_, segment) => segment) : [index];
    return segments.map((Segment) => ({ Segment, TotalSegments: of }));
  }

  async scan(
    layout: TableLayout,
    index: TableIndex | undefined,
    part: object,
    request: PageRequest,
    call: Call,
  ): Promise<Page<Row>> {
    const command = new ScanCommand({ ...scanInput(layout, index, request), ...part, ...costs });
    return pageOf(layout, index, await this.#send<QueryCommandOutput>(layout.name, call, command), call);
  }

  async writeBatch(
    layout: TableLayout,
    entries: readonly BatchEntry<Row>[],
    call: Call,
  ): Promise<readonly BatchEntry<Row>[]> {
    const { name } = layout;
    const keys = entries.map(({ key }) => toWireKey(key, layout));
    const requests = entries.map(
      ({ row }, place): WriteRequest =>
        row ? { PutRequest: { Item: sent(row) } } : { DeleteRequest: { Key: keys[place] } },
    );
    const command = new BatchWriteItemCommand({ RequestItems: { [name]: requests }, ...costs });
    const output = await this.#send<BatchWriteItemCommandOutput>(name, call, command);
    const left = output.UnprocessedItems?.[name]?.map(
      ({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {},
    );
    return among(entries, keys, left, layout, call);
  }

  createTable(layout: TableLayout, call: Call): Promise<readonly TableIndex[]> {
    return createTable(layout, call, this.#send);
  }

  async close(): Promise<void> {
    this.#close();
  }
}

/** Those of the entries whose keys are among the items that came back; each of them must be found. */
function among<Entry>(
  entries: readonly Entry[],
  keys: readonly object[],
  items: readonly object[] | undefined = [],
  layout: TableLayout,
  call: Call,
): readonly Entry[] {
  const text = (item: object): string => keyText(fromWireKey(item, layout) ?? { PK: "" });
  const left = new Set(items.map(text));
  const found = entries.filter((_, place) => left.has(text(keys[place] as object)));
  if (found.length < items.length) throw damagedReply(call);
  return found;
}
