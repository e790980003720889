import { DBItem } from "dynawrap";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { freshTableName } from "../../backends.js";
import type { UntypedModel } from "../../core/untyped.js";
import { stores } from "../stores.js";

describe("a sort key that is to hold more", () => {
  it.each(stores)("is a new pattern, and each item is moved to it: on $title", async ({ open }) => {
    const { backend, close } = await open();
    const name = freshTableName();
    await backend.createTable(name);
    const schema = z.object({ device: z.string(), date: z.string(), state: z.string() });
    class OldLog extends DBItem({ name: "Log", pk: "D#{device}", sk: "L#{date}", schema }) {}
    class Log extends DBItem({ name: "Log", pk: "D#{device}", sk: "S#{state}#{date}", schema }) {}
    await backend.save(name, new OldLog({ device: "1", date: "2020-04-24", state: "NORMAL" }));
    for await (const old of backend.query(name, OldLog as unknown as UntypedModel, { device: "1" })) {
      await backend.transact((tx) => {
        tx.save(name, new Log({ ...old }), { ifAbsent: true });
        tx.delete(name, old);
      });
    }
    expect(await backend.query(name, OldLog as unknown as UntypedModel, { device: "1" }).all()).toEqual([]);
    expect(
      await backend.query(name, Log as unknown as UntypedModel, { device: "1", state: "NORMAL" }).count(),
    ).toBe(1);
    await close();
  });
});
