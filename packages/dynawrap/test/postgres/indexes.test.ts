import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TableIndex, TableLayout } from "../../src/core/layout.js";
import type { AttributeMap } from "../../src/values/attribute-value.js";
import {
  drivers,
  indexOf,
  keysOf,
  layoutOf,
  newCall,
  type OpenDriver,
  putAll,
  rangeOf,
  requestOf,
} from "./drivers.js";

const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

for (const { title, open } of drivers) {
  describe(`an index through ${title}`, () => {
    let client: OpenDriver;
    beforeAll(async () => {
      client = await open();
    });
    afterAll(() => client.close());
    const make = async (layout: TableLayout) => {
      client.driver.checkTable(layout);
      await client.driver.createTable(layout, newCall());
      return layout;
    };
    const read = (layout: TableLayout, index: TableIndex | undefined, range: any, changes = {}) =>
      keysOf((request) => client.driver.page(layout, index, range, request, newCall()), changes);

    it("is sorted by its own key in bytes, then by the table's, forwards, backwards and in pages of any size", async () => {
      const index = indexOf("GSI1", ["GSI1PK"], ["GSI1SK"]);
      const layout = await make(layoutOf([index]));
      const sorts = ["a", "B", "b", "é", "\u{fb00}", "\u{1f600}", "a b", "_", "\ufeffx"];
      const items = sorts.flatMap((sort, place) =>
        ["x", "X", "\u{1f600}"].map(
          (pk) => [`${pk}${place % 2}`, sort, { GSI1PK: { S: "all" }, GSI1SK: { S: sort } }] as const,
        ),
      );
      await putAll(client.driver, layout, items);
      await putAll(client.driver, layout, [
        ["other", "a", { GSI1PK: { S: "al" }, GSI1SK: { S: "a" } }],
        ["other", "b", { GSI1PK: { S: "alll" }, GSI1SK: { S: "a" } }],
      ]);
      const expected = items
        .map(([pk, sk]) => ({ pk, sk }))
        .sort((a, b) => compareBytes(a.sk, b.sk) || compareBytes(a.pk, b.pk))
        .map(({ pk, sk }) => `${pk}/${sk}`);
      for (const rows of [1, 2, 5, 27, 100]) {
        expect(await read(layout, index, rangeOf("all"), { rows })).toEqual(expected);
        expect(await read(layout, index, rangeOf("all"), { rows, reverse: true })).toEqual(
          [...expected].reverse(),
        );
      }
      const only = expected.filter((key) => /\/b$/.test(key));
      for (const rows of [1, 2, 100]) {
        expect(await read(layout, index, rangeOf("all", { kind: "equal", text: "b" }), { rows })).toEqual(
          only,
        );
      }
    });

    it("takes prefixes and spans, with bounds that count or do not", async () => {
      const index = indexOf("GSI1", ["GSI1PK"], ["GSI1SK"]);
      const layout = await make(layoutOf([index]));
      const sorts = ["a", "a#1", "a#2", "ab", "b", "b#1", "c"];
      await putAll(
        client.driver,
        layout,
        sorts.map((sort) => [sort, "s", { GSI1PK: { S: "p" }, GSI1SK: { S: sort } }]),
      );
      await putAll(
        client.driver,
        layout,
        sorts.map((sort) => ["p", sort]),
      );
      const bound = (text: string, inclusive: boolean) => ({ text, inclusive });
      for (const [sort, expected] of [
        [{ kind: "prefix", text: "a#" }, ["a#1", "a#2"]],
        [{ kind: "prefix", text: "\u{10ffff}" }, []],
        [{ kind: "span", from: bound("a#1", true), to: bound("b", true) }, ["a#1", "a#2", "ab", "b"]],
        [{ kind: "span", from: bound("a#1", false), to: bound("b", false) }, ["a#2", "ab"]],
        [{ kind: "span", from: bound("b", true), to: undefined }, ["b", "b#1", "c"]],
        [{ kind: "span", from: undefined, to: bound("a#1", false) }, ["a"]],
        [{ kind: "span", from: undefined, to: undefined }, sorts],
        [{ kind: "equal", text: "ab" }, ["ab"]],
      ] as const) {
        for (const changes of [{}, { rows: 1 }, { rows: 2, reverse: true }]) {
          const inOrder = "reverse" in changes ? [...expected].reverse() : expected;
          expect(await read(layout, index, rangeOf("p", sort), changes)).toEqual(
            inOrder.map((key) => `${key}/s`),
          );
          expect(await read(layout, undefined, rangeOf("p", sort), changes)).toEqual(
            inOrder.map((key) => `p/${key}`),
          );
        }
      }
    });

    it("never goes outside of its range, wherever it is told to go on", async () => {
      const index = indexOf("GSI1", ["GSI1PK"], ["GSI1SK"]);
      const layout = await make(layoutOf([index]));
      for (const pk of ["o", "p", "q"])
        await putAll(
          client.driver,
          layout,
          ["1", "2", "3"].map((sk) => [pk, sk, { GSI1PK: { S: pk }, GSI1SK: { S: sk } }]),
        );
      const sort = { kind: "span", from: { text: "2", inclusive: true }, to: undefined } as const;
      for (const [pk, sk, forwards, backwards] of [
        ["o", "1", ["p/2", "p/3"], []],
        ["p", "1", ["p/2", "p/3"], []],
        ["p", "2", ["p/3"], []],
        ["q", "1", [], ["p/3", "p/2"]],
      ] as const) {
        const key = { PK: pk, SK: sk };
        for (const [place, after] of [
          [undefined, { key }],
          [index, { key, index: [pk, sk] }],
        ] as const) {
          for (const [reverse, expected] of [
            [false, forwards],
            [true, backwards],
          ] as const) {
            const request = requestOf({ reverse, after });
            const { rows } = await client.driver.page(layout, place, rangeOf("p", sort), request, newCall());
            expect(rows.map((row) => `${row.pk}/${row.sk}`)).toEqual(expected);
          }
        }
      }
    });

    it("holds the items that have all of its attributes, of the right types, and no others", async () => {
      const index = indexOf("GSI1", ["GSI1PK"], ["GSI1SK"]);
      const hash = indexOf("GSI2", ["GSI1PK"]);
      const numbers = indexOf("GSI3", [{ name: "team", type: "N" }], [{ name: "score", type: "N" }]);
      const layout = await make(layoutOf([index, hash, numbers]));
      const items: [string, string, AttributeMap][] = [
        ["both", "1", { GSI1PK: { S: "p" }, GSI1SK: { S: "s" } }],
        ["pk", "1", { GSI1PK: { S: "p" } }],
        ["sk", "1", { GSI1SK: { S: "p" } }],
        ["number", "1", { GSI1PK: { S: "p" }, GSI1SK: { N: "1" } }],
        ["null", "1", { GSI1PK: { NULL: true }, GSI1SK: { S: "s" } }],
        ["map", "1", { GSI1PK: { M: { a: { S: "p" } } }, GSI1SK: { S: "s" } }],
        ["scored", "1", { team: { N: "7" }, score: { N: "1.50" } }],
        ["text", "1", { team: { N: "7" }, score: { S: "1.5" } }],
      ];
      await putAll(client.driver, layout, items);
      expect(await read(layout, index, rangeOf("p"))).toEqual(["both/1"]);
      expect(await read(layout, hash, rangeOf("p"))).toEqual(["both/1", "number/1", "pk/1"]);
      expect(await read(layout, numbers, rangeOf("7"))).toEqual(["scored/1"]);
      await putAll(client.driver, layout, [["both", "1", { GSI1PK: { S: "q" }, GSI1SK: { S: "s" } }]]);
      expect(await read(layout, index, rangeOf("p"))).toEqual([]);
      expect(await read(layout, index, rangeOf("q"))).toEqual(["both/1"]);
      await client.sql(`UPDATE "${layout.name}" SET data = data - 'GSI1PK' WHERE pk = 'both'`);
      expect(await read(layout, index, rangeOf("q"))).toEqual([]);
    });

    it("compares numbers as numbers, to the last digit", async () => {
      const index = indexOf("scores", ["game"], [{ name: "score", type: "N" }]);
      const layout = await make(
        layoutOf([index], { pk: { name: "id", type: "N" }, sk: { name: "at", type: "N" } }),
      );
      const sorted = [
        "-1e125",
        "-12",
        "-0.5",
        "0",
        "1e-130",
        "0.1",
        "2",
        "9",
        "10",
        "9007199254740993",
        "9007199254740994",
      ];
      await putAll(
        client.driver,
        layout,
        sorted.map((score) => ["7", score, { game: { S: "g" }, score: { N: score } }]),
      );
      const page = async (place: TableIndex | undefined, sort: any, changes = {}) =>
        (await read(layout, place, rangeOf(place ? "g" : "7.0", sort), changes)).map((key) => key.slice(2));
      // In digits, as PostgreSQL writes them; what is beyond a double has no other form.
      const texts = sorted.map((score) => (score === "-1e125" ? `-1${"0".repeat(125)}` : score));
      for (const place of [index, undefined]) {
        expect(await page(place, { kind: "prefix", text: "" })).toEqual(texts);
        for (const rows of [1, 3]) {
          expect(await page(place, { kind: "prefix", text: "" }, { rows })).toEqual(texts);
          expect(await page(place, { kind: "prefix", text: "" }, { rows, reverse: true })).toEqual(
            [...texts].reverse(),
          );
          const span = {
            kind: "span",
            from: { text: "2.0", inclusive: false },
            to: { text: "1e1", inclusive: true },
          };
          expect(await page(place, span, { rows })).toEqual(["9", "10"]);
          expect(await page(place, { kind: "equal", text: "9007199254740993" }, { rows })).toEqual([
            "9007199254740993",
          ]);
        }
      }
      const key = { PK: "7", SK: "10.0" };
      expect(await client.driver.get(layout, key, true, newCall())).toMatchObject({ pk: "7", sk: "10" });
      await client.driver.write(
        { layout, kind: "delete", key, row: undefined, condition: undefined },
        newCall(),
      );
      expect(await client.driver.get(layout, key, true, newCall())).toBeUndefined();
    });

    it("may have several attributes on a side, the first ones given exactly", async () => {
      const index = indexOf("GSI1", ["tenant", "region"], ["year", { name: "month", type: "N" }, "id"]);
      const layout = await make(layoutOf([index]));
      const items: [string, string, AttributeMap][] = [];
      for (const region of ["eu", "us"])
        for (const year of ["2024", "2025"])
          for (const month of ["2", "10"])
            for (const id of ["a", "b"])
              items.push([
                `${region}${year}${month}${id}`,
                "x",
                {
                  tenant: { S: "t" },
                  region: { S: region },
                  year: { S: year },
                  month: { N: month },
                  id: { S: id },
                },
              ]);
      await putAll(client.driver, layout, items);
      const get = async (sort: any, leading: string[], changes = {}) =>
        (await read(layout, index, rangeOf(["t", "eu"], sort, leading), changes)).map((key) =>
          key.slice(2, -2),
        );
      const all = { kind: "prefix", text: "" };
      for (const rows of [1, 3, 100]) {
        expect(await get(all, [], { rows })).toEqual([
          "20242a",
          "20242b",
          "202410a",
          "202410b",
          "20252a",
          "20252b",
          "202510a",
          "202510b",
        ]);
        expect(await get(all, ["2025"], { rows, reverse: true })).toEqual([
          "202510b",
          "202510a",
          "20252b",
          "20252a",
        ]);
        expect(await get(all, ["2025", "10"], { rows })).toEqual(["202510a", "202510b"]);
        expect(
          await get({ kind: "span", from: { text: "3", inclusive: true }, to: undefined }, ["2024"], {
            rows,
          }),
        ).toEqual(["202410a", "202410b"]);
        expect(await get({ kind: "equal", text: "b" }, ["2025", "2"], { rows })).toEqual(["20252b"]);
        expect(await get({ kind: "prefix", text: "202" }, [], { rows })).toHaveLength(8);
      }
    });

    it("may be on attributes of the table's key, which are stored once", async () => {
      const inverted = indexOf("inverted", ["SK"], ["PK"]);
      const local = indexOf("local", ["PK"], ["at"]);
      const layout = await make(layoutOf([inverted, local]));
      await putAll(client.driver, layout, [
        ["u1", "s1", { at: { S: "2" } }],
        ["u2", "s1", { at: { S: "1" } }],
        ["u1", "s2", { at: { S: "1" } }],
        ["u1", "s3"],
      ]);
      for (const rows of [1, 100]) {
        expect(await read(layout, inverted, rangeOf("s1"), { rows })).toEqual(["u1/s1", "u2/s1"]);
        expect(await read(layout, inverted, rangeOf("s1", { kind: "equal", text: "u2" }), { rows })).toEqual([
          "u2/s1",
        ]);
        expect(await read(layout, local, rangeOf("u1"), { rows, reverse: true })).toEqual(["u1/s1", "u1/s2"]);
      }
      const columns = await client.sql(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position",
        [layout.name],
      );
      expect(columns.map(({ name }) => name)).toEqual(["pk", "sk", "schema_version", "data", "at"]);
    });

    it("may be on attributes of any name", async () => {
      const names = [
        "it's",
        'say "hi"',
        "back\\slash",
        "a#b-c",
        "select",
        "PK2",
        "0",
        "émile",
        "xmin",
        "pk",
        "data",
        "; DROP TABLE x; --",
        "$1",
        "{a}",
        "\\'; --",
        "a".repeat(63),
      ];
      const indexes = names.map((name, place) =>
        indexOf(`GSI${place}`, [name], [names[(place + 1) % names.length] as string]),
      );
      const layout = await make(layoutOf(indexes));
      const wire = Object.fromEntries(names.map((name) => [name, { S: `of ${name}` }]));
      await putAll(client.driver, layout, [["p", "s", wire]]);
      for (const [place, index] of indexes.entries()) {
        expect(await read(layout, index, rangeOf(`of ${names[place]}`))).toEqual(["p/s"]);
      }
      expect(await client.driver.createTable(layout, newCall())).toEqual([]);
    });

    it("is refused where no column can be made of an attribute", () => {
      for (const [attributes, problem] of [
        [["a".repeat(64)], /63 bytes/],
        [["é".repeat(32)], /63 bytes/],
        [["a\0b"], /NUL/],
        [["\ud800"], /\\ud800/],
        [["pk", "pk_"], /pk_/],
        [["a", { name: "a", type: "N" }], /number/],
        [[{ name: "PK", type: "N" }], /number/],
      ] as const) {
        const layout = layoutOf(attributes.map((attribute, place) => indexOf(`GSI${place}`, [attribute])));
        expect(() => client.driver.checkTable(layout)).toThrow(
          expect.objectContaining({ code: "table.invalid", message: expect.stringMatching(problem) }),
        );
      }
    });

    it("answers of a bare table without its columns too, and of another says what is to be done", async () => {
      const index = indexOf("GSI1", ["GSI1PK"], ["GSI1SK"]);
      const plain = await make(layoutOf());
      const bare = { ...plain, bare: true, indexes: new Map([[index.name, index]]) };
      const items = ["c", "a", "B", "b"].map(
        (sort) => [sort, "1", { GSI1PK: { S: "p" }, GSI1SK: { S: sort } }] as const,
      );
      await putAll(client.driver, plain, items);
      const call = newCall();
      const page = async () =>
        (await client.driver.page(bare, index, rangeOf("p"), requestOf({ rows: 3 }), call)).rows.map(
          ({ pk }) => pk,
        );
      expect(await page()).toEqual(["B", "a", "b"]);
      expect(await page()).toEqual(["B", "a", "b"]);
      expect(call.meter.requests).toBe(3);
      expect(await read(bare, index, rangeOf("p"), { rows: 1, reverse: true })).toEqual([
        "c/1",
        "b/1",
        "a/1",
        "B/1",
      ]);
      const known = { ...bare, bare: false };
      await expect(
        client.driver.page(known, index, rangeOf("p"), requestOf(), newCall()),
      ).rejects.toMatchObject({
        code: "table.invalid",
        message: expect.stringContaining("createTable"),
        cause: { code: "42703" },
      });
      expect(await client.driver.createTable(known, newCall())).toEqual([index]);
      expect(await client.driver.createTable(known, newCall())).toEqual([]);
      expect(await read(known, index, rangeOf("p"))).toEqual(["B/1", "a/1", "b/1", "c/1"]);
      expect(await page()).toEqual(["B", "a", "b"]);
      expect(call.meter.requests).toBe(4);
    });
  });
}
