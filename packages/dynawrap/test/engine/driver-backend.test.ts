import { DBItem } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { rejection } from "../core/refusal.js";
import { define, model } from "../core/untyped.js";
import { faultyBackend, Story, story, table } from "./faulty-driver.js";

let backend: Awaited<ReturnType<typeof faultyBackend>>["backend"];
beforeEach(async () => {
  ({ backend } = await faultyBackend());
});

const key = { owner: "ann", story_id: "1" };

describe("save and get", () => {
  it("give back an equal instance, or undefined", async () => {
    await backend.save(table, story(1, 5));
    expect(await backend.get(table, Story, key)).toEqual(story(1, 5));
    expect(await backend.get(table, Story, { ...key, story_id: "2" })).toBeUndefined();
  });

  it("replace the whole item", async () => {
    await backend.save(table, story(1, 5));
    await backend.save(table, story(1));
    expect((await backend.get(table, Story, key))?.likes).toBe(0);
  });

  it("take an instance for a key", async () => {
    await backend.save(table, story(1, 5));
    expect((await backend.get(table, Story, story(1, 99)))?.likes).toBe(5);
  });

  it("refuse a prefix for a key", async () => {
    const error = await rejection(
      "key.incomplete",
      backend.get(table, Story, { owner: "ann" } as typeof key),
    );
    expect(error.details).toMatchObject({ missing: ["story_id"], pattern: "STORY#{story_id}" });
  });

  it("do not move an item to another key by accident", async () => {
    await backend.save(table, story(1));
    const read = (await backend.get(table, Story, key)) as Story;
    const error = await rejection("key.changed", backend.save(table, read.with({ story_id: "2" })));
    expect(error.details).toMatchObject({
      model: "Story",
      before: { PK: "USER#ann", SK: "STORY#1" },
      after: { PK: "USER#ann", SK: "STORY#2" },
    });
    expect(await backend.get(table, Story, { ...key, story_id: "2" })).toBeUndefined();
    await backend.save(table, read.with({ likes: 2 }).with({ story_id: "1" }));
    await backend.save(table, new Story({ ...read, story_id: "2" }));
  });

  it("refuse what is no instance: plain, spread, cloned or parsed", async () => {
    const copies = [
      { ...story(1) },
      structuredClone({ ...story(1) }),
      JSON.parse(JSON.stringify(story(1))),
      Story,
      "story",
      null,
    ];
    for (const copy of copies) {
      const error = await rejection("model.invalid", backend.save(table, copy));
      expect(error.message).toMatch(/plain|spread/);
    }
  });
});

describe("delete", () => {
  it("removes by instance, by key and by an instance as the key; what is gone may be deleted again", async () => {
    for (const remove of [
      () => backend.delete(table, story(1)),
      () => backend.delete(table, Story, key),
      () => backend.delete(table, Story, story(1)),
    ]) {
      await backend.save(table, story(1));
      await remove();
      expect(await backend.get(table, Story, key)).toBeUndefined();
      await remove();
    }
  });

  it("needs a whole key", async () => {
    await rejection("key.incomplete", backend.delete(table, Story, { owner: "ann" } as typeof key));
    await rejection(
      "key.incomplete",
      (backend.delete as (...call: unknown[]) => Promise<void>).call(backend, table, Story),
    );
  });
});

describe("the lengths of a key", () => {
  const Pair = model("{pk}", "{sk}", ["pk", "sk"]);
  const get = (pk: string, sk: string) => backend.get(table, Pair, { pk, sk });

  it("are counted in UTF-8, up to 2048 and 1024 bytes", async () => {
    for (const [pk, sk] of [
      ["x".repeat(2048), "x".repeat(1024)],
      ["é".repeat(1024), "😀".repeat(256)],
    ] as const) {
      expect(await get(pk, sk)).toBeUndefined();
      await backend.save(table, new Pair({ pk, sk }));
      const tooLong = await rejection("key.tooLong", get(`${pk}x`, sk));
      expect(tooLong.details).toEqual({ attribute: "PK", bytes: 2049, limit: 2048 });
      for (const attempt of [
        get(pk, `${sk}x`),
        backend.save(table, new Pair({ pk, sk: `${sk}x` })),
        backend.query(table, Pair, { pk, sk: `${sk}x` }).all(),
      ]) {
        expect((await rejection("key.tooLong", attempt)).details).toEqual({
          attribute: "SK",
          bytes: 1025,
          limit: 1024,
        });
      }
    }
  });
});

describe("a plain table name", () => {
  const schema = z.object({ PK: z.string(), SK: z.string(), id: z.string() });

  it("means a partition key and a sort key, so a model without one is refused", async () => {
    class User extends DBItem({ pk: "USER#{id}", schema: z.object({ id: z.string() }) }) {}
    const error = await rejection("model.invalid", backend.save(table, new User({ id: "1" })));
    expect(error.message).toMatch(/^User: .*sk/);
  });

  it("takes a field with a key's name only where the key is that field", async () => {
    class Bare extends DBItem({ pk: "{PK}", sk: "{SK}", schema }) {}
    await backend.save(table, new Bare({ PK: "a", SK: "b", id: "1" }));
    expect({ ...(await backend.get(table, Bare, { PK: "a", SK: "b" })) }).toEqual({
      PK: "a",
      SK: "b",
      id: "1",
    });
    for (const patterns of [
      { pk: "{id}", sk: "{SK}" },
      { pk: "{PK}", sk: "X#{SK}" },
      { pk: "{SK}", sk: "{PK}" },
    ]) {
      const Wrong = define({ ...patterns, schema });
      const error = await rejection(
        "model.invalid",
        backend.save(table, new Wrong({ PK: "a", SK: "b", id: "1" })),
      );
      expect(error.details.field).toMatch(/^[PS]K$/);
    }
  });
});

describe("a table that is not there", () => {
  it("is said so by every call, once the question itself is sound", async () => {
    const memory = new MemoryBackend();
    for (const attempt of [
      () => memory.save("nowhere", story(1)),
      () => memory.get("nowhere", Story, key),
      () => memory.query("nowhere", Story, { owner: "ann" }).all(),
      () => memory.delete("nowhere", Story, key),
      () => memory.batchWrite("nowhere", [story(1)]),
    ]) {
      const error = await rejection("table.missing", attempt());
      expect(error.details).toEqual({ table: "nowhere" });
      expect(error.message).toMatch(/"nowhere".*create/);
    }
    await rejection("key.invalid", memory.get("nowhere", Story, { owner: "", story_id: "1" }));
    await memory.createTable("nowhere");
    await memory.createTable("nowhere");
    await memory.save("nowhere", story(1));
    await memory.createTable("nowhere");
    expect(await memory.get("nowhere", Story, key)).toBeDefined();
  });
});
