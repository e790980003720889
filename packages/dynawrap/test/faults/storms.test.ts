import type { Backend } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { dynamodbConfig, freshTable, postgresConfig } from "../backends.js";
import { type DynamoDbFaults, startDynamoDbFaults } from "../servers/dynamodb-faults.js";
import { startTcpFaults, type TcpFaults } from "../servers/tcp-faults.js";
import { Story } from "../story.js";
import { openClient } from "./dynamodb-client.js";
import { counter, increment, plusOne, type Tally, total } from "./increments.js";

const deadline = 20_000;
const patience = 120_000;

/** Through `transact`, two items at once: what one says of it, the other has to say too. */
const second = { ...counter, story_id: "second" };
async function incrementBoth(backends: readonly Backend[], table: string, each: number): Promise<Tally> {
  const tallies = backends.map(async (backend): Promise<Tally> => {
    const tally: Tally = { saved: 0, reported: {} };
    for (let round = 0; round < each; round++) {
      await backend
        .transact(
          (tx) => {
            tx.update(table, Story, counter, plusOne);
            tx.update(table, Story, second, plusOne);
          },
          { deadline },
        )
        .then(
          () => tally.saved++,
          ({ code }) => {
            tally.reported[code] = (tally.reported[code] ?? 0) + 1;
          },
        );
    }
    return tally;
  });
  return total(await Promise.all(tallies));
}

/** Never fewer than were saved, never more than those and what nobody can know. */
async function settle(direct: Backend, table: string, tally: Tally, all: number): Promise<void> {
  const likes = async (key: typeof counter) =>
    Number((await direct.get(table, Story, key, { consistent: true }))?.likes);
  const { saved, reported } = tally;
  expect(Object.values(reported).reduce((sum, count) => sum + count, saved)).toBe(all);
  for (const code of Object.keys(reported)) {
    expect(code).toMatch(
      /^(write.ambiguous|item.conflict|transaction.cancelled|backend.(unavailable|throttled))$/,
    );
  }
  const stored = await likes(counter);
  expect(stored).toBeGreaterThanOrEqual(saved);
  expect(stored).toBeLessThanOrEqual(saved + (reported["write.ambiguous"] ?? 0));
  expect(saved).toBeGreaterThan(all / 4);
  if (await direct.get(table, Story, second)) expect(await likes(second)).toBe(stored);
}

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")(
  "increments at once, in a storm over DynamoDB",
  () => {
    let faults: DynamoDbFaults;
    let direct: Backend;
    let backends: readonly Backend[];
    let table: string;
    beforeAll(async () => {
      faults = await startDynamoDbFaults({ endpoint: dynamodbConfig().endpoint, seed: 53 });
    });
    beforeEach(async () => {
      faults.calm();
      direct = new DynamoDBBackend(openClient(dynamodbConfig().endpoint));
      backends = [1, 2, 3, 4].map(() => new DynamoDBBackend(openClient(faults.endpoint)));
      table = await freshTable(direct);
      await direct.save(table, new Story(counter));
      faults.on("*", ({ operation, random }) => {
        const draw = random();
        if (draw < 0.1) return { lostReply: "reset" };
        if (draw < 0.15) return { error: "ProvisionedThroughputExceededException" };
        if (draw < 0.2) return { error: "InternalServerError", status: 500 };
        if (draw > 0.25 || !/^(Put|TransactWrite)/.test(operation)) return undefined;
        return operation === "PutItem"
          ? { error: "TransactionConflictException" }
          : {
              error: "TransactionCanceledException",
              details: { CancellationReasons: [{ Code: "TransactionConflict" }, { Code: "None" }] },
            };
      });
    });
    afterAll(() => faults?.stop());

    it("are made as they are reported, by update", { timeout: patience }, async () => {
      await settle(direct, table, await increment(backends, table, 16, 6), 96);
      expect(faults.exchanges.filter(({ fault }) => fault).length).toBeGreaterThan(20);
    });

    it("are made as they are reported, by transact", { timeout: patience }, async () => {
      await direct.save(table, new Story(second));
      await settle(direct, table, await incrementBoth(backends, table, 10), 40);
      expect(faults.exchanges.filter(({ fault }) => fault).length).toBeGreaterThan(10);
    });
  },
);

describe.runIf(inject("postgres"))("increments at once, in a storm over PostgreSQL", () => {
  let line: TcpFaults;
  let admin: pg.Pool;
  let direct: Backend;
  let pools: readonly pg.Pool[];
  let backends: readonly Backend[];
  let table: string;
  beforeAll(async () => {
    line = await startTcpFaults({ url: postgresConfig().connectionString, seed: 59 });
    admin = new pg.Pool(postgresConfig());
    direct = new PostgresBackend(admin);
  });
  beforeEach(async () => {
    pools = [1, 2, 3, 4].map(() => new pg.Pool({ connectionString: line.url, max: 4 }));
    for (const pool of pools) pool.on("error", () => {});
    backends = pools.map((pool) => new PostgresBackend(pool));
    table = await freshTable(direct);
    await direct.save(table, new Story(counter));
    line.storm({ cutOneIn: 1, withinBytes: 2_000 });
  });
  afterEach(async () => {
    line.calm();
    line.resetAll();
    await Promise.all(pools.map((pool) => pool.end()));
  });
  afterAll(async () => {
    await line?.stop();
    await admin?.end();
  });

  it("are made as they are reported, by update", { timeout: patience }, async () => {
    const { cuts } = line;
    await settle(direct, table, await increment(backends, table, 16, 12), 192);
    expect(line.cuts - cuts).toBeGreaterThan(10);
  });

  it("are made as they are reported, by transact", { timeout: patience }, async () => {
    const { cuts } = line;
    await direct.save(table, new Story(second));
    await settle(direct, table, await incrementBoth(backends, table, 25), 100);
    expect(line.cuts - cuts).toBeGreaterThan(10);
  });
});
