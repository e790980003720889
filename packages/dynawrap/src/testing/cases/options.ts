import assert from "node:assert/strict";
import type { Backend } from "../../core/backend.js";
import { ne } from "../../core/condition.js";
import { isDynawrapError } from "../../core/errors.js";
import { DBItem } from "../../core/model.js";
import type { CallOptions } from "../../core/options.js";
import { assertRefused, assertRejectsWith, unique } from "../assertions.js";
import { type ConformanceCase, cases } from "../conformance-case.js";
import { number, object, text } from "../schema.js";

class Tick extends DBItem({
  pk: "CLOCK#{clock}",
  sk: "TICK#{n:06d}",
  schema: object({ clock: text, n: number, body: text }),
}) {}

type Operation = readonly [name: string, call: (options: CallOptions) => Promise<unknown>];

/** Every operation that takes options, on an item of its own. */
function operations(backend: Backend, table: string, clock: string): readonly Operation[] {
  const tick = new Tick({ clock, n: 1, body: "" });
  return [
    ["save", (options) => backend.save(table, tick, options)],
    ["save with a condition", (options) => backend.save(table, tick, { ...options, if: { n: ne(0) } })],
    ["transact", (options) => backend.transact((tx) => tx.save(table, tick), options)],
    ["update", (options) => backend.update(table, Tick, tick, (read) => read, options).catch(unlessMissing)],
    ["get", (options) => backend.get(table, Tick, tick, options)],
    ["query", (options) => backend.query(table, Tick, { clock }, options).all()],
    ["query first", (options) => backend.query(table, Tick, { clock }, options).first()],
    [
      "query pages",
      (options) => backend.query(table, Tick, { clock }, options).pages()[Symbol.asyncIterator]().next(),
    ],
    ["query page", (options) => backend.query(table, Tick, { clock }, options).page({ size: 1 })],
    ["query count", (options) => backend.query(table, Tick, { clock }, options).count()],
    ["collection", (options) => backend.collection(table, [Tick], { clock }, options).group()],
    ["scan", (options) => backend.scan(table, [Tick], { ...options, examine: 3 }).all()],
    ["batchGet", (options) => backend.batchGet(table, Tick, [tick], options)],
    ["transactGet", (options) => backend.transactGet([[table, Tick, tick]], options)],
    ["delete", (options) => backend.delete(table, tick, options)],
    ["delete by key", (options) => backend.delete(table, Tick, tick, options)],
    ["batchWrite", (options) => backend.batchWrite(table, [tick], options)],
    ["createTable", (options) => backend.createTable(table, options)],
  ];
}

/** A save that was stopped may have left nothing to update. */
function unlessMissing(error: unknown): void {
  if (!isDynawrapError(error, "item.missing")) throw error;
}

export const optionCases: readonly ConformanceCase[] = cases("options", [
  {
    title: "A call whose signal is aborted already rejects with its reason, and does nothing",
    async run(backend, table) {
      const clock = unique();
      const reason = new Error("changed my mind");
      for (const [name, call] of operations(backend, table, clock)) {
        await assertRejectsWith(() => call({ signal: AbortSignal.abort(reason) }), reason, name);
      }
      assert.deepEqual(await backend.query(table, Tick, { clock }).all(), []);
    },
  },
  {
    title: "A call whose signal is aborted under way settles at once, with the reason or with its result",
    async run(backend, table) {
      const clock = unique();
      const reason = new Error("too late");
      for (const [name, call] of operations(backend, table, clock)) {
        const controller = new AbortController();
        const calling = call({ signal: controller.signal }).then(
          () => undefined,
          (error: unknown) => error,
        );
        controller.abort(reason);
        const outcome = (await calling) as { cause?: unknown } | undefined;
        const stopped = outcome === reason || outcome?.cause === reason;
        assert.ok(outcome === undefined || stopped, `${name} rejected with ${String(outcome)}`);
      }
      await backend.save(table, new Tick({ clock, n: 2, body: "" }));
      assert.ok(await backend.get(table, Tick, { clock, n: 2 }), "the backend is of use afterwards");
    },
  },
  {
    title: "A query whose signal is aborted between two pages rejects with its reason",
    async run(backend, table) {
      const clock = unique();
      const total = 2_200;
      const body = "x".repeat(1000);
      await backend.batchWrite(
        table,
        Array.from({ length: total }, (_, n) => new Tick({ clock, n, body })),
      );
      const controller = new AbortController();
      const reason = new Error("seen enough");
      let seen = 0;
      const reading = async () => {
        for await (const _ of backend.query(table, Tick, { clock }, { signal: controller.signal })) {
          if (++seen === 1) controller.abort(reason);
        }
      };
      await assertRejectsWith(reading, reason, "the iteration");
      assert.ok(seen < total);
    },
  },
  {
    title: "A signal that is aborted after a call has ended does nothing",
    async run(backend, table) {
      const clock = unique();
      const controller = new AbortController();
      for (const [, call] of operations(backend, table, clock)) await call({ signal: controller.signal });
      controller.abort(new Error("afterwards"));
      await backend.save(table, new Tick({ clock, n: 3, body: "" }));
      assert.equal((await backend.query(table, Tick, { clock }).all()).at(-1)?.n, 3);
    },
  },
  {
    title: "A deadline that is no number above 0 is option.invalid",
    async run(backend, table) {
      for (const [name, call] of operations(backend, table, unique())) {
        for (const deadline of [0, -1, Number.NaN, "soon", null]) {
          const error = await assertRefused(
            () => call({ deadline: deadline as number }),
            "option.invalid",
            `${name}, ${deadline}`,
          );
          assert.equal(error.details.option, "deadline");
        }
      }
    },
  },
  {
    title: "A deadline that is far away changes nothing, however far, and undefined is none",
    async run(backend, table) {
      const clock = unique();
      for (const deadline of [60_000, 2 ** 40, Number.POSITIVE_INFINITY, undefined]) {
        for (const [, call] of operations(backend, table, clock)) await call({ deadline, signal: undefined });
      }
      assert.equal((await backend.query(table, Tick, { clock }).all()).length, 1);
    },
  },
  {
    title: "A limit that is no whole number from 1 is option.invalid, before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      for (const limit of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "3", null, 5n]) {
        const query = backend.query(table, Tick, { clock: unique() }, { limit: limit as number });
        for (const call of [() => query.all(), () => query.first()]) {
          const error = await assertRefused(call, "option.invalid", `limit ${String(limit)}`);
          assert.equal(error.details.option, "limit");
        }
      }
    },
  },
  {
    title: "An onError that is neither a function nor one of its words is option.invalid, before any I/O",
    async run(backend) {
      const table = `missing_${unique()}`;
      for (const onError of ["ignore", "", null, 1, {}]) {
        const query = backend.query(table, Tick, { clock: unique() }, { onError: onError as "skip" });
        const error = await assertRefused(() => query.all(), "option.invalid", `onError ${String(onError)}`);
        assert.equal(error.details.option, "onError");
      }
    },
  },
]);
