import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { gte, lt } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import type { UnknownRow } from "../../core/options.js";
import { assertRefused, eventually, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { number, object, optional, text } from "../schema.js";

class Customer extends DBItem({
  pk: "C#{id}",
  sk: "#PROFILE",
  schema: object({ id: text, name: text }),
}) {}

class Order extends DBItem({
  pk: "C#{customer}",
  sk: "ORDER#{day}#{n:02d}",
  schema: object({ customer: text, day: text, n: number, total: number }),
}) {}

class Refund extends DBItem({
  pk: "C#{customer}",
  sk: "REFUND#{day}#{n:02d}",
  schema: object({ customer: text, day: text, n: number, total: optional(number) }),
}) {}

/** Between the others, and of no interest. */
class Parcel extends DBItem({
  pk: "C#{customer}",
  sk: "PARCEL#{n:02d}",
  schema: object({ customer: text, n: number }),
}) {}

const indexes = { feed: { index: "GSI1", pk: "FEED#{room}", sk: "{at}" } } as const;

class Like extends DBItem({
  pk: "LIKE#{id}",
  sk: "LIKE",
  schema: object({ id: text, room: text, at: optional(text) }),
  indexes,
}) {}

class Reply extends DBItem({
  pk: "REPLY#{id}",
  sk: "REPLY",
  schema: object({ id: text, room: text, at: optional(text) }),
  indexes,
}) {}

async function writeCustomer(backend: Backend, table: string): Promise<string> {
  const customer = unique();
  const days = ["2024-01", "2024-02", "2024-03"];
  await backend.batchWrite(table, [
    new Customer({ id: customer, name: "Ann" }),
    ...days.map((day, n) => new Order({ customer, day, n, total: n * 10 })),
    ...days.map((day, n) => new Refund({ customer, day, n })),
    ...[1, 2].map((n) => new Parcel({ customer, n })),
  ]);
  return customer;
}

const told = (items: readonly object[]): string[] =>
  items.map((item) => `${item.constructor.name} ${"day" in item ? item.day : ""}`.trim());

export const collectionCases: readonly ConformanceCase[] = cases("collections", [
  {
    title: "A collection brings several models of one partition in key order, each as what it is",
    async run(backend, table) {
      const customer = await writeCustomer(backend, table);
      const key = { id: customer, customer };
      const wanted = [
        "Customer",
        ...["Order 2024-01", "Order 2024-02", "Order 2024-03"],
        ...["Refund 2024-01", "Refund 2024-02", "Refund 2024-03"],
      ];
      const collection = backend.collection(table, [Refund, Customer, Order], key);
      assert.deepEqual(told(await collection.all()), wanted);
      assert.equal(await collection.count(), 7);
      const turned = backend.collection(table, [Refund, Customer, Order], key, { reverse: true });
      assert.deepEqual(told(await turned.all()), wanted.toReversed());
      const [first] = await collection.all();
      assert.ok(first instanceof Customer);
      assert.equal(first.name, "Ann");
    },
  },
  {
    title: "group gives a list for each model, in the order asked for and by name",
    async run(backend, table) {
      const customer = await writeCustomer(backend, table);
      const grouped = await backend
        .collection(table, [Refund, Customer, Parcel], { id: customer, customer })
        .group();
      const [refunds, customers, parcels] = grouped;
      assert.deepEqual([refunds.length, customers.length, parcels.length], [3, 1, 2]);
      assert.deepEqual((grouped as unknown as { Customer: unknown }).Customer, customers);
      assert.deepEqual(
        parcels.map(({ n }) => n),
        [1, 2],
      );
      const [none] = await backend.collection(table, [Parcel], { customer: unique() }).group();
      assert.deepEqual(none, []);
    },
  },
  {
    title: "One range is read, from the lowest model's prefix to the end of the highest",
    async run(backend, table) {
      const customer = await writeCustomer(backend, table);
      const seen: UnknownRow[] = [];
      const unknown = (row: UnknownRow) => void seen.push(row);
      const found = await backend.collection(table, [Order, Refund], { customer }, { unknown }).all();
      assert.equal(found.length, 6);
      assert.deepEqual(
        seen.map(({ key }) => key),
        ["PARCEL#01", "PARCEL#02"].map((SK) => ({ PK: `C#${customer}`, SK })),
      );
      assert.deepEqual(seen[0]?.data.n, 1);
    },
  },
  {
    title: "Rows of no listed model are passed over, also by a limit, unless unknown says otherwise",
    async run(backend, table) {
      const customer = await writeCustomer(backend, table);
      const models = [Customer, Refund] as const;
      const key = { id: customer, customer };
      const limited = await backend.collection(table, models, key, { limit: 2 }).all();
      assert.deepEqual(told(limited), ["Customer", "Refund 2024-01"]);
      const refusing = backend.collection(table, models, key, { unknown: "throw" });
      const { details } = await assertRefused(() => refusing.all(), "item.misplaced");
      assert.deepEqual(details.key, { PK: `C#${customer}`, SK: "ORDER#2024-01#00" });
      await assertRefused(
        () => backend.collection(table, models, key, { unknown: "skip" as never }).all(),
        "option.invalid",
      );
    },
  },
  {
    title: "Sort values that every model takes bound each model's own part",
    async run(backend, table) {
      const customer = await writeCustomer(backend, table);
      const found = async (key: object, options: object = {}) =>
        told(await backend.collection(table, [Order, Refund], { customer, ...key }, options).all());
      assert.deepEqual(await found({ day: "2024-02" }), ["Order 2024-02", "Refund 2024-02"]);
      assert.deepEqual(await found({ day: gte("2024-02") }), [
        ...["Order 2024-02", "Order 2024-03"],
        ...["Refund 2024-02", "Refund 2024-03"],
      ]);
      assert.deepEqual(await found({ day: lt("2024-02") }, { reverse: true }), [
        "Refund 2024-01",
        "Order 2024-01",
      ]);
      assert.deepEqual(await found({ day: "2024-02", n: 1 }), ["Order 2024-02", "Refund 2024-02"]);
      assert.deepEqual(await found({ day: "2024-02", n: 2 }), []);
    },
  },
  {
    title: "A value that makes different partitions is key.mismatch, one that a model lacks key.invalid",
    async run(backend) {
      const table = `missing_${unique()}`;
      const { details } = await assertRefused(
        () => backend.collection(table, [Customer, Order], { id: "a", customer: "b" }).all(),
        "key.mismatch",
      );
      assert.deepEqual(details.models, ["Customer", "Order"]);
      const wrong = [
        [{ customer: "a" }, "key.incomplete"],
        [{ id: "a", customer: "a", day: "1" }, "key.invalid"],
        [{ id: "a", customer: undefined }, "key.invalid"],
        [{ id: "a", customer: "a", more: "b" }, "key.invalid"],
        [null, "key.invalid"],
      ] as const;
      for (const [key, code] of wrong) {
        const collection = backend.collection(table, [Customer, Order], key as never);
        await assertRefused(() => collection.all(), code, JSON.stringify(key));
      }
      await assertRefused(() => backend.collection(table, [], {} as never).all(), "option.invalid");
    },
  },
  {
    title: "A collection of an index has the items of all models that declare it, in its order",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const room = unique();
      await backend.batchWrite(table, [
        new Like({ id: unique(), room, at: "2" }),
        new Reply({ id: unique(), room, at: "1" }),
        new Like({ id: unique(), room, at: "3" }),
        new Reply({ id: unique(), room }),
      ]);
      const read = (key: object, options: object = {}) =>
        backend.collection(table, [Like, Reply], { room, ...key }, { index: "feed", ...options });
      const at = (items: readonly { readonly at?: string | undefined }[]) =>
        items.map((item) => `${item.constructor.name} ${item.at}`);
      await eventually(async () =>
        assert.deepEqual(at(await read({}).all()), ["Reply 1", "Like 2", "Like 3"]),
      );
      assert.deepEqual(at(await read({}, { reverse: true, limit: 2 }).all()), ["Like 3", "Like 2"]);
      assert.deepEqual(at(await read({ at: gte("2") }).all()), ["Like 2", "Like 3"]);
      const { items, cursor } = await read({}).page({ size: 2 });
      assert.deepEqual(at(items), ["Reply 1", "Like 2"]);
      assert.deepEqual(at((await read({}).page({ size: 2, cursor })).items), ["Like 3"]);
      const wrong = backend.collection(table, [Like, Customer] as never, { room } as never, {
        index: "feed" as never,
      });
      await assertRefused(() => wrong.all(), "option.invalid");
    },
  },
  {
    title: "A condition on a collection is asked of each model, by whichever has the field",
    async run(backend, table) {
      const customer = await writeCustomer(backend, table);
      const found = async (where: object) =>
        told(
          await backend
            .collection(
              table,
              [Customer, Order, Refund],
              { id: customer, customer },
              { where: where as never },
            )
            .all(),
        );
      assert.deepEqual(await found({ total: gte(10) }), ["Order 2024-02", "Order 2024-03"]);
      assert.deepEqual(await found({ name: "Ann" }), ["Customer"]);
      assert.deepEqual(await found({ day: "2024-03" }), ["Order 2024-03", "Refund 2024-03"]);
      await assertRefused(() => found({ nothing: 1 }), "condition.invalid");
    },
  },
]);
