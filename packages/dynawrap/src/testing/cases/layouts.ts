import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { between, gt, gte, lt, lte, type Range } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { Table } from "../../core/table.js";
import { assertRefused, eventually, pagesOf, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { ownTable } from "../own-table.js";
import { number, numeric, object, optional, text } from "../schema.js";

/** Attributes with names that need quoting everywhere, an inverted index and a local one. */
const namedTable = ownTable(
  (name) =>
    new Table(name, {
      pk: "p-k#1",
      sk: "sort.key",
      indexes: {
        inverted: { pk: "sort.key", sk: "p-k#1" },
        byTime: { pk: "p-k#1", sk: "posted_at", local: true },
      },
    }),
  "named",
);

class Follow extends DBItem({
  pk: "USER#{user}",
  sk: "FOLLOWS#{other}",
  schema: object({ user: text, other: text, since: optional(text) }),
  indexes: { followers: { index: "inverted", pk: "FOLLOWS#{other}", sk: "USER#{user}" } },
}) {}

class Post extends DBItem({
  pk: "USER#{user}",
  sk: "POST#{id}",
  schema: object({ user: text, id: text, posted_at: optional(text) }),
  indexes: { byTime: { index: "byTime", pk: "USER#{user}", sk: "{posted_at}" } },
}) {}

/** Both keys are fields, and the sort key is a number. */
const scoreTable = ownTable(
  (name) => new Table(name, { pk: "game", sk: { name: "score", type: "N" } }),
  "scores",
);

class Score extends DBItem({
  pk: "{game}",
  sk: "{score}",
  schema: object({ game: text, score: numeric, player: optional(text) }),
}) {}

type NumberRange = Range<number | bigint, "gt" | "gte" | "lt" | "lte" | "between">;

/** One number is the whole key. */
const unitTable = ownTable(
  (name) => new Table(name, { pk: { name: "unit", type: "N" }, sk: false }),
  "units",
);

class Unit extends DBItem({
  pk: "{unit}",
  schema: object({ unit: numeric, name: text, room: optional(text) }),
}) {}

/** A number of 29 digits or so that occurs nowhere else. */
function uniqueNumber(): bigint {
  return BigInt(`0x${unique().replaceAll("-", "").slice(0, 24)}`);
}

/** In the order of numbers, which is not that of their texts, nor that of what a double makes of them. */
const ascending: readonly (number | bigint)[] = [
  -(10n ** 38n - 1n),
  -(10n ** 38n - 2n),
  -(2n ** 64n),
  -1_000,
  -10,
  -9.5,
  -9,
  -0.001,
  0,
  1.5e-7,
  0.000_2,
  0.1,
  0.5,
  1,
  1.25,
  2,
  9,
  10,
  2 ** 53 - 1,
  2n ** 53n,
  2n ** 53n + 1n,
  10n ** 38n - 2n,
  10n ** 38n - 1n,
];

async function writeScores(backend: Backend, table: Awaited<ReturnType<typeof scoreTable>>): Promise<string> {
  const game = unique();
  const scores = ascending.map((score) => new Score({ game, score }));
  await backend.batchWrite(table, scores.reverse());
  return game;
}

export const layoutCases: readonly ConformanceCase[] = cases("layouts", [
  {
    title: "Key attributes may have any names, and are no part of an item that has no such fields",
    async run(backend, given) {
      const table = await namedTable(backend, given);
      const user = unique();
      await backend.save(table, new Follow({ user, other: "b", since: "2024" }));
      await backend.batchWrite(table, [new Follow({ user, other: "a" }), new Post({ user, id: "1" })]);
      assert.deepEqual(
        { ...(await backend.get(table, Follow, { user, other: "b" })) },
        { user, other: "b", since: "2024" },
      );
      const found = await backend.query(table, Follow, { user }).all();
      assert.deepEqual(
        found.map((follow) => ({ ...follow })),
        [
          { user, other: "a" },
          { user, other: "b", since: "2024" },
        ],
      );
      await backend.delete(table, Follow, { user, other: "a" });
      assert.deepEqual(await backend.batchGet(table, Follow, [{ user, other: "a" }]), [undefined]);
    },
  },
  {
    title:
      "An inverted index reads the table's own key the other way round, and a new relation appears in it",
    async run(backend, given) {
      const table = await namedTable(backend, given);
      const other = unique();
      const users = ["c", "a", "b"].map((name) => `${name}-${other}`);
      for (const user of users) await backend.save(table, new Follow({ user, other }));
      const followers = async () =>
        (await backend.query(table, Follow, { other }, { index: "followers" }).all()).map(({ user }) => user);
      await eventually(async () => assert.deepEqual(await followers(), users.toSorted()));
      await backend.delete(table, Follow, { user: users[1] as string, other });
      await eventually(async () => assert.deepEqual(await followers(), [users[2], users[0]]));
    },
  },
  {
    title:
      "A local index has the table's partitions in another order, is sparse, and can be read consistently",
    async run(backend, given) {
      const table = await namedTable(backend, given);
      const user = unique();
      const options = { index: "byTime", consistent: true } as const;
      const posts = async () =>
        (await backend.query(table, Post, { user }, options).all()).map(({ id }) => id);
      for (const [id, posted_at] of [
        ["1", "2024-03"],
        ["2", "2024-01"],
        ["3", undefined],
        ["4", "2024-02"],
      ]) {
        await backend.save(table, new Post({ user, id: id as string, posted_at }));
      }
      assert.deepEqual(await posts(), ["2", "4", "1"]);
      await backend.update(table, Post, { user, id: "4" }, (post) => post.with({ posted_at: "2025" }));
      assert.deepEqual(await posts(), ["2", "1", "4"]);
      await backend.update(table, Post, { user, id: "1" }, (post) => post.with({ posted_at: undefined }));
      assert.deepEqual(await posts(), ["2", "4"]);
      const late = await backend.query(table, Post, { user, posted_at: gte("2024-02") }, options).all();
      assert.deepEqual(
        late.map(({ id }) => id),
        ["4"],
      );
    },
  },
  {
    title: "A numeric sort key orders numbers as numbers: negative, decimal, and of 38 digits",
    async run(backend, given) {
      const table = await scoreTable(backend, given);
      const game = await writeScores(backend, table);
      const scores = async (options: object) =>
        (await backend.query(table, Score, { game }, options).all()).map(({ score }) => score);
      assert.deepEqual(await scores({}), ascending);
      assert.deepEqual(await scores({ reverse: true }), ascending.toReversed());
      assert.deepEqual(await scores({ limit: 3, reverse: true }), ascending.slice(-3).reverse());
    },
  },
  {
    title: "A numeric key leads to its item by the number's value, by every operation",
    async run(backend, given) {
      const table = await scoreTable(backend, given);
      const game = await writeScores(backend, table);
      const keys = ascending.map((score) => ({ game, score }));
      for (const key of keys) {
        assert.equal((await backend.get(table, Score, key))?.score, key.score);
        const [only, ...more] = await backend.query(table, Score, key).all();
        assert.deepEqual([only?.score, more.length], [key.score, 0]);
      }
      const found = await backend.batchGet(table, Score, keys);
      assert.deepEqual(
        found.map((score) => score?.score),
        ascending,
      );
      assert.equal((await backend.get(table, Score, { game, score: 10n }))?.score, 10);
      await backend.save(table, new Score({ game, score: 10n, player: "ann" }), { if: { score: 10 } });
      await backend.update(table, Score, { game, score: 1.5e-7 }, (score) => score.with({ player: "bob" }));
      assert.equal((await backend.get(table, Score, { game, score: 0.000_000_15 }))?.player, "bob");
      await backend.delete(table, Score, { game, score: -0 });
      assert.equal((await backend.query(table, Score, { game }).all()).length, ascending.length - 1);
    },
  },
  {
    title: "Ranges of a numeric key are of numbers, whatever their texts",
    async run(backend, given) {
      const table = await scoreTable(backend, given);
      const game = await writeScores(backend, table);
      const big = 2n ** 53n;
      const wanted: readonly [score: NumberRange, takes: (score: number | bigint) => boolean][] = [
        [gt(9), (score) => score > 9],
        [gte(9), (score) => score >= 9],
        [lt(-9), (score) => score < -9],
        [lte(-9), (score) => score <= -9],
        [between(-10, 1.25), (score) => score >= -10 && score <= 1.25],
        [between<number | bigint>(10, 10n), (score) => score === 10],
        [gt(big), (score) => score > big],
        [between(big + 1n, 10n ** 38n - 2n), (score) => score > big && score < 10n ** 38n - 1n],
        [between(1.5e-7, 0.000_2), (score) => score > 0 && score < 0.1],
      ];
      for (const [score, takes] of wanted) {
        const found = await backend.query(table, Score, { game, score }).all();
        assert.deepEqual(
          found.map((each) => each.score),
          ascending.filter(takes),
          JSON.stringify(score, (_, part) => (typeof part === "bigint" ? String(part) : part)),
        );
      }
      for (const reversed of [between(2, 1), between(big + 1n, big)]) {
        await assertRefused(
          () => backend.query(table, Score, { game, score: reversed }).all(),
          "key.invalid",
          "a range that ends before it begins",
        );
      }
    },
  },
  {
    title: "A page of a numeric key goes on behind its last number",
    async run(backend, given) {
      const table = await scoreTable(backend, given);
      const game = await writeScores(backend, table);
      const found = (await pagesOf(backend.query(table, Score, { game }), 4)).flat();
      assert.deepEqual(
        found.map(({ score }) => score),
        ascending,
      );
    },
  },
  {
    title: "What is no number that a key can hold is refused in a numeric key, before any I/O",
    async run(backend) {
      const table = new Table(`missing_${unique()}`, { pk: "game", sk: { name: "score", type: "N" } });
      const wrong = [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e300, "1", true, null, new Date()];
      for (const score of wrong as number[]) {
        const what = `get of ${String(score)}`;
        await assertRefused(() => backend.get(table, Score, { game: "a", score }), "key.invalid", what);
        const query = backend.query(table, Score, { game: "a", score: gt(score) });
        await assertRefused(() => query.all(), "key.invalid", `query by ${String(score)}`);
      }
      await assertRefused(() => backend.save(table, new Score({ game: "a", score: 2 ** 60 })), "key.invalid");
    },
  },
  {
    title: "A table without a sort key has one item in each partition, for every operation",
    async run(backend, given) {
      const table = await unitTable(backend, given);
      const room = unique();
      const first = uniqueNumber();
      const units = [first, -first, first + 1n];
      await backend.batchWrite(
        table,
        units.map((unit) => new Unit({ unit, name: String(unit), room })),
      );
      await backend.save(table, new Unit({ unit: first, name: "changed", room }));
      assert.deepEqual(
        { ...(await backend.get(table, Unit, { unit: first })) },
        { unit: first, name: "changed", room },
      );
      assert.deepEqual(
        (await backend.query(table, Unit, { unit: -first }).all()).map(({ unit }) => unit),
        [-first],
      );
      const found = await backend.batchGet(table, Unit, [{ unit: first + 1n }, { unit: first + 2n }]);
      assert.deepEqual(
        found.map((unit) => unit?.name),
        [String(first + 1n), undefined],
      );
      await assertRefused(
        () => backend.save(table, new Unit({ unit: first, name: "b" }), { ifAbsent: true }),
        "item.exists",
      );
      await backend.transact((tx) => {
        tx.delete(table, Unit, { unit: -first });
        tx.update(table, Unit, { unit: first + 1n }, (unit) => unit.with({ name: "updated" }));
      });
      const scanned = await backend.scan(table, [Unit], { where: { room } }).all();
      assert.deepEqual(scanned.map(({ name }) => name).sort(), ["changed", "updated"]);
    },
  },
  {
    title: "A model that cannot live in a table's layout is model.invalid by every use, before any I/O",
    async run(backend) {
      const name = `missing_${unique()}`;
      class Numbered extends DBItem({
        pk: "GAME#{game}",
        sk: "{score}",
        schema: object({ game: text, score: number }),
      }) {}
      const wrong = [
        [new Table(name, { pk: "game", sk: "score" }), "the pattern is not its field alone"],
        [new Table(name, { pk: { name: "k", type: "N" } }), "the pattern is no lone number"],
        [new Table(name, { sk: false }), "there is no sort key"],
      ] as const;
      for (const [table, why] of wrong) {
        const key = { game: "a", score: 1 };
        await assertRefused(() => backend.save(table, new Numbered(key)), "model.invalid", why);
        await assertRefused(() => backend.get(table, Numbered, key), "model.invalid", why);
        await assertRefused(() => backend.query(table, Numbered, key).all(), "model.invalid", why);
        await assertRefused(() => backend.scan(table, [Numbered]).all(), "model.invalid", why);
        await assertRefused(() => backend.delete(table, Numbered, key), "model.invalid", why);
      }
    },
  },
  {
    title: "A field of any model that an index of the table has as its key is held to the index's type",
    async run(backend) {
      const table = new Table(`missing_${unique()}`, {
        indexes: { byPoints: { pk: "team", sk: { name: "points", type: "N" } } },
      });
      class Loose extends DBItem({
        pk: "A#{a}",
        sk: "A",
        schema: object({ a: text, team: optional(text), points: optional(text) }),
      }) {}
      await assertRefused(() => backend.save(table, new Loose({ a: "1", points: "12" })), "key.invalid");
      await assertRefused(() => backend.save(table, new Loose({ a: "1", team: "" })), "key.invalid");
      await assertRefused(() => backend.batchWrite(table, [new Loose({ a: "1", team: "" })]), "key.invalid");
    },
  },
]);
