import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshTable } from "../backends.js";
import { Story } from "../story.js";
import { clients, type OpenClient } from "./clients.js";

const extra = {
  decimal: 0.1,
  small: 1.5e-130,
  big: 12345678901234567890123456789012345678n,
  negative: -(2n ** 64n),
  yes: true,
  nothing: null,
  list: [1, "two", { three: 3 }],
  strings: new Set(["b", "a"]),
  numbers: new Set<number | bigint>([1, 2.5, 9007199254740993n]),
  binaries: new Set([Uint8Array.of(1), Uint8Array.of(2)]),
  bytes: Uint8Array.of(0, 1, 255),
  at: new Date("2026-01-02T03:04:05.678Z"),
  $map: { $bytes: "not bytes" },
  "weird 'name\"": "weird 'value\"",
  ["__proto__"]: "own",
};

for (const { title, open } of clients) {
  describe(`a row that was saved through ${title}`, () => {
    let client: OpenClient;
    let table: string;
    const story = new Story({
      owner: "ann",
      story_id: "1",
      title: 'Dune\'s "sequel"',
      likes: 2n ** 63n,
      extra,
    });
    const one = async (expression: string) => {
      const [row] = await client.sql(
        `SELECT (${expression})::text AS value FROM ${table} WHERE sk = 'STORY#1'`,
      );
      return row.value;
    };
    beforeAll(async () => {
      client = await open();
      table = await freshTable(client.backend);
      await client.backend.save(table, story);
      await client.backend.batchWrite(table, [
        new Story({ owner: "ann", story_id: "2", title: "Other", likes: 1.5 }),
      ]);
    });
    afterAll(() => client.close());

    it("has its keys and its version in columns, and its fields and nothing else in the data", async () => {
      const [row] = await client.sql(`SELECT pk, sk, schema_version FROM ${table} WHERE sk = 'STORY#1'`);
      expect(row).toEqual({ pk: "USER#ann", sk: "STORY#1", schema_version: Story.schemaVersion });
      expect(
        await one("SELECT string_agg(name, ',' ORDER BY name) FROM jsonb_object_keys(data) AS name"),
      ).toBe("extra,likes,owner,story_id,title");
    });

    it("gives text as text, and numbers as numbers to the last digit", async () => {
      expect(await one("data->>'title'")).toBe('Dune\'s "sequel"');
      expect(await one("(data->>'likes')::numeric")).toBe("9223372036854775808");
      expect(await one("(data->>'likes')::numeric + 1")).toBe("9223372036854775809");
      expect(await one("(data->'extra'->>'decimal')::numeric + 0.2")).toBe("0.3");
      expect(await one("(data->'extra'->>'big')::numeric")).toBe("12345678901234567890123456789012345678");
      expect(await one("(data->'extra'->>'small')::numeric")).toMatch(/^0\.0{129}15$/);
      expect(await one("jsonb_typeof(data->'extra'->'negative')")).toBe("number");
    });

    it("gives booleans, null, lists and dates as JSON has them", async () => {
      expect(await one("(data->'extra'->>'yes')::boolean")).toBe("true");
      expect(await one("jsonb_typeof(data->'extra'->'nothing')")).toBe("null");
      expect(await one("data->'extra'->'list'->2->>'three'")).toBe("3");
      expect(await one("(data->'extra'->>'at')::timestamptz AT TIME ZONE 'UTC'")).toBe(
        "2026-01-02 03:04:05.678",
      );
    });

    it("gives sets and bytes under a name that says what they are", async () => {
      expect(await one("data->'extra'->'strings'->'$strings' ? 'a'")).toBe("true");
      expect(await one("data->'extra'->'numbers'->'$numbers' @> '9007199254740993'")).toBe("true");
      expect(await one("decode(data->'extra'->'bytes'->>'$bytes', 'base64')")).toBe("\\x0001ff");
      expect(await one("decode(data->'extra'->'binaries'->'$binaries'->>1, 'base64')")).toBe("\\x02");
    });

    it("can be summed, searched and sorted with the others", async () => {
      const [row] = await client.sql(
        `SELECT sum((data->>'likes')::numeric)::text AS likes, count(*)::int AS rows FROM ${table} WHERE data @> '{"owner": "ann"}'`,
      );
      expect(row).toEqual({ likes: "9223372036854775809.5", rows: 2 });
    });

    it("comes back equal, what an analyst's SQL has changed included", async () => {
      const key = { owner: "ann", story_id: "1" };
      const read = await client.backend.get(table, Story, key);
      const { at, ...rest } = extra;
      expect(read?.extra).toEqual({ ...rest, at: at.toISOString() });
      expect(read?.likes).toBe(2n ** 63n);
      const divide = (result: string) =>
        client.sql(
          `UPDATE ${table} SET data = jsonb_set(data, '{likes}', (${result})::text::jsonb) WHERE sk = 'STORY#1'`,
        );
      // The quotient has sixteen zeros behind the point, which change nothing.
      await divide("(data->>'likes')::numeric / 2 ^ 20::numeric");
      expect(await client.backend.get(table, Story, key)).toMatchObject({ likes: 2 ** 43 });
      await divide("(data->>'likes')::numeric * 2 ^ 30::numeric");
      await divide("trunc((data->>'likes')::numeric)");
      expect(await client.backend.get(table, Story, key)).toMatchObject({ likes: 2n ** 73n });
    });
  });
}
