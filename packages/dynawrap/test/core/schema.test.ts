import { type } from "arktype";
import { DBItem } from "dynawrap";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { z as z3 } from "zod/v3";
import { refusal } from "./refusal.js";
import { anything, define } from "./untyped.js";

const patterns = { pk: "USER#{owner}", sk: "STORY#{story_id}" };

class Zod extends DBItem({
  ...patterns,
  schema: z.object({
    owner: z.string(),
    story_id: z.string(),
    likes: z.number().default(0),
    note: z.string().optional(),
  }),
}) {}

class ZodMini extends DBItem({
  ...patterns,
  schema: mini.object({
    owner: mini.string(),
    story_id: mini.string(),
    likes: mini._default(mini.number(), 0),
    note: mini.optional(mini.string()),
  }),
}) {}

class Zod3 extends DBItem({
  ...patterns,
  schema: z3.object({
    owner: z3.string(),
    story_id: z3.string(),
    likes: z3.number().default(0),
    note: z3.string().optional(),
  }),
}) {}

class Valibot extends DBItem({
  ...patterns,
  schema: v.object({
    owner: v.string(),
    story_id: v.string(),
    likes: v.optional(v.number(), 0),
    note: v.optional(v.string()),
  }),
}) {}

class Arktype extends DBItem({
  ...patterns,
  schema: type({ owner: "string", story_id: "string", likes: "number = 0", "note?": "string" }),
}) {}

describe.each([
  ["zod", Zod],
  ["zod/mini", ZodMini],
  ["zod/v3", Zod3],
  ["valibot", Valibot],
  ["arktype", Arktype],
] as const)("a model with %s", (_, model) => {
  // One face of five classes: what they have in common is what is tested.
  const Story = model as unknown as typeof Zod;
  const input = { owner: "ann", story_id: "1" };

  it("knows its fields, sorted", () => {
    expect(Story.fields).toEqual(["likes", "note", "owner", "story_id"]);
  });

  it("has the same schema version as with any other library", () => {
    expect(Story.schemaVersion).toBe(Zod.schemaVersion);
  });

  it("applies defaults, and leaves out what is not there", () => {
    expect({ ...new Story(input) }).toEqual({ ...input, likes: 0 });
    expect(Object.keys(new Story(input))).not.toContain("note");
  });

  it("refuses what its schema refuses, and says where", () => {
    const error = refusal("item.invalid", () => new Story({ ...input, likes: "many" } as never));
    expect(error.details.model).toBe(Story.modelName);
    expect(error.details.issues.map(({ path }) => [...path])).toEqual([["likes"]]);
    expect(error.message).toContain("likes: ");
    refusal("item.invalid", () => new Story({ owner: "ann" } as never));
  });

  it("drops through with what is undefined", () => {
    const next = new Story({ ...input, note: "x" }).with({ note: undefined });
    expect(Object.keys(next)).not.toContain("note");
  });

  it("keeps values through with", () => {
    const next = new Story(input).with({ likes: 3, note: "x" });
    expect({ ...next }).toEqual({ ...input, likes: 3, note: "x" });
    refusal("item.invalid", () => next.with({ likes: "x" } as never));
  });

  it("has the keys of its patterns", () => {
    expect(Story.key(new Story(input))).toEqual({ PK: "USER#ann", SK: "STORY#1" });
    expect(Story.parseKey("USER#ann", "STORY#1")).toEqual(input);
  });
});

describe("a schema of one object shape", () => {
  it.each<[string, unknown]>([
    ["a strict one", z.strictObject({ owner: z.string() })],
    ["a loose one", z.looseObject({ owner: z.string() })],
    ["a refined one", z.object({ owner: z.string() }).refine((value) => value.owner !== "root")],
    [
      "a valibot pipe",
      v.pipe(
        v.object({ owner: v.string() }),
        v.check(() => true),
      ),
    ],
    ["a strict valibot one", v.strictObject({ owner: v.string() })],
    ["a narrowed arktype", type({ owner: "string" }).narrow(() => true)],
  ])("lists its fields: %s", (_, schema) => {
    const User = define({ pk: "USER#{owner}", schema });
    expect(User.fields).toEqual(["owner"]);
    expect({ ...new User({ owner: "ann" }) }).toEqual({ owner: "ann" });
  });
});

