import { randomUUID } from "node:crypto";
import { type Backend, between, DBItem, eq, gte, type QueryKeyOf, type QueryOptions, Table } from "dynawrap";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { freshTableName } from "../backends.js";
import { rejection } from "../core/refusal.js";
import { type OpenStore, stores } from "./stores.js";

/** The same texts in the sort key of the table and of an index. */
class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story_id}",
  schema: z.object({
    owner: z.string(),
    story_id: z.string(),
    shelf: z.string().nullish(),
    likes: z.number().default(0),
  }),
  indexes: { byShelf: { index: "GSI1", pk: "SHELF#{shelf}", sk: "STORY#{story_id}" } },
}) {}

/** A neighbour in the same partitions whose keys begin alike. */
class Review extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story_id}#REVIEW#{stars:02d}",
  schema: z.object({ owner: z.string(), story_id: z.string(), shelf: z.string(), stars: z.number() }),
  indexes: { byShelf: { index: "GSI1", pk: "SHELF#{shelf}", sk: "STORY#{story_id}#REVIEW#{stars:02d}" } },
}) {}

/** A model whose sort keys begin with a value, so that its queries read whole partitions. */
class Label extends DBItem({
  pk: "USER#{owner}",
  sk: "{label}#LABELS",
  schema: z.object({ owner: z.string(), label: z.string(), shelf: z.string() }),
  indexes: { byShelf: { index: "GSI1", pk: "SHELF#{shelf}", sk: "{label}#LABELS" } },
}) {}

const sources = [
  { source: "the table", index: undefined },
  { source: "an index", index: "byShelf" },
] as const;

