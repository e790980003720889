import { createContext, runInContext } from "node:vm";
import { DBItem, isDynawrapError } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { cpuTime } from "./cpu-time.js";
import { refusal, rejection } from "./refusal.js";
import { model } from "./untyped.js";

/** Takes everything, as a model of free-form documents would. */
class Doc extends DBItem({
  pk: "DOC#{id}",
  sk: "DOC",
  schema: z.object({ id: z.string(), body: z.any() }),
}) {}

const elsewhere = createContext({});
const there = (code: string): any => runInContext(code, elsewhere);

let backend: MemoryBackend;
beforeEach(async () => {
  backend = new MemoryBackend();
  await backend.createTable("docs");
});

async function roundTrip(body: unknown): Promise<unknown> {
  await backend.save("docs", new Doc({ id: "1", body }));
  return (await backend.get("docs", Doc, { id: "1" }))?.body;
}

const refused = (body: unknown) => rejection("value.unsupported", roundTrip(body));

describe("JSON from outside", () => {
  const pollution = '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}';
  afterEach(() => {
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  it("stays data at any depth, and changes no prototype", async () => {
    const body = JSON.parse(`{"deep": [${pollution}], "__proto__": ${pollution}}`);
    const read = (await roundTrip(body)) as object;
    expect(JSON.stringify(read)).toBe(JSON.stringify(body));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.keys(read)).toContain("__proto__");
  });

  it("makes no key, no change and no instance of a model", () => {
    const values = JSON.parse(`{"id": "1", ${pollution.slice(1)}`);
    refusal("key.invalid", () => Doc.key(values));
    refusal("item.invalid", () => new Doc({ id: "1", body: 1 }).with(values));
    expect({ ...new Doc({ ...values, body: 1 }) }).toEqual({ id: "1", body: 1 });
  });

  it("cannot pass for an instance, whatever it calls its constructor", async () => {
    const forged = JSON.parse(
      '{"id": "1", "constructor": {"~model": {}, "name": "Doc"}, "~types": {}, "~model": {}}',
    );
    await rejection("model.invalid", backend.save("docs", forged));
    await rejection("model.invalid", backend.delete("docs", forged));
    await rejection("model.invalid", backend.batchWrite("docs", [forged]));
    refusal("key.invalid", () => Doc.key(forged));
  });

  it("cannot become an operator, a Date or a set in a key", () => {
    for (const id of [
      '{"beginsWith": ""}',
      '{"$gt": ""}',
      '["1"]',
      '{"toString": "x"}',
      '{"constructor": {"name": {"toString": 1}}}',
    ]) {
      refusal("key.invalid", () => Doc.key({ id: JSON.parse(id) }));
    }
  });
});

describe("an object that is no plain data", () => {
  it.each<[string, () => unknown]>([
    [
      "a class instance",
      () =>
        new (class Money {
          amount = 1;
        })(),
    ],
    ["a Map", () => new Map([["a", 1]])],
    ["a WeakMap", () => new WeakMap()],
    ["a RegExp", () => /x/],
    ["an Error", () => new Error("x")],
    ["a Promise", () => Promise.resolve(1)],
    ["a function", () => () => 1],
    ["a class", () => Doc],
    ["a symbol", () => Symbol("x")],
    ["a boxed number", () => Object(1)],
    ["an ArrayBuffer", () => new ArrayBuffer(2)],
    ["a DataView", () => new DataView(new ArrayBuffer(2))],
    ["floats", () => new Float64Array(2)],
    ["another model's instance", () => new Doc({ id: "2", body: 1 })],
    ["a URL", () => new URL("https://example.org")],
    ["an invalid Date", () => new Date(Number.NaN)],
    ["a null-prototype class's instance", () => Object.create({ method() {} })],
  ])("is refused with its path: %s", async (_, make) => {
    expect((await refused(make())).details.path).toEqual(["body"]);
    expect((await refused({ list: [1, make()] })).details.path).toEqual(["body", "list", 1]);
    expect((await refused({ list: [1, make()] })).message).toContain("`body.list[1]`");
  });

  it("is refused where it contains itself, and where it is too deep", async () => {
    const cyclic: unknown[] = [];
    cyclic.push({ cyclic });
    await refused(cyclic);
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = level % 2 ? [deep] : { deep };
    expect((await refused(deep)).message.length).toBeLessThan(500);
  });

  it("has its own error when it is a getter or a Proxy that throws", async () => {
    const trap = new Error("trap");
    const hostile = [
      Object.defineProperty({}, "a", {
        enumerable: true,
        get: () => {
          throw trap;
        },
      }),
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw trap;
          },
        },
      ),
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw trap;
          },
        },
      ),
    ];
    for (const body of hostile) await expect(roundTrip({ body })).rejects.toBe(trap);
  });
});

