import { type Backend, DBItem } from "dynawrap";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { freshTableName } from "../../backends.js";
import { type OpenStore, stores } from "../stores.js";

const schema = z.object({ device: z.string(), date: z.string(), state: z.string() });
class OldLog extends DBItem({ name: "Log", pk: "D#{device}", sk: "L#{date}", schema }) {}
class Log extends DBItem({ name: "Log", pk: "D#{device}", sk: "S#{state}#{date}", schema }) {}

describe.each(stores)("a sort key that is to hold more, on $title", ({ open }) => {
  let store: OpenStore;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  it("is a new pattern, and each item is moved to it in a transaction", async () => {
    const backend = store.backend as unknown as Backend;
    const table = freshTableName();
    await backend.createTable(table);
    await backend.save(table, new OldLog({ device: "1", date: "2020-04-24", state: "NORMAL" }));
    for await (const old of backend.query(table, OldLog, { device: "1" })) {
      await backend.transact((tx) => {
        tx.save(table, new Log({ ...old }), { ifAbsent: true });
        tx.delete(table, old);
      });
    }
    expect(await backend.query(table, OldLog, { device: "1" }).all()).toEqual([]);
    expect(await backend.query(table, Log, { device: "1", state: "NORMAL" }).count()).toBe(1);
  });
});
