import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshTable } from "../backends.js";
import { Story } from "../story.js";
import { clients, type OpenClient } from "./clients.js";

for (const { title, open } of clients) {
  describe(`what PostgreSQL cannot hold, through ${title}`, () => {
    let client: OpenClient;
    let table: string;
    beforeAll(async () => {
      client = await open();
      table = await freshTable(client.backend);
    });
    afterAll(() => client.close());

    for (const [where, value, path] of [
      ["a text", "a\0b", ["extra"]],
      ["a text in a list in a map", { list: ["", "\0"] }, ["extra", "list", 1]],
      ["a name", { "a\0b": 1 }, ["extra", "a\0b"]],
      ["a member of a set", new Set(["a", "\0"]), ["extra"]],
    ] as [string, unknown, (string | number)[]][]) {
      it(`is refused before any I/O, with its path: NUL in ${where}`, async () => {
        const story = new Story({ owner: "ann", story_id: "nul", extra: value });
        const refused = { code: "value.unsupported", details: { path } };
        await expect(client.backend.save(table, story)).rejects.toMatchObject(refused);
        await expect(client.backend.batchWrite(table, [story])).rejects.toMatchObject(refused);
        expect(await client.backend.get(table, Story, { owner: "ann", story_id: "nul" })).toBeUndefined();
      });
    }

    it("is not mistaken: an escape that is written out is text like any other, and bytes may be 0", async () => {
      const tricky = { text: "\\u0000", "\\u0000": ["\\\\u0000", '"\\u0000'], zero: Uint8Array.of(0) };
      const story = new Story({ owner: "ann", story_id: "text", extra: tricky });
      await client.backend.save(table, story);
      expect(await client.backend.get(table, Story, { owner: "ann", story_id: "text" })).toEqual(story);
    });
  });
}
