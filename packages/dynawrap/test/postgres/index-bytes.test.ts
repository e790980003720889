import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TableIndex } from "../../src/core/layout.js";
import { seededRandom } from "../servers/random.js";
import { drivers, indexOf, keysOf, layoutOf, newCall, type OpenDriver, putAll, rangeOf } from "./drivers.js";

const random = seededRandom(10);
/** Text that PostgreSQL cannot compress. */
function noise(bytes: number): string {
  return String.fromCharCode(...Array.from({ length: bytes }, () => 33 + Math.floor(random() * 94)));
}

/** Lengths that make up a sum, all but the last so that the next text has to be moved by three bytes. */
function worst(count: number, sum: number): number[] {
  const each = Math.floor(sum / count / 4) * 4 + 1;
  return [...Array.from({ length: count - 1 }, () => each), sum - (count - 1) * each];
}

const names = (side: string, count: number) => Array.from({ length: count }, (_, place) => `${side}${place}`);

for (const { title, open } of drivers) {
  describe(`the longest keys of indexes, through ${title}`, () => {
    let client: OpenDriver;
    let limit: number;
    beforeAll(async () => {
      client = await open();
      limit = client.driver.capabilities.indexBytes;
    });
    afterAll(() => client.close());
    const put = async (index: TableIndex, lengths: readonly number[]) => {
      const layout = layoutOf([index]);
      await client.driver.createTable(layout, newCall());
      const texts = lengths.map(noise);
      const attributes = [...index.pk, ...index.sk];
      const wire = Object.fromEntries(
        attributes.map(({ name }, place) => [name, { S: texts[place] as string }]),
      );
      const [pk, sk] = texts.slice(-2) as [string, string];
      await putAll(client.driver, layout, [[pk, sk, wire]]);
      const range = rangeOf(
        texts.slice(0, index.pk.length),
        { kind: "prefix", text: "" },
        texts.slice(index.pk.length, -2),
      );
      return keysOf((request) => client.driver.page(layout, index, range, request, newCall()));
    };

    for (const [pk, sk] of [
      [1, 0],
      [1, 1],
      [2, 3],
      [4, 4],
    ] as const) {
      it(`are stored in an index of ${pk} and ${sk} attributes, as long as all together keep to the limit`, async () => {
        const index = indexOf("GSI1", names("p", pk), names("s", sk));
        for (let less = 0; less < 8; less++) {
          expect(await put(index, worst(pk + sk + 2, limit - less))).toHaveLength(1);
        }
      });
    }

    it("could not be one byte longer: PostgreSQL itself refuses an entry of ten texts of that length", async () => {
      const index = indexOf("GSI1", names("p", 4), names("s", 4));
      await expect(put(index, worst(10, limit + 1))).rejects.toMatchObject({
        code: "backend.failed",
        cause: { code: "54000" },
      });
    });

    it("may be numbers of any size among them", async () => {
      const index = indexOf(
        "GSI1",
        names("p", 4),
        names("s", 4).map((name) => ({ name, type: "N" })),
      );
      const layout = layoutOf([index]);
      await client.driver.createTable(layout, newCall());
      for (const number of [
        "1",
        "-1",
        "1e-120",
        "-1.5e125",
        "99999999999999999999999999999999999999",
        "0.00010001",
      ]) {
        const lengths = worst(6, limit - 4 * number.length);
        const [a, b, c, d, e, f] = lengths.map(noise) as [string, string, string, string, string, string];
        const wire = {
          p0: { S: a },
          p1: { S: b },
          p2: { S: c },
          p3: { S: d },
          ...Object.fromEntries(names("s", 4).map((name) => [name, { N: number }])),
        };
        await putAll(client.driver, layout, [[e, f, wire]]);
      }
    });
  });
}
