import { DynawrapError } from "dynawrap";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { rejection } from "../core/refusal.js";
import { expected, faultyBackend, flow, type Story, stories, story, table } from "./faulty-driver.js";

beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});

const refused = () =>
  new DynawrapError("backend.failed", "the server refused it", { operation: "batchWrite" });
const gone = () => new DynawrapError("backend.unavailable", "nobody is there", { operation: "batchWrite" });

describe("a server that puts off and throttles", () => {
  it("gets everything in the end", async () => {
    const faults = fc.record({
      seed: fc.nat(),
      putOff: fc.nat(90),
      size: fc.integer({ min: 1, max: 6 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
    });
    const ids = fc.array(fc.nat(15), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(faults, ids, fc.boolean(), async (random, ids, atHand) => {
        const { backend, driver } = await faultyBackend({
          ...random,
          throttled: (request) => request % 5 === 1,
        });
        const items = ids.map((id, index) => story(id, index));
        await backend.batchWrite(table, atHand ? items : items.values(), { deadline: 60_000 });
        expect(await driver.stored()).toEqual(expected(items));
        for (const request of driver.requests) expect(new Set(request).size).toBe(request.length);
      }),
      { numRuns: 60 },
    );
  });

  it("is asked again for what it put off, and for nothing else", async () => {
    const { backend, driver } = await faultyBackend({ putOff: 50, seed: 7 });
    const items = stories(40);
    await backend.batchWrite(table, items);
    const asked = driver.requests.flat().length;
    expect(asked).toBeGreaterThan(40);
    expect(asked).toBeLessThan(120);
  });
});

describe("a server that fails for good", () => {
  it("leaves exactly the remainder, which another batch writes", async () => {
    const faults = fc.record({
      seed: fc.nat(),
      putOff: fc.nat(60),
      size: fc.integer({ min: 1, max: 5 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      failAt: fc.integer({ min: 1, max: 12 }),
    });
    const ids = fc.array(fc.nat(12), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        faults,
        ids,
        ids,
        fc.boolean(),
        async ({ failAt, ...random }, saved, deleted, atHand) => {
          const { backend, driver } = await faultyBackend({
            ...random,
            failing: (request) => (request === failAt ? gone() : undefined),
          });
          const before = Array.from({ length: 13 }, (_, id) => story(id, -1));
          for (const item of before) await backend.save(table, item);
          const save = saved.map((id, index) => story(id, index));
          const remove = deleted.map((id) => story(id));
          const flowing = flow(save);
          const outcome = await backend
            .batchWrite(table, { save: atHand ? save : flowing.items, delete: remove })
            .then(
              () => undefined,
              (error: unknown) => error,
            );
          if (outcome !== undefined) {
            const { details } = await rejection("batch.incomplete", Promise.reject(outcome));
            // What is left and what was never taken makes the whole, in any number of tries.
            const rest = atHand ? [] : save.slice(flowing.taken.length);
            await backend.batchWrite(table, {
              save: [...(details.save as Story[]), ...rest],
              delete: details.delete as Story[],
            });
          }
          const final = { ...expected(before), ...expected(save) };
          for (const { story_id } of remove) delete final[story_id];
          expect(await driver.stored()).toEqual(final);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("before anything is written says only what is wrong, for what is at hand", async () => {
    const { backend, driver } = await faultyBackend({ failing: refused });
    await rejection("backend.failed", backend.batchWrite(table, stories(10)));
    expect(await driver.stored()).toEqual({});
  });

  it("but may be there again leaves the remainder even then", async () => {
    for (const failing of [gone, () => new Error("reset")]) {
      const { backend } = await faultyBackend({ failing });
      const items = stories(10);
      const error = await rejection("batch.incomplete", backend.batchWrite(table, items));
      expect(expected(error.details.save as Story[])).toEqual(expected(items));
      expect(error.details.delete).toEqual([]);
      expect(error.message).toContain("10");
    }
  });

  it("does not swallow what was taken from an input that flows by", async () => {
    for (const size of [1, 3, 25]) {
      for (const failAt of [1, 2, 3]) {
        const { backend, driver } = await faultyBackend({
          size,
          concurrency: 2,
          failing: (request) => (request >= failAt ? refused() : undefined),
        });
        const flowing = flow(stories(400));
        const error = await rejection("batch.incomplete", backend.batchWrite(table, flowing.items));
        const accounted = { ...expected(error.details.save as Story[]), ...(await driver.stored()) };
        expect(accounted).toEqual(expected(flowing.taken));
      }
    }
  });
});

describe("an input that fails", () => {
  it.each([0, 1, 5, 300])(
    "after %i items leaves what is not written, with its own error as the cause",
    async (count) => {
      const { backend, driver } = await faultyBackend();
      const trouble = new Error("the file ends early");
      const failing = function* () {
        yield* stories(count);
        throw trouble;
      };
      const asynchronous = async function* () {
        yield* failing();
      };
      for (const input of [failing(), asynchronous()]) {
        const error = await rejection("batch.incomplete", backend.batchWrite(table, input));
        expect(error.cause).toBe(trouble);
        expect({ ...expected(error.details.save as Story[]), ...(await driver.stored()) }).toEqual(
          expected(stories(count)),
        );
      }
    },
  );

  it("leaves the deletes at hand that stand behind it, too", async () => {
    const { backend } = await faultyBackend();
    const failing = function* () {
      yield story(1);
      throw new Error("the file ends early");
    };
    const error = await rejection(
      "batch.incomplete",
      backend.batchWrite(table, { save: failing(), delete: [story(2), story(3)] }),
    );
    expect(error.details.delete).toHaveLength(2);
  });

  it("is closed when the batch ends early", async () => {
    const { backend } = await faultyBackend({ failing: refused });
    let closed = false;
    const input = async function* () {
      try {
        yield* stories(5_000);
      } finally {
        closed = true;
      }
    };
    await rejection("batch.incomplete", backend.batchWrite(table, input()));
    expect(closed).toBe(true);
  });
});
