import { DBItem, type Model } from "dynawrap";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { refusal } from "./refusal.js";
import { anything, define } from "./untyped.js";

const schema = z.object({
  owner: z.string(),
  story_id: z.string(),
  title: z.string(),
  content: z.string().default(""),
  expires: z.number().optional(),
});

const indexes = {
  byTitle: { index: "GSI1", pk: "TITLE#{title}", sk: "{owner}" },
} as const;

class Story extends DBItem({ pk: "USER#{owner}", sk: "STORY#{story_id}", schema, indexes, ttl: "expires" }) {}

describe("a model", () => {
  it("shows what was declared", () => {
    expect(Story.pk).toBe("USER#{owner}");
    expect(Story.sk).toBe("STORY#{story_id}");
    expect(Story.indexes).toEqual(indexes);
    expect(Story.fields).toEqual(["content", "expires", "owner", "story_id", "title"]);
  });

  it("has no indexes unless it declares them", () => {
    expect(DBItem({ pk: "A#{owner}", schema }).indexes).toEqual({});
  });

  it("is known by its class's name, or by the one it declares", () => {
    class Tale extends DBItem({ name: "Story", pk: "A#{owner}", schema }) {}
    expect([Story.modelName, Tale.modelName]).toEqual(["Story", "Story"]);
    const Anonymous = (() => class extends DBItem({ pk: "A#{owner}", schema }) {})();
    expect(Anonymous.modelName).toBe('the model with pk "A#{owner}"');
  });

  it("is one even without a class of its own, and is then known by its pattern", () => {
    const Bare = DBItem({ pk: "A#{owner}", schema: z.object({ owner: z.string() }) });
    expect(Bare.modelName).toBe('the model with pk "A#{owner}"');
    expect(refusal("item.invalid", () => new Bare({} as never)).message).toMatch(
      /^the model with pk "A#\{owner\}": /,
    );
    expect({ ...new Bare({ owner: "ann" }) }).toEqual({ owner: "ann" });
  });

  it("can be handed to generic code", () => {
    const models: readonly Model[] = [Story];
    expect(models.map((model) => model.modelName)).toEqual(["Story"]);
  });
});

describe("a definition is refused", () => {
  it.each([5, "USER#{owner}", {}, [], () => ({})])("that is %j", (definition) => {
    expect(() => define(definition)).toThrowError(
      expect.objectContaining({ code: expect.stringMatching(/^(model|pattern)\.invalid$/) }),
    );
  });

  it.each(["with", "schemaVersion", "schema_version", "constructor", "~types"])(
    "that has a field called %s, which every instance has for itself",
    (field) => {
      const error = refusal("model.invalid", () =>
        define({ name: "Story", pk: "A", schema: z.object({ [field]: z.string() }) }),
      );
      expect(error.details).toEqual({ model: "Story", field });
      expect(error.message).toContain(`\`${field}\``);
      refusal("model.invalid", () => define({ pk: "A", schema: anything, fields: ["id", field] }));
    },
  );

  it.each([
    "toString",
    "hasOwnProperty",
    "__proto__",
    "prototype",
    "then",
    "toJSON",
    "key",
    "name",
    "PK",
    "SK",
  ])("but not for a field called %s", (field) => {
    const Odd = define({ pk: "A", schema: anything, fields: [field] });
    const item = new Odd(JSON.parse(`{${JSON.stringify(field)}: "v"}`));
    expect(Object.entries(item)).toEqual([[field, "v"]]);
    expect(Object.entries(item.with(JSON.parse(`{${JSON.stringify(field)}: "w"}`)))).toEqual([[field, "w"]]);
  });

  it.each(["missing", "owner", "story_id", "", "constructor"])("whose ttl is %j", (ttl) => {
    const error = refusal("model.invalid", () =>
      define({ name: "Story", pk: "A#{owner}", sk: "B#{story_id}", schema, ttl }),
    );
    expect(error.details).toEqual({ model: "Story", field: ttl });
  });

  it("whose fields are not a list of names", () => {
    for (const fields of [[], [5], [null], {}, [[]], 5, null]) {
      refusal("model.invalid", () => define({ pk: "A", schema: anything, fields }));
    }
  });
});

describe("an index definition", () => {
  const withIndex = (index: unknown) => () =>
    define({ name: "Story", pk: "A#{owner}", schema, indexes: { byTitle: index } });

  it("takes one to four patterns a side", () => {
    const four = ["{title}", "{owner}", "{content}", "{story_id}"];
    expect(withIndex({ index: "GSI1", pk: four, sk: four })().indexes).toEqual({
      byTitle: { index: "GSI1", pk: four, sk: four },
    });
  });

  it.each<[string, unknown]>([
    ["names no index", { pk: "{title}" }],
    ["names an empty index", { index: "", pk: "{title}" }],
    ["has a partition key of no patterns", { index: "GSI1", pk: [] }],
    ["has a partition key of five patterns", { index: "GSI1", pk: ["{title}", "A", "B", "C", "D"] }],
  ])("that %s is refused, by its alias", (_, index) => {
    const error = refusal("model.invalid", withIndex(index));
    expect(error.message).toMatch(/^Story: .*`byTitle`/);
  });

  it.each<[string, unknown]>([
    ["an unknown field", { index: "GSI1", pk: "TITLE#{titel}" }],
    ["an unknown field in one of several patterns", { index: "GSI1", pk: ["{title}", "{titel}"] }],
    ["an unknown field in the sort key", { index: "GSI1", pk: "{title}", sk: "{titel}" }],
    ["an unclosed brace", { index: "GSI1", pk: "{title" }],
    ["no partition key", { index: "GSI1" }],
    ["a sort key that is null", { index: "GSI1", pk: "{title}", sk: null }],
    ["a number for a key", { index: "GSI1", pk: 5 }],
    ["an empty pattern", { index: "GSI1", pk: "" }],
    ["an empty sort key", { index: "GSI1", pk: "{title}", sk: "" }],
    ["a number for one of several patterns", { index: "GSI1", pk: ["{title}", 5] }],
  ])("with %s is refused as a pattern", (_, index) => {
    expect(refusal("pattern.invalid", withIndex(index)).details.model).toBe("Story");
  });
});
