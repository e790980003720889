import { DBItem } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { rejection } from "../core/refusal.js";

class Doc extends DBItem({
  pk: "DOC#{owner}",
  sk: "{id}",
  schema: z.object({ owner: z.string(), id: z.string(), body: z.any() }),
}) {}

let backend: MemoryBackend;
beforeEach(async () => {
  backend = new MemoryBackend();
  await backend.createTable("docs");
});

const key = { owner: "ann", id: "1" };

describe("memory", () => {
  it("keeps copies: what is changed outside changes nothing inside, and no two readers share", async () => {
    const body = {
      list: [1],
      set: new Set(["a"]),
      bytes: new Uint8Array([1]),
      members: new Set([new Uint8Array([1])]),
    };
    const change = (changed: typeof body) => {
      changed.list.push(2);
      changed.set.add("b");
      changed.bytes[0] = 9;
      for (const member of changed.members) member[0] = 9;
    };
    const original = structuredClone(body);
    await backend.save("docs", new Doc({ ...key, body }));
    change(body);
    const first = await backend.get("docs", Doc, key);
    expect(first?.body).toEqual(original);
    change(first?.body);
    expect((await backend.get("docs", Doc, key))?.body).toEqual(original);
  });

  it("orders sort keys by their UTF-8 bytes, in both directions and after every change", async () => {
    const id = fc
      .array(fc.constantFrom("a", "b", "\uffff", "😀", "\u{10ffff}", "\ud7ff", "#"), {
        minLength: 1,
        maxLength: 3,
      })
      .map((chars) => chars.join(""));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(id, { maxLength: 20 }),
        fc.uniqueArray(id, { maxLength: 10 }),
        async (added, removed) => {
          const fresh = new MemoryBackend();
          await fresh.createTable("docs");
          const read = async (reverse: boolean) =>
            (await fresh.query("docs", Doc, { owner: "ann" }, { reverse }).all()).map((doc) => doc.id);
          const byBytes = (ids: readonly string[]) =>
            [...ids].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
          for (const id of added) await fresh.save("docs", new Doc({ owner: "ann", id, body: 1 }));
          expect(await read(false)).toEqual(byBytes(added));
          for (const id of removed) await fresh.delete("docs", Doc, { owner: "ann", id });
          const left = byBytes(added.filter((id) => !removed.includes(id)));
          expect(await read(false)).toEqual(left);
          expect(await read(true)).toEqual(left.reverse());
        },
      ),
      { numRuns: 100 },
    );
  });

  it("goes on with a query while items come and go", async () => {
    for (let id = 0; id < 250; id++)
      await backend.save("docs", new Doc({ owner: "ann", id: String(id).padStart(3, "0"), body: 1 }));
    const seen: string[] = [];
    for await (const page of backend.query("docs", Doc, { owner: "ann" }).pages()) {
      seen.push(...page.map((doc) => doc.id));
      await backend.delete("docs", Doc, { owner: "ann", id: seen.at(-1) ?? "" });
      await backend.save("docs", new Doc({ owner: "ann", id: "000a", body: 1 }));
      await backend.save("docs", new Doc({ owner: "ann", id: "250", body: 1 }));
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(251);
  });

  it("reads a large collection in a time that does not grow with its square", async () => {
    await backend.batchWrite(
      "docs",
      Array.from({ length: 20_000 }, (_, id) => new Doc({ owner: "ann", id: String(id), body: 1 })),
    );
    expect(await backend.query("docs", Doc, { owner: "ann" }).all()).toHaveLength(20_000);
    expect(await backend.query("docs", Doc, { owner: "ann", id: "1999" }).all()).toHaveLength(11);
  });

  it("forgets everything when it is closed", async () => {
    await backend.save("docs", new Doc({ ...key, body: 1 }));
    await backend.close();
    await rejection("table.missing", backend.get("docs", Doc, key));
  });

  it("says what it can hold", () => {
    expect(backend.capabilities).toEqual({
      nulText: true,
      keyBytes: 3072,
      indexBytes: 6144,
      multiAttributeKeys: true,
    });
  });
});

describe("an instance behind a proxy, as a framework may put it", () => {
  class Wide extends DBItem({
    name: "Doc",
    pk: "DOC#{owner}",
    sk: "{id}",
    schema: z.object({ owner: z.string(), id: z.string(), body: z.any(), extra: z.string() }),
  }) {}

  it("keeps where it comes from: its version, its key, and what its schema does not know", async () => {
    await backend.save("docs", new Wide({ ...key, body: 1, extra: "kept" }));
    // The first instance of a class is the library's own proxy; both are looked at.
    for (const _ of ["first", "later"]) {
      const read = await backend.get("docs", Doc, key);
      const proxied = new Proxy(read as Doc, {});
      expect(proxied.schemaVersion).toBe(read?.schemaVersion);
      await backend.save("docs", proxied.with({ body: 2 }));
      await backend.save("docs", proxied);
      expect(await backend.get("docs", Wide, key)).toMatchObject({ body: 1, extra: "kept" });
    }
    const moved = new Proxy((await backend.get("docs", Doc, key)) as Doc, {}).with({ id: "2" });
    await expect(backend.save("docs", new Proxy(moved, {}))).rejects.toMatchObject({ code: "key.changed" });
  });
});
