import {
  type AttributeDefinition,
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DescribeTableCommandOutput,
  type GlobalSecondaryIndex,
  type KeySchemaElement,
  type Projection,
  type TableDescription,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb";
import { DynawrapError, isDynawrapError } from "../core/errors.js";
import {
  indexAttributes,
  invalidTable,
  type KeyAttribute,
  type TableIndex,
  type TableLayout,
  versionAttribute,
} from "../core/layout.js";
import { pause } from "../engine/deadline.js";
import type { Call } from "../engine/driver.js";
import type { Send } from "./client.js";
import { sdkError } from "./errors.js";
import { keyAttributes, keyNames } from "./expression.js";

/** How often the server may say that somebody else is at it while the description shows nothing of it. */
const patience = 20;

/**
 * Makes a table, billed by request, with its indexes, and waits until all can be used. A table that is there gets
 * the global indexes that it lacks, one at a time, as DynamoDB wants it; they are the answer. The description lags
 * behind, and a table on its way out must be gone before the next can be.
 *
 * @throws DynawrapError `table.invalid` where the table has other keys, or cannot have an index any more;
 * `backend.unsupported` where the server knows no keys of several attributes.
 */
export async function createTable(
  layout: TableLayout,
  call: Call,
  send: Send,
): Promise<readonly TableIndex[]> {
  const added = new Set<TableIndex>();
  let refusals = 0;
  for (let wait = 25; ; wait = Math.min(wait * 2, 2000)) {
    const found = await describeTable(layout.name, call, send);
    let command: object | undefined;
    if (found === undefined) command = new CreateTableCommand(tableInput(layout));
    else if (found.TableStatus !== "CREATING" && found.TableStatus !== "DELETING") {
      const missing = missingIndexes(layout, found);
      for (const index of missing) added.add(index);
      const busy = (found.GlobalSecondaryIndexes ?? []).filter(({ IndexStatus = "" }) =>
        /CREATING|DELETING/.test(IndexStatus),
      );
      if (missing[0] === undefined) {
        if (!busy.some(({ IndexName = "" }) => layout.indexes.has(IndexName))) return [...added];
      } else if (busy.length === 0 && found.TableStatus !== "UPDATING") {
        command = new UpdateTableCommand(indexUpdate(layout, missing[0], found));
      }
    }
    if (command) {
      try {
        await send(layout.name, call, command);
        [wait, refusals] = [25, 0];
      } catch (error) {
        if (!isSomebodyElse(error) || refusals++ >= patience) throw explained(error, layout);
      }
    }
    await pause(wait, call.signal);
  }
}

/** Whether somebody else was faster, or the table is being changed; the next description tells. */
function isSomebodyElse(error: unknown): boolean {
  const { name = "", message = "" } = sdkError((error as Error).cause);
  return /^(ResourceInUse|LimitExceeded)Exception$/.test(name) || /already exists/.test(message);
}

function explained(error: unknown, { indexes }: TableLayout): unknown {
  const { cause } = error as Error;
  const { name, message = "" } = sdkError(cause);
  const several = [...indexes.values()].some(({ pk, sk }) => pk.length > 1 || sk.length > 1);
  if (!several || name !== "ValidationException" || !/key ?schema/i.test(message)) return error;
  const problem = "this DynamoDB knows no indexes whose key has several attributes";
  return new DynawrapError("backend.unsupported", problem, { capability: "multiAttributeKeys" }, cause);
}

async function describeTable(table: string, call: Call, send: Send): Promise<TableDescription | undefined> {
  try {
    const command = new DescribeTableCommand({ TableName: table });
    return (await send<DescribeTableCommandOutput>(table, call, command)).Table;
  } catch (error) {
    if (isDynawrapError(error, "table.missing")) return undefined;
    throw error;
  }
}

function tableInput(layout: TableLayout): CreateTableCommandInput {
  const indexes = [...layout.indexes.values()];
  const inputs = (local: boolean): GlobalSecondaryIndex[] | undefined => {
    const wanted = indexes.filter((index) => index.local === local);
    return wanted.length > 0 ? wanted.map((index) => indexInput(layout, index)) : undefined;
  };
  const key = keyAttributes(layout, undefined);
  return {
    TableName: layout.name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: definitions([...key.pk, ...key.sk, ...indexes.flatMap(indexAttributes)]),
    KeySchema: keySchema(key),
    GlobalSecondaryIndexes: inputs(false),
    LocalSecondaryIndexes: inputs(true),
  };
}

/** All attributes must be named again, and a table with a throughput of its own wants one for each index. */
function indexUpdate(
  layout: TableLayout,
  index: TableIndex,
  { AttributeDefinitions = [], ProvisionedThroughput = {} }: TableDescription,
): UpdateTableCommandInput {
  const { ReadCapacityUnits = 0, WriteCapacityUnits = 0 } = ProvisionedThroughput;
  const own = definitions(indexAttributes(index));
  const names = own.map(({ AttributeName }) => AttributeName);
  const others = AttributeDefinitions.filter(({ AttributeName }) => !names.includes(AttributeName));
  const throughput = ReadCapacityUnits > 0 && {
    ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits },
  };
  return {
    TableName: layout.name,
    AttributeDefinitions: [...others, ...own],
    GlobalSecondaryIndexUpdates: [{ Create: { ...indexInput(layout, index), ...throughput } }],
  };
}

