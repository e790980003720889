import type { TestProject } from "vitest/node";
import { type DynamoDbServer, startDynamoDb } from "./dynamodb-local.js";
import { startPostgres } from "./postgres.js";

export const backendNames = ["memory", "pglite", "postgres", "dynamodb"] as const;
export type BackendName = (typeof backendNames)[number];

declare module "vitest" {
  export interface ProvidedContext {
    /** The backends this run is about: `BACKENDS=memory,postgres npm test`; by default all. */
    backends: readonly BackendName[];
    /** The URL of a PostgreSQL 18, where `backends` has it. */
    postgres: string | undefined;
    /** A DynamoDB, where `backends` has it. Any region and any credentials will do. */
    dynamodb: Pick<DynamoDbServer, "endpoint" | "engine"> | undefined;
  }
}

/** Starts the servers that the chosen backends need. One that cannot start fails the run: nothing skips. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const backends = chosen(process.env.BACKENDS);
  const [postgres, dynamodb] = await Promise.allSettled([
    backends.includes("postgres") ? startPostgres() : undefined,
    backends.includes("dynamodb") ? startDynamoDb() : undefined,
  ]);
  const stop = async () => {
    await Promise.all([postgres, dynamodb].map((start) => "value" in start && start.value?.stop()));
  };
  if (postgres.status === "rejected" || dynamodb.status === "rejected") {
    await stop();
    throw postgres.status === "rejected" ? postgres.reason : (dynamodb as PromiseRejectedResult).reason;
  }
  project.provide("backends", backends);
  project.provide("postgres", postgres.value?.url);
  project.provide(
    "dynamodb",
    dynamodb.value && { endpoint: dynamodb.value.endpoint, engine: dynamodb.value.engine },
  );
  return stop;
}

function chosen(list: string | undefined): readonly BackendName[] {
  if (!list) return backendNames;
  return list.split(",").map((word) => {
    const name = backendNames.find((known) => known === word.trim());
    if (name === undefined) throw new Error(`BACKENDS: "${word}" is none of ${backendNames.join(", ")}`);
    return name;
  });
}
