import { type AnyItem, DBItem } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { designOf } from "../../src/core/design.js";
import { requireModel } from "../../src/core/model.js";
import { decodeAttributes } from "../../src/values/attribute-decoder.js";
import { toStoredItem } from "../../src/values/outgoing-item.js";
import type { StoredItem } from "../../src/values/stored-item.js";
import { refusal, rejection } from "../core/refusal.js";
import { aCall, layout, putRow } from "../engine/faulty-driver.js";

const story = { owner: "ann", story_id: "1", title: "Dune" };
const key = { owner: "ann", story_id: "1" };
const stored = { PK: "USER#ann", SK: "STORY#1" };
const text = z.string();
const patterns = { pk: "USER#{owner}", sk: "STORY#{story_id}" } as const;

class Story extends DBItem({ ...patterns, schema: z.object({ owner: text, story_id: text, title: text }) }) {}

let backend: MemoryBackend;
beforeEach(async () => {
  backend = new MemoryBackend();
  await backend.createTable("stories");
});

function put(attributes: StoredItem["attributes"], version?: string): Promise<void> {
  return putRow(backend.driver, { key: stored, version, attributes });
}

async function rowOf(): Promise<StoredItem | undefined> {
  const row = await backend.driver.get(layout, stored, true, aCall());
  return row && backend.driver.decode(row, layout);
}

/** All attributes that are stored of an item in a table of a bare name, the index keys among them. */
function attributesOf(item: AnyItem): Readonly<Record<string, unknown>> {
  const model = requireModel(item.constructor, "test");
  return decodeAttributes(toStoredItem(item, designOf("stories", [model]).placement(model)).wire);
}

