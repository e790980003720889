import { inspect } from "node:util";
import { DBItem } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { refusal } from "./refusal.js";

class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story_id}",
  schema: z.object({
    owner: z.string(),
    story_id: z.string(),
    title: z.string().min(1),
    content: z.string().default(""),
    note: z.string().optional(),
    at: z.coerce.date().optional(),
  }),
}) {
  get slug() {
    return this.title.toLowerCase();
  }
}

const input = { owner: "ann", story_id: "1", title: "Dune" };

describe("a new instance", () => {
  it("has its fields, validated and with defaults, and nothing else", () => {
    const story = new Story({ ...input, stranger: 1 } as typeof input);
    expect(Object.entries(story)).toEqual([...Object.entries(input), ["content", ""]]);
    expect(Reflect.ownKeys(story)).toEqual(["owner", "story_id", "title", "content"]);
    expect(story.slug).toBe("dune");
    expect(story).toBeInstanceOf(Story);
  });

  it("has its fields in the order of the schema, whatever the order of the input", () => {
    const story = new Story({ title: "Dune", content: "…", story_id: "1", owner: "ann" });
    expect(Object.keys(story)).toEqual(["owner", "story_id", "title", "content"]);
  });

  it("is refused with the schema's issues", () => {
    const error = refusal("item.invalid", () => new Story({ ...input, title: "", owner: 5 as never }));
    expect(error.details.model).toBe("Story");
    expect(error.details.key).toBeUndefined();
    expect(error.details.issues.map(({ path }) => path.join("."))).toEqual(["owner", "title"]);
    expect(error.message).toMatch(/^Story: .*owner: .*title: /);
  });

  it.each([undefined, null, 5, "text", [], () => ({}), Symbol("x")])("is refused for %s", (nothing) => {
    refusal("item.invalid", () => new Story(nothing as never));
  });

  it("is not the object that it was made of", () => {
    const source: Record<string, unknown> = { ...input };
    const story = new Story(source as typeof input);
    source.title = "changed";
    expect(story.title).toBe("Dune");
  });

  it("has the model's schema version", () => {
    expect(new Story(input).schemaVersion).toBe(Story.schemaVersion);
  });
});

describe("fields", () => {
  it("are readonly", () => {
    // The first instance of a class is watched for class fields, the second is as all others.
    for (const story of [new (class extends Story {})(input), new Story(input), new Story(input)]) {
      expect(() => Object.assign(story, { title: "changed" })).toThrow();
      expect(() => Object.defineProperty(story, "title", { value: "changed" })).toThrow();
      expect(Reflect.deleteProperty(story, "title")).toBe(false);
      expect(story.title).toBe("Dune");
    }
  });
});

describe("with", () => {
  const story = new Story({ ...input, note: "x", at: new Date(0) });

  it("makes a validated copy and leaves the instance as it is", () => {
    const next = story.with({ title: "Emma" });
    expect(next).toBeInstanceOf(Story);
    expect([next.title, story.title]).toEqual(["Emma", "Dune"]);
    expect(next.at).toEqual(new Date(0));
    expect(next.slug).toBe("emma");
    expect(refusal("item.invalid", () => story.with({ title: "" })).details.issues[0]?.path).toEqual([
      "title",
    ]);
  });

  it("drops what is undefined, and refuses that for a field that is needed", () => {
    expect(Object.keys(story.with({ note: undefined }))).not.toContain("note");
    expect(story.with({ content: undefined }).content).toBe("");
    refusal("item.invalid", () => story.with({ title: undefined }));
  });

  it("takes the fields of the schema only", () => {
    const hostile = [
      '{"titel": "x"}',
      '{"slug": "x"}',
      '{"with": 1}',
      '{"__proto__": {"title": "x"}}',
      '{"constructor": 1}',
    ];
    for (const changes of hostile) {
      const error = refusal("item.invalid", () => story.with(JSON.parse(changes)));
      expect(error.details.issues).toHaveLength(1);
      expect(error.message).toMatch(/^Story: .*content, note, owner, story_id, title/);
    }
    expect(({} as { title?: string }).title).toBeUndefined();
  });

  it("takes no changes at all", () => {
    expect({ ...story.with({}) }).toEqual({ ...story });
    expect(story.with({})).not.toBe(story);
  });

  it.each([undefined, null, 5, "title", ["title"]])("refuses %j for changes", (nothing) => {
    refusal("item.invalid", () => story.with(nothing as never));
  });

  it("takes a Date that the schema made, even where the schema itself takes text alone", () => {
    class Event extends DBItem({
      pk: "EVENT#{id}",
      schema: z.object({
        id: z.string(),
        at: z.string().transform((text) => new Date(text)),
        log: z.array(z.object({ at: z.string().transform((text) => new Date(text)) })),
      }),
    }) {}
    const event = new Event({
      id: "1",
      at: "2024-01-01T00:00:00.000Z",
      log: [{ at: "2024-01-02T00:00:00.000Z" }],
    });
    const next = event.with({ id: "2" });
    expect(next.at).toEqual(event.at);
    expect(next.log).toEqual(event.log);
    expect(next.with({ at: "2025-01-01T00:00:00.000Z" }).at.getUTCFullYear()).toBe(2025);
  });
});

describe("an instance seen from outside", () => {
  const [first, story] = [new Story(input), new Story(input)];

  it("is its fields in JSON, and in a spread", () => {
    expect(JSON.parse(JSON.stringify(story))).toEqual({ ...input, content: "" });
    expect({ ...story }).toEqual({ ...input, content: "" });
    expect(Object.getPrototypeOf({ ...story })).toBe(Object.prototype);
  });

  it("is its class and its fields for a debugger", () => {
    for (const item of [first, story]) {
      expect(inspect(item, { breakLength: Number.POSITIVE_INFINITY })).toBe(
        "Story { owner: 'ann', story_id: '1', title: 'Dune', content: '' }",
      );
    }
  });

  it("is a plain object of its fields for another thread", () => {
    for (const item of [first, story]) expect(structuredClone(item)).toEqual({ ...input, content: "" });
  });

  it("shows nothing of where it was read", async () => {
    const backend = new MemoryBackend();
    await backend.createTable("stories");
    await backend.save("stories", story);
    const read = await backend.get("stories", Story, { owner: "ann", story_id: "1" });
    expect(read).toEqual(story);
    expect(JSON.stringify(read)).toBe(JSON.stringify(story));
    expect(inspect(read)).toBe(inspect(story));
    expect(Object.keys(read as object)).toEqual(Object.keys(story));
  });
});
