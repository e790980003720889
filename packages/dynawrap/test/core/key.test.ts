import { DBItem } from "dynawrap";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { refusal } from "./refusal.js";
import { model } from "./untyped.js";

class Run extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story_id}#RUN#{run:04d}#{at}",
  schema: z.object({ owner: z.string(), story_id: z.string(), run: z.number(), at: z.coerce.date() }),
}) {}

const at = new Date("2024-02-29T12:00:00Z");
const whole = { owner: "ann", story_id: "7", run: 12, at };
const sk = "STORY#7#RUN#0012#2024-02-29T12:00:00.000Z";

describe("key", () => {
  it("builds both key texts from every value", () => {
    expect(Run.key(whole)).toEqual({ PK: "USER#ann", SK: sk });
  });

  it("takes an instance for its own values", () => {
    expect(Run.key(new Run(whole))).toEqual({ PK: "USER#ann", SK: sk });
  });

  it.each(["owner", "story_id", "run", "at"] as const)("needs %s", (field) => {
    const { [field]: _, ...values } = whole;
    const error = refusal("key.incomplete", () => Run.key(values as typeof whole));
    expect(error.details.missing).toEqual([field]);
    expect(error.details.pattern).toBe(field === "owner" ? Run.pk : Run.sk);
    expect(error.message).toContain(`\`${field}\``);
  });

  it("names everything that is missing from the pattern at fault", () => {
    const error = refusal("key.incomplete", () => Run.key({ owner: "ann" } as typeof whole));
    expect(error.details).toMatchObject({
      model: "Run",
      pattern: Run.sk,
      missing: ["story_id", "run", "at"],
    });
  });

  it("refuses a value that is present but undefined, and one that the key does not have", () => {
    for (const extra of [{ title: "x" }, { __proto__: null, owners: "x" }]) {
      const error = refusal("key.invalid", () => Run.key({ ...whole, ...extra }));
      expect(error.details.field).toBe(Object.keys(extra)[0]);
    }
    const forgotten = { ...whole, story_id: undefined } as unknown as typeof whole;
    expect(refusal("key.invalid", () => Run.key(forgotten)).details.field).toBe("story_id");
  });

  it("refuses what is no object of values", () => {
    for (const values of [undefined, null, "ann", 5, ["ann"], () => whole, Symbol("ann"), true]) {
      refusal("key.invalid", () => Run.key(values as unknown as typeof whole));
    }
  });

  it("writes a placeholder that occurs twice from one value", () => {
    const Self = model("USER#{id}#{id}", "USER#{id}", ["id"]);
    expect(Self.key({ id: "1" })).toEqual({ PK: "USER#1#1", SK: "USER#1" });
    expect(Self.parseKey("USER#1#1", "USER#1")).toEqual({ id: "1" });
    expect(Self.parseKey("USER#1#1", "USER#2")).toBeUndefined();
    expect(Self.parseKey("USER#1#2", "USER#1")).toBeUndefined();
  });
});

describe("prefix", () => {
  it("goes as far as the leading values do, with the literal that follows them", () => {
    const steps: [Parameters<typeof Run.prefix>[0], string][] = [
      [{ owner: "ann" }, "STORY#"],
      [{ owner: "ann", story_id: "7" }, "STORY#7#RUN#"],
      [{ owner: "ann", story_id: "7", run: 12 }, "STORY#7#RUN#0012#"],
      [whole, sk],
    ];
    for (const [values, text] of steps) expect(Run.prefix(values)).toEqual({ PK: "USER#ann", SK: text });
  });

  it("needs the partition key whole", () => {
    const prefix = Run.prefix as (values: object) => unknown;
    expect(refusal("key.incomplete", () => prefix.call(Run, {})).details.missing).toEqual(["owner"]);
  });

  it("refuses a gap, and names what would fill it", () => {
    const prefix = (values: object) => () => Run.prefix(values as { owner: string });
    const gaps: [object, string[]][] = [
      [{ owner: "ann", run: 1 }, ["story_id"]],
      [{ owner: "ann", at }, ["story_id", "run"]],
      [{ owner: "ann", story_id: "7", at }, ["run"]],
    ];
    for (const [values, missing] of gaps) {
      const { details } = refusal("key.incomplete", prefix(values));
      expect(details.pattern).toBe(Run.sk);
      expect(details.missing.slice(0, missing.length)).toEqual(missing);
    }
  });

  it("sees no gap in a value that the partition key gives", () => {
    const Note = model("USER#{owner}", "NOTE#{id}#OF#{owner}", ["owner", "id"]);
    expect(Note.prefix({ owner: "ann" })).toEqual({ PK: "USER#ann", SK: "NOTE#" });
    expect(Note.prefix({ owner: "ann", id: "1" })).toEqual({ PK: "USER#ann", SK: "NOTE#1#OF#ann" });
  });
});

