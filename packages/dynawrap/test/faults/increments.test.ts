import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Backend, OperationEvent } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterEach, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTable, postgresConfig } from "../backends.js";
import { prepareChild } from "../child.js";
import { Story } from "../story.js";
import { counter, increment, type Tally, total } from "./increments.js";

/** Few in the suite; `npm run increments` has each of them made 1,000 times. */
const writers = 64;
const each = Number(process.env.INCREMENTS ?? 5);
const full = process.env.INCREMENTS !== undefined;
const patience = full ? 3_600_000 : 60_000;

const stores = [
  {
    store: "postgres",
    open: (observe?: (event: OperationEvent) => void): Backend =>
      new PostgresBackend(new pg.Pool(postgresConfig()), { closeClient: true, observe }),
    child: `
      import pg from "pg";
      import { PostgresBackend } from "../src/postgres/index.ts";
      const pool = new pg.Pool({ connectionString: process.env.SERVER });
      await pool.query("SELECT 1");
      const backend = new PostgresBackend(pool, { closeClient: true });
    `,
    server: () => postgresConfig().connectionString,
  },
  {
    store: "dynamodb",
    open: (observe?: (event: OperationEvent) => void): Backend =>
      new DynamoDBBackend(new DynamoDBClient(dynamodbConfig()), { closeClient: true, observe }),
    child: `
      import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
      import { DynamoDBBackend } from "../src/dynamodb/index.ts";
      const credentials = { accessKeyId: "local", secretAccessKey: "local" };
      const client = new DynamoDBClient({ endpoint: process.env.SERVER, region: "local", credentials });
      const backend = new DynamoDBBackend(client, { closeClient: true });
    `,
    server: () => dynamodbConfig().endpoint,
  },
] as const;

for (const { store, open, child, server } of stores) {
  describe.runIf(inject("backends").includes(store))(`increments of one item, on ${store}`, () => {
    const opened: Backend[] = [];
    const requests = { sent: 0 };
    const openOne = (): Backend => {
      const backend = open(({ operation, requests: sent }) => {
        if (operation === "update") requests.sent += sent;
      });
      opened.push(backend);
      return backend;
    };
    afterEach(async () => {
      requests.sent = 0;
      await Promise.all(opened.splice(0).map((backend) => backend.close()));
    });

    const settle = async (
      title: string,
      work: (table: string) => Promise<readonly Tally[]>,
    ): Promise<Tally> => {
      const backend = openOne();
      const table = await freshTable(backend);
      await backend.save(table, new Story(counter));
      const started = Date.now();
      const { saved, reported } = total(await work(table));
      const seconds = (Date.now() - started) / 1000;
      const stored = Number((await backend.get(table, Story, counter, { consistent: true }))?.likes);
      const { "write.ambiguous": ambiguous = 0 } = reported;
      const all = Object.values(reported).reduce((sum, count) => sum + count, saved);
      if (full) {
        const rate = `${seconds.toFixed(1)} s, ${Math.round(saved / seconds)} a second`;
        // What other processes have sent, nobody here has seen.
        const cost = requests.sent > 0 ? `, ${(requests.sent / saved).toFixed(2)} requests each` : "";
        console.log(
          `${store}, ${title}: ${saved} of ${all} saved, the counter is ${stored}, reported ${JSON.stringify(reported)}: ${rate}${cost}`,
        );
      }
      expect(all).toBe(writers * each);
      expect(stored).toBeGreaterThanOrEqual(saved);
      expect(stored).toBeLessThanOrEqual(saved + ambiguous);
      expect(saved).toBeGreaterThan(0);
      return { saved, reported };
    };

    it("are all saved when one backend makes them", { timeout: patience }, async () => {
      const { reported } = await settle("one backend", async (table) => [
        await increment([openOne()], table, writers, each),
      ]);
      expect(reported).toEqual({});
    });

    it("are each saved or reported when 8 backends meet", { timeout: patience }, async () => {
      await settle("8 backends", async (table) => [
        await increment(Array.from({ length: 8 }, openOne), table, writers, each),
      ]);
    });

    it("are each saved or reported when processes meet", { timeout: patience }, async () => {
      const processes = full ? 8 : 2;
      const program = await prepareChild(`
        ${child}
        import { increment } from "./faults/increments.ts";
        const { TABLE, WRITERS, EACH, AT } = process.env;
        await new Promise((resolve) => setTimeout(resolve, Number(AT) - Date.now()));
        console.log(JSON.stringify(await increment([backend], TABLE, Number(WRITERS), Number(EACH))));
        await backend.close();
      `);
      await settle(`${processes} processes`, async (TABLE) => {
        const env = {
          SERVER: server(),
          TABLE,
          WRITERS: String(writers / processes),
          EACH: String(each),
          AT: String(Date.now() + 4_000),
        };
        const printed = await Promise.all(Array.from({ length: processes }, () => program.run(env)));
        return printed.map((text): Tally => JSON.parse(text));
      });
    });
  });
}
