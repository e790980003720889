import {
  type AttributeValue,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
} from "@aws-sdk/client-dynamodb";
import { PGlite } from "@electric-sql/pglite";
import type { OperationEvent, Table } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { MemoryBackend } from "dynawrap/memory";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { inject } from "vitest";
import type { AttributeMap } from "../../src/values/attribute-value.js";
import { toTaggedJson } from "../../src/values/tagged-json.js";
import { dynamodbConfig, postgresConfig } from "../backends.js";
import type { UntypedModel } from "../core/untyped.js";
import type { WireItem } from "./folders.js";

/** A query of which nothing is known before it is asked. */
export interface UntypedQuery extends AsyncIterable<any> {
  all(): Promise<any[]>;
  first(): Promise<any>;
  count(): Promise<number>;
  page(options: object): Promise<{ readonly items: any[]; readonly cursor?: string }>;
}

type AnyTable = Table | string;

/** A backend as plain JavaScript sees it: the models here are made of data, so that no type knows them. */
export interface UntypedBackend {
  save(table: AnyTable, item: object, options?: object): Promise<void>;
  get(table: AnyTable, model: UntypedModel, key: object, options?: object): Promise<any>;
  query(table: AnyTable, model: UntypedModel, key: object, options?: object): UntypedQuery;
  delete(table: AnyTable, item: object, key?: object, options?: object): Promise<void>;
  update(table: AnyTable, model: UntypedModel, key: object, change: (item: any) => any): Promise<any>;
  batchWrite(table: AnyTable, items: object): Promise<void>;
  batchGet(table: AnyTable, model: UntypedModel, keys: readonly object[]): Promise<any[]>;
  collection(table: AnyTable, models: readonly UntypedModel[], key: object, options?: object): UntypedQuery;
  scan(table: AnyTable, models: readonly UntypedModel[], options?: object): UntypedQuery;
  transact(build: (tx: any) => void): Promise<void>;
  transactGet(reads: readonly (readonly [AnyTable, UntypedModel, object])[]): Promise<any[]>;
  createTable(table: AnyTable): Promise<void>;
  close(): Promise<void>;
}

/** A store with its backend, and beside it the hands of someone who knows nothing of the library. */
export interface OpenStore {
  readonly backend: UntypedBackend;
  /** What the backend has told its observer. */
  readonly events: OperationEvent[];
  /** Writes items as others do, in the store's own terms. */
  put(table: Table, items: readonly WireItem[]): Promise<void>;
  /** Every attribute of an item as it stands in the store, by name, in the store's own form; `undefined` for none. */
  read(table: Table, item: WireItem): Promise<Readonly<Record<string, unknown>> | undefined>;
  close(): Promise<void>;
}

type Sql = (text: string, values: unknown[]) => Promise<{ readonly rows: any[] }>;

/** The texts of an item's table key; tables without a sort key have the empty text there. */
function keyTexts({ layout }: Table, item: WireItem): readonly [string, string] {
  const text = (name: string) => String(Object.values(item[name] ?? {})[0]);
  return [text(layout.pk.name), layout.sk ? text(layout.sk.name) : ""];
}

function openMemory(): OpenStore {
  const events: OperationEvent[] = [];
  const backend = new MemoryBackend({ observe: (event) => events.push(event) });
  const { driver } = backend;
  const meter = { requests: 0, retries: 0, capacity: 0, rows: 0, bytes: 0 };
  const call = { operation: "test", signal: undefined, meter };
  const stored = ({ layout }: Table, item: WireItem) => {
    const [PK, SK] = keyTexts({ layout } as Table, item);
    const key = layout.sk ? { PK, SK } : { PK };
    const wire = dataOf({ layout } as Table, item) as AttributeMap;
    return { key, row: driver.encode({ key, version: undefined, wire }, layout) };
  };
  return {
    backend: backend as unknown as UntypedBackend,
    events,
    async put(table, items) {
      for (const item of items) {
        const { key, row } = stored(table, item);
        await driver.write({ layout: table.layout, kind: "put", key, row, condition: undefined }, call);
      }
    },
    async read(table, item) {
      const row = await driver.get(table.layout, stored(table, item).key, true, call);
      return row && { ...(row as { wire: AttributeMap }).wire };
    },
    close: () => backend.close(),
  };
}

