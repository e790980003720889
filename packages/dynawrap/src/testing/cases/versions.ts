import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { gte, missing, ne } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { Table } from "../../core/table.js";
import { assertRefused, eventually, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { indexedTable, ownTable } from "../own-table.js";
import { anything, number, object, optional, text, withDefault } from "../schema.js";

const patterns = { pk: "TEAM#{team}", sk: "MEMBER#{id}" } as const;

class First extends DBItem({
  ...patterns,
  schema: object({ team: text, id: text, first: text, last: text, extra: optional(anything) }),
}) {}

class Second extends DBItem({
  ...patterns,
  schema: object({ team: text, id: text, name: text, extra: optional(anything) }),
}) {}

/** Reads both of the older shapes; of the second it knows no `extra`. */
class Member extends DBItem({
  ...patterns,
  schema: object({ team: text, id: text, fullName: text, level: withDefault(number, 1) }),
  indexes: { byName: { index: "GSI1", pk: "TEAM#{team}", sk: "NAME#{fullName}" } },
  upcast: {
    [First.schemaVersion]: ({ first, last, ...rest }) => ({ ...rest, fullName: `${first} ${last}` }),
    [Second.schemaVersion]: ({ name, ...rest }) => ({ ...rest, fullName: name }),
  },
}) {}

/** One that is scanned in no time: nothing else stands in it. */
const smallTable = ownTable((name) => new Table(name), "small");

async function writeTeam(backend: Backend, table: Parameters<Backend["createTable"]>[0]): Promise<string> {
  const team = unique();
  await backend.batchWrite(table, [
    new First({ team, id: "1", first: "Ann", last: "Lee", extra: [1] }),
    new Second({ team, id: "2", name: "Bob Fox", extra: { a: 1 } }),
    new Member({ team, id: "3", fullName: "Cid Rey", level: 3 }),
  ]);
  return team;
}

export const versionCases: readonly ConformanceCase[] = cases("versions", [
  {
    title: "Items of every older version are made current by every read, and say which version they had",
    async run(backend, table) {
      const team = await writeTeam(backend, table);
      const keys = ["1", "2", "3"].map((id) => ({ team, id }));
      const wanted = [
        [First.schemaVersion, { team, id: "1", fullName: "Ann Lee", level: 1 }],
        [Second.schemaVersion, { team, id: "2", fullName: "Bob Fox", level: 1 }],
        [Member.schemaVersion, { team, id: "3", fullName: "Cid Rey", level: 3 }],
      ];
      const reads = [
        await Promise.all(keys.map((key) => backend.get(table, Member, key))),
        await backend.query(table, Member, { team }).all(),
        await backend.batchGet(table, Member, keys),
        await backend.transactGet(keys.map((key) => [table, Member, key] as const)),
        await backend.collection(table, [Member], { team }).all(),
      ];
      for (const members of reads) {
        assert.deepEqual(
          members.map((member) => [member?.schemaVersion, { ...member }]),
          wanted,
        );
      }
      const picked = await backend.query(table, Member, { team }, { pick: ["fullName"] }).all();
      assert.deepEqual(
        picked.map(({ fullName }) => fullName),
        ["Ann Lee", "Bob Fox", "Cid Rey"],
      );
    },
  },
  {
    title: "A condition is asked of the current shape, whatever the shape that is stored",
    async run(backend, table) {
      const team = await writeTeam(backend, table);
      const found = async (where: Member["~types"]["where"]) =>
        (await backend.query(table, Member, { team }, { where }).all()).map(({ id }) => id);
      assert.deepEqual(await found({ fullName: "Ann Lee" }), ["1"]);
      assert.deepEqual(await found({ fullName: "Bob Fox" }), ["2"]);
      assert.deepEqual(await found({ fullName: "Cid Rey" }), ["3"]);
      assert.deepEqual(await found({ id: "1", fullName: "Ann Lee" }), ["1"]);
    },
  },
  {
    title:
      "A condition on what an upcast makes, takes away or means otherwise finds older items by every read",
    async run(backend, given) {
      const table = await smallTable(backend, given);
      class Old extends DBItem({
        ...patterns,
        schema: object({ team: text, id: text, points: number, rank: optional(number) }),
      }) {}
      class Rated extends DBItem({
        ...patterns,
        schema: object({ team: text, id: text, stars: optional(number), rank: optional(number) }),
        upcast: {
          [Old.schemaVersion]: ({ points, rank, ...rest }) => ({
            ...rest,
            stars: Number(points) / 10,
            rank: rank === undefined ? undefined : -Number(rank),
          }),
        },
      }) {}
      const team = unique();
      await backend.batchWrite(table, [
        new Old({ team, id: "1", points: 10 }),
        new Old({ team, id: "2", points: 20, rank: 7 }),
        new Rated({ team, id: "3", stars: 2 }),
        new Rated({ team, id: "4", rank: 7 }),
      ]);
      const wanted: readonly (readonly [Rated["~types"]["where"], readonly string[]])[] = [
        [{ stars: 2 }, ["2", "3"]],
        [{ stars: gte(1) }, ["1", "2", "3"]],
        [{ stars: missing() }, ["4"]],
        [{ rank: 7 }, ["4"]],
        [{ rank: -7 }, ["2"]],
        [{ stars: 2, rank: -7 }, ["2"]],
        [{ rank: ne(-7) }, ["1", "3", "4"]],
      ];
      for (const [where, ids] of wanted) {
        const reads = [
          await backend.query(table, Rated, { team }, { where }).all(),
          await backend.query(table, Rated, { team }, { where, pick: ["id"] }).all(),
          await backend.collection(table, [Rated], { team }, { where }).all(),
        ];
        for (const found of reads) {
          const told = found.map(({ id }) => id).sort();
          assert.deepEqual(told, ids, JSON.stringify(where));
        }
      }
      const scanned = await backend.scan(table, [Rated], { where: { team, stars: 2 } }).all();
      assert.deepEqual(scanned.map(({ id }) => id).sort(), ["2", "3"]);
    },
  },
  {
    title: "Saving or updating an item of an older version stores it as current, and loses nothing else",
    async run(backend, given) {
      const table = await indexedTable(backend, given);
      const team = await writeTeam(backend, table);
      const names = async () =>
        (await backend.query(table, Member, { team }, { index: "byName" }).all()).map(({ id }) => id);
      await eventually(async () => assert.deepEqual(await names(), ["3"]));
      const first = await backend.get(table, Member, { team, id: "1" });
      assert.ok(first);
      await backend.save(table, first.with({ level: 5 }), { ifUnchanged: first });
      await backend.update(table, Member, { team, id: "2" }, (member) =>
        member.with({ fullName: "Abe Fox" }),
      );
      await eventually(async () => assert.deepEqual(await names(), ["2", "1", "3"]));
      const members = await backend.query(table, Member, { team }).all();
      assert.ok(members.every(({ schemaVersion }) => schemaVersion === Member.schemaVersion));
      class Curious extends DBItem({
        ...patterns,
        schema: object({
          team: text,
          id: text,
          fullName: text,
          level: number,
          extra: optional(anything),
          first: optional(text),
        }),
      }) {}
      const stored = await backend.query(table, Curious, { team }).all();
      assert.deepEqual(
        stored.map((each) => ({ ...each })),
        [
          { team, id: "1", fullName: "Ann Lee", level: 5, extra: [1] },
          { team, id: "2", fullName: "Abe Fox", level: 1, extra: { a: 1 } },
          { team, id: "3", fullName: "Cid Rey", level: 3 },
        ],
      );
    },
  },
  {
    title: "An older item that cannot be made current is item.invalid, and goes to onError",
    async run(backend, table) {
      class Broken extends DBItem({
        ...patterns,
        schema: object({ team: text, id: text, fullName: text }),
        upcast: {
          [First.schemaVersion]: () => {
            throw new Error("no");
          },
          [Second.schemaVersion]: (old) => ({ ...old, fullName: 7 }),
        },
      }) {}
      const team = await writeTeam(backend, table);
      for (const id of ["1", "2"]) {
        const { details } = await assertRefused(
          () => backend.get(table, Broken, { team, id }),
          "item.invalid",
        );
        assert.equal(details.model, "Broken");
      }
      const found = await backend.query(table, Broken, { team }, { onError: "skip" }).all();
      assert.deepEqual(
        found.map(({ id }) => id),
        ["3"],
      );
    },
  },
]);
