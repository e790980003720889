import { register } from "node:module";

const folder = "../../packages/dynawrap/test/servers/";
let registered = false;

/** Starts the PostgreSQL 18 that the tests use. */
export async function startPostgres() {
  const { startPostgres } = await importTypeScript(`${folder}postgres.ts`);
  return startPostgres();
}

/** Starts the DynamoDB Local that the tests use. */
export async function startDynamoDb() {
  const { startDynamoDb } = await importTypeScript(`${folder}dynamodb-local.ts`);
  return startDynamoDb();
}

function importTypeScript(path) {
  if (!registered) register("./typescript-hooks.mjs", import.meta.url);
  registered = true;
  return import(path);
}