function openPostgres(client: pg.Pool | PGlite, sql: Sql, end: () => Promise<void>): OpenStore {
  const events: OperationEvent[] = [];
  const backend = new PostgresBackend(client, { observe: (event) => events.push(event) });
  return {
    backend: backend as unknown as UntypedBackend,
    events,
    async put(table, items) {
      const [pks, sks, data]: string[][] = [[], [], []];
      for (const item of items) {
        const [pk, sk] = keyTexts(table, item);
        pks?.push(pk);
        sks?.push(sk);
        data?.push(toTaggedJson(dataOf(table, item) as AttributeMap));
      }
      await sql(
        `INSERT INTO "${table.name}" (pk, sk, data)
          SELECT a::${columnType(table.layout.pk)}, b::${columnType(table.layout.sk)}, c
          FROM unnest($1::text[], $2::text[], $3::jsonb[]) AS item (a, b, c)`,
        [pks, sks, data],
      );
    },
    async read(table, item) {
      const { rows } = await sql(`SELECT data FROM "${table.name}" WHERE pk = $1 AND sk = $2`, [
        ...keyTexts(table, item),
      ]);
      return rows[0]?.data;
    },
    close: async () => {
      await backend.close();
      await end();
    },
  };
}

const columnType = (key: Table["layout"]["sk"]): string => (key?.type === "N" ? "numeric" : "text");

/** What of an item stands in a row's data: all but the table's own key, which has columns of its own. */
function dataOf({ layout }: Table, item: WireItem): WireItem {
  return Object.fromEntries(
    Object.entries(item).filter(([name]) => name !== layout.pk.name && name !== layout.sk?.name),
  );
}

function openDynamo(): OpenStore {
  const events: OperationEvent[] = [];
  const client = new DynamoDBClient(dynamodbConfig());
  const backend = new DynamoDBBackend(client, { observe: (event) => events.push(event) });
  return {
    backend: backend as unknown as UntypedBackend,
    events,
    async put({ name }, items) {
      const requests = items.map((Item) => ({
        PutRequest: { Item: Item as unknown as Record<string, AttributeValue> },
      }));
      while (requests.length > 0) {
        const command = new BatchWriteItemCommand({ RequestItems: { [name]: requests.splice(0, 25) } });
        const { UnprocessedItems } = await client.send(command);
        for (const { PutRequest } of UnprocessedItems?.[name] ?? []) {
          if (PutRequest?.Item) requests.push({ PutRequest: { Item: PutRequest.Item } });
        }
      }
    },
    async read({ name, layout }, item) {
      const attributes = [layout.pk, ...(layout.sk ? [layout.sk] : [])];
      const Key = Object.fromEntries(attributes.map((attribute) => [attribute.name, item[attribute.name]]));
      const command = new GetItemCommand({
        TableName: name,
        Key: Key as unknown as Record<string, AttributeValue>,
        ConsistentRead: true,
      });
      return (await client.send(command)).Item;
    },
    close: async () => {
      await backend.close();
      client.destroy();
    },
  };
}

/** One for all tests of a file, which have tables of their own: it takes seconds to start. */
let lite: Promise<PGlite> | undefined;

/** The stores that this run is about, those of `BACKENDS`. */
export const stores: readonly { readonly title: string; readonly open: () => Promise<OpenStore> }[] = [
  { title: "memory", open: async () => openMemory() },
  {
    title: "pglite",
    async open() {
      lite ??= PGlite.create();
      const client = await lite;
      return openPostgres(
        client,
        (text, values) => client.query(text, values),
        async () => {},
      );
    },
  },
  {
    title: "postgres",
    async open() {
      const pool = new pg.Pool(postgresConfig());
      return openPostgres(
        pool,
        (text, values) => pool.query(text, values),
        () => pool.end(),
      );
    },
  },
  { title: "dynamodb", open: async () => openDynamo() },
].filter(({ title }) => inject("backends").includes(title as "memory"));
