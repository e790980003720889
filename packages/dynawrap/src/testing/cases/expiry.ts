import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { gt } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { assertRefused, eventually, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable } from "../own-table.js";
import { anything, date, number, object, optional, text } from "../schema.js";

class Session extends DBItem({
  pk: "USER#{user}",
  sk: "SESSION#{id}",
  schema: object({ user: text, id: text, until: optional(number) }),
  indexes: { again: { index: "GSI1", pk: "USER#{user}", sk: "SESSION#{id}" } },
  ttl: "until",
}) {}

class Token extends DBItem({
  pk: "USER#{user}",
  sk: "TOKEN#{id}",
  schema: object({ user: text, id: text, until: optional(date) }),
  ttl: "until",
}) {}

/** Sees what is stored. */
class Stored extends DBItem({
  pk: "USER#{user}",
  sk: "TOKEN#{id}",
  schema: object({ user: text, id: text, until: anything }),
}) {}

// The kit knows no backend's clock, so these are far away on either side.
const past = 1_000_000_000;
const future = 100_000_000_000;

const includeExpired = true;

async function writeSessions(
  backend: Backend,
  table: Parameters<Backend["createTable"]>[0],
): Promise<string> {
  const user = unique();
  await backend.batchWrite(table, [
    new Session({ user, id: "1", until: past }),
    new Session({ user, id: "2", until: future }),
    new Session({ user, id: "3" }),
    new Session({ user, id: "4", until: past + 0.5 }),
    new Session({ user, id: "5", until: future }),
  ]);
  return user;
}

const ids = (items: readonly ({ readonly id: string } | undefined)[]) => items.map((item) => item?.id);

export const expiryCases: readonly ConformanceCase[] = cases("expiry", [
  {
    title: "An item whose time of expiry has passed is seen by no read, unless includeExpired asks for it",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const user = await writeSessions(backend, table);
      const live = ["2", "3", "5"];
      const all = ["1", "2", "3", "4", "5"];
      const keys = all.map((id) => ({ user, id }));
      const index = "again";
      const query = (options: object) => backend.query(table, Session, { user }, options).all();
      await eventually(async () => assert.equal((await query({ index, includeExpired })).length, 5));
      assert.deepEqual(ids(await query({})), live);
      assert.deepEqual(ids(await query({ includeExpired })), all);
      assert.deepEqual(ids(await query({ index })), live);
      assert.deepEqual(ids(await query({ limit: 2 })), ["2", "3"]);
      assert.deepEqual(ids(await query({ reverse: true, limit: 2 })), ["5", "3"]);
      assert.deepEqual(
        await query({ pick: ["id"] }),
        live.map((id) => ({ id })),
      );
      assert.equal(await backend.get(table, Session, { user, id: "1" }), undefined);
      assert.equal((await backend.get(table, Session, { user, id: "1" }, { includeExpired }))?.until, past);
      assert.deepEqual(ids(await backend.batchGet(table, Session, keys)), [
        undefined,
        "2",
        "3",
        undefined,
        "5",
      ]);
      assert.deepEqual(ids(await backend.batchGet(table, Session, keys, { includeExpired })), all);
      const reads = keys.map((key) => [table, Session, key] as const);
      assert.deepEqual(ids(await backend.transactGet(reads)), [undefined, "2", "3", undefined, "5"]);
      assert.deepEqual(ids(await backend.transactGet(reads, { includeExpired })), all);
      const collection = backend.collection(table, [Session, Token], { user });
      assert.deepEqual(ids(await collection.all()), live);
      const scan = (options: object) => backend.scan(table, [Session], { where: { user }, ...options }).all();
      assert.deepEqual(ids(await scan({})).sort(), live);
      assert.deepEqual(ids(await scan({ includeExpired })).sort(), all);
      const page = await backend.query(table, Session, { user }).page({ size: 3 });
      assert.deepEqual([ids(page.items), page.cursor], [live, undefined]);
    },
  },
  {
    title: "An item that has expired is not there to be updated, and can be given more time or replaced",
    async run(backend, table) {
      const user = await writeSessions(backend, table);
      const key = { user, id: "1" };
      await assertRefused(
        () => backend.update(table, Session, key, (session) => session.with({ until: future })),
        "item.missing",
      );
      const expired = await backend.get(table, Session, key, { includeExpired });
      assert.ok(expired);
      await backend.save(table, expired.with({ until: future }), { ifUnchanged: expired });
      assert.equal((await backend.get(table, Session, key))?.until, future);
      await backend.save(table, new Session({ user, id: "4" }));
      assert.ok(await backend.get(table, Session, { user, id: "4" }));
    },
  },
  {
    title: "A Date is stored in whole seconds, never an earlier time than it says, and comes back as a Date",
    async run(backend, table) {
      const user = unique();
      const tokens = [
        ["1", new Date(future * 1000), future],
        ["2", new Date(future * 1000 + 1), future + 1],
        ["3", undefined, undefined],
        ["4", new Date(past * 1000), past],
      ] as const;
      for (const [id, until, stored] of tokens) {
        await backend.save(table, new Token({ user, id, until }));
        assert.equal((await backend.get(table, Stored, { user, id }))?.until, stored);
        const token = await backend.get(table, Token, { user, id }, { includeExpired });
        const wanted = stored === undefined ? undefined : new Date(stored * 1000);
        assert.deepEqual(token?.until, wanted);
      }
      const live = await backend.query(table, Token, { user }).all();
      assert.deepEqual(ids(live), ["1", "2", "3"]);
      const [token] = live;
      assert.ok(token);
      await backend.save(table, token.with({ until: new Date(future * 1000 + 5000) }), {
        ifUnchanged: token,
      });
      const where = { until: gt(new Date(future * 1000 + 1000)) };
      assert.deepEqual(ids(await backend.query(table, Token, { user }, { where }).all()), ["1"]);
      await backend.delete(table, Token, { user, id: "2" }, { if: { until: new Date((future + 1) * 1000) } });
    },
  },
]);