describe("a stored item", () => {
  it("is the key, the version and the fields", async () => {
    await backend.save("stories", new Story(story));
    expect(await rowOf()).toEqual({ key: stored, version: Story.schemaVersion, attributes: story });
  });

  it("is read with the fields that stand only in its key", async () => {
    await put({ title: "Dune" });
    expect({ ...(await backend.get("stories", Story, key)) }).toEqual(story);
    await put({ ...story, owner: undefined });
    expect({ ...(await backend.get("stories", Story, key)) }).toEqual(story);
  });

  it("whose fields contradict its key is none of the model's", async () => {
    for (const owner of ["bob", 5, "", null]) {
      await put({ ...story, owner });
      expect(await backend.get("stories", Story, key)).toBeUndefined();
      expect(await backend.query("stories", Story, { owner: "ann" }).all()).toEqual([]);
    }
  });

  it("that the schema refuses is an error with the key and the issues", async () => {
    await put({ ...story, title: 5 });
    const error = await rejection("item.invalid", backend.get("stories", Story, key));
    expect(error.details).toMatchObject({ model: "Story", key: stored, issues: [{ path: ["title"] }] });
    expect(error.message).toMatch(/^Story: .*USER#ann.*STORY#1.*title: /);
  });
});

describe("attributes that the schema does not know", () => {
  const strange = { likes: 3, meta: { lang: "en" }, "#odd": new Set(["a"]), GSI9PK: "x" };

  it("are written back by save, and by save after with", async () => {
    await put({ ...story, ...strange });
    const read = await backend.get("stories", Story, key);
    expect({ ...read }).toEqual(story);
    await backend.save("stories", read as Story);
    expect((await rowOf())?.attributes).toEqual({ ...strange, ...story });
    await backend.save("stories", (read as Story).with({ title: "Emma" }).with({ title: "Ulysses" }));
    expect((await rowOf())?.attributes).toEqual({ ...strange, ...story, title: "Ulysses" });
  });

  it("are data whatever their names", async () => {
    const names = JSON.parse(
      '{"__proto__": {"a": 1}, "constructor": "x", "with": 1, "schemaVersion": "y", "~types": 2}',
    );
    await put({ ...names, ...story });
    const read = await backend.get("stories", Story, key);
    expect(read?.schemaVersion).toBe(Story.schemaVersion);
    await backend.save("stories", (read as Story).with({ title: "Emma" }));
    expect(JSON.stringify((await rowOf())?.attributes)).toBe(
      JSON.stringify({ ...names, ...story, title: "Emma" }),
    );
  });

  it("do not go to an instance that is made of the fields alone", async () => {
    await put({ ...story, ...strange });
    const read = await backend.get("stories", Story, key);
    await backend.save("stories", new Story({ ...(read as Story) }));
    expect((await rowOf())?.attributes).toEqual(story);
  });

  it("are not the index keys that the model itself declares, which are written anew", async () => {
    class Indexed extends DBItem({
      ...patterns,
      schema: z.object({ owner: text, story_id: text, title: text.optional() }),
      indexes: { byTitle: { index: "GSI1", pk: "TITLE#{title}", sk: "{owner}" } },
    }) {}
    await put({ ...story, GSI1PK: "TITLE#old", GSI1SK: "old" });
    const read = (await backend.get("stories", Indexed, key)) as Indexed;
    expect(attributesOf(read)).toEqual({ ...story, GSI1PK: "TITLE#Dune", GSI1SK: "ann" });
    expect(attributesOf(read.with({ title: undefined }))).toEqual(key);
  });
});

describe("an index key", () => {
  const schema = z.object({ owner: text, story_id: text, title: text.nullish(), shelf: text.optional() });
  class Indexed extends DBItem({
    ...patterns,
    schema,
    indexes: {
      byTitle: { index: "GSI1", pk: "TITLE#{title}" },
      byShelf: { index: "GSI2", pk: ["SHELF#{shelf}"], sk: "{title}" },
    },
  }) {}
  const indexKeys = (values: object) => {
    const attributes = Object.entries(attributesOf(new Indexed({ ...key, ...values })));
    return Object.fromEntries(attributes.filter(([name]) => name.startsWith("GSI")));
  };

  it("is written where every field of its patterns is there", () => {
    expect(indexKeys({ title: "Dune", shelf: "3" })).toEqual({
      GSI1PK: "TITLE#Dune",
      GSI2PK: "SHELF#3",
      GSI2SK: "Dune",
    });
    expect(indexKeys({ title: "Dune" })).toEqual({ GSI1PK: "TITLE#Dune" });
    expect(indexKeys({ shelf: "3" })).toEqual({});
  });

  it("is refused where a field is null or empty", () => {
    for (const title of [null, ""]) {
      expect(refusal("key.invalid", () => indexKeys({ title })).details).toEqual({
        model: "Indexed",
        field: "title",
      });
    }
  });

  it("of several attributes needs a table that names them", () => {
    class Multi extends DBItem({
      ...patterns,
      schema,
      indexes: { by: { index: "GSI1", pk: ["{title}", "{shelf}"] } },
    }) {}
    refusal("model.invalid", () => attributesOf(new Multi(key)));
  });
});

describe("an item's size", () => {
  class Doc extends DBItem({
    pk: "DOC#{id}",
    sk: "DOC",
    schema: z.object({ id: text, body: z.any(), tag: text.optional() }),
    indexes: { byTag: { index: "GSI1", pk: "{tag}" } },
  }) {}
  const sizeOf = (values: object): number => {
    const body = "x".repeat(500_000);
    return (
      refusal("item.tooLarge", () => attributesOf(new Doc({ id: "1", body, ...values }))).details.bytes -
      body.length
    );
  };

  it("counts names, values, keys and the version, in UTF-8", () => {
    const own = "PK".length + "DOC#1".length + "SK".length + "DOC".length + "schema_version".length + 16;
    expect(sizeOf({})).toBe(own + "id".length + 1 + "body".length);
    expect(sizeOf({ id: "é" })).toBe(sizeOf({}) + 2);
    expect(sizeOf({ tag: "é" })).toBe(sizeOf({}) + "tag".length + 2 + "GSI1PK".length + 2);
  });

  it("ends at 400 KB", () => {
    const room = 409_600 - sizeOf({});
    expect(attributesOf(new Doc({ id: "1", body: "x".repeat(room) })).body).toHaveLength(room);
    const error = refusal("item.tooLarge", () =>
      attributesOf(new Doc({ id: "1", body: "x".repeat(room + 1) })),
    );
    expect(error.details).toEqual({ model: "Doc", bytes: 409_601, limit: 409_600 });
  });
});
