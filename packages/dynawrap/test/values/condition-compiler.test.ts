import { describe, expect, it } from "vitest";
import {
  allOf,
  anyOf,
  beginsWith,
  between,
  contains,
  eq,
  exists,
  gt,
  gte,
  lt,
  lte,
  missing,
  ne,
  nested,
  not,
  oneOf,
  size,
} from "../../src/core/condition.js";
import { readsOf } from "../../src/values/condition.js";
import { compileCondition } from "../../src/values/condition-compiler.js";
import { refusal } from "../core/refusal.js";

const fields = ["title", "likes", "tags", "meta", "at", "done", "__proto__"];
const model = { name: "Story", fields, isField: (name: string) => fields.includes(name) };
const compile = (where: unknown) => compileCondition(where, model, "where");
/** Plain JavaScript, for what the types refuse. */
const untyped = { gt, between, beginsWith, not, allOf, anyOf, size, nested, eq } as unknown as Record<
  string,
  (...operands: unknown[]) => unknown
>;

describe("a condition", () => {
  it("takes a plain value for equality", () => {
    const at = new Date(0);
    expect(compile({ title: "Dune" })).toEqual({ kind: "eq", path: ["title"], value: { S: "Dune" } });
    expect(compile({ at })).toEqual({ kind: "eq", path: ["at"], value: { S: at.toISOString() } });
    expect(compile({ tags: new Set(["a"]) })).toEqual({ kind: "eq", path: ["tags"], value: { SS: ["a"] } });
    expect(compile({ meta: { lang: "en" } })).toEqual({
      kind: "eq",
      path: ["meta"],
      value: { M: { lang: { S: "en" } } },
    });
    expect(compile({ done: null })).toEqual({ kind: "eq", path: ["done"], value: { NULL: true } });
  });

  it("holds of all fields that it names, and always when it names none", () => {
    expect(compile({ likes: gt(5), title: ne("x") })).toEqual({
      kind: "and",
      conditions: [
        { kind: "gt", path: ["likes"], value: { N: "5" } },
        { kind: "ne", path: ["title"], value: { S: "x" } },
      ],
    });
    expect(compile({})).toEqual({ kind: "and", conditions: [] });
  });

  it("takes every operator", () => {
    const path = ["likes"];
    const [one, two] = [{ N: "1" }, { N: "2" }];
    expect(compile({ likes: gte(1) })).toEqual({ kind: "gte", path, value: one });
    expect(compile({ likes: lt(1) })).toEqual({ kind: "lt", path, value: one });
    expect(compile({ likes: lte(1n) })).toEqual({ kind: "lte", path, value: one });
    expect(compile({ likes: between(1, 2) })).toEqual({ kind: "between", path, low: one, high: two });
    expect(compile({ likes: oneOf(1, 2) })).toEqual({ kind: "oneOf", path, values: [one, two] });
    expect(compile({ likes: exists() })).toEqual({ kind: "exists", path });
    expect(compile({ likes: missing() })).toEqual({ kind: "missing", path });
    expect(compile({ likes: not(eq(1)) })).toEqual({
      kind: "not",
      condition: { kind: "eq", path, value: one },
    });
    expect(compile({ likes: allOf(gt(1), lt(2)) })).toEqual({
      kind: "and",
      conditions: [
        { kind: "gt", path, value: one },
        { kind: "lt", path, value: two },
      ],
    });
    expect(compile({ title: beginsWith("a") })).toEqual({
      kind: "beginsWith",
      path: ["title"],
      value: { S: "a" },
    });
    expect(compile({ tags: contains("a") })).toEqual({ kind: "contains", path: ["tags"], value: { S: "a" } });
  });

  it("asks for a size with a number, or with any test of one", () => {
    const of = (compare: string, value: number) => ({ kind: "size", path: ["tags"], compare, size: value });
    expect(compile({ tags: size(5) })).toEqual(of("eq", 5));
    expect(compile({ tags: size(ne(5)) })).toEqual(of("ne", 5));
    expect(compile({ tags: size(between(1, 5)) })).toEqual({
      kind: "and",
      conditions: [of("gte", 1), of("lte", 5)],
    });
    expect(compile({ tags: size(oneOf(1, 3)) })).toEqual({
      kind: "or",
      conditions: [of("eq", 1), of("eq", 3)],
    });
    expect(compile({ tags: size(not(anyOf(gt(5), lt(2)))) })).toEqual({
      kind: "not",
      condition: { kind: "or", conditions: [of("gt", 5), of("lt", 2)] },
    });
  });

  it("looks inside maps, under any name", () => {
    expect(compile({ meta: nested({ "a.b": nested({ "#": gt(1) }) }) })).toEqual({
      kind: "gt",
      path: ["meta", "a.b", "#"],
      value: { N: "1" },
    });
    expect(compile({ meta: nested(JSON.parse('{"__proto__": 1}')) })).toEqual({
      kind: "eq",
      path: ["meta", "__proto__"],
      value: { N: "1" },
    });
    expect(compile(JSON.parse('{"__proto__": 1}'))).toEqual({
      kind: "eq",
      path: ["__proto__"],
      value: { N: "1" },
    });
  });

  it("has alternatives of one field, and of whole conditions", () => {
    const [dune, many] = [
      { kind: "eq", path: ["title"], value: { S: "Dune" } },
      { kind: "gt", path: ["likes"], value: { N: "5" } },
    ];
    expect(compile({ title: anyOf(eq("Dune")) })).toEqual(dune);
    expect(compile(untyped.anyOf?.({ title: "Dune" }, { likes: gt(5) }))).toEqual({
      kind: "or",
      conditions: [dune, many],
    });
  });

  it("is never true of one of no values", () => {
    expect(compile({ title: oneOf() })).toEqual({ kind: "oneOf", path: ["title"], values: [] });
  });

  it("says which attributes it is about", () => {
    const where = { meta: nested({ lang: "en" }), likes: not(anyOf(gt(5), missing())) };
    expect(readsOf(compile(where))).toEqual(new Set(["meta", "likes"]));
    expect(readsOf({ kind: "absent" })).toEqual(new Set());
  });
});

