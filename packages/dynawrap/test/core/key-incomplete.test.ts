import { DBItem } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { refusal, rejection } from "./refusal.js";

const schema = z.object({ owner: z.string(), story_id: z.string(), title: z.string() });

/** The design that many begin with: it can be read one story at a time, but never by owner. */
class Story extends DBItem({ pk: "USER#{owner}#STORY#{story_id}", sk: "STORY#{story_id}", schema }) {}

const byOwner = { owner: "ann" } as unknown as { owner: string; story_id: string };

describe("a partition key with a value missing", () => {
  const error = refusal("key.incomplete", () => Story.prefix(byOwner));

  it("says which value, of which pattern of which model", () => {
    expect(error.details).toMatchObject({ model: "Story", pattern: Story.pk, missing: ["story_id"] });
    expect(error.message).toContain("Story: ");
    expect(error.message).toContain('"USER#{owner}#STORY#{story_id}"');
    expect(error.message).toContain("`story_id`");
  });

  it("says why a DynamoDB query needs it", () => {
    expect(error.message).toMatch(/whole.*DynamoDB query reads one partition/);
  });

  it("says which patterns would serve", () => {
    const [served, ...more] = error.details.serves;
    expect(served).toMatch(/^pk: "USER#\{owner\}" with sk: "STORY#\{story_id\}"/);
    expect(more).toEqual([]);
    expect(error.message).toContain(served as string);
  });

  it("is the same for key, and for get and query, before any I/O", async () => {
    const backend = new MemoryBackend();
    for (const same of [
      refusal("key.incomplete", () => Story.key(byOwner)),
      await rejection("key.incomplete", backend.get("no_table", Story, byOwner)),
      await rejection("key.incomplete", backend.query("no_table", Story, byOwner).all()),
      await rejection("key.incomplete", backend.delete("no_table", Story, byOwner)),
    ]) {
      expect(same.message).toBe(error.message);
      expect(same.details).toEqual(error.details);
    }
  });
});

describe("a declared index that the values are enough for", () => {
  class Indexed extends DBItem({
    pk: "USER#{owner}#STORY#{story_id}",
    sk: "STORY#{story_id}",
    schema,
    indexes: {
      byOwner: { index: "GSI1", pk: "OWNER#{owner}", sk: "STORY#{story_id}" },
      byTitle: { index: "GSI2", pk: "TITLE#{title}" },
      byBoth: { index: "GSI3", pk: ["{owner}", "{title}"] },
    },
  }) {}

  it("is named first, by its alias; others are not", () => {
    const error = refusal("key.incomplete", () => Indexed.prefix(byOwner));
    expect(error.details.serves[0]).toContain("`byOwner`");
    expect(error.details.serves.slice(1).join()).toContain('pk: "USER#{owner}"');
    expect(error.message).toContain("`byOwner`");
    expect(error.message).not.toMatch(/byTitle|byBoth/);
  });
});

describe("the pattern that would serve", () => {
  const schema = z.object({ a: z.string(), b: z.string(), c: z.string(), d: z.string() });

  it("keeps the rest of the partition key in front of the sort key", () => {
    class Three extends DBItem({ pk: "A#{a}#B#{b}#C#{c}", sk: "D#{d}", schema }) {}
    const serves = (values: object) =>
      refusal("key.incomplete", () => Three.prefix(values as never)).details.serves.join("; ");
    expect(serves({ a: "1" })).toContain('pk: "A#{a}" with sk: "B#{b}#C#{c}#D#{d}"');
    expect(serves({ a: "1", b: "2" })).toContain('pk: "A#{a}#B#{b}" with sk: "C#{c}#D#{d}"');
  });

  it("is not invented where nothing is given that leads the pattern", () => {
    class Two extends DBItem({ pk: "A#{a}#B#{b}", sk: "C#{c}", schema }) {}
    const details = (values: object) => refusal("key.incomplete", () => Two.prefix(values as never)).details;
    expect(details({})).toMatchObject({ missing: ["a", "b"], serves: [] });
    expect(details({ b: "1" })).toMatchObject({ missing: ["a"], serves: [] });
  });

  it("makes a model that can be asked", () => {
    class Served extends DBItem({
      pk: "USER#{owner}",
      sk: "STORY#{story_id}",
      schema: z.object({ owner: z.string(), story_id: z.string() }),
    }) {}
    expect(Served.prefix({ owner: "ann" })).toEqual({ PK: "USER#ann", SK: "STORY#" });
  });
});
