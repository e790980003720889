import { type Backend, gt } from "dynawrap";
import type { PostgresBackend } from "dynawrap/postgres";
import {
  Book,
  book,
  Card,
  type CostItem,
  type CostTable,
  card,
  Session,
  Shop,
  Story,
  shop,
  some,
  story,
  User,
  user,
} from "./cost-items.js";

/** Something that costs, and the items that are there before; only `work` is counted. */
export interface Costly {
  readonly given?: readonly CostItem[];
  readonly work: (backend: Backend, table: CostTable) => Promise<unknown>;
}

const owner = "jane";
const key = { owner, story_id: "0000" };
const stories = some(50, (id) => story(id));
const [one, two] = stories as [Story, Story];
const [newOne, newTwo] = [story("0000", "Other"), story("0001", "Other")];
const large = story("0000", "Title", 10);
const retitled = (item: Story): Story => item.with({ title: "Other" });
/** As many stories, one of them with another title wherever that is wanted. */
const marked = (wanted: (place: number) => boolean) =>
  some(50, (id) => story(id, wanted(Number(id)) ? "Wanted" : "Title"));

const reading: { readonly [row: string]: Costly } = {
  "`get`": { given: [one], work: (backend, table) => backend.get(table, Story, key) },
  "`get` with `consistent`": {
    given: [one],
    work: (backend, table) => backend.get(table, Story, key, { consistent: true }),
  },
  "`get` of 10 KB": { given: [large], work: (backend, table) => backend.get(table, Story, key) },
  "`get` of what is not there": { work: (backend, table) => backend.get(table, Story, key) },
  "`batchGet` of 150": {
    given: some(150, (id) => story(id)),
    work: (backend, table) =>
      backend.batchGet(
        table,
        Story,
        some(150, (story_id) => ({ owner, story_id })),
      ),
  },
  "`transactGet` of 2": {
    given: [one, two],
    work: (backend, table) =>
      backend.transactGet([
        [table, Story, key],
        [table, Story, { owner, story_id: "0001" }],
      ]),
  },
};

const querying: { readonly [row: string]: Costly } = {
  "`all()`": { given: stories, work: (backend, table) => backend.query(table, Story, { owner }).all() },
  "`all()` with `consistent`": {
    given: stories,
    work: (backend, table) => backend.query(table, Story, { owner }, { consistent: true }).all(),
  },
  "`all()` of nothing": { work: (backend, table) => backend.query(table, Story, { owner }).all() },
  "`all()` of 400 items of 4 KB": {
    given: some(400, (id) => story(id, "Title", 4)),
    work: (backend, table) => backend.query(table, Story, { owner }).all(),
  },
  "`first()`": { given: stories, work: (backend, table) => backend.query(table, Story, { owner }).first() },
  "`limit: 10`": {
    given: stories,
    work: (backend, table) => backend.query(table, Story, { owner }, { limit: 10 }).all(),
  },
  "`page({ size: 10 })`": {
    given: stories,
    work: (backend, table) => backend.query(table, Story, { owner }).page({ size: 10 }),
  },
  "`count()`": { given: stories, work: (backend, table) => backend.query(table, Story, { owner }).count() },
  "`pick`": {
    given: stories,
    work: (backend, table) => backend.query(table, Story, { owner }, { pick: ["title"] }).all(),
  },
  "`where` that 5 fulfil": {
    given: marked((place) => place % 10 === 9),
    work: (backend, table) => backend.query(table, Story, { owner }, { where: { title: "Wanted" } }).all(),
  },
  "`first()` with `where` that the 20th fulfils": {
    given: marked((place) => place === 19),
    work: (backend, table) => backend.query(table, Story, { owner }, { where: { title: "Wanted" } }).first(),
  },
  "`gt` amid a pattern, 4 items before its gap and 4 behind": {
    given: ["San Antonio", "San", "Santa Fe"].flatMap((city) => some(4, (number) => shop(city, number))),
    work: (backend, table) => backend.query(table, Shop, { country: "us", city: gt("San") }).all(),
  },
  "an index": {
    given: some(50, (number) => book(number, "Lem")),
    work: (backend, table) => backend.query(table, Book, { author: "Lem" }, { index: "byAuthor" }).all(),
  },
  "an index of keys alone, with `fetch`": {
    given: some(50, card),
    work: (backend, table) => backend.query(table, Card, { box: "1" }, { index: "inBox", fetch: true }).all(),
  },
  "`collection` of two models": {
    given: [user(), ...stories.slice(1)],
    work: (backend, table) => backend.collection(table, [User, Story], { owner }).all(),
  },
  "`scan`": {
    given: some(50, (number) => book(number)),
    work: (backend, table) => backend.scan(table, [Book]).all(),
  },
  "`scan` with `segments: 4`": {
    given: some(50, (number) => book(number)),
    work: (backend, table) => backend.scan(table, [Book], { segments: 4 }).all(),
  },
};

