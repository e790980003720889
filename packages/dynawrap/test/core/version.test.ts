import { DBItem } from "dynawrap";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { anything, define } from "./untyped.js";

const text = z.string();
const base = {
  pk: "USER#{owner}",
  sk: "STORY#{id}",
  schema: z.object({ owner: text, id: text, title: text }),
};
const indexes = {
  byTitle: { index: "GSI1", pk: "TITLE#{title}", sk: "{owner}" },
  byOwner: { index: "GSI2", pk: "OWNER#{owner}" },
};

const versionOf = (changes: object): string => define({ ...base, ...changes }).schemaVersion;

describe("schemaVersion", () => {
  it("is 16 hexadecimal digits, and the same on every machine", () => {
    expect(versionOf({})).toMatch(/^[0-9a-f]{16}$/);
    expect(versionOf({})).toBe("252b046c974fcced");
    expect(versionOf({ indexes })).toBe("f10954b70c0394c3");
  });

  it("is equal however fields and indexes are ordered, and whatever indexes are called", () => {
    expect(versionOf({ schema: z.object({ title: text, id: text, owner: text }) })).toBe(versionOf({}));
    const { byTitle, byOwner } = indexes;
    expect(versionOf({ indexes: { byOwner, byTitle } })).toBe(versionOf({ indexes }));
    expect(versionOf({ indexes: { second: byOwner, first: byTitle } })).toBe(versionOf({ indexes }));
    expect(versionOf({ indexes: {} })).toBe(versionOf({}));
  });

  it("is equal whatever the model is called, and whatever its fields' types and rules", () => {
    const schema = z.object({ owner: text.min(1), id: text, title: z.number().optional() });
    expect(versionOf({ name: "Book", schema })).toBe(versionOf({}));
    class Story extends DBItem(base) {}
    class Tale extends Story {}
    expect([Story.schemaVersion, Tale.schemaVersion]).toEqual([versionOf({}), versionOf({})]);
  });

  it("is equal for a schema of another library with the same fields", () => {
    expect(versionOf({ schema: anything, fields: ["title", "owner", "id"] })).toBe(versionOf({}));
  });

  it.each<[string, object]>([
    ["a field more", { schema: base.schema.extend({ likes: z.number() }) }],
    ["a field less", { schema: base.schema.omit({ title: true }) }],
    ["a field renamed", { schema: base.schema.omit({ title: true }).extend({ name: text }) }],
    ["another partition key", { pk: "OWNER#{owner}" }],
    ["another sort key", { sk: "STORY#{id}#" }],
    ["another format", { sk: "STORY#{id:url}" }],
    ["no sort key", { sk: undefined }],
    ["an index", { indexes: { byOwner: indexes.byOwner } }],
    ["an index more", { indexes }],
    ["another index", { indexes: { byOwner: { ...indexes.byOwner, index: "GSI3" } } }],
    ["another index partition key", { indexes: { byOwner: { ...indexes.byOwner, pk: "O#{owner}" } } }],
    ["an index sort key", { indexes: { byOwner: { ...indexes.byOwner, sk: "{title}" } } }],
    [
      "an index key of two attributes",
      { indexes: { byOwner: { ...indexes.byOwner, pk: ["{owner}", "{title}"] } } },
    ],
  ])("differs for %s", (_, changes) => {
    const others = [{}, { indexes: { byOwner: indexes.byOwner } }].filter(
      (other) => JSON.stringify(other) !== JSON.stringify(changes),
    );
    for (const other of others) expect(versionOf(changes)).not.toBe(versionOf(other));
  });

  it("tells a delimiter from the fields around it", () => {
    const versions = [
      { pk: "A#{owner}", sk: "{id}" },
      { pk: "A#", sk: "{owner}{{id" },
      { pk: "{owner}", sk: "A#{id}" },
      { pk: "{id}", sk: "A#{owner}" },
    ].map(versionOf);
    expect(new Set(versions).size).toBe(versions.length);
  });

  it("takes fields of any characters", () => {
    const fields = ["owner", "id", "title", "ключ", "😀", "\ud800", '"', "__proto__"];
    expect(versionOf({ schema: anything, fields })).toMatch(/^[0-9a-f]{16}$/);
  });
});