describe("data in an unusual dress", () => {
  it("is stored as what it is: frozen, sealed, without a prototype, behind a Proxy", async () => {
    const plain = { a: [1, { b: "c" }] };
    const bare = Object.assign(Object.create(null), plain);
    for (const body of [
      Object.freeze({ ...plain }),
      Object.seal({ ...plain }),
      bare,
      new Proxy({ ...plain }, {}),
    ]) {
      expect(await roundTrip(body)).toEqual(plain);
    }
    expect({ ...new Doc(Object.freeze({ id: "1", body: Object.freeze([1]) })).with({}) }).toEqual({
      id: "1",
      body: [1],
    });
  });

  it("is stored as what it is: of a subclass", async () => {
    class Stack extends Array {}
    class Bag extends Set {}
    class Day extends Date {}
    expect(await roundTrip(Stack.from([1, 2]))).toEqual([1, 2]);
    expect(await roundTrip(new Bag(["a"]))).toEqual(new Set(["a"]));
    expect(await roundTrip(new Day(0))).toBe("1970-01-01T00:00:00.000Z");
    const bytes = (await roundTrip(Buffer.from([1, 255]))) as Uint8Array;
    expect(bytes).toEqual(new Uint8Array([1, 255]));
    expect(bytes.constructor).toBe(Uint8Array);
  });

  it("is stored or refused with its path: of another realm", async () => {
    expect(await roundTrip(there('({ a: [1, "b", null, 2n ** 60n] })'))).toEqual({
      a: [1, "b", null, 2n ** 60n],
    });
    for (const code of ["new Date(0)", "new Set([1])", "new Uint8Array([1])"]) {
      expect((await refused({ list: [there(code)] })).details.path).toEqual(["body", "list", 0]);
    }
    refusal("key.invalid", () => model("K#{at}", undefined, ["at"]).key({ at: there("new Date(0)") }));
    expect(Doc.key(there('({ id: "1" })'))).toEqual({ PK: "DOC#1", SK: "DOC" });
  });

  it("is refused where it has holes", async () => {
    // biome-ignore lint/suspicious/noSparseArray: that is what is refused.
    expect((await refused([1, , 3])).details.path).toEqual(["body", 1]);
    expect((await refused(new Array(3))).details.path).toEqual(["body", 0]);
  });

  it("leaves out what only an object in memory has", async () => {
    expect(await roundTrip({ a: 1, [Symbol("b")]: 2, c: undefined })).toEqual({ a: 1 });
    expect(await roundTrip(Object.defineProperty({ a: 1 }, "hidden", { value: 2 }))).toEqual({ a: 1 });
  });
});

describe("what is huge", () => {
  it("is refused as too large, or too long for a key", async () => {
    const huge = "x".repeat(2 ** 24);
    const { details } = await rejection("item.tooLarge", roundTrip(huge));
    expect(details).toMatchObject({ model: "Doc", limit: 409_600 });
    const tooLong = await rejection("key.tooLong", backend.get("docs", Doc, { id: huge }));
    expect(tooLong.details).toEqual({ attribute: "PK", bytes: 2 ** 24 + 4, limit: 2048 });
    expect(tooLong.message.length).toBeLessThan(200);
  });

  it("takes no time that grows with the square of its size", async () => {
    const Wide = model("{a}#{b}", undefined, ["a", "b"]);
    const value = "#a".repeat(500_000);
    for (const attempt of [
      () => refusal("key.ambiguous", () => Wide.key({ a: value, b: "1" })),
      () => Wide.key({ a: "1", b: value }),
      () => Wide.parseKey(value.slice(1)),
      () => model("{a:url}-{b}", undefined, ["a", "b"]).key({ a: value, b: "1" }),
    ]) {
      expect(cpuTime(attempt)).toBeLessThan(2_000);
    }
  });
});

describe("a table that is no name", () => {
  it.each([
    "",
    "ab",
    "a b",
    "a/b",
    "a".repeat(256),
    "ключ",
    "a;drop",
    null,
    undefined,
    5,
    5n,
    {},
    [],
    Symbol("abc"),
    () => "abc",
  ])("is refused: %s", async (table) => {
    const name = table as string;
    for (const attempt of [
      backend.createTable(name),
      backend.save(name, new Doc({ id: "1", body: 1 })),
      backend.get(name, Doc, { id: "1" }),
      backend.query(name, Doc, { id: "1" }).all(),
      backend.delete(name, Doc, { id: "1" }),
      backend.batchWrite(name, []),
    ]) {
      await rejection("table.invalid", attempt);
    }
  });
});

describe("a model that is none", () => {
  it.each<[string, unknown]>([
    ["null", null],
    ["nothing", undefined],
    ["a name", "Doc"],
    ["an object", {}],
    ["a function", () => {}],
    ["another class", class {}],
    ["a built-in", Date],
    ["what inherits from a model", Object.create(Doc)],
  ])("is refused: %s", async (_, thing) => {
    const none = thing as typeof Doc;
    for (const attempt of [
      () => backend.get("docs", none, { id: "1" }),
      () => backend.query("docs", none, { id: "1" }).all(),
      () => backend.save("docs", thing as Doc),
      () => backend.delete("docs", thing as Doc),
      () => backend.batchWrite("docs", [thing as Doc]),
    ]) {
      const error = await attempt().then(
        () => "nothing was thrown",
        (thrown: unknown) => (isDynawrapError(thrown) ? thrown.code : thrown),
      );
      expect(error).toBe("model.invalid");
    }
  });
});
