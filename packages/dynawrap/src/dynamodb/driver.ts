import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { DynawrapError, type StoredKey } from "../core/errors.js";
import type { KeyRange } from "../core/range.js";
import { pause } from "../engine/deadline.js";
import type { BatchEntry, Call, Driver, Page, PageRequest } from "../engine/driver.js";
import { checkTableName } from "../engine/table-name.js";
import type { StoredItem } from "../values/stored-item.js";
import { fromWireItem, fromWireKey, toWireItem, toWireKey, type WireItem } from "../values/wire-item.js";
import { dynamoDBError } from "./errors.js";
import { keyCondition } from "./expression.js";

/** What a driver needs of the SDK's client: the caller's endpoint, credentials, retries and middleware are in it. */
export type Client = Pick<DynamoDBClient, "send">;

/** DynamoDB through the caller's own client, by the SDK's own commands. */
export class DynamoDBDriver implements Driver<WireItem> {
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

  encode(item: StoredItem): WireItem {
    return toWireItem(item);
  }

  decode(item: WireItem): StoredItem {
    return fromWireItem(item);
  }

  async get(table: string, key: StoredKey, consistent: boolean, call: Call): Promise<WireItem | undefined> {
    const command = new GetItemCommand({ TableName: table, Key: toWireKey(key), ConsistentRead: consistent });
    const { Item } = await this.#send(table, call, (options) => this.#client.send(command, options));
    return Item as WireItem | undefined;
  }

  async put(table: string, item: WireItem, call: Call): Promise<void> {
    const command = new PutItemCommand({ TableName: table, Item: item });
    await this.#send(table, call, (options) => this.#client.send(command, options));
  }

  async delete(table: string, key: StoredKey, call: Call): Promise<void> {
    const command = new DeleteItemCommand({ TableName: table, Key: toWireKey(key) });
    await this.#send(table, call, (options) => this.#client.send(command, options));
  }

  async page(table: string, range: KeyRange, request: PageRequest, call: Call): Promise<Page<WireItem>> {
    const command = new QueryCommand({
      TableName: table,
      ...keyCondition(range),
      ScanIndexForward: !request.reverse,
      ConsistentRead: request.consistent,
      ...(request.rows === undefined ? {} : { Limit: request.rows }),
      ...(request.after === undefined ? {} : { ExclusiveStartKey: toWireKey(request.after) }),
    });
    const { Items = [], LastEvaluatedKey } = await this.#send(table, call, (options) => this.#client.send(command, options));
    return { rows: Items as WireItem[], next: LastEvaluatedKey && fromWireKey(LastEvaluatedKey) };
  }

  async writeBatch(
    table: string,
    entries: readonly BatchEntry<WireItem>[],
    call: Call,
  ): Promise<readonly BatchEntry<WireItem>[]> {
    const requests = entries.map(
      ({ key, row }): WriteRequest => (row ? { PutRequest: { Item: row } } : { DeleteRequest: { Key: toWireKey(key) } }),
    );
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: requests } });
    const { UnprocessedItems } = await this.#send(table, call, (options) => this.#client.send(command, options));
    const putOff = Object.values(UnprocessedItems ?? {}).flat();
    if (putOff.length === 0) return [];
    const keys = new Set(putOff.map(({ PutRequest, DeleteRequest }) => keyText(fromWireKey(PutRequest?.Item ?? DeleteRequest?.Key ?? {}))));
    return entries.filter(({ key }) => keys.has(keyText(key)));
  }

  async createTable(table: string, call: Call): Promise<void> {
    const command = new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "PK", AttributeType: "S" },
        { AttributeName: "SK", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "PK", KeyType: "HASH" },
        { AttributeName: "SK", KeyType: "RANGE" },
      ],
    });
    try {
      await this.#client.send(command, abortable(call));
    } catch (error) {
      if ((error as Error).name !== "ResourceInUseException") throw dynamoDBError(error, table, call);
    }
    await this.#untilActive(table, call);
  }

  async close(): Promise<void> {
    this.#close();
  }

  async #untilActive(table: string, call: Call): Promise<void> {
    for (let wait = 50; ; wait = Math.min(wait * 2, 2000)) {
      const command = new DescribeTableCommand({ TableName: table });
      const { Table } = await this.#send(table, call, (options) => this.#client.send(command, options));
      if (Table?.TableStatus === "ACTIVE") return checkKeySchema(table, Table.KeySchema);
      await pause(wait, call.signal);
    }
  }

  async #send<Output>(table: string, call: Call, send: (options: ReturnType<typeof abortable>) => Promise<Output>): Promise<Output> {
    try {
      return await send(abortable(call));
    } catch (error) {
      throw dynamoDBError(error, table, call);
    }
  }
}

function abortable({ signal }: Call): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}

function keyText({ PK, SK }: StoredKey): string {
  return JSON.stringify([PK, SK]);
}

/** A table that was there already may be another kind of table. @throws DynawrapError `table.invalid` */
function checkKeySchema(table: string, schema: readonly { AttributeName?: string | undefined }[] = []): void {
  const names = schema.map(({ AttributeName }) => AttributeName);
  if (names[0] === "PK" && names[1] === "SK") return;
  const message = `The table "${table}" is there already, with the key ${names.join(", ")} instead of PK, SK.`;
  throw new DynawrapError("table.invalid", message, { table });
}