describe("a schema that lists no fields", () => {
  it.each<[string, unknown]>([
    ["a union", z.union([z.object({ owner: z.string() }), z.object({ id: z.string() })])],
    ["a discriminated union", z.discriminatedUnion("owner", [z.object({ owner: z.literal("a") })])],
    ["a record", z.record(z.string(), z.string())],
    ["a string", z.string()],
    ["an array", z.array(z.object({ owner: z.string() }))],
    ["an empty object", z.object({})],
    ["a transformation", z.object({ owner: z.string() }).transform((value) => value)],
    ["a valibot union", v.union([v.object({ owner: v.string() })])],
    ["a valibot intersection", v.intersect([v.object({ owner: v.string() })])],
    ["an arktype union", type({ owner: "string" }).or({ id: "number" })],
    ["an arktype string", type("string")],
    ["an arktype morph", type({ owner: "string" }).pipe((value) => value)],
    ["a hand-made one", anything],
  ])("is refused, with the way out: %s", (_, schema) => {
    const error = refusal("model.invalid", () => define({ name: "User", pk: "USER#{owner}", schema }));
    expect(error.message).toMatch(/^User: .*lists no fields.*fields: \[/);
  });

  it("can be used once the model names them", () => {
    const User = define({ pk: "USER#{owner}", schema: anything, fields: ["name", "owner"] });
    expect(User.fields).toEqual(["name", "owner"]);
    expect({ ...new User({ owner: "ann", name: "Ann" }) }).toEqual({ owner: "ann", name: "Ann" });
  });
});

describe("declared fields", () => {
  it("take nothing away from those that a schema lists, so that what is validated is also kept", () => {
    const schema = z.looseObject({ owner: z.string(), title: z.string() });
    const Story = define({ pk: "USER#{owner}", schema, fields: ["owner", "extra"] });
    expect(Story.fields).toEqual(["extra", "owner", "title"]);
    const input = { owner: "ann", title: "Dune", extra: 1 };
    expect({ ...new Story(input) }).toEqual(input);
  });
});

describe("a schema that is none", () => {
  it.each([undefined, null, 5, "string", {}, () => ({}), { "~standard": {} }, { parse: () => ({}) }])(
    "is refused when the model is defined: %s",
    (schema) => {
      const error = refusal("model.invalid", () => define({ pk: "USER#{owner}", schema, fields: ["owner"] }));
      expect(error.message).toMatch(/Standard Schema/);
    },
  );
});

describe("a schema that cannot make an instance at once", () => {
  it.each<[string, unknown]>([
    ["zod", z.object({ owner: z.string().refine(async () => true) })],
    [
      "valibot",
      v.objectAsync({
        owner: v.pipeAsync(
          v.string(),
          v.checkAsync(async () => true),
        ),
      }),
    ],
  ])("is refused at the first one, and no promise is left to fail: %s", async (_, schema) => {
    const User = define({ name: "User", pk: "USER#{owner}", schema });
    const error = refusal("model.invalid", () => new User({ owner: "ann" }));
    expect(error.message).toMatch(/^User: .*async/);
    await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it.each<[string, unknown]>([
    ["zod", z.object({ owner: z.string().transform(() => JSON.parse("{")) })],
    [
      "valibot",
      v.object({
        owner: v.pipe(
          v.string(),
          v.transform(() => JSON.parse("{")),
        ),
      }),
    ],
    ["arktype", type({ owner: type("string").pipe(() => JSON.parse("{") as string) })],
  ])("nor can one that throws, which is told apart from a refusal: %s", (_, schema) => {
    const User = define({ name: "User", pk: "A", schema });
    expect(refusal("model.invalid", () => new User({ owner: "ann" })).message).toMatch(/^User: .*throws/);
  });

  it.each([null, 5, "text"])("nor can one whose output is %j", (output) => {
    const schema = { "~standard": { version: 1, vendor: "test", validate: () => ({ value: output }) } };
    const User = define({ pk: "USER#{owner}", schema, fields: ["owner"] });
    refusal("model.invalid", () => new User({ owner: "ann" }));
  });
});

describe("what a schema says is wrong", () => {
  it("is told in a message of ten, and in full in the details", () => {
    const Tagged = define({ name: "Tagged", pk: "A", schema: z.object({ tags: z.array(z.string()) }) });
    const error = refusal("item.invalid", () => new Tagged({ tags: new Array(50_000).fill(5) }));
    expect(error.details.issues).toHaveLength(50_000);
    expect(error.message).toMatch(/^Tagged: .*tags\.0: .*tags\.9: /);
    expect(error.message.length).toBeLessThan(1_000);
  });

  it("has plain paths, whatever form the library gives them", () => {
    const path = ["tags", { key: 0 }, { key: Symbol("deep") }, Symbol("deeper")];
    const validate = () => ({ issues: [{ message: "odd", path }, { message: "worse" }] });
    const schema = { "~standard": { version: 1, vendor: "test", validate } };
    const User = define({ name: "User", pk: "A", schema, fields: ["owner"] });
    const error = refusal("item.invalid", () => new User({}));
    expect(error.details.issues).toEqual([
      { message: "odd", path: ["tags", 0, "Symbol(deep)", "Symbol(deeper)"] },
      { message: "worse", path: [] },
    ]);
    expect(error.message).toContain("tags.0.Symbol(deep).Symbol(deeper): odd; worse");
  });
});