function indexInput(layout: TableLayout, index: TableIndex): GlobalSecondaryIndex {
  const { name, projection } = index;
  if (typeof projection === "string") {
    return { IndexName: name, KeySchema: keySchema(index), Projection: { ProjectionType: projection } };
  }
  // The keys are in it anyway; the version says how what is in it is to be read.
  const keys = keyNames(layout, index);
  const NonKeyAttributes = [...new Set([...projection, versionAttribute])].filter(
    (name) => !keys.includes(name),
  );
  return {
    IndexName: name,
    KeySchema: keySchema(index),
    Projection: { ProjectionType: "INCLUDE", NonKeyAttributes },
  };
}

function keySchema({ pk, sk }: Pick<TableIndex, "pk" | "sk">): KeySchemaElement[] {
  return [
    ...pk.map(({ name }) => ({ AttributeName: name, KeyType: "HASH" as const })),
    ...sk.map(({ name }) => ({ AttributeName: name, KeyType: "RANGE" as const })),
  ];
}

function definitions(attributes: readonly KeyAttribute[]): AttributeDefinition[] {
  const types = new Map(attributes.map(({ name, type }) => [name, type]));
  return Array.from(types, ([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

/** The global indexes that a table lacks. @throws DynawrapError `table.invalid` for what can only be otherwise anew. */
function missingIndexes(layout: TableLayout, found: TableDescription): readonly TableIndex[] {
  const check = (
    place: string,
    schema: readonly KeySchemaElement[] | undefined,
    key: Pick<TableIndex, "pk" | "sk">,
  ): void => {
    const is = inWords(schema, found.AttributeDefinitions);
    const wanted = inWords(keySchema(key), definitions([...key.pk, ...key.sk]));
    if (is !== wanted) throw invalidTable(layout.name, `has ${place}the key ${is} and not ${wanted}`);
  };
  check("", found.KeySchema, keyAttributes(layout, undefined));
  const locals = found.LocalSecondaryIndexes ?? [];
  const globals = (found.GlobalSecondaryIndexes ?? []).filter(
    ({ IndexStatus }) => IndexStatus !== "DELETING",
  );
  return [...layout.indexes.values()].filter((index) => {
    const { name, local } = index;
    const named = ({ IndexName }: { IndexName?: string | undefined }): boolean => IndexName === name;
    const there = (local ? locals : globals).find(named);
    if ((local && !there) || (local ? globals : locals).some(named)) {
      const kind = local ? "local" : "global";
      throw invalidTable(layout.name, `has no ${kind} index ${name}, and only a new table can have it`);
    }
    if (!there) return true;
    check(`for the index ${name} `, there.KeySchema, index);
    if (!projects(there.Projection, layout, index)) {
      throw invalidTable(
        layout.name,
        `has an index ${name} that holds less of an item than it is said to hold`,
      );
    }
    return false;
  });
}

/** `PK (HASH S), SK (RANGE S)` */
function inWords(
  schema: readonly KeySchemaElement[] = [],
  types: readonly AttributeDefinition[] = [],
): string {
  const typeOf = (name: string | undefined) =>
    types.find((type) => type.AttributeName === name)?.AttributeType;
  return schema
    .map(({ AttributeName, KeyType }) => `${AttributeName} (${KeyType} ${typeOf(AttributeName)})`)
    .join(", ");
}

function projects(
  { ProjectionType, NonKeyAttributes = [] }: Projection = {},
  layout: TableLayout,
  index: TableIndex,
): boolean {
  const { projection } = index;
  if (ProjectionType === "ALL" || projection === "KEYS_ONLY") return true;
  const held = [...NonKeyAttributes, ...keyNames(layout, index)];
  return projection !== "ALL" && projection.every((name) => held.includes(name));
}
