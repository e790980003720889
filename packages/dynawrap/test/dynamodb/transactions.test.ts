import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Condition } from "../../src/values/condition.js";
import { call, check, key, layout, openDriver, put, removal, row } from "./driver.js";

const absent: Condition = { kind: "absent" };
const present: Condition = { kind: "present" };

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")("a transaction in DynamoDB", () => {
  const table = layout();
  const other = layout({ pk: { name: "id", type: "N" }, sk: undefined });
  let driver: ReturnType<typeof openDriver>;
  beforeAll(async () => {
    driver = openDriver();
    await driver.createTable(table, call());
    await driver.createTable(other, call());
  });
  afterAll(() => driver.close());
  const stands = async (PK: string) => (await driver.get(table, key(PK, "1"), true, call())) !== undefined;

  it("makes all writes, in several tables", async () => {
    await driver.write(put(driver, table, key("gone", "1")), call());
    const one = call();
    const writes = [
      put(driver, table, key("a", "1"), {}, absent),
      put(driver, other, key("5"), {}, absent),
      removal(table, key("gone", "1"), present),
      check(table, key("none", "1"), absent),
    ];
    expect(await driver.transact(writes, randomUUID(), one)).toBeUndefined();
    expect([await stands("a"), await stands("gone")]).toEqual([true, false]);
    expect(await driver.get(other, key("5.0"), true, call())).toBeDefined();
    expect(one.meter).toMatchObject({ requests: 1, retries: 0 });
    expect(one.meter.capacity).toBeGreaterThan(0);
  });

  it("makes none when one condition fails, and answers each in its order with what stands there", async () => {
    await driver.write(put(driver, table, key("b", "1"), { title: "x" }), call());
    const writes = [
      put(driver, table, key("c", "1"), {}, absent),
      put(driver, table, key("b", "1"), {}, absent),
      check(table, key("none", "1"), present),
      removal(table, key("b2", "1")),
    ];
    const current = row(driver, table, key("b", "1"), { title: "x" });
    expect(await driver.transact(writes, randomUUID(), call())).toEqual([
      undefined,
      { reason: "condition", current, retried: false },
      { reason: "condition", current: undefined, retried: false },
      undefined,
    ]);
    expect(await stands("c")).toBe(false);
  });

  it("is made once, however often it is sent with one token", async () => {
    const token = randomUUID();
    const writes = [put(driver, table, key("once", "1"), {}, absent)];
    expect(await driver.transact(writes, token, call())).toBeUndefined();
    expect(await driver.transact(writes, token, call())).toBeUndefined();
    expect(await driver.transact(writes, randomUUID(), call())).toMatchObject([{ reason: "condition" }]);
  });

  it("is backend.failed with the token of another", async () => {
    const token = randomUUID();
    await driver.transact([put(driver, table, key("d", "1"))], token, call());
    await expect(driver.transact([put(driver, table, key("e", "1"))], token, call())).rejects.toMatchObject({
      code: "backend.failed",
      cause: { name: "IdempotentParameterMismatchException" },
    });
    expect(await stands("e")).toBe(false);
  });

  it("is table.missing where one of its tables is not there", async () => {
    const writes = [put(driver, table, key("f", "1")), put(driver, layout(), key("f", "1"))];
    await expect(driver.transact(writes, randomUUID(), call())).rejects.toMatchObject({
      code: "table.missing",
    });
    expect(await stands("f")).toBe(false);
  });
});
