import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCursor, writeCursor } from "../../src/values/cursor.js";
import { rejection } from "../core/refusal.js";

const binding = { query: "a", secret: undefined, model: "Story" };
const signed = { ...binding, secret: "s3cret" };

describe("a cursor", () => {
  it("gives back its texts, whatever they hold, and is safe in a URL", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme" })),
        fc.constantFrom(binding, signed),
        async (texts, mine) => {
          const cursor = await writeCursor(texts, mine);
          expect(cursor).toMatch(/^[\w.-]+$/);
          expect(await readCursor(cursor, mine)).toEqual(texts);
        },
      ),
    );
  });

  it("is refused by another query, and by another secret or none", async () => {
    const cursor = await writeCursor(["USER#ann"], signed);
    const bare = await writeCursor(["USER#ann"], binding);
    await rejection("cursor.invalid", readCursor(cursor, { ...signed, query: "b" }));
    await rejection("cursor.invalid", readCursor(bare, { ...binding, query: "b" }));
    await rejection("cursor.invalid", readCursor(cursor, { ...signed, secret: "other" }));
    await rejection("cursor.invalid", readCursor(bare, signed));
  });

  it("that is signed is refused once a character of it has changed", async () => {
    const cursor = await writeCursor(["USER#ann", "STORY#1"], signed);
    for (let place = 0; place < cursor.length; place++) {
      const other = cursor[place] === "A" ? "B" : "A";
      const changed = cursor.slice(0, place) + other + cursor.slice(place + 1);
      const read = readCursor(changed, signed).then(
        (texts) => texts,
        () => "refused",
      );
      // The last character of a part may hold bits that say nothing.
      expect([["USER#ann", "STORY#1"], "refused"]).toContainEqual(await read);
      if (
        place % 7 === 0 &&
        cursor[place] !== "." &&
        cursor[place + 1] !== "." &&
        place < cursor.length - 1
      ) {
        expect(await read).toBe("refused");
      }
    }
  });

  it.each([
    undefined,
    null,
    "",
    5,
    {},
    "a b",
    ".",
    "..",
    "AAAA",
    "x".repeat(10_001),
    "eyJhIjoxfQ",
    "W10",
    "WzFd",
    "////",
    "a.b.c",
  ])("is refused where it is none: %s", async (cursor) => {
    const { details, message } = await rejection("cursor.invalid", readCursor(cursor, binding));
    expect(details).toEqual({ model: "Story" });
    expect(message).toContain("begin again without one");
  });
});
