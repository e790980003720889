import { type DynawrapError, isDynawrapError, type OnError } from "dynawrap";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { rejection } from "../core/refusal.js";
import { model } from "../core/untyped.js";
import { type FaultyDriver, faultyBackend, putRow, Story, stories, story, table } from "./faulty-driver.js";

type Backend = Awaited<ReturnType<typeof faultyBackend>>["backend"];

let backend: Backend;
let driver: FaultyDriver;
beforeEach(async () => {
  ({ backend, driver } = await faultyBackend());
});

const key = { owner: "ann" };
const ids = (items: readonly Story[]) => items.map(({ story_id }) => story_id);

/** Puts a row of the model's own that its schema refuses. */
async function putBroken(id: string): Promise<void> {
  const attributes = { owner: "ann", story_id: id, likes: "many" };
  await putRow(driver, { key: Story.key({ owner: "ann", story_id: id }), attributes });
}

/** Puts a row between the model's own that is of another model. */
async function putForeign(sk: string): Promise<void> {
  await putRow(driver, { key: { PK: "USER#ann", SK: sk }, attributes: { owner: "bob" } });
}

describe("a query", () => {
  it("reads nothing before it is iterated, and each time anew", async () => {
    const query = backend.query(table, Story, key);
    expect(driver.pages).toHaveLength(0);
    expect(await query.all()).toEqual([]);
    await backend.save(table, story(1));
    expect(ids(await query.all())).toEqual(["1"]);
    expect(await query.first()).toEqual(story(1));
    const seen: string[] = [];
    for await (const item of query) seen.push(item.story_id);
    expect(seen).toEqual(["1"]);
  });

  it("says what is wrong with it when it is iterated, whichever way", async () => {
    const wrong = backend.query("no_table", Story, {} as typeof key);
    for (const attempt of [
      wrong.all(),
      wrong.first(),
      wrong[Symbol.asyncIterator]().next(),
      wrong.pages()[Symbol.asyncIterator]().next(),
    ]) {
      await rejection("key.incomplete", attempt);
    }
    expect(driver.pages).toHaveLength(0);
  });

  it("reads page by page, no faster than it is asked", async () => {
    await backend.batchWrite(table, stories(250));
    const pages = backend.query(table, Story, key).pages()[Symbol.asyncIterator]();
    expect(driver.pages).toHaveLength(0);
    const { value } = await pages.next();
    expect([value.length, driver.pages.length]).toEqual([100, 1]);
    await pages.return?.();
    expect(driver.pages).toHaveLength(1);
    let seen = 0;
    for await (const _ of backend.query(table, Story, key)) if (++seen === 101) break;
    expect(driver.pages).toHaveLength(3);
  });

  it("gives everything once and in order, forwards and backwards", async () => {
    const padded = Array.from({ length: 250 }, (_, id) => story(String(id).padStart(4, "0")));
    await backend.batchWrite(table, padded);
    expect(ids(await backend.query(table, Story, key).all())).toEqual(ids(padded));
    expect(ids(await backend.query(table, Story, key, { reverse: true }).all())).toEqual(
      ids(padded).reverse(),
    );
    const pages: Story[][] = [];
    for await (const page of backend.query(table, Story, key).pages()) pages.push(page);
    expect(ids(pages.flat())).toEqual(ids(padded));
  });

  it("gives no empty page", async () => {
    for (let id = 0; id < 250; id++) await putForeign(`STORY#a${String(id).padStart(3, "0")}`);
    await backend.batchWrite(table, [story("a"), story("b")]);
    const pages: Story[][] = [];
    for await (const page of backend.query(table, Story, key).pages()) pages.push(page);
    expect(pages.map(ids)).toEqual([["a"], ["b"]]);
    for await (const page of backend.query(table, Story, { owner: "nobody" }).pages())
      throw new Error(`${page}`);
  });

  it("asks for one key where the question is exact, and for a prefix where it is not", async () => {
    const Self = model("SELF#{id}", "SELF#{id}", ["id"]);
    const Closed = model("A#{a}", "B#{b}#", ["a", "b"]);
    await backend.query(table, Story, { ...key, story_id: "1" }).all();
    await backend.query(table, Self, { id: "1" }).all();
    await backend.query(table, Closed, { a: "1", b: "2" }).all();
    await backend.query(table, Closed, { a: "1" }).all();
    expect(driver.ranges).toEqual([
      { pk: ["USER#ann"], leading: [], sort: { kind: "prefix", text: "STORY#1" } },
      { pk: ["SELF#1"], leading: [], sort: { kind: "equal", text: "SELF#1" } },
      { pk: ["A#1"], leading: [], sort: { kind: "equal", text: "B#2#" } },
      { pk: ["A#1"], leading: [], sort: { kind: "prefix", text: "B#" } },
    ]);
  });

  it("asks for a consistent read where it is told to", async () => {
    await backend.query(table, Story, key).all();
    await backend.query(table, Story, key, { consistent: true }).all();
    expect(driver.pages.map(({ consistent }) => consistent)).toEqual([false, true]);
  });
});

