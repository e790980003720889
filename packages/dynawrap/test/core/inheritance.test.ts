import { DBItem } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { rejection } from "./refusal.js";

const schema = z.object({ owner: z.string(), id: z.string(), title: z.string() });
const definition = { pk: "USER#{owner}", sk: "STORY#{id}", schema } as const;
const input = { owner: "ann", id: "1", title: "Dune" };
const key = { owner: "ann", id: "1" };

let backend: MemoryBackend;
beforeEach(async () => {
  backend = new MemoryBackend();
  await backend.createTable("stories");
});

describe("a model is an ordinary class", () => {
  it("whose private members work, on what is new, changed and read", async () => {
    class Story extends DBItem(definition) {
      readonly #words = this.title.split(" ");
      #opened = 0;
      static #instances = 0;
      constructor(values: typeof input) {
        super(values);
        Story.#instances++;
      }
      open(): number {
        return ++this.#opened;
      }
      get words(): number {
        return this.#words.length;
      }
      static isStory(value: object): boolean {
        return #opened in value;
      }
      static get instances(): number {
        return Story.#instances;
      }
    }
    const first = new Story({ ...input, title: "Dune Messiah" });
    await backend.save("stories", first);
    const read = await backend.get("stories", Story, key);
    for (const story of [first, first.with({ title: "Dune Two" }), read]) {
      expect([story?.words, story?.open(), story?.open()]).toEqual([2, 1, 2]);
      expect(Story.isStory(story as object)).toBe(true);
    }
    expect(Story.instances).toBe(3);
  });

  it("that may take more arguments, which reading leaves out", async () => {
    class Story extends DBItem(definition) {
      readonly shelf: string;
      constructor(values: typeof input, { shelf = "none" }: { readonly shelf?: string } = {}) {
        super(values);
        this.shelf = shelf;
      }
    }
    const story = new Story(input, { shelf: "top" });
    expect(story.shelf).toBe("top");
    await backend.save("stories", story);
    expect((await backend.get("stories", Story, key))?.shelf).toBe("none");
  });

  it("that may have a class between it and the model", async () => {
    class Story extends DBItem(definition) {
      get slug() {
        return this.title.toLowerCase();
      }
    }
    class Novel extends Story {
      override get slug() {
        return `novel-${super.slug}`;
      }
    }
    class Saga extends Novel {
      readonly parts = 3;
    }
    await backend.save("stories", new Saga(input));
    const read = await backend.get("stories", Saga, key);
    expect(read).toBeInstanceOf(Saga);
    expect([read?.slug, read?.parts]).toEqual(["novel-dune", 3]);
    expect((await backend.get("stories", Story, key))?.slug).toBe("dune");
    expect(new Saga(input).with({ title: "Emma" })).toBeInstanceOf(Saga);
    expect([Saga.modelName, Saga.schemaVersion]).toEqual(["Saga", Story.schemaVersion]);
  });

  it("whose constructor may make other instances before and after its own fields", async () => {
    class Author extends DBItem({
      pk: "AUTHOR#{name}",
      sk: "AUTHOR",
      schema: z.object({ name: z.string() }),
    }) {}
    class Story extends DBItem(definition) {
      readonly author = new Author({ name: this.owner });
      readonly copy: Story | undefined;
      constructor(values: typeof input) {
        new Author({ name: "before" }).with({ name: "still before" });
        super(values);
        this.copy = values.title === "copy" ? undefined : new Story({ ...values, title: "copy" });
      }
    }
    await backend.save("stories", new Story(input));
    const read = await backend.get("stories", Story, key);
    expect([read?.title, read?.author.name, read?.copy?.title, read?.copy?.id]).toEqual([
      "Dune",
      "ann",
      "copy",
      "1",
    ]);
  });
});

describe("a constructor that does not pass its first argument on", () => {
  class Copying extends DBItem(definition) {
    constructor(values: typeof input) {
      super({ ...values, title: values.title.trim() });
    }
  }
  class Fixed extends DBItem(definition) {
    constructor(title: string) {
      super({ ...input, title });
    }
  }

  it("can make instances, but is found out as soon as one is read", async () => {
    await backend.save("stories", new Copying(input));
    const error = await rejection("model.invalid", backend.get("stories", Copying, key));
    expect(error.message).toMatch(/^Copying: .*constructor.*first argument/);
    await rejection(
      "model.invalid",
      backend.query("stories", Copying, { owner: "ann" }, { onError: "skip" }).all(),
    );
  });

  it("or changed by with", () => {
    expect(() => new Copying(input).with({ title: "Emma" })).toThrowError(
      expect.objectContaining({ code: "model.invalid" }),
    );
    expect(() => (new Fixed("Dune") as Copying).with({ title: "Emma" })).toThrow();
  });

  it("and leaves no trace for the instances that come after", async () => {
    class Story extends DBItem(definition) {}
    await backend.save("stories", new Story(input));
    await rejection("model.invalid", backend.get("stories", Copying, key));
    expect((await backend.get("stories", Story, key))?.title).toBe("Dune");
    expect({ ...new Story(input) }).toEqual(input);
  });
});
