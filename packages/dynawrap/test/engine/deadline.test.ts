import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rejection } from "../core/refusal.js";
import { expected, faultyBackend, flow, Story, stories, story, table } from "./faulty-driver.js";

const key = { owner: "ann", story_id: "1" };

async function* never(): AsyncGenerator<Story> {
  yield story(1);
  await new Promise(() => {});
}

describe("a deadline", () => {
  it.each([0, -1, Number.NaN, null, {}])("of %s is refused by every call", async (deadline) => {
    const { backend } = await faultyBackend();
    const options = { deadline: deadline as number };
    for (const attempt of [
      () => backend.save(table, story(1), options),
      () => backend.get(table, Story, key, options),
      () => backend.query(table, Story, { owner: "ann" }, options).all(),
      () => backend.delete(table, story(1), options),
      () => backend.delete(table, Story, key, options),
      () => backend.batchWrite(table, [story(1)], options),
      () => backend.createTable(table, options),
    ]) {
      expect((await rejection("option.invalid", attempt())).details).toEqual({ option: "deadline" });
    }
  });

  it("that passes ends a query, with the operation's name", async () => {
    const { backend } = await faultyBackend({ delay: 10_000 });
    const error = await rejection(
      "backend.unavailable",
      backend.query(table, Story, { owner: "ann" }, { deadline: 20 }).all(),
    );
    expect(error.details).toEqual({ operation: "query" });
    expect(error.message).toMatch(/^query: .*20 ms/);
  });

  it("that passes ends a batch, with exactly what is not written", async () => {
    const { backend, driver } = await faultyBackend({ delay: 30, concurrency: 1, size: 2 });
    const items = stories(100);
    const error = await rejection("batch.incomplete", backend.batchWrite(table, items, { deadline: 600 }));
    expect(error.cause).toMatchObject({ code: "backend.unavailable" });
    const written = await driver.stored();
    expect(Object.keys(written).length).toBeGreaterThan(0);
    expect({ ...expected(error.details.save as Story[]), ...written }).toEqual(expected(items));
  });

  it("that passes ends a batch which only waits to be served", async () => {
    const { backend } = await faultyBackend({ throttled: () => true });
    const error = await rejection(
      "batch.incomplete",
      backend.batchWrite(table, stories(10), { deadline: 60 }),
    );
    expect(error.details.save).toHaveLength(10);
  });

  it("that passes ends a batch whose input does not go on", async () => {
    const { backend } = await faultyBackend();
    const error = await rejection("batch.incomplete", backend.batchWrite(table, never(), { deadline: 60 }));
    expect(error.cause).toMatchObject({ code: "backend.unavailable" });
    expect(error.details.save).toHaveLength(1);
  });

  it("that is far away lets the process end and the call succeed", async () => {
    const { backend } = await faultyBackend();
    for (const deadline of [2 ** 31, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY]) {
      await backend.save(table, story(1), { deadline });
      expect(await backend.get(table, Story, key, { deadline })).toBeDefined();
    }
  });

  it("counts the time that a query waits, not the time between its pages", async () => {
    const { backend } = await faultyBackend();
    await backend.batchWrite(table, stories(250));
    let seen = 0;
    for await (const page of backend.query(table, Story, { owner: "ann" }, { deadline: 150 }).pages()) {
      seen += page.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(seen).toBe(250);
  });
});

describe("a signal", () => {
  const reason = new Error("no longer wanted");

  it("that is aborted already ends every call with its reason, before any I/O", async () => {
    const { backend, driver } = await faultyBackend();
    const options = { signal: AbortSignal.abort(reason) };
    for (const attempt of [
      () => backend.save(table, story(1), options),
      () => backend.get(table, Story, key, options),
      () => backend.query(table, Story, { owner: "ann" }, options).all(),
      () => backend.delete(table, Story, key, options),
      () => backend.batchWrite(table, [story(1)], options),
      () => backend.createTable("another", options),
    ]) {
      await expect(attempt()).rejects.toBe(reason);
    }
    expect(driver.requests).toEqual([]);
    expect(await driver.stored()).toEqual({});
  });

  it("that is aborted meanwhile ends a query with its reason", async () => {
    const { backend } = await faultyBackend({ delay: 10_000 });
    const controller = new AbortController();
    const asked = backend.query(table, Story, { owner: "ann" }, { signal: controller.signal }).all();
    setTimeout(() => controller.abort(reason), 10);
    await expect(asked).rejects.toBe(reason);
  });

  it("that is aborted meanwhile ends a batch, with its reason as the cause and what is not written", async () => {
    for (const atHand of [true, false]) {
      const { backend, driver } = await faultyBackend({ delay: 5, concurrency: 1, size: 2 });
      const controller = new AbortController();
      const items = stories(400);
      const flowing = flow(items);
      setTimeout(() => controller.abort(reason), 40);
      const error = await rejection(
        "batch.incomplete",
        backend.batchWrite(table, atHand ? items : flowing.items, { signal: controller.signal }),
      );
      expect(error.cause).toBe(reason);
      const accounted = { ...expected(error.details.save as Story[]), ...(await driver.stored()) };
      expect(accounted).toEqual(expected(atHand ? items : flowing.taken));
    }
  });

  it("is let go of when the call is over", async () => {
    const { backend } = await faultyBackend();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await backend.save(table, story(1), { signal });
    await backend.query(table, Story, { owner: "ann" }, { signal }).all();
    await backend.batchWrite(table, stories(30), { signal, deadline: 60_000 });
    expect(added).toHaveBeenCalled();
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
  });
});

describe("a batch without a deadline", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, "random").mockReturnValue(0.5);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("gives up when nothing gets through for about half a minute", async () => {
    const { backend, driver } = await faultyBackend({ throttled: () => true, concurrency: 1 });
    const started = Date.now();
    const asked = backend.batchWrite(table, stories(4)).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(300_000);
    const error = await rejection("batch.incomplete", Promise.reject(await asked));
    expect(error.cause).toMatchObject({ code: "backend.throttled" });
    expect(driver.requests.length).toBeGreaterThan(8);
    expect(Date.now() - started).toBeGreaterThan(15_000);
  });

  it("goes on for as long as something gets through", async () => {
    const { backend, driver } = await faultyBackend({
      throttled: (request) => request % 10 !== 0,
      concurrency: 1,
    });
    const asked = backend.batchWrite(table, stories(40));
    await vi.advanceTimersByTimeAsync(600_000);
    await asked;
    expect(Object.keys(await driver.stored())).toHaveLength(40);
  });
});
