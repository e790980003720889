import { type } from "arktype";
import { DBItem } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import * as v from "valibot";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { rejection } from "../core/refusal.js";
import { define, type UntypedModel } from "../core/untyped.js";

let backend: MemoryBackend;
beforeEach(async () => {
  backend = new MemoryBackend();
  await backend.createTable("things");
});

function withField(value: unknown): UntypedModel {
  return class Thing extends define({
    pk: "THING#{id}",
    sk: "THING",
    schema: z.object({ id: z.string(), value }),
  }) {};
}

async function roundTrip(Thing: UntypedModel, value: unknown): Promise<unknown> {
  await backend.save("things", new Thing({ id: "1", value }));
  return (await backend.get("things", Thing, { id: "1" }))?.value;
}

describe("a schema that takes back its own stored output", () => {
  it.each<[string, unknown, unknown, unknown]>([
    ["a coerced Date", z.coerce.date(), new Date(0), new Date(0)],
    [
      "a Date out of text",
      z.string().transform((text) => new Date(text)),
      "2024-01-01T00:00:00.000Z",
      new Date("2024-01-01"),
    ],
    ["trimmed text", z.string().trim().toLowerCase(), "  A ", "a"],
    ["a default", z.number().default(7), undefined, 7],
    ["a catch", z.number().catch(7), "x", 7],
    ["a coerced bigint", z.coerce.bigint(), 5, 5n],
    ["a bigint beyond 2^53", z.bigint(), 2n ** 60n, 2n ** 60n],
    ["a set", z.set(z.string()), new Set(["a"]), new Set(["a"])],
    ["bytes", z.instanceof(Uint8Array), new Uint8Array([1]), new Uint8Array([1])],
    [
      "bytes that come as a Buffer",
      z.instanceof(Uint8Array),
      Buffer.from([1, 0xff]),
      new Uint8Array([1, 0xff]),
    ],
    ["a record", z.record(z.string(), z.unknown()), { b: 1, a: [null] }, { b: 1, a: [null] }],
    ["null", z.string().nullable(), null, null],
    ["minus zero", z.number(), -0, 0],
  ])("is used: %s", async (_, schema, input, output) => {
    expect(await roundTrip(withField(schema), input)).toEqual(output);
  });
});

describe("a schema that does not take back its own stored output is refused at the first save", () => {
  const refused = async (Thing: UntypedModel, value: unknown) => {
    const error = await rejection("model.invalid", backend.save("things", new Thing({ id: "1", value })));
    expect(error.message).toMatch(/^Thing: the schema .*own stored output/);
    expect(error.details.model).toBe("Thing");
    expect(await backend.query("things", Thing, { id: "1" }).all()).toEqual([]);
    return error.message;
  };

  it.each<[string, unknown, unknown]>([
    ["a Date that takes no text", z.date(), new Date(0)],
    ["a Date deep inside that takes no text", z.array(z.object({ at: z.date() })), [{ at: new Date(0) }]],
    ["text that becomes a number", z.string().transform(Number), "5"],
    ["a small bigint, which comes back as a number", z.bigint(), 5n],
    ["a Set that comes out of an array", z.array(z.string()).transform((list) => new Set(list)), ["a"]],
    [
      "text that grows beyond what it allows",
      z
        .string()
        .max(3)
        .transform((text) => `${text}!`),
      "abc",
    ],
  ])("since it does not accept it: %s", async (_, schema, value) => {
    expect(await refused(withField(schema), value)).toContain("does not accept");
  });

  it.each<[string, unknown, unknown]>([
    ["text that grows", z.string().transform((text) => `${text}!`), "a"],
    ["a number that grows", z.number().transform((number) => number + 1), 1],
    ["a list that grows", z.array(z.number()).transform((list) => [...list, 0]), [1]],
    [
      "a Date cut to its day",
      z.coerce.date().transform((date) => `${date.toISOString().slice(0, 10)}T`),
      "2024-01-01",
    ],
  ])("since it changes it: %s", async (_, schema, value) => {
    expect(await refused(withField(schema), value)).toMatch(/changes|does not accept/);
  });

  it.each<[string, unknown]>([
    [
      "valibot",
      v.object({
        id: v.string(),
        value: v.pipe(
          v.string(),
          v.transform((text) => `${text}!`),
        ),
      }),
    ],
    ["arktype", type({ id: "string", value: type("string").pipe((text) => `${text}!`) })],
  ])("of another library: %s", async (_, schema) => {
    class Thing extends define({ pk: "THING#{id}", sk: "THING", schema }) {}
    await refused(Thing, "a");
  });

  it("by a batch as well, before anything is written", async () => {
    const Thing = withField(z.string().transform((text) => `${text}!`));
    const items = ["1", "2"].map((id) => new Thing({ id, value: "a" }));
    await rejection("model.invalid", backend.batchWrite("things", items));
    expect(await backend.query("things", Thing, { id: "1" }).all()).toEqual([]);
  });

  it("and at each later one", async () => {
    const Thing = withField(z.date());
    for (let attempt = 0; attempt < 3; attempt++) await refused(Thing, new Date(0));
  });

  it("and not before a field is there for the first time", async () => {
    class Thing extends DBItem({
      pk: "THING#{id}",
      sk: "THING",
      schema: z.object({
        id: z.string(),
        value: z
          .string()
          .transform((text) => `${text}!`)
          .optional(),
      }),
    }) {}
    await backend.save("things", new Thing({ id: "1" }));
    await rejection("model.invalid", backend.save("things", new Thing({ id: "1", value: "a" })));
  });
});
