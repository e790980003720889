import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { gte, missing } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { Table } from "../../core/table.js";
import type { Transaction } from "../../core/transaction.js";
import { aMoment, assertRefused, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { number, object, optional, text } from "../schema.js";

class Account extends DBItem({
  pk: "BANK#{bank}",
  sk: "ACCOUNT#{id}",
  schema: object({ bank: text, id: text, cents: number, note: optional(text) }),
}) {}

class Hold extends DBItem({
  pk: "BANK#{bank}",
  sk: "HOLD#{id}",
  schema: object({ bank: text, id: text }),
}) {}

/** A bank with accounts of 100 cents each, `a` and on. */
async function open(backend: Backend, table: string, names = "abc"): Promise<string> {
  const bank = unique();
  await backend.batchWrite(
    table,
    [...names].map((id) => new Account({ bank, id, cents: 100 })),
  );
  return bank;
}

/** What stands in a bank: `a 100`. */
async function told(backend: Backend, table: string | Table, bank: string): Promise<string[]> {
  const accounts = backend.query(table, Account, { bank }, { consistent: true });
  return (await accounts.all()).map(({ id, cents }) => `${id} ${cents}`);
}

const account = (bank: string, id: string, cents: number): Account => new Account({ bank, id, cents });

export const transactionCases: readonly ConformanceCase[] = cases("transactions", [
  {
    title: "A transaction saves, deletes, checks and updates, in several tables, all at once",
    async run(backend, table) {
      const bank = await open(backend, table);
      const other = await indexedTable(backend, table);
      await backend.save(table, new Hold({ bank, id: "1" }));
      const result = await backend.transact((tx) => {
        tx.save(table, account(bank, "d", 1), { ifAbsent: true });
        tx.delete(table, Hold, { bank, id: "1" }, { ifPresent: true });
        tx.check(table, Account, { bank, id: "a" }, { cents: gte(100) });
        tx.update(table, Account, { bank, id: "b" }, async (b) => b.with({ cents: b.cents + 5 }));
        tx.save(other, account(bank, "x", 2));
        tx.delete(table, account(bank, "c", 0), { if: { cents: 100 } });
      });
      assert.equal(result, undefined);
      assert.deepEqual(await told(backend, table, bank), ["a 100", "b 105", "d 1"]);
      assert.deepEqual(await told(backend, other, bank), ["x 2"]);
      assert.equal(await backend.query(table, Hold, { bank }).count(), 0);
    },
  },
  {
    title: "Where one operation fails nothing is written, and each that failed is named by its place",
    async run(backend, table) {
      const bank = await open(backend, table);
      const stale = await backend.get(table, Account, { bank, id: "a" });
      await backend.save(table, account(bank, "a", 200));
      const { details, message } = await assertRefused(
        () =>
          backend.transact((tx) => {
            tx.save(table, account(bank, "new", 1));
            tx.save(table, (stale as Account).with({ cents: 1 }), { ifUnchanged: stale });
            tx.delete(table, Account, { bank, id: "b" });
            tx.save(table, account(bank, "c", 1), { ifAbsent: true });
            tx.check(table, Hold, { bank, id: "none" }, { id: missing() });
            tx.check(table, Account, { bank, id: "d" }, { cents: 1 });
            tx.delete(table, Account, { bank, id: "e" }, { ifPresent: true });
            tx.save(table, account(bank, "f", 1), { if: { note: "x" } });
          }),
        "transaction.cancelled",
      );
      const failures = details.failures.map(({ operation, kind, model, key, code }) => [
        operation,
        kind,
        model,
        key.SK,
        code,
      ]);
      assert.deepEqual(failures, [
        [1, "save", "Account", "ACCOUNT#a", "item.conflict"],
        [3, "save", "Account", "ACCOUNT#c", "item.exists"],
        [5, "check", "Account", "ACCOUNT#d", "condition.failed"],
        [6, "delete", "Account", "ACCOUNT#e", "item.missing"],
        [7, "save", "Account", "ACCOUNT#f", "condition.failed"],
      ]);
      assert.ok(details.failures.every((failure) => failure.message !== ""));
      assert.match(message, /nothing was written/);
      assert.deepEqual(await told(backend, table, bank), ["a 200", "b 100", "c 100"]);
    },
  },
  {
    title: "A failed condition is not tried again, and a missing item to update is item.missing",
    async run(backend, table) {
      const bank = await open(backend, table);
      let changes = 0;
      const failing = () =>
        backend.transact((tx) => {
          tx.update(table, Account, { bank, id: "a" }, (a) => {
            changes++;
            return a.with({ cents: 0 });
          });
          tx.check(table, Account, { bank, id: "b" }, { cents: 1 });
        });
      await assertRefused(failing, "transaction.cancelled");
      assert.equal(changes, 1);
      const missed = () =>
        backend.transact((tx) => {
          tx.save(table, account(bank, "d", 1));
          tx.update(table, Account, { bank, id: "none" }, (a) => a.with({ cents: 0 }));
        });
      await assertRefused(missed, "item.missing");
      const mine = new Error("no");
      const thrown = backend.transact((tx) => {
        tx.save(table, account(bank, "d", 1));
        tx.update(table, Account, { bank, id: "a" }, () => {
          throw mine;
        });
      });
      await assert.rejects(thrown, (error) => error === mine);
      assert.deepEqual(await told(backend, table, bank), ["a 100", "b 100", "c 100"]);
    },
  },
  {
    title: "An update within a transaction is made again when somebody else's write comes between",
    async run(backend, table) {
      const bank = await open(backend, table);
      const seen: number[] = [];
      await backend.transact((tx) => {
        tx.update(table, Account, { bank, id: "a" }, async (a) => {
          seen.push(a.cents);
          if (seen.length < 3) await backend.save(table, account(bank, "a", a.cents + 1000));
          return a.with({ cents: a.cents + 1 });
        });
        tx.save(table, account(bank, "d", 1), { ifAbsent: true });
      });
      assert.deepEqual(seen, [100, 1100, 2100]);
      assert.deepEqual(await told(backend, table, bank), ["a 2101", "b 100", "c 100", "d 1"]);
    },
  },
  {
    title:
      "Of transactions that update the same items at the same time each is counted, and no moment shows half",
    async run(backend, table) {
      const bank = await open(backend, table, "ab");
      const transfer = (cents: number) =>
        backend.transact(
          (tx) => {
            tx.update(table, Account, { bank, id: "a" }, (a) => a.with({ cents: a.cents - cents }));
            tx.update(table, Account, { bank, id: "b" }, (b) => b.with({ cents: b.cents + cents }));
          },
          { deadline: 25_000 },
        );
      let done = false;
      const work = async () => {
        await Promise.all([1, 2, 3, 4, 5, 6].map(transfer));
        // One after the other as well: a store may be done with all of the others between two looks at it.
        for (let n = 0; n < 20; n++) {
          await transfer(1);
          await aMoment();
        }
      };
      const transfers = work().finally(() => {
        done = true;
      });
      const watch = async () => {
        while (!done) {
          const [a, b] = await backend.transactGet([
            [table, Account, { bank, id: "a" }],
            [table, Account, { bank, id: "b" }],
          ]);
          assert.equal((a?.cents ?? 0) + (b?.cents ?? 0), 200);
          await aMoment();
        }
      };
      await Promise.all([transfers, watch()]);
      assert.deepEqual(await told(backend, table, bank), ["a 59", "b 141"]);
    },
  },
  {
    title: "A transaction takes 100 operations, and not one more, before any I/O",
    async run(backend, table) {
      const bank = await open(backend, table, "");
      const save = (count: number, name: string) => (tx: Transaction) => {
        for (let n = 0; n < count; n++) tx.save(name, account(bank, `n${n}`, n));
      };
      await backend.transact(save(100, table));
      assert.equal((await told(backend, table, bank)).length, 100);
      const missingTable = `missing_${unique()}`;
      await assertRefused(() => backend.transact(save(101, missingTable)), "option.invalid");
      await assertRefused(() => backend.transact(() => {}), "option.invalid");
    },
  },
  {
    title: "An item that two operations name is refused, whatever they do, before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      const item = account("a", "1", 1);
      const twice: readonly ((tx: Transaction) => void)[] = [
        (tx) => tx.save(table, item),
        (tx) => tx.delete(table, Account, { bank: "a", id: "1" }),
        (tx) => tx.check(new Table(table), Account, { bank: "a", id: "1" }, { cents: 1 }),
        (tx) => tx.update(table, Account, { bank: "a", id: "1" }, (a) => a),
      ];
      for (const first of twice) {
        for (const second of twice) {
          const call = () =>
            backend.transact((tx) => {
              first(tx);
              second(tx);
            });
          await assertRefused(call, "option.invalid");
        }
      }
    },
  },
  {
    title:
      "What is wrong with an operation, or with build itself, is said before any I/O, and nothing is written",
    async run(backend, table) {
      const bank = await open(backend, table);
      const missingTable = `missing_${unique()}`;
      const mine = new Error("no");
      const throwing = backend.transact((tx) => {
        tx.save(table, account(bank, "d", 1));
        throw mine;
      });
      await assert.rejects(throwing, (error) => error === mine);
      const asynchronous = async (tx: Transaction) => {
        tx.save(table, account(bank, "d", 1));
      };
      await assertRefused(() => backend.transact(asynchronous as never), "option.invalid", "an async build");
      await assertRefused(() => backend.transact(undefined as never), "option.invalid");
      const wrong = [
        [(tx: Transaction) => tx.save(missingTable, { bank, id: "d", cents: 1 } as never), "model.invalid"],
        [(tx: Transaction) => tx.delete(missingTable, Account, { bank } as never), "key.incomplete"],
        [
          (tx: Transaction) => tx.check(missingTable, Account, { bank, id: "a" }, { x: 1 } as never),
          "condition.invalid",
        ],
        [(tx: Transaction) => tx.save("a", account(bank, "d", 1)), "table.invalid"],
      ] as const;
      for (const [build, code] of wrong) await assertRefused(() => backend.transact(build), code);
      let escaped: Transaction | undefined;
      await backend.transact((tx) => {
        escaped = tx;
        tx.save(table, account(bank, "a", 101));
      });
      assert.throws(() => escaped?.save(table, account(bank, "b", 0)), /build/);
      assert.deepEqual(await told(backend, table, bank), ["a 101", "b 100", "c 100"]);
    },
  },
  {
    title: "A transaction on a table that does not exist is table.missing, and writes nothing",
    async run(backend, table) {
      const bank = await open(backend, table);
      const missingTable = `missing_${unique()}`;
      const call = () =>
        backend.transact((tx) => {
          tx.save(table, account(bank, "d", 1));
          tx.save(missingTable, account(bank, "d", 1));
        });
      await assertRefused(call, "table.missing");
      await assertRefused(
        () => backend.transactGet([[missingTable, Account, { bank, id: "a" }]]),
        "table.missing",
      );
      assert.deepEqual(await told(backend, table, bank), ["a 100", "b 100", "c 100"]);
    },
  },
  {
    title: "A move within a transaction is one operation of it",
    async run(backend, table) {
      const bank = await open(backend, table);
      const before = await backend.get(table, Account, { bank, id: "a" });
      assert.ok(before);
      const move = (check: number) =>
        backend.transact((tx) => {
          tx.check(table, Account, { bank, id: "b" }, { cents: check });
          tx.save(table, before.with({ id: "z" }), { replaces: before });
        });
      await assertRefused(() => move(1), "transaction.cancelled");
      assert.deepEqual(await told(backend, table, bank), ["a 100", "b 100", "c 100"]);
      await move(100);
      assert.deepEqual(await told(backend, table, bank), ["b 100", "c 100", "z 100"]);
    },
  },
]);
