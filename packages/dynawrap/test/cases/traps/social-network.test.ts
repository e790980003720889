import { gt, lt, Table } from "dynawrap";
import { expect, it } from "vitest";
import { z } from "zod";
import { define } from "../../core/untyped.js";
import { names, trapsOf } from "./traps.js";

trapsOf("social-network", (at) => {
  const user = { user_id: "12345" };

  it("keeps the quotes that a sort key has", async () => {
    expect(at.model("UserInfo").key(user)).toEqual({ PK: "u#12345", SK: '"info"' });
    expect(at.model("UserInfo").matches("u#12345", "info")).toBe(false);
    expect(await at.store.backend.get(at.table, at.model("UserCount"), user)).toMatchObject({
      "post#": 4945,
    });
  });

  it("tells an entity by both keys together, since a value may hold the delimiter", async () => {
    const odd = { user_id: "12345#follower" };
    const { backend } = at.store;
    expect(at.model("UserInfo").matches("u#12345#follower", "u#23456")).toBe(false);
    const both = [at.model("UserInfo"), at.model("UserCount")];
    expect(await backend.collection(at.table, both, odd).all()).toEqual([]);
    expect(names(await backend.query(at.table, at.model("Follower"), user).all())).toEqual(
      Array(3).fill("Follower"),
    );
    await backend.save(at.table, new (at.model("UserInfo"))({ ...odd, name: "odd" }));
    expect(await backend.query(at.table, at.model("Follower"), user).count()).toBe(3);
    expect(await backend.get(at.table, at.model("UserInfo"), odd)).toMatchObject({ name: "odd" });
    await backend.delete(at.table, at.model("UserInfo"), odd);
  });

  it("asks for attributes whose names hold a #, and for numbers beyond 32 bits", async () => {
    const { backend } = at.store;
    const Count = at.model("UserCount");
    const where = (condition: object) => backend.query(at.table, Count, user, { where: condition }).count();
    expect(await where({ "follower#": gt(2 ** 31) })).toBe(1);
    expect(await where({ "follower#": 3_000_000_000, "following#": lt(1000) })).toBe(1);
    expect(await where({ "follower#": lt(2 ** 31) })).toBe(0);
    const next = await backend.update(at.table, Count, user, (count) =>
      count.with({ "post#": count["post#"] + 1 }),
    );
    expect(next).toMatchObject({ "follower#": 3_000_000_000, "post#": 4946 });
    expect(await backend.get(at.table, Count, user)).toEqual(next);
  });

  it("still gives an item whose time of expiry has passed: as any field, or when it is asked for", async () => {
    const { backend } = at.store;
    expect(await backend.query(at.table, at.model("TimelineEntry"), user).all()).toMatchObject(
      Array(3).fill({ ttl: 1571827560 }),
    );
    const Entry = define({
      name: "TimelineEntry",
      pk: "u#{user_id}#timeline",
      sk: "p#{post_id}#u#{author_id}",
      schema: z.object({ user_id: z.string(), post_id: z.string(), author_id: z.string(), ttl: z.number() }),
      ttl: "ttl",
    });
    const open = new Table(at.table.name);
    expect(await backend.query(open, Entry, user, { includeExpired: true }).count()).toBe(3);
    expect(await backend.query(open, Entry, user).count()).toBe(0);
  });
});