describe("matches and parseKey", () => {
  it("take a stored key apart again", () => {
    expect(Run.matches("USER#ann", sk)).toBe(true);
    expect(Run.parseKey("USER#ann", sk)).toEqual({
      owner: "ann",
      story_id: "7",
      run: 12,
      at: "2024-02-29T12:00:00.000Z",
    });
  });

  it.each([
    ["another case", "user#ann", sk],
    ["text before the pattern", "xUSER#ann", sk],
    ["an empty value", "USER#", sk],
    ["a sort key that ends early", "USER#ann", "STORY#7#RUN#0012#"],
    ["a sort key that stops at a prefix", "USER#ann", "STORY#7"],
    ["an integer of the wrong width", "USER#ann", "STORY#7#RUN#12#x"],
    ["another model's sort key", "USER#ann", "PROFILE"],
    ["no sort key", "USER#ann", undefined],
    ["an empty sort key", "USER#ann", ""],
    ["the keys the wrong way round", sk, "USER#ann"],
  ])("refuse %s", (_, pk, sort) => {
    expect(Run.matches(pk, sort)).toBe(false);
    expect(Run.parseKey(pk, sort)).toBeUndefined();
  });

  it("refuse what is no text", () => {
    for (const hostile of [null, 5, {}, ["USER#ann"], { toString: () => "USER#ann" }]) {
      expect(Run.matches(hostile as string, sk)).toBe(false);
      expect(Run.matches("USER#ann", hostile as string)).toBe(false);
    }
  });

  it("let the last value hold the delimiter, and end no earlier value there", () => {
    const Pair = model("{a}#{b}", undefined, ["a", "b"]);
    expect(Pair.parseKey("x#y#z")).toEqual({ a: "x", b: "y#z" });
    expect(Pair.key({ a: "x", b: "y#z" }).PK).toBe("x#y#z");
    expect(Pair.parseKey("#y")).toBeUndefined();
  });

  it("answer with a number where any of a field's placeholders is an integer", () => {
    for (const [pk, sort, PK] of [
      ["{n:04d}", "{n}", "0007"],
      ["{n}", "{n:d}", "7"],
    ] as const) {
      const Item = model(pk, sort, ["n"]);
      expect(Item.key({ n: 7 })).toEqual({ PK, SK: "7" });
      expect(Item.parseKey(PK, "7")).toEqual({ n: 7 });
    }
  });
});

describe("a value that runs into its delimiter", () => {
  const Story = model("USER#{user}#STORY#{story}", undefined, ["user", "story"]);

  it.each(["a#STORY#b", "a#STORY#", "a#STORY", "#STORY#", "#STORY", "a#STORY#STORY"])(
    "is refused: %s",
    (user) => {
      const error = refusal("key.ambiguous", () => Story.key({ user, story: "1" }));
      expect(error.details).toEqual({ model: "Thing", pattern: Story.pk, field: "user" });
      expect(error.message).toContain("{user:url}");
    },
  );

  it.each(["a", "a#", "a#STOR", "STORY", "#STOR", "#", "a#S#STOR", "STORY#"])(
    "is fine while it does not: %s",
    (user) => {
      const { PK } = Story.key({ user, story: "1#STORY#2" });
      expect(Story.parseKey(PK)).toEqual({ user, story: "1#STORY#2" });
    },
  );

  it("is refused for numbers and dates as well", () => {
    refusal("key.ambiguous", () => model("{n}5{x}", undefined, ["n", "x"]).key({ n: 15, x: "a" }));
    refusal("key.ambiguous", () => model("{at}-{x}", undefined, ["at", "x"]).key({ at, x: "a" }));
    expect(model("{n}5{x}", undefined, ["n", "x"]).key({ n: 12, x: "5" }).PK).toBe("1255");
  });

  it("does not propose percent-encoding for an integer, which cannot take it", () => {
    const error = refusal("key.ambiguous", () =>
      model("{n:d}5{x}", undefined, ["n", "x"]).key({ n: 15, x: "a" }),
    );
    expect(error.message).not.toContain(":url");
  });
});
