import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TableLayout } from "../../src/core/layout.js";
import type { PostgresRow } from "../../src/postgres/row.js";
import { drivers, layoutOf, newCall, type OpenDriver, rangeOf, requestOf } from "./drivers.js";

/** Data as it may stand in a row, whoever wrote it; by sort key. */
const data: { readonly [sk: string]: string } = {
  "a plain": '{"text": "one\\ntwo,\\nthree", "n": 1.5, "list": [1, "2", null, {"a": {}}]}',
  "b exact": '{"n": 12345678901234567890123456789012345678, "d": 0.12345678901234567890123456789, "z": 1.50}',
  "c bigint": '{"list": [9007199254740993, -9007199254740993], "text": "12345678901234567890"}',
  "d tags": '{"set": {"$strings": ["a"]}, "bytes": {"$bytes": "AQI="}, "map": {"$map": {"$bytes": "no"}}}',
  "e tag alone": '{"$strings": ["a"]}',
  "f dollars": '{"text": "$5, or \\"$6\\"", "$name": 1, "other": 2}',
  "g __proto__": '{"__proto__": {"a": 1}, "n": 1}',
  "h version": '{"schema_version": "old", "n": 1}',
  "i bad tag": '{"set": {"$strings": 5}}',
  "j too long": `{"n": 1e300}`,
  "k list": "[1]",
  "l text": '"{\\"n\\": 1}"',
  "m null": "null",
  "n empty": "{}",
  "\ufeffo mark": '{"text": "\ufeff\u2028\u0001"}'.replace("\u0001", "\\u0001"),
};

for (const { title, open } of drivers) {
  describe(`data of any kind in rows, through ${title}`, () => {
    let client: OpenDriver;
    let layout: TableLayout;
    beforeAll(async () => {
      client = await open();
      layout = layoutOf();
      await client.driver.createTable(layout, newCall());
      for (const [sk, text] of Object.entries(data))
        await client.sql(`INSERT INTO "${layout.name}" VALUES ('p', $1, NULL, $2::text::jsonb)`, [sk, text]);
    });
    afterAll(() => client.close());

    const outcomeOf = (row: PostgresRow | undefined): unknown => {
      try {
        return client.driver.decode(row!, layout);
      } catch (error) {
        return (error as { code: string }).code;
      }
    };

    it("say what each of them says alone, and are refused alone", async () => {
      const { driver } = client;
      const sks = Object.keys(data);
      const alone = async (sk: string) =>
        outcomeOf(await driver.get(layout, { PK: "p", SK: sk }, true, newCall()));
      const expected = new Map(await Promise.all(sks.map(async (sk) => [sk, await alone(sk)] as const)));
      expect([...expected.values()].filter((outcome) => outcome === "value.unsupported")).toHaveLength(5);
      for (const group of [sks, ...sks.map((sk) => [sk, "a plain"])]) {
        const reads = group.map((sk) => ({ layout, key: { PK: "p", SK: sk } }));
        const rows = await driver.getSnapshot(reads, newCall());
        expect(rows.map(outcomeOf)).toEqual(group.map((sk) => expected.get(sk)));
      }
      for (const rows of [1, 2, 3, 100]) {
        const found: unknown[] = [];
        let after: Parameters<typeof requestOf>[0] = {};
        do {
          const page = await driver.page(
            layout,
            undefined,
            rangeOf("p"),
            requestOf({ rows, ...after }),
            newCall(),
          );
          found.push(...page.rows.map(outcomeOf));
          after = { after: page.next };
        } while (after.after);
        expect(found).toEqual([...expected.keys()].map((sk) => expected.get(sk)));
      }
    });
  });
}
