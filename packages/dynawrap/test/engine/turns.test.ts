import { setImmediate as soon } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Turns } from "../../src/engine/turns.js";

const waitFor = <Value>(turn: Promise<Value>): Promise<Value> => turn;

describe("turns", () => {
  it("are taken one after the other, in the order of asking, and each name by itself", async () => {
    const turns = new Turns<string>();
    const log: string[] = [];
    const work = (name: string, id: string) =>
      turns.take(name, waitFor, async () => {
        log.push(`${id} begins`);
        await soon();
        log.push(`${id} ends`);
        return id;
      });
    const results = await Promise.all([work("x", "1"), work("x", "2"), work("y", "other"), work("x", "3")]);
    expect(results).toEqual(["1", "2", "other", "3"]);
    expect(log.filter((line) => !line.startsWith("other"))).toEqual([
      "1 begins",
      "1 ends",
      "2 begins",
      "2 ends",
      "3 begins",
      "3 ends",
    ]);
    expect(log.indexOf("other begins")).toBeLessThan(log.indexOf("1 ends"));
  });

  it("pass on what was left, and whether there was anyone before", async () => {
    const turns = new Turns<number>();
    const seen: unknown[] = [];
    const add = () =>
      turns.take("x", waitFor, async (leave, waited, found) => {
        seen.push([waited, found]);
        await soon();
        leave((found ?? 0) + 1);
      });
    await Promise.all([add(), add(), add()]);
    expect(seen).toEqual([
      [false, undefined],
      [true, 1],
      [true, 2],
    ]);
  });

  it("go on after work that fails, and after one who gave up waiting", async () => {
    const turns = new Turns<string>();
    let working = 0;
    const work = async () => {
      expect(++working).toBe(1);
      await soon();
      working--;
    };
    const failed = turns.take("x", waitFor, async () => {
      await work();
      throw new Error("failed");
    });
    const gaveUp = turns.take("x", () => Promise.reject(new Error("gave up")), work);
    const last = turns.take("x", waitFor, work);
    const settled = await Promise.allSettled([failed, gaveUp, last]);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
  });

  it("leave nothing behind", async () => {
    const turns = new Turns<string>();
    await Promise.all(Array.from({ length: 5 }, (_, id) => turns.take(`${id % 2}`, waitFor, () => soon())));
    await soon();
    expect(turns.last.size).toBe(0);
  });
});