describe("limit", () => {
  it("counts results, and is asked of the server first", async () => {
    await backend.batchWrite(table, stories(10));
    for (const limit of [1, 3, 10, 11, 1000]) {
      driver.pages.length = 0;
      const found = await backend.query(table, Story, key, { limit }).all();
      expect(found).toHaveLength(Math.min(limit, 10));
      expect(driver.pages[0]?.rows).toBe(limit);
      expect(driver.pages).toHaveLength(1);
    }
  });

  it("is not shortened by what is passed over", async () => {
    for (let id = 0; id < 60; id++) {
      const name = String(id).padStart(2, "0");
      if (id % 3 === 0) await backend.save(table, story(name));
      else if (id % 3 === 1) await putBroken(name);
      else await putForeign(`STORY#${name}`);
    }
    for (const limit of [1, 2, 7, 20, 21]) {
      const found = await backend.query(table, Story, key, { limit, onError: "skip" }).all();
      expect(ids(found)).toEqual(
        Array.from({ length: Math.min(limit, 20) }, (_, index) => String(index * 3).padStart(2, "0")),
      );
    }
    expect(
      ids(await backend.query(table, Story, key, { limit: 2, reverse: true, onError: "skip" }).all()),
    ).toEqual(["57", "54"]);
  });

  it("asks for more than is left once something was passed over", async () => {
    for (let id = 0; id < 500; id++) await putForeign(`STORY#a${String(id).padStart(3, "0")}`);
    await backend.batchWrite(table, [story("b"), story("c"), story("d")]);
    expect(ids(await backend.query(table, Story, key, { limit: 2 }).all())).toEqual(["b", "c"]);
    const rows = driver.pages.map((page) => page.rows);
    expect(rows[0]).toBe(2);
    expect(rows.slice(1)).toEqual([...rows.slice(1)].sort((left, right) => left - right));
    expect(rows.length).toBeLessThan(12);
  });

  it("of first is one", async () => {
    await backend.batchWrite(table, stories(10));
    expect((await backend.query(table, Story, key).first())?.story_id).toBe("0");
    expect((await backend.query(table, Story, key, { limit: 5, reverse: true }).first())?.story_id).toBe("9");
    expect(driver.pages.map(({ rows }) => rows)).toEqual([1, 1]);
    expect(await backend.query(table, Story, { owner: "nobody" }).first()).toBeUndefined();
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5", null])(
    "of %s is refused",
    async (limit) => {
      const query = backend.query(table, Story, key, { limit: limit as number });
      expect((await rejection("option.invalid", query.all())).details).toEqual({ option: "limit" });
      await rejection("option.invalid", query.first());
      expect(driver.pages).toHaveLength(0);
    },
  );
});

describe("onError", () => {
  beforeEach(async () => {
    await backend.batchWrite(table, [story("a"), story("c")]);
    await putBroken("b");
  });

  const query = (onError?: OnError) => backend.query(table, Story, key, { onError });

  it("throws unless it is told otherwise, after the items before", async () => {
    const seen: string[] = [];
    const read = async (onError?: OnError) => {
      seen.length = 0;
      for await (const item of query(onError)) seen.push(item.story_id);
    };
    for (const onError of [undefined, "throw"] as const) {
      const error = await rejection("item.invalid", read(onError));
      expect(error.details.key).toEqual({ PK: "USER#ann", SK: "STORY#b" });
      expect(error.details.issues[0]?.path).toEqual(["likes"]);
    }
  });

  it("skips", async () => {
    expect(ids(await query("skip").all())).toEqual(["a", "c"]);
  });

  it("warns, and skips", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(ids(await query("warn").all())).toEqual(["a", "c"]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(/^Story: .*STORY#b.*likes/);
  });

  it("calls a function, and skips", async () => {
    const seen: DynawrapError[] = [];
    expect(ids(await query((error) => seen.push(error)).all())).toEqual(["a", "c"]);
    expect(seen.map((error) => isDynawrapError(error, "item.invalid") && error.details.key?.SK)).toEqual([
      "STORY#b",
    ]);
  });

  it("lets a function end the query by throwing", async () => {
    const enough = new Error("enough");
    const asked = query(() => {
      throw enough;
    }).all();
    await expect(asked).rejects.toBe(enough);
  });

  it("never hides another failure", async () => {
    for (const onError of ["skip", "warn", () => {}] as const) {
      await rejection("table.missing", backend.query("no_table", Story, key, { onError }).all());
    }
  });

  it.each(["ignore", "", null, 5, {}])("of %s is refused", async (onError) => {
    const error = await rejection("option.invalid", query(onError as OnError).all());
    expect(error.details).toEqual({ option: "onError" });
  });
});
