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

describe("an instance that is read, as with() makes one", () => {
  /** Instances beyond the first of their class: one that was given, and one that came by way of `with`. */
  function instancesOf<Item extends { with(changes: { title: string }): Item }>(
    Model: new (values: typeof input) => Item,
  ): readonly Item[] {
    new Model(input);
    return [new Model(input), new Model(input).with({ title: "Emma" })];
  }

  it("has its fields read-only, whatever its class has of its own", () => {
    class Bare extends DBItem(definition) {}
    class WithMethods extends DBItem(definition) {
      get slug() {
        return this.title;
      }
    }
    class WithFields extends DBItem(definition) {
      seen = 0;
    }
    class WithConstructor extends DBItem(definition) {
      constructor(values: typeof input) {
        super(values);
        Object.assign(this, { made: true });
      }
    }
    for (const Model of [Bare, WithMethods, WithFields, WithConstructor]) {
      for (const item of instancesOf<InstanceType<typeof Bare>>(Model)) {
        for (const change of [
          () => Object.assign(item, { title: "hidden" }),
          () => Object.defineProperty(item, "title", { value: "hidden" }),
          () => Reflect.deleteProperty(item, "title"),
        ]) {
          const { title } = item;
          try {
            change();
          } catch {}
          expect(item.title).toBe(title);
        }
        expect(() => Object.assign(item, { title: "hidden" })).toThrow(TypeError);
      }
    }
  });

  it("takes whatever its class gives it, then and later", () => {
    class Story extends DBItem(definition) {
      seen = 0;
      declare cached?: string;
      get slug() {
        this.cached ??= this.title.toLowerCase();
        return this.cached;
      }
    }
    for (const story of instancesOf(Story)) {
      story.seen = 5;
      expect(story.seen).toBe(5);
      expect(story.slug).toBe(story.title.toLowerCase());
    }
    class Noted extends DBItem(definition) {
      note_ = "a field alone";
    }
    for (const noted of instancesOf(Noted)) {
      noted.note_ = "another";
      expect(noted.note_).toBe("another");
    }
  });

  it.each<[string, (story: object) => void]>([
    ["assigns", (story) => Object.assign(story, { title: "hidden" })],
    ["defines", (story) => Object.defineProperty(story, "title", { value: "hidden" })],
  ])("is not to be had when its constructor %s a field, be it only then", (_, change) => {
    let hides = false;
    class Story extends DBItem(definition) {
      constructor(values: typeof input) {
        super(values);
        if (hides) change(this);
      }
    }
    new Story(input);
    const story = new Story(input);
    hides = true;
    for (const make of [() => story.with({ title: "Emma" }), () => new Story(input)])
      expect(make).toThrow(TypeError);
    hides = false;
    expect(story.with({ title: "Emma" }).title).toBe("Emma");
  });

  it("has what its constructor gives to some instances and not to others", () => {
    let marked = false;
    class Story extends DBItem(definition) {
      declare mark?: boolean;
      constructor(values: typeof input) {
        super(values);
        if (marked) this.mark = true;
      }
    }
    const [, story] = [new Story(input), new Story(input)];
    expect(Object.keys(story.with({ title: "Emma" }))).toEqual(["owner", "title"]);
    marked = true;
    const copy = story.with({ title: "Emma" });
    expect(copy).toMatchObject({ title: "Emma", mark: true });
    copy.mark = false;
    expect(copy.mark).toBe(false);
  });

  it("is frozen only where nothing is taken away by it", () => {
    class Bare extends DBItem(definition) {}
    class Hung extends DBItem(definition) {}
    Object.assign(new Hung(input), { hung: true });
    for (const [Model, frozen] of [
      [Bare, true],
      [Hung, false],
    ] as const) {
      for (const item of instancesOf<InstanceType<typeof Bare>>(Model).slice(1))
        expect(Object.isFrozen(item)).toBe(frozen);
    }
  });

  it("of a class two levels up has the members of both", () => {
    class Story extends DBItem(definition) {
      get slug() {
        return this.title;
      }
    }
    class Long extends Story {}
    for (const story of instancesOf(Long)) {
      Object.assign(story, { cached: 1 });
      expect(story).toMatchObject({ cached: 1, slug: story.title });
    }
  });
});
