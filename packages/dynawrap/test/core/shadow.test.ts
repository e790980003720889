import { DBItem } from "dynawrap";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { refusal } from "./refusal.js";
import { define } from "./untyped.js";

const schema = z.object({ owner: z.string(), title: z.string(), note: z.string().optional() });
const definition = { name: "Story", pk: "USER#{owner}", schema };
const base = () => define(definition);
const input = { owner: "ann", title: "Dune" };

/** What a compiler makes of a class field when it is told to assign it: `useDefineForClassFields: false`. */
function assigning(field: string) {
  return class extends base() {
    constructor(values: object) {
      super(values);
      (this as Record<string, unknown>)[field] = "hidden";
    }
  };
}

describe("a class that hides a field of its schema is refused at its first instance", () => {
  it.each<[string, () => new (values: object) => object]>([
    [
      "a class field",
      () =>
        class extends base() {
          title = "hidden";
        },
    ],
    [
      "a class field without a value",
      () =>
        class extends base() {
          title: unknown;
        },
    ],
    [
      "a class field for an optional field that is absent",
      () =>
        class extends base() {
          note = "hidden";
        },
    ],
    ["an assigned field", () => assigning("title")],
    ["an assigned optional field that is absent", () => assigning("note")],
    [
      "a getter",
      () =>
        class extends base() {
          get title() {
            return "hidden";
          }
        },
    ],
    [
      "a setter",
      () =>
        class extends base() {
          set title(_: string) {}
        },
    ],
    [
      "an accessor for an optional field",
      () =>
        class extends base() {
          get note() {
            return "hidden";
          }
        },
    ],
    [
      "a method",
      () =>
        class extends base() {
          title() {}
        },
    ],
    [
      "a getter two classes up",
      () =>
        class extends class extends base() {
          get title() {
            return "hidden";
          }
        } {},
    ],
    [
      "a class field two classes up",
      () =>
        class extends class extends base() {
          title = "hidden";
        } {},
    ],
    [
      "a class field beneath a sound class",
      () =>
        class extends class extends base() {} {
          title = "hidden";
        },
    ],
  ])("by %s", (_, make) => {
    const Hiding = make();
    for (const attempt of ["first", "second"]) {
      const error = refusal("model.invalid", () => new Hiding(input));
      expect(error.message, attempt).toMatch(/^Story: .*`(title|note)`/);
      expect(error.details).toMatchObject({ model: "Story", field: expect.stringMatching(/^(title|note)$/) });
    }
  });

  it("even when sound classes of the same model have instances", () => {
    const Model = base();
    class Sound extends Model {}
    class Hiding extends Sound {
      title = "hidden";
    }
    expect(new Sound(input).title).toBe("Dune");
    refusal("model.invalid", () => new Hiding(input));
    expect(new Sound(input).title).toBe("Dune");
  });
});

describe("a class is free to have", () => {
  it("fields, accessors, methods and statics of other names", () => {
    class Story extends DBItem(definition) {
      seen = 0;
      readonly #secret = "s";
      static readonly title = "a static";
      get slug() {
        return `${this.title.toLowerCase()}-${this.#secret}`;
      }
      see(): this {
        this.seen++;
        return this;
      }
    }
    for (const story of [new Story(input), new Story(input)]) {
      expect(story.see().seen).toBe(1);
      expect(story.slug).toBe("dune-s");
      story.seen = 5;
      expect(story.seen).toBe(5);
    }
  });

  it("symbols, and names that only look like its fields", () => {
    const tag = Symbol("title");
    class Story extends DBItem(definition) {
      [tag] = 1;
      Title = "x";
    }
    expect(new Story(input)[tag]).toBe(1);
    expect(new Story(input).Title).toBe("x");
  });
});

describe("an instance made from outside the model", () => {
  it("is not watched by the first one's guard", () => {
    const Story = class extends base() {};
    const first = new Story(input);
    const second = new Story(input);
    expect(first).not.toBe(second);
    expect(Object.isFrozen(first)).toBe(false);
    expect({ ...first }).toEqual({ ...second });
  });
});
