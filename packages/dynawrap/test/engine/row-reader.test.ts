import { DBItem, type DynawrapError, gt, Table, type UnknownRow } from "dynawrap";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { designOf } from "../../src/core/design.js";
import { requireModel } from "../../src/core/model.js";
import type { AnyTable } from "../../src/core/table.js";
import { isWithin, positionOf } from "../../src/engine/position.js";
import { readRow, type Selection } from "../../src/engine/row-reader.js";
import { compileCondition } from "../../src/values/condition-compiler.js";
import { refusal } from "../core/refusal.js";

const text = z.string();

class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "{id}",
  schema: z.object({ owner: text, id: text, likes: z.number(), until: z.number().optional() }),
  ttl: "until",
}) {}
class Profile extends DBItem({ pk: "USER#{owner}", sk: "PROFILE", schema: z.object({ owner: text }) }) {}

const app = new Table("app", { models: [Story, Profile] });
const now = 1_000_000;

function selection(table: AnyTable, models: readonly unknown[], options: Partial<Selection> = {}): Selection {
  const known = models.map((model) => requireModel(model, "test"));
  return {
    design: designOf(table, known),
    wanted: new Map(known.map((model) => [model, undefined])),
    index: undefined,
    condition: undefined,
    includeExpired: false,
    clock: () => now,
    partial: false,
    onError: "throw",
    ...options,
  };
}

const row = (SK: string, attributes: Record<string, unknown>) => ({
  key: { PK: "USER#ann", SK },
  version: undefined,
  attributes,
});
const story = row("1", { likes: 3 });

afterEach(() => vi.restoreAllMocks());

describe("a row", () => {
  it("comes back as an instance of the model that has its key", () => {
    const read = (SK: string, models: readonly unknown[]) =>
      readRow(row(SK, { likes: 3 }), selection(app, models));
    expect(read("1", [Story])).toEqual(new Story({ owner: "ann", id: "1", likes: 3 }));
    expect(read("PROFILE", [Story, Profile])).toBeInstanceOf(Profile);
    expect(read("PROFILE", [Story])).toBeUndefined();
    expect(read("1", [Profile])).toBeUndefined();
  });

  it("of none of the models is passed over, shown, or refused", () => {
    const seen: UnknownRow[] = [];
    const foreign = { key: { PK: "ORDER#1", SK: "x" }, version: undefined, attributes: { a: 1 } };
    expect(readRow(foreign, selection(app, [Story, Profile]))).toBeUndefined();
    expect(readRow(foreign, selection(app, [Story], { unknown: (one) => seen.push(one) }))).toBeUndefined();
    expect(seen).toEqual([{ key: foreign.key, data: { a: 1 } }]);
    refusal("item.misplaced", () => readRow(foreign, selection(app, [Story], { unknown: "throw" })));
  });

  it("whose fields contradict its key goes to onError, but is passed over under a bare name", () => {
    const wrong = row("1", { owner: "bob", likes: 3 });
    refusal("item.misplaced", () => readRow(wrong, selection(app, [Story])));
    expect(readRow(wrong, selection("app", [Story]))).toBeUndefined();
  });

  it("that the schema refuses goes to onError", () => {
    const broken = row("1", { likes: "many" });
    const errors: DynawrapError[] = [];
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const read = (onError: Selection["onError"]) => readRow(broken, selection(app, [Story], { onError }));
    refusal("item.invalid", () => read("throw"));
    expect([read("skip"), read("warn"), read((error) => errors.push(error))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(errors.map(({ code }) => code)).toEqual(["item.invalid"]);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it("that has expired is not seen, unless it is asked for", () => {
    const at = (until: number, includeExpired = false) =>
      readRow(row("1", { likes: 3, until }), selection(app, [Story], { includeExpired }));
    expect([at(1000), at(999), at(1001) instanceof Story]).toEqual([undefined, undefined, true]);
    expect(at(999, true)).toBeInstanceOf(Story);
  });

  it("must meet the condition that the store was not asked", () => {
    const model = requireModel(Story, "test");
    const read = (where: object) =>
      readRow(story, selection(app, [Story], { condition: compileCondition(where, model, "where") }));
    expect(read({ likes: gt(2), owner: "ann" })).toBeInstanceOf(Story);
    expect(read({ likes: gt(3) })).toBeUndefined();
    expect(read({ owner: "bob" })).toBeUndefined();
  });

  it("gives plain, unvalidated fields where they are picked", () => {
    const read = (pick: readonly string[]) =>
      readRow(row("1", { likes: "many" }), selection(app, [Story], { pick }));
    expect(read(["likes", "id"])).toEqual({ likes: "many", id: "1" });
    expect(read(["until"])).toEqual({});
    expect(read([])).toEqual({});
  });

  it("is looked at again where a store may bring one from outside the range", () => {
    const model = requireModel(Story, "test");
    const sort = { kind: "span", from: { text: "1", inclusive: false }, to: undefined } as const;
    const wanted = new Map([[model, { pk: ["USER#ann"], leading: [], sort }]]);
    expect(readRow(story, selection(app, [Story], { wanted }))).toBeUndefined();
    expect(readRow(row("2", { likes: 1 }), selection(app, [Story], { wanted }))).toBeInstanceOf(Story);
  });
});

describe("the position of a row", () => {
  const table = new Table("app", {
    sk: { name: "SK", type: "S" },
    indexes: { GSI1: { pk: "kind", sk: [{ name: "n", type: "N" }, "SK"] } },
  });
  const design = designOf(table, []);

  it("is its key, and in an index the texts of the index's attributes", () => {
    const stored = row("1", { kind: "a", n: 5 });
    expect(positionOf(stored, undefined, design.layout)).toEqual({ key: stored.key });
    expect(positionOf(stored, table.layout.indexes.get("GSI1"), table.layout)).toEqual({
      key: stored.key,
      index: ["a", "5", "1"],
    });
  });
});

it("compares numbers as numbers and text by its bytes", () => {
  const above = (text: string, bound: string, numeric: boolean, inclusive = false) =>
    isWithin({ text, numeric }, { kind: "span", from: { text: bound, inclusive }, to: undefined });
  expect([above("10", "9", true), above("10", "9", false)]).toEqual([true, false]);
  expect([above("-1", "-2", true), above("1e3", "999", true), above("5", "5.0", true, true)]).toEqual([
    true,
    true,
    true,
  ]);
  expect([above("😀", "\uffff", false), above("5", "5", false), above("5", "5", false, true)]).toEqual([
    true,
    false,
    true,
  ]);
});
