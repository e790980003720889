import type { Items } from "dynawrap";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { refusal, rejection } from "../core/refusal.js";
import { expected, faultyBackend, Story, stories, story, table } from "./faulty-driver.js";

// No waiting between attempts: how long it is, is chance.
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});

async function* flowing(items: Iterable<Story>): AsyncGenerator<Story> {
  for (const item of items) {
    await new Promise((resolve) => setImmediate(resolve));
    yield item;
  }
}

describe("batchWrite", () => {
  it.each<[string, (items: Story[]) => Items]>([
    ["an array", (items) => items],
    ["a Set", (items) => new Set(items)],
    ["a generator", (items) => items.values()],
    ["an async generator", flowing],
    [
      "an array's async reading",
      (items) => Object.assign([], { [Symbol.asyncIterator]: () => flowing(items) }),
    ],
  ])("writes every item of %s, in requests of the driver's size", async (_, make) => {
    const { backend, driver } = await faultyBackend();
    const items = stories(30);
    await backend.batchWrite(table, make(items));
    expect(await driver.stored()).toEqual(expected(items));
    expect(driver.requests.flat().sort()).toEqual(items.map(({ story_id }) => `STORY#${story_id}`).sort());
    expect(Math.max(...driver.requests.map((request) => request.length))).toBe(4);
    expect(driver.requests.length).toBeLessThanOrEqual(9);
  });

  it("saves and deletes, by instances", async () => {
    const { backend, driver } = await faultyBackend();
    const items = stories(20);
    await backend.batchWrite(table, items);
    await backend.batchWrite(table, { save: [story("new", 1)], delete: items.slice(0, 15) });
    expect(await driver.stored()).toEqual(expected([...items.slice(15), story("new", 1)]));
    await backend.batchWrite(table, { delete: flowing(items) });
    expect(await driver.stored()).toEqual({ new: 1 });
  });

  it("asks nothing of the server for nothing", async () => {
    const { backend, driver } = await faultyBackend();
    for (const none of [[], new Set<Story>(), flowing([]), { save: [] }, { save: [], delete: [] }]) {
      await backend.batchWrite(table, none);
    }
    expect(driver.requests).toEqual([]);
  });

  it("keeps to the driver's concurrency, and uses it", async () => {
    const { backend, driver } = await faultyBackend({ concurrency: 3, delay: 5 });
    await backend.batchWrite(table, stories(60));
    expect(driver.mostInFlight).toBe(3);
  });

  it("refuses what is no iterable of items", async () => {
    const { backend } = await faultyBackend();
    const wrong = [
      undefined,
      null,
      5,
      "items",
      story(1),
      {},
      { put: [story(1)] },
      { save: story(1) },
      { save: null },
      { save: [], saves: [] },
    ];
    for (const items of wrong) await rejection("option.invalid", backend.batchWrite(table, items as never));
  });
});

describe("of several entries for one key", () => {
  it("the last wins, however far apart they are", async () => {
    const { backend, driver } = await faultyBackend({ putOff: 40, concurrency: 3 });
    const items = Array.from({ length: 200 }, (_, index) => story(index % 7, index));
    for (const form of [items, items.values(), flowing(items)]) {
      await backend.batchWrite(table, form);
      expect(await driver.stored()).toEqual(expected(items));
      await backend.batchWrite(table, { delete: items });
      expect(await driver.stored()).toEqual({});
    }
  });

  it("a delete wins over a save", async () => {
    const { backend, driver } = await faultyBackend();
    await backend.batchWrite(table, { delete: [story(3)], save: stories(10) });
    expect(await driver.stored()).toEqual(expected(stories(10).filter(({ story_id }) => story_id !== "3")));
  });

  it("one request never holds two", async () => {
    const { backend, driver } = await faultyBackend();
    await backend.batchWrite(
      table,
      Array.from({ length: 50 }, (_, index) => story(index % 3, index)).values(),
    );
    for (const request of driver.requests) expect(new Set(request).size).toBe(request.length);
  });
});

