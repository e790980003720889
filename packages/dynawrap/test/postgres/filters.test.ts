import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TableLayout } from "../../src/core/layout.js";
import type { Condition } from "../../src/values/condition.js";
import {
  drivers,
  indexOf,
  layoutOf,
  newCall,
  type OpenDriver,
  putAll,
  rangeOf,
  requestOf,
} from "./drivers.js";

const atLeast = (n: number): Condition => ({ kind: "gte", path: ["n"], value: { N: String(n) } });
const index = indexOf("GSI1", ["g"], ["s"]);

for (const { title, open } of drivers) {
  describe(`a page with a filter through ${title}`, () => {
    let client: OpenDriver;
    let layout: TableLayout;
    beforeAll(async () => {
      client = await open();
      layout = layoutOf([index]);
      await client.driver.createTable(layout, newCall());
      const items = Array.from({ length: 250 }, (_, n) => {
        const sk = `s${String(n).padStart(3, "0")}`;
        return [
          "p",
          sk,
          { n: { N: String(n) }, g: { S: "g" }, s: { S: sk }, blob: { S: "x".repeat(500) } },
        ] as const;
      });
      await putAll(client.driver, layout, items);
    });
    afterAll(() => client.close());
    const places = [
      ["the table", undefined, "p"],
      ["an index", index, "g"],
    ] as const;
    for (const [where, place, pk] of places) {
      const read = async (changes: object, call = newCall()) =>
        client.driver.page(layout, place, rangeOf(pk), requestOf(changes), call);

      it(`looks at no more rows of ${where} than it is asked to, and says how many, and where to go on`, async () => {
        const filter = atLeast(8);
        const first = await read({ filter, rows: 10 });
        expect(first.rows.map(({ sk }) => sk)).toEqual(["s008", "s009"]);
        expect(first).toMatchObject({ examined: 10, next: { key: { PK: "p", SK: "s009" } } });
        const none = await read({ filter: atLeast(50), rows: 10 });
        expect(none).toMatchObject({ rows: [], examined: 10, next: { key: { PK: "p", SK: "s009" } } });
        expect(none.next?.index).toEqual(place && ["g", "s009"]);
        const second = await read({ filter: atLeast(15), rows: 10, after: none.next });
        expect(second.rows.map(({ sk }) => sk)).toEqual(["s015", "s016", "s017", "s018", "s019"]);
        const back = await read({ filter: atLeast(247), rows: 4, reverse: true });
        expect(back.rows.map(({ sk }) => sk)).toEqual(["s249", "s248", "s247"]);
        expect(back).toMatchObject({ examined: 4, next: { key: { PK: "p", SK: "s246" } } });
        const end = await read({
          filter: atLeast(245),
          rows: 10,
          after: { key: { PK: "p", SK: "s243" }, index: place && ["g", "s243"] },
        });
        expect(end).toMatchObject({ examined: 6, next: undefined });
        expect(end.rows).toHaveLength(5);
        const nothing = await read({
          filter,
          after: { key: { PK: "p", SK: "s9" }, index: place && ["g", "s9"] },
        });
        expect(nothing).toEqual({ rows: [], next: undefined, examined: 0 });
      });

      it(`brings nothing of the rows of ${where} that the filter leaves out`, async () => {
        const call = newCall();
        let examined = 0;
        let after: any;
        do {
          const page = await read({ filter: atLeast(240), after }, call);
          examined += page.examined;
          after = page.next;
        } while (after);
        expect(examined).toBe(250);
        expect(call.meter).toMatchObject({ rows: 250 });
        expect(call.meter.bytes).toBeLessThan(10 * 700);
        expect(call.meter.requests).toBeLessThanOrEqual(3);
      });

      it(`brings only the attributes of ${where} that are needed, and the keys`, async () => {
        for (const filter of [undefined, atLeast(0)]) {
          const call = newCall();
          const { rows } = await read({ attributes: ["n", "none"], filter, rows: 20 }, call);
          const stored = client.driver.decode(rows[3]!, layout);
          expect(stored).toEqual({
            key: { PK: "p", SK: "s003" },
            version: "v1",
            attributes: place ? { n: 3, g: "g", s: "s003" } : { n: 3 },
          });
          expect(call.meter.bytes).toBeLessThan(20 * 60);
          const { rows: bare } = await read({ attributes: [], filter, rows: 1 });
          expect(client.driver.decode(bare[0]!, layout).attributes).toEqual(
            place ? { g: "g", s: "s000" } : {},
          );
        }
      });
    }
  });
}
