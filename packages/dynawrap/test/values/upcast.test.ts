import { DBItem } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { rejection } from "../core/refusal.js";
import { aCall, layout, putRow } from "../engine/faulty-driver.js";

const text = z.string();
const patterns = { pk: "USER#{owner}", sk: "STORY#{id}" } as const;

class First extends DBItem({
  ...patterns,
  name: "Story",
  schema: z.object({ owner: text, id: text, name: text }),
}) {}

class Second extends DBItem({
  ...patterns,
  name: "Story",
  schema: z.object({ owner: text, id: text, title: text, likes: z.number() }),
  upcast: {
    [First.schemaVersion]: ({ name, ...old }) => ({ ...old, title: name, likes: 0 }),
    unversioned: ({ titel, ...old }) => ({ ...old, title: titel, likes: -1 }),
  },
}) {}

const key = { owner: "ann", id: "1" };

let backend: MemoryBackend;
beforeEach(async () => {
  backend = new MemoryBackend();
  await backend.createTable("stories");
});

function put(attributes: Record<string, unknown>, version?: string): Promise<void> {
  return putRow(backend.driver, { key: First.key(key), version, attributes });
}

describe("upcast", () => {
  it("turns an item of an older version into the current shape", async () => {
    await backend.save("stories", new First({ ...key, name: "Dune" }));
    const read = await backend.get("stories", Second, key);
    expect({ ...read }).toEqual({ ...key, title: "Dune", likes: 0 });
  });

  it("turns an item that has no version", async () => {
    await put({ titel: "Dune" });
    expect({ ...(await backend.get("stories", Second, key)) }).toEqual({ ...key, title: "Dune", likes: -1 });
  });

  it("lets an item of the current version be", async () => {
    await backend.save("stories", new Second({ ...key, title: "Emma", likes: 3 }));
    expect({ ...(await backend.get("stories", Second, key)) }).toEqual({ ...key, title: "Emma", likes: 3 });
  });

  it("is not asked for a version that it does not name, constructor and __proto__ among them", async () => {
    for (const version of ["0000000000000000", "constructor", "__proto__", "toString", "unknown"]) {
      await put({ title: "Dune", likes: 1 }, version);
      expect((await backend.get("stories", Second, key))?.likes).toBe(1);
      await put({ name: "Dune" }, version);
      await rejection("item.invalid", backend.get("stories", Second, key));
    }
  });

  it("is given a copy, so that what it changes is changed for itself", async () => {
    class Greedy extends DBItem({
      ...patterns,
      schema: z.object({ owner: text, id: text }),
      upcast: {
        unversioned: (old) => {
          delete old.extra;
          return old;
        },
      },
    }) {}
    await put({ extra: 1, kept: 2 });
    const read = await backend.get("stories", Greedy, key);
    await backend.save("stories", read as Greedy);
    const row = await backend.driver.get(layout, First.key(key), true, aCall());
    expect(row && backend.driver.decode(row, layout).attributes).toEqual({ ...key, kept: 2 });
  });

  it("that fails is an invalid item, which a query may pass over", async () => {
    for (const [what, unversioned] of [
      [
        "throws",
        () => {
          throw new Error("no way from here");
        },
      ],
      ["answers nothing", () => undefined as never],
      ["answers null", () => null as never],
    ] as const) {
      class Broken extends DBItem({
        ...patterns,
        schema: z.object({ owner: text, id: text, title: text }),
        upcast: { unversioned },
      }) {}
      await put({ titel: "Dune" });
      const error = await rejection("item.invalid", backend.get("stories", Broken, key));
      expect(error.details.key, what).toEqual({ PK: "USER#ann", SK: "STORY#1" });
      if (what === "throws") expect(error.message).toContain("no way from here");
      expect(await backend.query("stories", Broken, { owner: "ann" }, { onError: "skip" }).all()).toEqual([]);
    }
  });
});

describe("the schema version of an instance", () => {
  it("is the one it was read with, and the current one when it is new, changed or saved", async () => {
    await backend.save("stories", new First({ ...key, name: "Dune" }));
    const read = (await backend.get("stories", Second, key)) as Second;
    expect(read.schemaVersion).toBe(First.schemaVersion);
    expect(read.with({ likes: 1 }).schemaVersion).toBe(Second.schemaVersion);
    expect(new Second({ ...key, title: "Emma", likes: 3 }).schemaVersion).toBe(Second.schemaVersion);
    await backend.save("stories", read);
    expect((await backend.get("stories", Second, key))?.schemaVersion).toBe(Second.schemaVersion);
  });

  it("is the current one when the item carries none", async () => {
    await put({ titel: "Dune" });
    expect((await backend.get("stories", Second, key))?.schemaVersion).toBe(Second.schemaVersion);
  });

  it("is no field: not enumerable, and in no copy", async () => {
    const read = new Second({ ...key, title: "Emma", likes: 3 });
    expect(Object.keys(read)).not.toContain("schemaVersion");
    expect("schemaVersion" in { ...read }).toBe(false);
    expect(JSON.stringify(read)).not.toContain(Second.schemaVersion);
  });
});