describe("what is refused before any I/O", () => {
  it.each<[string, unknown, string]>([
    ["no condition", undefined, "`where` is undefined"],
    ["null", null, "`where` is null"],
    ["an array", [], "`where` is a Array"],
    ["a class instance", new Date(), "`where` is a Date"],
    ["text", "likes > 5", "`where` is a string"],
    ["an operator of a field", gt(5), "`where` is gt"],
    ["anyOf of nothing", untyped.anyOf?.(), "`where` is anyOf of nothing"],
    ["anyOf of operators and conditions", untyped.anyOf?.({ title: "a" }, gt(5)), "`where` is gt"],
    ["an unknown field", { titel: "a" }, "`titel` in `where` names no field of the schema (title, likes"],
    ["a name of the prototype", { constructor: "a" }, "`constructor` in `where` names no field"],
    ["undefined", { title: undefined }, "`title` in `where` is undefined"],
    ["undefined in an operator", { likes: untyped.gt?.(undefined) }, "`likes` in `where` is undefined"],
    ["an operator of nothing", { likes: untyped.gt?.() }, "`likes` in `where` is undefined"],
    ["one bound", { likes: untyped.between?.(1) }, "`likes` in `where` is undefined"],
    [
      "undefined inside",
      { meta: nested({ lang: undefined as never }) },
      "`meta.lang` in `where` is undefined",
    ],
    ["undefined among values", { title: oneOf("a", undefined as never) }, "`title` in `where` is undefined"],
    ["a function", { title: () => "a" }, "`title` in `where` cannot be stored"],
    ["NaN", { likes: gt(Number.NaN) }, "`likes` in `where` cannot be stored"],
    ["a lone surrogate", { title: "\ud800" }, "`title` in `where` cannot be stored"],
    ["an invalid Date", { at: new Date("no") }, "`at` in `where` cannot be stored"],
    ["an empty set", { tags: new Set() }, "`tags` in `where` cannot be stored"],
    ["an operator as a value", { likes: untyped.eq?.(gt(5)) }, "`likes` in `where` cannot be stored"],
    ["an operator in a map", { meta: { lang: gt("a") } }, "`meta` in `where` cannot be stored"],
    ["an empty name", { meta: nested({ "": exists() }) }, "`meta.` in `where` cannot be stored"],
    ["reversed bounds", { likes: between(10, 9) }, "`likes` in `where` is between reversed bounds"],
    ["bounds reversed in bytes", { title: between("\u{10000}", "\ufb00") }, "reversed bounds"],
    ["bounds of two types", { likes: untyped.between?.(1, "2") }, "is between bounds of two types"],
    ["an order of booleans", { done: untyped.gt?.(true) }, "is asked gt of what has no order"],
    ["an order of maps", { meta: untyped.between?.({}, {}) }, "is asked between of what has no order"],
    ["a number as a beginning", { likes: untyped.beginsWith?.(1) }, "can only begin with text or bytes"],
    ["not of a value", { title: untyped.not?.("a") }, "is asked not(a string), which takes operators"],
    ["not of nothing", { title: untyped.not?.() }, "is asked not(undefined)"],
    ["allOf of nothing", { title: allOf() }, "is asked allOf of nothing"],
    ["anyOf of values", { title: untyped.anyOf?.("a", "b") }, "is asked anyOf(a string)"],
    [
      "anyOf of conditions in a field",
      { title: untyped.anyOf?.({ title: "a" }) },
      "is asked anyOf(a Object)",
    ],
    ["nested in a value", { meta: untyped.nested?.("lang") }, "is asked nested(a string), not an object"],
    ["a size that is text", { tags: untyped.size?.("5") }, "is asked for its size, which takes a number"],
    ["a size that exists", { tags: size(exists()) }, "is asked for its size, which takes a number"],
    ["a size of a size", { tags: untyped.size?.(size(5)) }, "is asked for its size, which takes a number"],
    ["a size that contains", { tags: untyped.size?.(contains(5)) }, "is asked for its size"],
    ["an operator of the future", { title: Object.assign(eq("a"), { kind: "like" }) }, "does not know"],
  ])("%s", (_, where, problem) => {
    const error = refusal("condition.invalid", () => compile(where));
    expect(error.message).toContain(problem);
    expect(error.message).toMatch(/^Story: /);
    expect(error.details.model).toBe("Story");
  });

  it("names the field in the details, and the option in the message", () => {
    const error = refusal("condition.invalid", () => compileCondition({ likes: undefined }, model, "if"));
    expect(error.details).toEqual({ model: "Story", field: "likes" });
    expect(error.message).toContain("`likes` in `if` is undefined");
  });

  it("a path deeper than any item, without following what contains itself", () => {
    const deep = Array.from({ length: 40 }).reduce<any>((inner) => nested({ a: inner }), eq(1));
    expect(refusal("condition.invalid", () => compile({ meta: deep })).message).toContain("over 32 levels");
    const content: Record<string, any> = {};
    content.a = nested(content);
    expect(refusal("condition.invalid", () => compile({ meta: nested(content) })).message).toContain(
      "over 32 levels",
    );
  });
});
