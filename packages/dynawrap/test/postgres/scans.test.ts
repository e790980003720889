import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TableIndex, TableLayout } from "../../src/core/layout.js";
import { successor } from "../../src/core/range.js";
import type { ScanDivision } from "../../src/engine/driver.js";
import type { Condition } from "../../src/values/condition.js";
import { drivers, indexOf, keysOf, layoutOf, newCall, type OpenDriver, putAll } from "./drivers.js";

const all: readonly string[] = [""];
const index = indexOf("GSI1", ["g"], ["s"]);

for (const { title, open } of drivers) {
  describe(`a scan through ${title}`, () => {
    let client: OpenDriver;
    beforeAll(async () => {
      client = await open();
    });
    afterAll(() => client.close());
    const make = async (pks: readonly string[], changes: Partial<TableLayout> = {}, perKey = 1) => {
      const layout = layoutOf([index], changes);
      await client.driver.createTable(layout, newCall());
      const items = pks.flatMap((pk, place) =>
        Array.from({ length: perKey }, (_, n) => {
          const wire =
            place % 2 ? { g: { S: pk }, s: { S: `${n}` }, n: { N: `${n}` } } : { n: { N: `${n}` } };
          return [pk, `s${n}`, wire] as const;
        }),
      );
      await putAll(client.driver, layout, items);
      return { layout, keys: items.map(([pk, sk]) => `${pk}/${sk}`) };
    };
    /** The keys in each part. */
    const scan = async (
      layout: TableLayout,
      place: TableIndex | undefined,
      division: ScanDivision,
      changes = {},
      call = newCall(),
    ) => {
      const parts = await client.driver.divide(layout, place, division, call);
      return Promise.all(
        parts.map((part) =>
          keysOf((request) => client.driver.scan(layout, place, part, request, call), changes),
        ),
      );
    };
    const segments = async (
      layout: TableLayout,
      place: TableIndex | undefined,
      of: number,
      heads: readonly string[],
      changes = {},
    ) => {
      const found = [];
      for (let own = 0; own < of; own++) {
        const parts = await scan(layout, place, { of, index: own, heads }, changes);
        expect(parts).toHaveLength(1);
        found.push(...parts);
      }
      return found;
    };
    const bytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

    it("brings every row once, in the order of the key within a part, however it is divided", async () => {
      const pks = ["", "A", "a", "\u{fb00}", "\u{10ffff}", "\u{1f600}", "_", "\ufeff", "~~"].flatMap((head) =>
        ["x", "0", "Z\u{10ffff}", "zz", "\u{1f600}", "é"].map((tail) => `${head}${tail}`),
      );
      const { layout, keys } = await make(pks, {}, 2);
      const whole = [...keys].sort(bytes);
      for (const rows of [1, 7, 1000]) {
        expect(await scan(layout, undefined, { of: 1, index: undefined, heads: all }, { rows })).toEqual([
          whole,
        ]);
        for (const of of [2, 3, 10]) {
          for (const parts of [
            await scan(layout, undefined, { of, index: undefined, heads: all }, { rows }),
            await segments(layout, undefined, of, all, { rows }),
          ]) {
            expect(parts.flat().sort(bytes)).toEqual(whole);
            for (const part of parts) expect(part).toEqual([...part].sort(bytes));
          }
        }
      }
    });

    it("brings the rows of an index in its order, and no others", async () => {
      const { layout, keys } = await make(["u2", "u1", "u4", "u3", "v1", "v2"], {}, 3);
      const whole = keys.filter((key) => /^(u1|u3|v2)/.test(key)).sort();
      for (const rows of [1, 4, 100]) {
        expect(await scan(layout, index, { of: 1, index: undefined, heads: all }, { rows })).toEqual([whole]);
        for (const of of [2, 3, 7]) {
          expect(
            (await scan(layout, index, { of, index: undefined, heads: all }, { rows })).flat().sort(),
          ).toEqual(whole);
          expect((await segments(layout, index, of, ["u", "v"], { rows })).flat().sort()).toEqual(whole);
        }
      }
    });

    it("passes over what no head begins", async () => {
      const { layout } = await make([
        "ORG#1",
        "ORG#2",
        "USER#1",
        "USER#2",
        "USER",
        "USER$",
        "VIEW#1",
        "O",
        "\u{10ffff}1",
      ]);
      const heads = ["ORG#", "USER#", "USER#2", "\u{10ffff}"];
      const whole = ["ORG#1/s0", "ORG#2/s0", "USER#1/s0", "USER#2/s0", "\u{10ffff}1/s0"];
      for (const rows of [1, 100]) {
        const call = newCall();
        expect(await scan(layout, undefined, { of: 1, index: undefined, heads }, { rows }, call)).toEqual([
          whole,
        ]);
        expect(call.meter.rows).toBe(whole.length);
        for (const of of [2, 5]) {
          expect((await scan(layout, undefined, { of, index: undefined, heads }, { rows })).flat()).toEqual(
            whole,
          );
          expect((await segments(layout, undefined, of, heads, { rows })).flat().sort(bytes)).toEqual(whole);
        }
      }
    });

    it("divides what it can sample into parts of about one size", async () => {
      const pks = Array.from(
        { length: 4000 },
        (_, n) => `${n % 4 ? "USER#" : "ORG#"}${(n * 7919) % 100_003}`,
      );
      const { layout } = await make(pks);
      for (const [place, count] of [
        [undefined, 3000],
        [index, 2000],
      ] as const) {
        const parts = await scan(layout, place, { of: 4, index: undefined, heads: ["USER#"] });
        expect(parts).toHaveLength(4);
        expect(parts.flat()).toHaveLength(count);
        for (const part of parts) expect(part.length).toBeGreaterThan(count / 8);
      }
      const shares = (await segments(layout, undefined, 3, ["USER#"])).map((part) => part.length);
      expect(shares.reduce((sum, share) => sum + share)).toBe(3000);
      expect(Math.min(...shares)).toBeGreaterThan(500);
    });

    it("divides a table among machines in one way, whatever is in it by then", async () => {
      const { layout } = await make(["USER#1"]);
      const divide = (own: number) =>
        client.driver.divide(layout, undefined, { of: 3, index: own, heads: ["USER#"] }, newCall());
      const before = await Promise.all([0, 1, 2].map(divide));
      await putAll(
        client.driver,
        layout,
        Array.from({ length: 2000 }, (_, n) => [`USER#${n}`, "s"]),
      );
      await client.sql(`ANALYZE "${layout.name}"`);
      expect(await Promise.all([0, 1, 2].map(divide))).toEqual(before);
    });

    it("goes through numeric keys in their order", async () => {
      const numbers = [
        "-1e100",
        "-5",
        "0",
        "0.5",
        "1",
        "2",
        "9",
        "10",
        "11",
        "99",
        "100",
        "123456789",
        "5e18",
        "1e19",
        "1e30",
      ];
      const { layout } = await make(numbers, { pk: { name: "id", type: "N" } });
      const texts = numbers.map(
        (text) =>
          `${/e/.test(text) ? BigInt(text.replace(/e(\d+)/, (_, zeros) => "0".repeat(Number(zeros)))) : text}/s0`,
      );
      for (const rows of [1, 100]) {
        expect(await scan(layout, undefined, { of: 1, index: undefined, heads: all }, { rows })).toEqual([
          texts,
        ]);
        for (const of of [2, 3, 8]) {
          expect(
            (await scan(layout, undefined, { of, index: undefined, heads: all }, { rows })).flat(),
          ).toEqual(texts);
          const parts = await segments(layout, undefined, of, all, { rows });
          expect(parts.flat().sort()).toEqual([...texts].sort());
          expect(parts.filter((part) => part.length > 0).length).toBeGreaterThan(1);
        }
      }
    });

    it("looks at no more rows than it is asked to, those that a filter leaves out included", async () => {
      const { layout } = await make(
        Array.from({ length: 60 }, (_, n) => `USER#${n}`),
        {},
        2,
      );
      const filter: Condition = { kind: "eq", path: ["n"], value: { N: "1" } };
      for (const division of [
        { of: 1, index: undefined, heads: ["USER#"] },
        { of: 1, index: 0, heads: ["USER#"] },
        { of: 2, index: 1, heads: ["USER#"] },
      ]) {
        const [part] = await client.driver.divide(layout, undefined, division, newCall());
        const call = newCall();
        let examined = 0;
        const found = await keysOf(
          async (request) => {
            const page = await client.driver.scan(layout, undefined, part!, request, call);
            expect(page.examined).toBeLessThanOrEqual(7);
            examined += page.examined;
            return page;
          },
          { rows: 7, filter },
        );
        expect(found.every((key) => key.endsWith("/s1"))).toBe(true);
        expect(examined).toBe(found.length * 2);
        expect(call.meter.rows).toBe(examined);
      }
    });

    it("costs few statements, as most of the pieces of a part are empty", async () => {
      const { layout } = await make(Array.from({ length: 300 }, (_, n) => `USER#${n}`));
      const call = newCall();
      const [found] = await scan(layout, undefined, { of: 9, index: 3, heads: ["ORG#", "USER#"] }, {}, call);
      expect(found?.length).toBeGreaterThan(10);
      expect(call.meter.requests).toBeLessThanOrEqual(2);
    });
  });
}

