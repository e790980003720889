import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandOutput,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import type { KeyRange } from "../core/range.js";
import { keyText, type StoredKey } from "../core/stored-key.js";
import type { BatchEntry, Call, Driver, Page, PageRequest } from "../engine/driver.js";
import { checkTableName } from "../engine/table-name.js";
import type { AttributeMap } from "../values/attribute-value.js";
import type { OutgoingItem, StoredItem } from "../values/stored-item.js";
import { fromWireItem, fromWireKey, toWireItem, toWireKey } from "../values/wire-item.js";
import { dynamoDBError } from "./errors.js";
import { keyCondition } from "./expression.js";
import { createTable } from "./table.js";

/** What a driver needs of the SDK's client: the caller's endpoint, credentials, retries and middleware are in it. */
export type Client = Pick<DynamoDBClient, "send">;

/** `Limit` is an integer of 32 bits. */
const maxLimit = 2 ** 31 - 1;

/** DynamoDB through the caller's own client, by the SDK's own commands. */
export class DynamoDBDriver implements Driver<AttributeMap> {
  readonly capabilities = { nulText: true, keyBytes: 3072 };
  /** BatchWriteItem takes 25 entries. */
  readonly batch = { size: 25, concurrency: 8 };
  readonly #client: Client;
  readonly #close: () => void;

  constructor(client: Client, close: () => void) {
    this.#client = client;
    this.#close = close;
  }

  checkTable(table: string): void {
    checkTableName(table);
  }

  encode(item: OutgoingItem): AttributeMap {
    return toWireItem(item);
  }

  decode(item: AttributeMap): StoredItem {
    return fromWireItem(item);
  }

  async get(
    table: string,
    key: StoredKey,
    consistent: boolean,
    call: Call,
  ): Promise<AttributeMap | undefined> {
    const input = { TableName: table, Key: toWireKey(key), ConsistentRead: consistent };
    const { Item }: GetItemCommandOutput = await this.#send(table, call, new GetItemCommand(input));
    return Item as AttributeMap | undefined;
  }

  async put(table: string, item: AttributeMap, call: Call): Promise<void> {
    await this.#send(table, call, new PutItemCommand({ TableName: table, Item: item }));
  }

  async delete(table: string, key: StoredKey, call: Call): Promise<void> {
    await this.#send(table, call, new DeleteItemCommand({ TableName: table, Key: toWireKey(key) }));
  }

  async page(table: string, range: KeyRange, request: PageRequest, call: Call): Promise<Page<AttributeMap>> {
    const input: QueryCommandInput = {
      TableName: table,
      ...keyCondition(range),
      ScanIndexForward: !request.reverse,
      ConsistentRead: request.consistent,
      Limit: request.rows < maxLimit ? request.rows : undefined,
      ExclusiveStartKey: request.after && toWireKey(request.after),
    };
    const output: QueryCommandOutput = await this.#send(table, call, new QueryCommand(input));
    const { Items = [], LastEvaluatedKey } = output;
    return { rows: Items as AttributeMap[], next: LastEvaluatedKey && fromWireKey(LastEvaluatedKey) };
  }

  async writeBatch(
    table: string,
    entries: readonly BatchEntry<AttributeMap>[],
    call: Call,
  ): Promise<readonly BatchEntry<AttributeMap>[]> {
    const requests = entries.map(
      ({ key, row }): WriteRequest =>
        row ? { PutRequest: { Item: row } } : { DeleteRequest: { Key: toWireKey(key) } },
    );
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: requests } });
    const { UnprocessedItems = {} }: BatchWriteItemCommandOutput = await this.#send(table, call, command);
    const keys = new Set<string>();
    for (const { PutRequest, DeleteRequest } of Object.values(UnprocessedItems).flat()) {
      const key = fromWireKey(PutRequest?.Item ?? DeleteRequest?.Key ?? {});
      if (key) keys.add(keyText(key));
    }
    return entries.filter(({ key }) => keys.has(keyText(key)));
  }

  createTable(table: string, call: Call): Promise<void> {
    return createTable(table, call, (command) => this.#send(table, call, command));
  }

  async close(): Promise<void> {
    this.#close();
  }

  /** The client's `send` has an overload for each command; what comes back is typed where it is asked for. */
  async #send(table: string, call: Call, command: object): Promise<never> {
    // Each request has a signal of its own: many at once would crowd the call's with the SDK's listeners.
    const abortSignal = call.signal && AbortSignal.any([call.signal]);
    try {
      return (await this.#client.send(command as never, abortSignal && { abortSignal })) as never;
    } catch (error) {
      throw dynamoDBError(error, table, call);
    }
  }
}
