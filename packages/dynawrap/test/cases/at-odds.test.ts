import { type Backend, DBItem, gt, Table } from "dynawrap";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { freshTableName } from "../backends.js";
import { type OpenStore, stores } from "./stores.js";

/** The field that gives a user's partition stands in the sort key of those who follow. */
class User extends DBItem({ pk: "USER#{user}", sk: "#PROFILE", schema: z.object({ user: z.string() }) }) {}
class Follow extends DBItem({
  pk: "USER#{follower}",
  sk: "FOLLOWS#{user}",
  schema: z.object({ follower: z.string(), user: z.string() }),
}) {}

/** An index of two fields that an item may lack, one of them before a delimiter. */
class Seat extends DBItem({
  pk: "HALL#{hall}",
  sk: "SEAT#{seat}",
  schema: z.object({
    hall: z.string(),
    seat: z.string(),
    show: z.string().optional(),
    guest: z.string().optional(),
  }),
  indexes: { byShow: { index: "GSI1", pk: "SHOW#{show}", sk: "GUEST#{guest}#{seat}" } },
}) {}

/** A sort key that says the same twice. */
class Loop extends DBItem({
  pk: "LOOP#{ring}",
  sk: "FROM#{at}#TO#{at}",
  schema: z.object({ ring: z.string(), at: z.string() }),
}) {}

describe.each(stores)("a design at odds with itself on $title", ({ open }) => {
  let store: OpenStore;
  let backend: Backend;
  const make = () =>
    new Table(freshTableName(), {
      models: [User, Follow, Seat, Loop],
      indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } },
    });
  let table: ReturnType<typeof make>;
  beforeAll(async () => {
    store = await open();
    backend = store.backend as unknown as Backend;
    table = make();
    await backend.createTable(table);
  });
  afterAll(() => store.close());

  it("takes a partition's value for none of a sort key, where one field is both", async () => {
    const follows = ["2", "3"].map((user) => new Follow({ follower: "1", user }));
    await backend.batchWrite(table, [new User({ user: "1" }), ...follows]);
    const found = await backend.collection(table, [User, Follow], { user: "1", follower: "1" }).all();
    expect(found).toEqual([new User({ user: "1" }), ...follows]);
  });

  it("saves an item that is in no index, whatever the other fields of the index hold", async () => {
    const seat = new Seat({ hall: "1", seat: "2", guest: "O#Neil" });
    await backend.save(table, seat);
    expect(await backend.get(table, Seat, { hall: "1", seat: "2" })).toEqual(seat);
    await expect(backend.save(table, seat.with({ show: "a" }))).rejects.toMatchObject({
      code: "key.ambiguous",
    });
  });

  it.each([
    ["fit no pattern", "9", { GSI1PK: { S: "SHOW#a" }, GSI1SK: { S: "nobody" } }],
    ["are not all there", "10", { GSI1PK: { S: "SHOW#a" } }],
  ])("keeps the attributes of an index that %s", async (_, number, index) => {
    const item = { PK: { S: "HALL#9" }, SK: { S: `SEAT#${number}` }, ...index };
    await store.put(table as never, [item]);
    const before = await store.read(table as never, item);
    const seat = await backend.get(table, Seat, { hall: "9", seat: number });
    await backend.save(table, seat!.with({}));
    const after = await store.read(table as never, item);
    for (const name of Object.keys(index)) expect(after?.[name]).toEqual(before?.[name]);
    await backend.save(table, seat!.with({ show: number, guest: "Ann" }));
    expect(await backend.query(table, Seat, { show: number }, { index: "byShow" }).count()).toBe(1);
  });

  it("asks for a range of a value that the sort key says twice", async () => {
    const loops = ["a", "b", "c"].map((at) => new Loop({ ring: "1", at }));
    await backend.batchWrite(table, loops);
    expect(await backend.query(table, Loop, { ring: "1", at: gt("a") }).all()).toEqual(loops.slice(1));
    expect(await backend.query(table, Loop, { ring: "1", at: "b" }).all()).toEqual(loops.slice(1, 2));
  });
});
