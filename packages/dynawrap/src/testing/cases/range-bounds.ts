import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { beginsWith, between, eq, gt, gte, lt, lte, type Range } from "../../core/condition.js";
import { DBItem } from "../../core/model.js";
import { assertRefused, pagesOf, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { number, object, text } from "../schema.js";

/** More of the key follows the value. */
class Run extends DBItem({
  pk: "ROOM#{room}",
  sk: "TASK#{id}#RUN#{n:03d}",
  schema: object({ room: text, id: text, n: number }),
}) {}

/** More of the key follows, and sorts behind digits: keys of longer values stand before those of shorter ones. */
class Stage extends DBItem({
  pk: "ROOM#{room}",
  sk: "STAGE_{id}_{n:d}",
  schema: object({ room: text, id: text, n: number }),
}) {}

class Day extends DBItem({
  pk: "ROOM#{room}",
  sk: "DAY#{day}",
  schema: object({ room: text, day: text }),
}) {}

async function writeRuns(backend: Backend, table: string): Promise<string> {
  const room = unique();
  await backend.batchWrite(
    table,
    ["4", "5", "50", "5a", "6", "7"].flatMap((id) => [1, 2, 3].map((n) => new Run({ room, id, n }))),
  );
  return room;
}

export const rangeBoundCases: readonly ConformanceCase[] = cases("ranges", [
  {
    title: "Where more of the key follows, a bound covers every key that continues it",
    async run(backend, table) {
      const room = await writeRuns(backend, table);
      const wanted = [
        [gt("5"), ["50", "5a", "6", "7"]],
        [gte("5"), ["5", "50", "5a", "6", "7"]],
        [lt("5"), ["4"]],
        [lte("5"), ["4", "5"]],
        [between("5", "6"), ["5", "50", "5a", "6"]],
        [between("4", "4"), ["4"]],
        [eq("5"), ["5"]],
        [beginsWith("5"), ["5", "50", "5a"]],
      ] as const;
      for (const [id, ids] of wanted) {
        const found = await backend.query(table, Run, { room, id }).all();
        const all = ids.flatMap((each) => [1, 2, 3].map((n) => `${each} ${n}`));
        assert.deepEqual(
          found.map((run) => `${run.id} ${run.n}`),
          all,
          JSON.stringify(id),
        );
      }
    },
  },
  {
    title: "A row at a bound that is left out is looked at, where `examine` counts rows",
    async run(backend, table) {
      const room = unique();
      await backend.batchWrite(
        table,
        ["a", "b", "c", "d"].map((day) => new Day({ room, day })),
      );
      const days = async (day: Range<string>, options: object) =>
        (await backend.query(table, Day, { room, day }, options).all()).map((each) => each.day);
      assert.deepEqual(await days(gt("b"), { examine: 1 }), []);
      assert.deepEqual(await days(gt("b"), { examine: 2 }), ["c"]);
      assert.deepEqual(await days(lt("c"), { examine: 1, reverse: true }), []);
      assert.deepEqual(await days(lt("c"), { examine: 2, reverse: true }), ["b"]);
      assert.deepEqual(await days(gte("b"), { examine: 1 }), ["b"]);
      assert.deepEqual(await days(gt("b"), {}), ["c", "d"]);
    },
  },
  {
    title: "Where more of the key follows, a longer value is compared by its text, wherever its keys stand",
    async run(backend, table) {
      const room = unique();
      const ids = ["S", "San", "San Antonio", "San B", "Santa", "T"];
      await backend.batchWrite(
        table,
        ids.flatMap((id) => [new Run({ room, id, n: 1 }), new Run({ room, id, n: 2 })]),
      );
      // A space sorts before what ends a value: in the order of keys, longer values stand before the shorter one.
      const [antonio, b] = ["San Antonio", "San B"];
      const wanted = [
        [gte("San"), [antonio, b, "San", "Santa", "T"]],
        [gt("San"), [antonio, b, "Santa", "T"]],
        [lte("San"), ["S", "San"]],
        [lt("San"), ["S"]],
        [gt(antonio), [b, "San", "Santa", "T"]],
        [between("San", "San"), ["San"]],
        [between("San", b), [antonio, b, "San"]],
        [beginsWith("San"), [antonio, b, "San", "Santa"]],
        [between("S", "San"), ["S", "San"]],
        [eq("San"), ["San"]],
      ] as const;
      for (const [id, found] of wanted) {
        const all = found.flatMap((each) => [`${each} 1`, `${each} 2`]);
        const named = (run: Run): string => `${run.id} ${run.n}`;
        const ask = (options: object) => backend.query(table, Run, { room, id }, options);
        const what = JSON.stringify(id);
        assert.deepEqual((await ask({}).all()).map(named), all, what);
        assert.deepEqual(
          (await ask({ reverse: true }).all()).map(named),
          all.toReversed(),
          `${what}, reversed`,
        );
        assert.equal(await ask({}).count(), all.length, `${what}, counted`);
        const paged = (await pagesOf(ask({}), 1)).flat().map(named);
        assert.deepEqual(paged, all, `${what}, in pages`);
      }
    },
  },
  {
    title:
      "What stands between the keys of a range is read around, and with bounded rows through; pages lead on",
    async run(backend, table) {
      const room = unique();
      const ids = ["2023", "2024-01", "2024-02", "2024", "2025"];
      const stages = ids.flatMap((id) => [1, 2, 3].map((n) => new Stage({ room, id, n })));
      await backend.batchWrite(table, stages);
      const wanted = [
        [gt("2024"), ["2024-01", "2024-02", "2025"]],
        [lte("2024"), ["2023", "2024"]],
        [between("2023", "2024"), ["2023", "2024"]],
        [between("2024", "2024-01"), ["2024-01", "2024"]],
        [between("2024", "2024-02"), ["2024-01", "2024-02", "2024"]],
      ] as const;
      for (const [id, found] of wanted) {
        for (const reverse of [false, true]) {
          const named = (stage: Stage): string => `${stage.id} ${stage.n}`;
          const all = found.flatMap((each) => [1, 2, 3].map((n) => `${each} ${n}`));
          if (reverse) all.reverse();
          const what = `${JSON.stringify(id)}${reverse ? ", reversed" : ""}`;
          const ask = (options: object) => backend.query(table, Stage, { room, id }, { reverse, ...options });
          assert.deepEqual((await ask({}).all()).map(named), all, what);
          assert.deepEqual((await ask({ limit: 4 }).all()).map(named), all.slice(0, 4), `${what}, limited`);
          for (const rows of [{ examine: 2 }, {}]) {
            // Every other page is read without a bound on its rows: a cursor does not depend on it.
            const pages = await pagesOf((place) => ask(place % 2 === 0 ? rows : {}), 2);
            const paged = pages.flat().map(named);
            assert.deepEqual(paged, all, `${what}, in pages ${JSON.stringify(rows)}`);
          }
        }
      }
    },
  },
  {
    title: "A range stands behind values that are exact, and covers padded numbers by their value",
    async run(backend, table) {
      const room = await writeRuns(backend, table);
      const found = async (n: unknown) =>
        (await backend.query(table, Run, { room, id: "5", n: n as number }).all()).map(
          (run) => `${run.id} ${run.n}`,
        );
      assert.deepEqual(await found(gte(2)), ["5 2", "5 3"]);
      assert.deepEqual(await found(gt(2)), ["5 3"]);
      assert.deepEqual(await found(lt(2)), ["5 1"]);
      assert.deepEqual(await found(between(2, 900)), ["5 2", "5 3"]);
      assert.deepEqual(await found(2), ["5 2"]);
    },
  },
  {
    title:
      "Bounds that are reversed, hold what ends a value, or have a value behind them, are refused before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      const ask = (key: object) => () => backend.query(table, Run, { room: "a", ...key } as never).all();
      await assertRefused(ask({ id: between("6", "5") }), "key.invalid");
      await assertRefused(ask({ id: "5", n: between(3, 2) }), "key.invalid");
      await assertRefused(ask({ id: gt("5"), n: 1 }), "key.invalid");
      await assertRefused(ask({ id: gt("a#RUN#b") }), "key.ambiguous");
    },
  },
]);
