import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { DynamoDBDriver } from "../../src/dynamodb/driver.js";
import type { Row } from "../../src/dynamodb/reply.js";
import type { Refused } from "../../src/engine/driver.js";

import type { Condition } from "../../src/values/condition.js";
import { call, check, key, layout, openDriver, put, removal, row } from "../dynamodb/driver.js";
import { type DynamoDbFaults, startDynamoDbFaults } from "../servers/dynamodb-faults.js";
import { seededRandom } from "../servers/random.js";
import { startTcpFaults } from "../servers/tcp-faults.js";

const absent: Condition = { kind: "absent" };
const present: Condition = { kind: "present" };
const version = (wanted: number): Condition => ({ kind: "eq", path: ["n"], value: { N: String(wanted) } });

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")(
  "conditional writes to a DynamoDB in trouble",
  () => {
    const table = layout();
    let faults: DynamoDbFaults;
    let direct: DynamoDBDriver;
    let driver: ReturnType<typeof openDriver>;
    beforeAll(async () => {
      direct = openDriver();
      await direct.createTable(table, call());
      faults = await startDynamoDbFaults({ endpoint: inject("dynamodb")?.endpoint ?? "", seed: 11 });
    });
    beforeEach(() => {
      faults.calm();
      driver = openDriver({ endpoint: faults.endpoint });
    });
    afterEach(() => driver.close());
    afterAll(async () => {
      await faults?.stop();
      await direct?.close();
    });
    const operations = () => faults.exchanges.map(({ operation }) => operation);
    const titleOf = async (PK: string) => {
      const found = await direct.get(table, key(PK, "1"), true, call());
      return found && direct.decode(found, table).attributes.title;
    };

    it("may fail against their own first attempt, whose reply was lost: that is said, with what stands there", async () => {
      const lost = () =>
        faults.on("PutItem", ({ count }) => (count === 1 ? { lostReply: "reset" } : undefined));
      lost();
      const one = call();
      const write = put(driver, table, key("a", "1"), { title: "x" }, absent);
      expect(await driver.write(write, one)).toEqual({
        reason: "condition",
        current: write.row,
        retried: true,
      });
      expect(one.meter).toMatchObject({ requests: 2, retries: 1 });
      faults.calm();
      faults.on("DeleteItem", ({ count }) => (count === 1 ? { lostReply: "reset" } : undefined));
      const refused = { reason: "condition", current: undefined, retried: true };
      expect(await driver.write(removal(table, key("a", "1"), present), call())).toEqual(refused);
      expect(await titleOf("a")).toBeUndefined();
    });

    for (const [title, cut] of [
      ["reset before the reply", { how: "reset" }],
      ["closed before the reply", { how: "close" }],
      ["closed in the middle of the reply", { how: "close", replyBytes: 60 }],
    ] as const) {
      it(`say the same of a line that is ${title}`, async () => {
        const line = await startTcpFaults({ url: inject("dynamodb")?.endpoint ?? "", seed: 19 });
        const through = openDriver({ endpoint: line.url });
        line.cut({ ...cut, after: "PutItem" });
        const write = put(driver, table, key(`line ${title}`, "1"), { title: "x" }, absent);
        const refused = { reason: "condition", current: write.row, retried: true };
        expect(await through.write(write, call())).toEqual(refused);
        expect(line.cuts).toBe(1);
        await through.close();
        await line.stop();
      });
    }

    it("are told from those that failed at once", async () => {
      await direct.write(put(driver, table, key("b", "1"), { title: "theirs" }), call());
      const write = put(driver, table, key("b", "1"), { title: "ours" }, absent);
      const current = row(driver, table, key("b", "1"), { title: "theirs" });
      expect(await driver.write(write, call())).toEqual({ reason: "condition", current, retried: false });
      for (const [error, status, retried] of [
        ["InternalServerError", 500, true],
        ["ProvisionedThroughputExceededException", 400, false],
      ] as const) {
        faults.calm();
        faults.on("PutItem", ({ count }) => (count === 1 ? { error, status } : undefined));
        expect(await driver.write(write, call()), error).toEqual({ reason: "condition", current, retried });
      }
    });

    it("are backend.unavailable when they were refused after an attempt that may have been made", async () => {
      for (const error of ["ProvisionedThroughputExceededException", "AccessDeniedException"]) {
        faults.calm();
        faults.on("PutItem", ({ count }) => (count === 1 ? { lostReply: "reset" } : { error }));
        await expect(
          driver.write(put(driver, table, key(error, "1"), { title: "x" }), call()),
        ).rejects.toMatchObject({
          code: "backend.unavailable",
          cause: { name: error },
        });
        expect(await titleOf(error)).toBe("x");
      }
    });

    it("learn what stands there by a consistent read, where the answer does not say it", async () => {
      faults.on("PutItem", ({ count }) =>
        count === 1 ? { lostReply: "reset" } : { reply: ({ Item: _, ...body }) => body },
      );
      const write = put(driver, table, key("c", "1"), { title: "x" }, absent);
      const refused = await driver.write(write, call());
      expect(refused).toMatchObject({ reason: "condition", retried: true });
      expect(driver.decode(refused?.current as Row, table)).toMatchObject({ attributes: { title: "x" } });
      expect(operations()).toEqual(["PutItem", "PutItem", "GetItem"]);
      expect(faults.exchanges.at(-1)?.body.ConsistentRead).toBe(true);
    });

    it("are sent again when a transaction is in their way, and remember an earlier attempt", async () => {
      faults.on("PutItem", ({ count }) =>
        count < 3 ? { error: "TransactionConflictException" } : undefined,
      );
      const one = call();
      expect(await driver.write(put(driver, table, key("d", "1"), {}, absent), one)).toBeUndefined();
      expect(one.meter).toMatchObject({ requests: 3, retries: 2 });
      faults.calm();
      faults.on("PutItem", ({ count }) => {
        if (count === 1) return { lostReply: "reset" };
        return count === 2 ? { error: "TransactionConflictException" } : undefined;
      });
      expect(await driver.write(put(driver, table, key("e", "1"), {}, absent), call())).toMatchObject({
        retried: true,
      });
      expect(operations()).toEqual(["PutItem", "PutItem", "PutItem"]);
    });

    it("are backend.throttled when transactions are always in their way, and stop with the signal", async () => {
      faults.on("*", ({ operation }) =>
        operation === "TransactWriteItems"
          ? {
              error: "TransactionCanceledException",
              details: { CancellationReasons: [{ Code: "TransactionConflict" }] },
            }
          : { error: "TransactionConflictException" },
      );
      for (const write of [put(driver, table, key("f", "1")), check(table, key("f", "1"), present)]) {
        await expect(driver.write(write, call())).rejects.toMatchObject({ code: "backend.throttled" });
      }
      expect(faults.exchanges).toHaveLength(14);
      const reason = new Error("enough");
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 20);
      const stopped = driver.write(put(driver, table, key("f", "1")), call(controller.signal));
      await expect(stopped).rejects.toSatisfy(
        (error: any) => error === reason || error.cause?.name === "AbortError",
      );
    });

    it("are never lost nor made twice in a storm, by what the answers say", async () => {
      const random = seededRandom(12);
      faults.on("*", ({ random: drawn }) => {
        const draw = drawn();
        if (draw < 0.15) return { lostReply: "reset" };
        if (draw < 0.25) return { error: "ProvisionedThroughputExceededException" };
        if (draw < 0.3) return { error: "TransactionConflictException" };
        return draw < 0.35 ? { error: "InternalServerError", status: 500 } : undefined;
      });
      const stored = key("counter", "1");
      await direct.write(put(driver, table, stored, { n: 0 }), call());
      let made = 0;
      const increment = async (): Promise<void> => {
        const found = await direct.get(table, stored, true, call());
        const n = direct.decode(found!, table).attributes.n as number;
        const write = put(driver, table, stored, { n: n + 1, by: random() }, version(n));
        const refused: Refused<Row> | undefined = await driver.write(write, call());
        const own =
          refused?.retried && JSON.stringify(sorted(refused.current)) === JSON.stringify(sorted(write.row));
        if (!refused || own) made += 1;
      };
      for (let round = 0; round < 40; round++) {
        await increment().catch((error) => {
          // Nobody knows whether this one was made; the rest of the test goes on from what is there.
          if (!/^backend\.(throttled|unavailable)$/.test(error.code)) throw error;
          made = Number.NaN;
        });
        const found = await direct.get(table, stored, true, call());
        const n = direct.decode(found!, table).attributes.n as number;
        if (Number.isNaN(made)) made = n;
        expect(made).toBe(n);
      }
      expect(made).toBeGreaterThan(20);
      expect(faults.exchanges.filter(({ fault }) => fault).length).toBeGreaterThan(10);
    });

    describe("in a transaction", () => {
      const writes = (PK: string) => [
        put(driver, table, key(PK, "1"), { title: "x" }, absent),
        put(driver, table, key(PK, "2"), {}, absent),
      ];
      const reasons = (...codes: string[]) => ({
        error: "TransactionCanceledException",
        details: { CancellationReasons: codes.map((Code) => ({ Code, Message: `so ${Code}` })) },
      });

      it("are made once though the reply was lost, since the token is the same", async () => {
        faults.on("TransactWriteItems", ({ count }) => (count < 3 ? { lostReply: "reset" } : undefined));
        expect(await driver.transact(writes("ta"), randomUUID(), call())).toBeUndefined();
        expect(faults.exchanges).toHaveLength(3);
        expect(new Set(faults.exchanges.map(({ body }) => body.ClientRequestToken)).size).toBe(1);
        expect(await titleOf("ta")).toBe("x");
      });

      it("are backend.unavailable when they were refused after an attempt that may have been made, and then made once", async () => {
        faults.on("TransactWriteItems", ({ count }) =>
          count === 1 ? { lostReply: "reset" } : { error: "ProvisionedThroughputExceededException" },
        );
        const token = randomUUID();
        await expect(driver.transact(writes("te"), token, call())).rejects.toMatchObject({
          code: "backend.unavailable",
        });
        faults.calm();
        expect(await driver.transact(writes("te"), token, call())).toBeUndefined();
        faults.on("TransactWriteItems", () => ({ error: "ProvisionedThroughputExceededException" }));
        await expect(driver.transact(writes("tf"), randomUUID(), call())).rejects.toMatchObject({
          code: "backend.throttled",
        });
      });

      it("are not taken for cancelled when that was said after an attempt that may have been made", async () => {
        faults.on("TransactWriteItems", ({ count }) => {
          if (count === 1) return { lostReply: "reset" };
          return count < 4 ? reasons("ThrottlingError", "None") : undefined;
        });
        expect(await driver.transact(writes("tg"), randomUUID(), call())).toBeUndefined();
        expect(new Set(faults.exchanges.map(({ body }) => body.ClientRequestToken)).size).toBe(1);
        expect(await titleOf("tg")).toBe("x");
      });

      it("wait for an attempt of their own that is still under way", async () => {
        faults.on("TransactWriteItems", ({ count }) =>
          count < 6 ? { error: "TransactionInProgressException" } : undefined,
        );
        expect(await driver.transact(writes("tb"), randomUUID(), call())).toBeUndefined();
        expect(new Set(faults.exchanges.map(({ body }) => body.ClientRequestToken)).size).toBe(1);
      });

      it("tell a conflict, load and anything else apart, each for its own write", async () => {
        for (const [codes, expected] of [
          [
            ["TransactionConflict", "None"],
            [{ reason: "conflict" }, undefined],
          ],
          [
            ["ThrottlingError", "ProvisionedThroughputExceeded"],
            [{ reason: "throttled" }, { reason: "throttled" }],
          ],
          [
            ["None", "ValidationError"],
            [undefined, { reason: "failed", message: "ValidationError: so ValidationError" }],
          ],
          [
            ["ConditionalCheckFailed", "AccessDenied"],
            [
              { reason: "condition", current: undefined, retried: false },
              { reason: "failed", message: "AccessDenied: so AccessDenied" },
            ],
          ],
        ] as const) {
          faults.on("TransactWriteItems", () => reasons(...codes));
          expect(await driver.transact(writes("tc"), randomUUID(), call())).toEqual(expected);
        }
        expect(faults.exchanges).toHaveLength(4);
      });

      it("are backend.failed where the reasons do not say what became of each write", async () => {
        for (const codes of [[], ["None"], ["None", "None"], ["ConditionalCheckFailed"]]) {
          faults.on("TransactWriteItems", () => reasons(...codes));
          await expect(driver.transact(writes("td"), randomUUID(), call())).rejects.toMatchObject({
            code: "backend.failed",
            cause: { name: "TransactionCanceledException" },
          });
        }
      });
    });
  },
);

function sorted(item: Row | undefined): unknown {
  return Object.entries(item ?? {}).sort();
}
