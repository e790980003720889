import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Condition } from "../../src/values/condition.js";
import { call, check, key, layout, openDriver, put, removal, row } from "./driver.js";

const absent: Condition = { kind: "absent" };
const present: Condition = { kind: "present" };
const titled = (title: string): Condition => ({ kind: "eq", path: ["title"], value: { S: title } });

describe.runIf(inject("dynamodb")?.engine === "dynamodb-local")("one write to DynamoDB", () => {
  const table = layout();
  let driver: ReturnType<typeof openDriver>;
  beforeAll(async () => {
    driver = openDriver();
    await driver.createTable(table, call());
  });
  afterAll(() => driver.close());
  const read = async (PK: string) => {
    const found = await driver.get(table, key(PK, "1"), true, call());
    return found && driver.decode(found, table).attributes;
  };

  it("is made without a condition, whatever stands there", async () => {
    expect(await driver.write(put(driver, table, key("a", "1"), { title: "first" }), call())).toBeUndefined();
    expect(
      await driver.write(put(driver, table, key("a", "1"), { title: "second" }), call()),
    ).toBeUndefined();
    expect(await read("a")).toEqual({ title: "second" });
    expect(await driver.write(removal(table, key("a", "1")), call())).toBeUndefined();
    expect(await driver.write(removal(table, key("a", "1")), call())).toBeUndefined();
    expect(await read("a")).toBeUndefined();
  });

  it("is made when its condition holds", async () => {
    expect(
      await driver.write(put(driver, table, key("b", "1"), { title: "x" }, absent), call()),
    ).toBeUndefined();
    expect(await driver.write(check(table, key("b", "1"), titled("x")), call())).toBeUndefined();
    expect(
      await driver.write(put(driver, table, key("b", "1"), { title: "y" }, titled("x")), call()),
    ).toBeUndefined();
    expect(await driver.write(removal(table, key("b", "1"), titled("y")), call())).toBeUndefined();
    expect(await read("b")).toBeUndefined();
  });

  it("is refused otherwise, with the item that stands there", async () => {
    const current = row(driver, table, key("c", "1"), { title: "x" });
    await driver.write(put(driver, table, key("c", "1"), { title: "x" }), call());
    const refused = { reason: "condition", current, retried: false };
    for (const write of [
      put(driver, table, key("c", "1"), { title: "y" }, absent),
      removal(table, key("c", "1"), titled("y")),
      check(table, key("c", "1"), titled("y")),
    ]) {
      expect(await driver.write(write, call())).toEqual(refused);
    }
    expect(await read("c")).toEqual({ title: "x" });
  });

  it("is refused without an item where none stands", async () => {
    const refused = { reason: "condition", current: undefined, retried: false };
    for (const write of [
      put(driver, table, key("d", "1"), {}, present),
      removal(table, key("d", "1"), present),
      check(table, key("d", "1"), present),
    ]) {
      expect(await driver.write(write, call())).toEqual(refused);
    }
    expect(await read("d")).toBeUndefined();
  });

  it("tells what it has cost", async () => {
    const one = call();
    await driver.write(put(driver, table, key("e", "1"), { title: "x".repeat(3_000) }), one);
    expect(one.meter).toMatchObject({ requests: 1, retries: 0, capacity: 3 });
    await driver.get(table, key("e", "1"), true, one);
    expect(one.meter).toMatchObject({ requests: 2, capacity: 4, rows: 1 });
    await driver.write(check(table, key("e", "1"), present), one);
    expect(one.meter.requests).toBe(3);
    expect(one.meter.capacity).toBeGreaterThan(4);
  });

  it("is table.invalid where the table has other keys", async () => {
    const other = layout({ name: table.name, pk: { name: "id", type: "S" }, sk: undefined });
    const invalid = { code: "table.invalid", details: { table: table.name } };
    await expect(driver.get(other, key("a"), false, call())).rejects.toMatchObject(invalid);
    await expect(driver.write(put(driver, other, key("a")), call())).rejects.toMatchObject(invalid);
    await expect(driver.write(removal(other, key("a")), call())).rejects.toMatchObject(invalid);
    const numeric = layout({ name: table.name, pk: { name: "PK", type: "N" } });
    await expect(driver.get(numeric, key("1", "1"), false, call())).rejects.toMatchObject(invalid);
  });
});
