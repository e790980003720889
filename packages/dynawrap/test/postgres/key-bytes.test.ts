import { DBItem } from "dynawrap";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { freshTable } from "../backends.js";
import { seededRandom } from "../servers/random.js";
import { clients, type OpenClient } from "./clients.js";

class Long extends DBItem({ pk: "{pk}", sk: "{sk}", schema: z.object({ pk: z.string(), sk: z.string() }) }) {}

const random = seededRandom(9);
/** Text that PostgreSQL cannot compress, of one byte a character or of several. */
function noise(bytes: number, alphabet = "ascii"): string {
  let text = "";
  while (text.length < bytes) text += String.fromCharCode(33 + Math.floor(random() * 94));
  if (alphabet === "ascii") return text;
  const wide = Array.from({ length: bytes >> 2 }, () =>
    String.fromCodePoint(0x1f300 + Math.floor(random() * 700)),
  );
  return wide.join("") + text.slice(0, bytes % 4);
}

for (const { title, open } of clients) {
  describe(`the longest keys, through ${title}`, () => {
    let client: OpenClient;
    let table: string;
    let limit: number;
    beforeAll(async () => {
      client = await open();
      limit = client.backend.capabilities.keyBytes;
      table = await freshTable(client.backend);
    });
    afterAll(() => client.close());

    it("are stored whatever their lengths, as long as both together keep to the limit", async () => {
      for (let pk = limit - 1024; pk <= 2048; pk += 1) {
        const long = new Long({ pk: noise(pk), sk: noise(limit - pk) });
        await client.backend.save(table, long);
        if (pk % 64 === 0)
          expect(await client.backend.get(table, Long, { pk: long.pk, sk: long.sk })).toEqual(long);
      }
    });

    it("are stored in any script", async () => {
      for (let pk = 2040; pk <= 2048; pk += 1) {
        const long = new Long({ pk: noise(pk, "wide"), sk: noise(limit - pk, "wide") });
        expect(Buffer.byteLength(long.pk + long.sk)).toBe(limit);
        await client.backend.save(table, long);
      }
    });

    it("could not be one byte longer: PostgreSQL itself refuses some of that length", async () => {
      const insert = (pk: number) =>
        client.sql(`INSERT INTO ${table} (pk, sk, data) VALUES ($1, $2, '{}')`, [
          noise(pk),
          noise(limit + 1 - pk),
        ]);
      const outcomes: boolean[] = [];
      for (const pk of [2045, 2046, 2047, 2048]) {
        outcomes.push(
          await insert(pk).then(
            () => true,
            () => false,
          ),
        );
      }
      expect(outcomes).toContain(false);
    });

    it("are refused before any I/O when they are longer", async () => {
      const tooLong = [
        [
          new Long({ pk: noise(2048), sk: noise(limit + 1 - 2048) }),
          { attribute: "PK and SK", bytes: limit + 1, limit },
        ],
        [new Long({ pk: noise(2049), sk: "a" }), { attribute: "PK", bytes: 2049, limit: 2048 }],
        [new Long({ pk: "a", sk: noise(1025) }), { attribute: "SK", bytes: 1025, limit: 1024 }],
      ] as const;
      for (const [long, details] of tooLong) {
        const refused = { code: "key.tooLong", details };
        await expect(client.backend.save(table, long)).rejects.toMatchObject(refused);
        await expect(client.backend.get(table, Long, { pk: long.pk, sk: long.sk })).rejects.toMatchObject(
          refused,
        );
        await expect(
          client.backend.query(table, Long, { pk: long.pk, sk: long.sk }).all(),
        ).rejects.toMatchObject(refused);
      }
    });
  });
}