describe("what is wrong with the input", () => {
  const broken = [undefined, null, 5, "story", {}, { ...story(1) }, new Date(), Story];

  it.each(broken.map((item) => [typeof item, item]))(
    "is said before anything is written, for what is at hand: %s",
    async (_, item) => {
      const { backend, driver } = await faultyBackend();
      const items = [...stories(10), item as Story];
      for (const input of [
        items,
        new Set(items),
        { save: items },
        { delete: items },
        { save: stories(3), delete: items },
      ]) {
        await rejection("model.invalid", backend.batchWrite(table, input));
      }
      expect(driver.requests).toEqual([]);
    },
  );

  it("ends what flows by, and is never passed over", async () => {
    for (const item of broken) {
      const { backend, driver } = await faultyBackend();
      const items = [...stories(10), item as Story, story("after")];
      const error = await rejection("batch.incomplete", backend.batchWrite(table, items.values()));
      expect(error.cause).toMatchObject({ code: "model.invalid" });
      expect(error.details.save).toContain(item);
      expect({ ...(await driver.stored()), ...expected(error.details.save.slice(0, -1) as Story[]) }).toEqual(
        expected(stories(10)),
      );
    }
  });

  it("may be its keys or values", async () => {
    const { backend, driver } = await faultyBackend();
    refusal("item.invalid", () => story(1).with({ likes: "many" as never }));
    await rejection(
      "key.invalid",
      backend.batchWrite(table, [story(1), new Story({ owner: "ann", story_id: "" })]),
    );
    await rejection("key.tooLong", backend.batchWrite(table, [story(1), story("x".repeat(1025))]));
    await rejection("value.unsupported", backend.batchWrite(table, [story(1), story(2, Number.MAX_VALUE)]));
    expect(driver.requests).toEqual([]);
  });

  it("may be an item that was read under another key", async () => {
    const { backend } = await faultyBackend();
    await backend.save(table, story(1));
    const read = (await backend.get(table, Story, { owner: "ann", story_id: "1" })) as Story;
    await rejection("key.changed", backend.batchWrite(table, [read.with({ story_id: "2" })]));
    await backend.batchWrite(table, [read.with({ likes: 2 })]);
  });
});

describe("onProgress", () => {
  it("is told of the entries that are done, up to all of them", async () => {
    const { backend } = await faultyBackend({ putOff: 30 });
    const seen: { readonly done: number; readonly total: number | undefined }[] = [];
    const items = [...stories(30), ...stories(10)];
    await backend.batchWrite(table, items, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ done: 40, total: 40 });
    expect(seen.map(({ done }) => done)).toEqual(
      [...seen.map(({ done }) => done)].sort((left, right) => left - right),
    );
    expect(new Set(seen.map(({ total }) => total))).toEqual(new Set([40]));
  });

  it("knows no total of what flows by", async () => {
    const { backend } = await faultyBackend();
    const seen: unknown[] = [];
    await backend.batchWrite(
      table,
      { save: stories(6), delete: flowing([story("old")]) },
      { onProgress: (progress) => seen.push(progress) },
    );
    expect(seen.at(-1)).toEqual({ done: 7, total: undefined });
  });

  it("that throws ends the batch, with exactly what is not written", async () => {
    const { backend, driver } = await faultyBackend({ concurrency: 1 });
    const trouble = new Error("the bar is broken");
    const items = stories(20);
    const error = await rejection(
      "batch.incomplete",
      backend.batchWrite(table, items, {
        onProgress: () => {
          throw trouble;
        },
      }),
    );
    expect(error.cause).toBe(trouble);
    const left = expected(error.details.save as Story[]);
    const written = await driver.stored();
    expect({ ...left, ...written }).toEqual(expected(items));
    expect(Object.keys(left).filter((id) => id in written)).toEqual([]);
  });
});