const writing: { readonly [row: string]: Costly } = {
  "`save`": { work: (backend, table) => backend.save(table, one) },
  "`save` of 10 KB": { work: (backend, table) => backend.save(table, large) },
  "`save` of 1 KB in the place of 10 KB": {
    given: [large],
    work: (backend, table) => backend.save(table, one),
  },
  "`save` with `ifAbsent`": { work: (backend, table) => backend.save(table, one, { ifAbsent: true }) },
  "`save` with `ifAbsent`, refused": {
    given: [one],
    work: (backend, table) => backend.save(table, newOne, { ifAbsent: true }).catch(() => "refused"),
  },
  "`save` with `ifUnchanged`": {
    given: [one],
    work: (backend, table) => backend.save(table, newOne, { ifUnchanged: one }),
  },
  "`save` with `if`": {
    given: [one],
    work: (backend, table) => backend.save(table, newOne, { if: { title: "Title" } }),
  },
  "`save` with `replaces`, a move": {
    given: [one],
    work: (backend, table) => backend.save(table, two, { replaces: one }),
  },
  "`delete`": { given: [one], work: (backend, table) => backend.delete(table, one) },
  "`delete` of what is not there": { work: (backend, table) => backend.delete(table, one) },
  "`update`": { given: [one], work: (backend, table) => backend.update(table, Story, key, retitled) },
  "`update` that changes nothing": {
    given: [one],
    work: (backend, table) => backend.update(table, Story, key, (current) => current),
  },
  "`update`, 10 of one item at once": {
    given: [story("0000", "0")],
    work(backend, table) {
      const next = (item: Story): Story => item.with({ title: String((Number(item.title) + 1) % 10) });
      return Promise.all(some(10, () => backend.update(table, Story, key, next)));
    },
  },
};

const indexed: { readonly [row: string]: Costly } = {
  "`save` of a new item": { work: (backend, table) => backend.save(table, book("0000", "Lem")) },
  "`save` of an item that has no place in the index": {
    work: (backend, table) => backend.save(table, book("0000")),
  },
  "`save` of an item as it was": {
    given: [book("0000", "Lem")],
    work: (backend, table) => backend.save(table, book("0000", "Lem")),
  },
  "`save` with another title": {
    given: [book("0000", "Lem")],
    work: (backend, table) => backend.save(table, book("0000", "Lem", "Other")),
  },
  "`save` with another place in the index": {
    given: [book("0000", "Lem")],
    work: (backend, table) => backend.save(table, book("0000", "Eco")),
  },
  "`delete` of an item in the index": {
    given: [book("0000", "Lem")],
    work: (backend, table) => backend.delete(table, book("0000", "Lem")),
  },
};

const several: { readonly [row: string]: Costly } = {
  "`batchWrite` of 100": {
    work(backend, table) {
      const items = some(100, (id) => story(id));
      return backend.batchWrite(table, items);
    },
  },
  "`batchWrite` of 50 saves and 50 deletes": {
    given: stories,
    work(backend, table) {
      const save = some(50, (number) => book(number));
      return backend.batchWrite(table, { save, delete: stories });
    },
  },
  "`transact` of 2 saves of new items": {
    work: (backend, table) =>
      backend.transact((tx) => {
        tx.save(table, one);
        tx.save(table, two);
      }),
  },
  "`transact` of 2 saves of items that are there": {
    given: [one, two],
    work: (backend, table) =>
      backend.transact((tx) => {
        tx.save(table, newOne);
        tx.save(table, newTwo);
      }),
  },
  "`transact` of 2 saves with `ifUnchanged`": {
    given: [one, two],
    work: (backend, table) =>
      backend.transact((tx) => {
        tx.save(table, newOne, { ifUnchanged: one });
        tx.save(table, newTwo, { ifUnchanged: two });
      }),
  },
  "`transact` of a save and a `tx.update`": {
    given: [one],
    work: (backend, table) =>
      backend.transact((tx) => {
        tx.save(table, two);
        tx.update(table, Story, key, retitled);
      }),
  },
};

const upkeep: { readonly [row: string]: Costly } = {
  "`createTable`": { work: (backend, { name }) => backend.createTable(`${name}_new`) },
  "`createTable` of what is there": { work: (backend, table) => backend.createTable(table) },
  "`sweepExpired` of 50 items, 3 of them expired": {
    given: some(50, (id) => new Session({ id, expires: id < "0003" ? 1 : 4_000_000_000 })),
    work: (backend, table) => (backend as PostgresBackend).sweepExpired(table),
  },
};

/** By the first cells of the rows of docs/cost.md, in the order of its tables. */
export const operations: { readonly [row: string]: Costly } = {
  ...reading,
  ...querying,
  ...writing,
  ...indexed,
  ...several,
  ...upkeep,
};