describe("the parts of a scan among machines", () => {
  it("hold every key that a head begins once, and no other", async () => {
    const { spansOf, cutSpans, fixedCuts, everyNth } = await import("../../src/postgres/spans.js");
    const { compareUtf8 } = await import("../../src/core/range.js");
    const text = fc.string({
      unit: fc.constantFrom("a", "Z", "0", "9", "#", "é", "\u{fb00}", "\u{1f600}", "\u{10ffff}"),
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 7 }),
        fc.array(text, { minLength: 20, maxLength: 20 }),
        (heads, of, keys) => {
          const pieces = spansOf(heads).flatMap((span) =>
            cutSpans([span], fixedCuts(span.low ?? "", of), compareUtf8),
          );
          const parts = Array.from({ length: of }, (_, own) => everyNth(pieces, own, of));
          for (const key of keys) {
            const holders = parts
              .flatMap(({ spans }) => spans)
              .filter(
                ({ low, high }) =>
                  (low === undefined || compareUtf8(low, key) <= 0) &&
                  (high === undefined || compareUtf8(key, high) < 0),
              );
            expect(holders).toHaveLength(heads.some((head) => key.startsWith(head)) ? 1 : 0);
          }
          for (const { spans } of parts)
            for (const [place, { low }] of spans.entries())
              if (place > 0)
                expect(
                  compareUtf8(spans[place - 1]?.high ?? successor("") ?? "", low ?? ""),
                ).toBeLessThanOrEqual(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
