import { DBItem, type Model, Table } from "dynawrap";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { refusal } from "./refusal.js";
import { define, model } from "./untyped.js";

const text = z.string();

class User extends DBItem({ pk: "USER#{name}", sk: "PROFILE", schema: z.object({ name: text }) }) {}
class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{id}",
  schema: z.object({ owner: text, id: text, title: text }),
  indexes: { byTitle: { index: "GSI1", pk: "TITLE#{title}", sk: "{owner}" } },
}) {}

/** A table as plain JavaScript makes it. */
const make = (definition: unknown, name: unknown = "app") => new Table(name as string, definition as object);

describe("a table", () => {
  it("has the key PK and SK of text, and no indexes, unless it says otherwise", () => {
    const { name, models, layout } = new Table("app");
    expect([name, models]).toEqual(["app", []]);
    expect(layout).toEqual({
      name: "app",
      pk: { name: "PK", type: "S" },
      sk: { name: "SK", type: "S" },
      indexes: new Map(),
      bare: false,
    });
  });

  it("takes attributes by name or with their type, several a side in an index, and no sort key", () => {
    const { layout } = new Table("app", {
      pk: { name: "id", type: "N" },
      sk: false,
      indexes: {
        GSI1: { pk: ["a", { name: "n", type: "N" }], sk: ["b"], projection: ["title"] },
        GSI2: { pk: "a" },
      },
    });
    expect([layout.pk, layout.sk]).toEqual([{ name: "id", type: "N" }, undefined]);
    expect(layout.indexes.get("GSI1")).toEqual({
      name: "GSI1",
      pk: [
        { name: "a", type: "S" },
        { name: "n", type: "N" },
      ],
      sk: [{ name: "b", type: "S" }],
      projection: ["title"],
      local: false,
    });
    expect(layout.indexes.get("GSI2")).toMatchObject({ sk: [], projection: "ALL" });
  });

  it("lists its models as they were given", () => {
    const models: Model[] = [User, Story];
    const table = new Table("app", { models, indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } } });
    models.pop();
    expect(table.models).toEqual([User, Story]);
  });

  it.each<[string, object]>([
    ["an attribute without a name", { pk: "" }],
    ["one that is none", { pk: 5 }],
    ["one that is null", { pk: null }],
    ["one with a name that is too long", { sk: "x".repeat(256) }],
    ["one called like the version", { sk: "schema_version" }],
    ["a type that keys do not have", { pk: { name: "id", type: "B" } }],
    ["an attribute twice in a key", { pk: "id", sk: "id" }],
    ["an attribute twice in an index", { indexes: { GSI1: { pk: ["a", "a"] } } }],
    ["one as text and as a number", { pk: "id", indexes: { GSI1: { pk: { name: "id", type: "N" } } } }],
    ["an index with a short name", { indexes: { G1: { pk: "a" } } }],
    ["an index with an odd name", { indexes: { "GSI 1": { pk: "a" } } }],
    ["an index without attributes", { indexes: { GSI1: { pk: [] } } }],
    ["an index of five", { indexes: { GSI1: { pk: ["a", "b", "c", "d", "e"] } } }],
    ["an index that sorts by five", { indexes: { GSI1: { pk: "x", sk: ["a", "b", "c", "d", "e"] } } }],
    ["an unknown projection", { indexes: { GSI1: { pk: "a", projection: "SOME" } } }],
    ["a local index of another partition key", { indexes: { LSI1: { pk: "a", sk: "b", local: true } } }],
    ["a local index without a sort key", { indexes: { LSI1: { pk: "PK", local: true } } }],
  ])("is refused with %s", (_, definition) => {
    expect(refusal("table.invalid", () => make(definition)).details).toEqual({ table: "app" });
  });

  it("is refused with a model that cannot live in it, or is none", () => {
    const refuse = (definition: object) => refusal("model.invalid", () => make(definition)).message;
    expect(refuse({ models: [Story] })).toContain("GSI1");
    expect(refuse({ models: [Story], indexes: { GSI1: { pk: "a" } } })).toContain("byTitle");
    expect(refuse({ models: [User], sk: false })).toContain("there is no sort key");
    expect(refuse({ models: [User, User] })).toContain("twice");
    refuse({ models: [Date] });
    refuse({ models: [{}] });
  });
});

describe("models of one table", () => {
  const table = (...models: readonly unknown[]) => make({ models });
  const named = (name: string, pk: string, sk: string, fields: readonly string[]) =>
    class extends define({ name, pk, sk, schema: model(pk, sk, fields) && schema, fields }) {};
  const schema = {
    "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: value as object }) },
  };

  it("may share keys where one of them has more literal characters", () => {
    const Any = named("Any", "{p}", "{s}", ["p", "s"]);
    const Some = named("Some", "A#{p}", "{s}", ["p", "s"]);
    expect(() => table(Any, Some)).not.toThrow();
    expect(() => table(Some, Any)).not.toThrow();
  });

  it("are refused where a key could be of two with as many", () => {
    const One = named("One", "A#{p}", "{s}", ["p", "s"]);
    const Other = named("Other", "{p}#A", "{s}", ["p", "s"]);
    const { details, message } = refusal("model.overlap", () => table(One, Other));
    expect(details).toEqual({ model: "Other", other: "One", table: "app" });
    expect(message).toContain("literal characters");
  });

  it("are told apart by either side of their keys", () => {
    expect(() =>
      table(named("A", "{p}", "A#{s}", ["p", "s"]), named("B", "{p}", "B#{s}", ["p", "s"])),
    ).not.toThrow();
    expect(() => table(named("A", "{p:d}", "X", ["p"]), named("B", "x{p}", "", ["p"]))).toThrow();
  });
});