const ids = (found: readonly { readonly story_id: string }[]) => found.map(({ story_id }) => story_id);
const byBytes = (names: readonly string[]) =>
  [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

describe.each(stores)("a query on $title", ({ open }) => {
  let store: OpenStore;
  let table: Table<[typeof Story, typeof Review, typeof Label]>;
  beforeAll(async () => {
    store = await open();
    table = new Table(freshTableName(), {
      models: [Story, Review, Label],
      indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } },
    }) as typeof table;
    await backend().createTable(table);
  });
  afterAll(() => store.close());

  const backend = () => store.backend as unknown as Backend;
  /** Stories of an owner of their own, on a shelf of the same name. */
  const shelve = async (names: readonly string[]): Promise<string> => {
    const owner = randomUUID();
    await backend().batchWrite(
      table,
      names.map((story_id) => new Story({ owner, story_id, shelf: owner })),
    );
    return owner;
  };
  const ask = (
    index: "byShelf" | undefined,
    owner: string,
    story_id?: QueryKeyOf<typeof Story>["story_id"],
    options: Pick<QueryOptions, "limit" | "onError" | "reverse"> = {},
  ) => {
    const sort = story_id === undefined ? {} : { story_id };
    return index === undefined
      ? backend().query(table, Story, { owner, ...sort }, options)
      : backend().query(table, Story, { shelf: owner, ...sort }, { ...options, index });
  };

  describe.each(sources)("of $source", ({ index }) => {
    it("takes text for a prefix, eq for the one, and nothing for all", async () => {
      const owner = await shelve(["10", "100", "101", "200"]);
      expect(ids(await ask(index, owner, "10").all())).toEqual(["10", "100", "101"]);
      expect(ids(await ask(index, owner, eq("10")).all())).toEqual(["10"]);
      expect(ids(await ask(index, owner).all())).toEqual(["10", "100", "101", "200"]);
      expect(ids(await ask(index, owner, between("100", "101")).all())).toEqual(["100", "101"]);
    });

    it("knows no wildcards", async () => {
      const names = ["S_0%", "S_0%1", "S10x", "Sx0%", "S\\_0%", "S_0", "%", "_"];
      const owner = await shelve(names);
      for (const prefix of names) {
        const due = byBytes(names.filter((name) => name.startsWith(prefix)));
        expect(ids(await ask(index, owner, prefix).all())).toEqual(due);
      }
    });

    it("sorts by bytes, and backwards when it is told to", async () => {
      const names = ["a", "B", "_", "~", "é", "e", "10", "2", "a-b", "ab", "\u{fb00}", "\u{1f600}"];
      const owner = await shelve(names);
      expect(ids(await ask(index, owner).all())).toEqual(byBytes(names));
      expect(ids(await ask(index, owner, undefined, { reverse: true }).all())).toEqual(
        byBytes(names).reverse(),
      );
      expect(ids(await ask(index, owner, undefined, { limit: 5 }).all())).toEqual(byBytes(names).slice(0, 5));
    });

    it("counts towards its limit what it gives, and not what it passes over", async () => {
      const owner = await shelve(["1", "3", "5", "7"]);
      const others = ["1", "2", "3", "4"].map(
        (story_id) => new Review({ owner, story_id, shelf: owner, stars: 5 }),
      );
      await backend().batchWrite(table, others);
      await store.put(table as never, [
        {
          PK: { S: `USER#${owner}` },
          SK: { S: "STORY#2" },
          likes: { S: "many" },
          shelf: { S: owner },
          GSI1PK: { S: `SHELF#${owner}` },
          GSI1SK: { S: "STORY#2" },
        },
      ]);
      for (const limit of [1, 2, 3, 4, 5]) {
        const due = ["1", "3", "5", "7"].slice(0, limit);
        expect(ids(await ask(index, owner, undefined, { limit, onError: "skip" }).all())).toEqual(due);
      }
      await rejection("item.invalid", ask(index, owner).all());
    });

    it("gives no item of another model, wherever that one's keys begin", async () => {
      const owner = await shelve(["1", "2"]);
      await backend().batchWrite(table, [
        new Review({ owner, story_id: "1", shelf: owner, stars: 4 }),
        new Label({ owner, shelf: owner, label: "STORY" }),
        new Label({ owner, shelf: owner, label: "Z" }),
      ]);
      expect(ids(await ask(index, owner).all())).toEqual(["1", "2"]);
      const labels = index
        ? backend().query(table, Label, { shelf: owner }, { index })
        : backend().query(table, Label, { owner });
      expect((await labels.all()).map(({ label }) => label)).toEqual(["STORY", "Z"]);
    });

    it("formats a value in a range as it does in a key", async () => {
      const owner = randomUUID();
      const stars = [1, 2, 9, 10, 11];
      await backend().batchWrite(
        table,
        stars.map((each) => new Review({ owner, story_id: "1", shelf: owner, stars: each })),
      );
      const key = { story_id: "1", stars: gte(9) };
      const found = index
        ? backend().query(table, Review, { shelf: owner, ...key }, { index })
        : backend().query(table, Review, { owner, ...key });
      expect((await found.all()).map((review) => review.stars)).toEqual([9, 10, 11]);
    });
  });

  it("wants its partition whole, and says which index would serve", async () => {
    const error = await rejection(
      "key.incomplete",
      backend()
        .query(table, Story, { shelf: "a" } as never)
        .all(),
    );
    expect(error.details).toMatchObject({ missing: ["owner"] });
    await rejection("key.incomplete", backend().get(table, Story, { owner: "a" } as never));
    expect(error.message).toContain("byShelf");
  });

  it("finds in an index what has its fields, and nothing that lacks one", async () => {
    const [owner, shelf] = [randomUUID(), randomUUID()];
    await backend().save(table, new Story({ owner, story_id: "1" }));
    expect(await backend().query(table, Story, { shelf }, { index: "byShelf" }).all()).toEqual([]);
    await rejection("key.invalid", backend().save(table, new Story({ owner, story_id: "1", shelf: null })));
    await rejection("key.invalid", backend().save(table, new Story({ owner, story_id: "1", shelf: "" })));
    await backend().save(table, new Story({ owner, story_id: "1", shelf }));
    expect(ids(await backend().query(table, Story, { shelf }, { index: "byShelf" }).all())).toEqual(["1"]);
  });
});
