import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";

/** All that one installed copy of the library is: its modules, loaded once. */
async function loadCopy() {
  vi.resetModules();
  const [core, { MemoryBackend }] = await Promise.all([import("dynawrap"), import("dynawrap/memory")]);
  class Story extends core.DBItem({
    pk: "USER#{owner}",
    sk: "STORY#{story_id}",
    schema: z.object({ owner: z.string(), story_id: z.string(), title: z.string() }),
  }) {
    readonly #secret = "s";
    get slug() {
      return this.title + this.#secret;
    }
  }
  return { ...core, MemoryBackend, Story };
}

let ours: Awaited<ReturnType<typeof loadCopy>>;
let theirs: Awaited<ReturnType<typeof loadCopy>>;
beforeAll(async () => {
  ours = await loadCopy();
  theirs = await loadCopy();
});

const input = { owner: "ann", story_id: "1", title: "Dune" };
const key = { owner: "ann", story_id: "1" };

describe("two installed copies of the library", () => {
  it("are two, here", () => {
    expect(ours.DynawrapError).not.toBe(theirs.DynawrapError);
    expect(ours.MemoryBackend).not.toBe(theirs.MemoryBackend);
  });

  it("know each other's errors", () => {
    const error = new theirs.DynawrapError("key.invalid", "odd", { model: "Story" });
    expect(error).not.toBeInstanceOf(ours.DynawrapError);
    expect(ours.isDynawrapError(error, "key.invalid")).toBe(true);
    expect(ours.isDynawrapError(error, "key.incomplete")).toBe(false);
  });

  it("make the same schema version of the same model", () => {
    expect(ours.Story.schemaVersion).toBe(theirs.Story.schemaVersion);
  });

  it("serve each other's models: save, get, query, with, delete and batches", async () => {
    const backend = new ours.MemoryBackend();
    await backend.createTable("stories");
    const story = new theirs.Story(input);
    await backend.save("stories", story);
    const read = await backend.get("stories", theirs.Story, key);
    expect(read).toBeInstanceOf(theirs.Story);
    expect(read?.slug).toBe("Dunes");
    const changed = read?.with({ title: "Emma" });
    await backend.batchWrite("stories", changed ? [changed] : []);
    const found = await backend.query("stories", theirs.Story, { owner: "ann" }).all();
    expect(found.map(({ slug }) => slug)).toEqual(["Emmas"]);
    await backend.delete("stories", found[0] ?? story);
    await backend.delete("stories", theirs.Story, key);
    expect(await backend.get("stories", theirs.Story, key)).toBeUndefined();
  });

  it("take each other's instances for keys", () => {
    const story = new theirs.Story(input);
    expect(ours.Story.key(story)).toEqual(theirs.Story.key(key));
    expect(ours.Story.prefix(story)).toEqual(theirs.Story.key(key));
  });

  it("keep what the other does not know of an item", async () => {
    const backend = new ours.MemoryBackend();
    await backend.createTable("stories");
    class Longer extends theirs.DBItem({
      name: "Story",
      pk: "USER#{owner}",
      sk: "STORY#{story_id}",
      schema: z.object({ owner: z.string(), story_id: z.string(), title: z.string(), likes: z.number() }),
    }) {}
    await backend.save("stories", new Longer({ ...input, likes: 3 }));
    const read = await backend.get("stories", ours.Story, key);
    await backend.save("stories", read?.with({ title: "Emma" }) ?? new ours.Story(input));
    expect({ ...(await backend.get("stories", Longer, key)) }).toEqual({ ...input, title: "Emma", likes: 3 });
  });
});

describe("the source", () => {
  it("keeps instanceof away from its own classes, which a second copy has anew", async () => {
    const folder = new URL("../../src/", import.meta.url);
    for (const file of ["core/model.ts", "core/item.ts", "engine/question.ts", "engine/driver-backend.ts"]) {
      expect(await readFile(new URL(file, folder), "utf8"), file).not.toMatch(
        /instanceof (?:ItemBase|DynawrapError)/,
      );
    }
  });
});
