import { DBItem } from "dynawrap";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { refusal } from "./refusal.js";
import { define, model } from "./untyped.js";

const schema = z.object({ owner: z.string(), story_id: z.string(), n: z.number() });

describe("a pattern", () => {
  it("is literal text and {fields}", () => {
    const Story = model("USER#{owner}", "STORY#{story_id}#{n}", ["owner", "story_id", "n"]);
    expect(Story.key({ owner: "ann", story_id: "7", n: 1.5 })).toEqual({ PK: "USER#ann", SK: "STORY#7#1.5" });
  });

  it("needs no placeholder", () => {
    const Settings = model("APP", "SETTINGS", ["theme"]);
    expect(Settings.key({})).toEqual({ PK: "APP", SK: "SETTINGS" });
    expect(Settings.parseKey("APP", "SETTINGS")).toEqual({});
    expect(Settings.matches("APP", "SETTINGS2")).toBe(false);
  });

  it("needs no literal text", () => {
    const Bare = model("{a}", "{b}", ["a", "b"]);
    expect(Bare.key({ a: "x#y", b: " " })).toEqual({ PK: "x#y", SK: " " });
    expect(Bare.parseKey("x#y", " ")).toEqual({ a: "x#y", b: " " });
  });

  it("may be without a sort key, and its keys then have none", () => {
    const User = model("USER#{id}", undefined, ["id"]);
    expect(User.key({ id: "1" })).toEqual({ PK: "USER#1" });
    expect(User.prefix({ id: "1" })).toEqual({ PK: "USER#1" });
    expect(User.matches("USER#1")).toBe(true);
    expect(User.matches("USER#1", "X")).toBe(false);
    expect(User.sk).toBeUndefined();
  });

  it.each([
    ["{{owner}}", "{owner}"],
    ["{{{owner}}}", "{ann}"],
    ["{{{{{owner}", "{{ann"],
    ["a}}b{{c", "a}b{c"],
    ["{owner}}}", "ann}"],
    ["{owner}{{", "ann{"],
  ])("reads doubled braces in %s as literal ones", (pk, text) => {
    const Braces = model(pk, undefined, ["owner"]);
    const values = pk.includes("{owner}") && pk !== "{{owner}}" ? { owner: "ann" } : {};
    expect(Braces.key(values)).toEqual({ PK: text });
    expect(Braces.parseKey(text)).toEqual(values);
  });

  it.each([
    ["is empty", ""],
    ["has an opening brace without its partner", "USER#{owner"],
    ["has a closing brace without its partner", "USER#owner}"],
    ["has a brace inside a placeholder", "USER#{own{er}}"],
    ["has three closing braces", "USER#{owner}}"],
    ["has a placeholder without a name", "USER#{}"],
    ["has a format without a name", "USER#{:d}"],
    ["holds NUL", "USER\0{owner}"],
    ["holds a lone surrogate", "USER\ud800{owner}"],
    ["has a placeholder right after another", "{owner}{story_id}"],
    ["has a placeholder right after another, both formatted", "{owner:url}{n:08d}"],
    ["ends in two placeholders", "A#{n:d}#{owner}{story_id:url}"],
    ["is no text", 5],
    ["is null", null],
  ])("that %s is refused when the model is defined", (_, pk) => {
    const error = refusal("pattern.invalid", () => define({ name: "Story", pk, schema }));
    expect(error.message).toMatch(/^Story: /);
    expect(error.details).toMatchObject({ pattern: pk, model: "Story" });
    refusal("pattern.invalid", () => define({ pk: "USER#{owner}", sk: pk, schema }));
    refusal("pattern.invalid", () =>
      define({ pk: "USER#{owner}", schema, indexes: { byN: { index: "GSI1", pk: [pk] } } }),
    );
  });

  it.each([
    "x",
    "",
    "D",
    "8d",
    "0d",
    "00d",
    "041d",
    "099d",
    "0100d",
    "+d",
    "08",
    "s",
    "URL",
    "url:empty",
    " d",
  ])("with the unknown format {n:%s} is refused", (format) => {
    const error = refusal("pattern.invalid", () => define({ pk: `N#{n:${format}}`, schema }));
    expect(error.details.placeholder).toBe(`n:${format}`);
    expect(error.message).toContain(`{n:${format}}`);
  });

  it.each([
    "ownr",
    "owner.name",
    "owner[0]",
    "owner ",
    "Owner",
    "constructor",
    "__proto__",
    "toString",
    "$owner",
    "0",
  ])("that names {%s}, which is no field, is refused with the fields there are", (field) => {
    const error = refusal("pattern.invalid", () => define({ name: "Story", pk: `USER#{${field}}`, schema }));
    expect(error.details).toEqual({ pattern: `USER#{${field}}`, model: "Story", placeholder: field });
    expect(error.message).toContain("n, owner, story_id");
  });

  it("never looks a field up on the prototype", () => {
    const Story = DBItem({ pk: "USER#{owner}", schema });
    refusal("key.incomplete", () => Story.key(Object.create({ owner: "ann" })));
    refusal("key.invalid", () => Story.key(JSON.parse('{"owner": "ann", "__proto__": {"n": 1}}')));
  });

  it("takes a field whose name has any characters", () => {
    const odd = ["a.b", "a[0]", "__proto__", "ключ", "with space", "$x", "valueOf"];
    for (const field of odd) {
      const Odd = model(`K#{${field}}`, undefined, [field]);
      const values = JSON.parse(`{${JSON.stringify(field)}: "v"}`);
      expect(Odd.key(values)).toEqual({ PK: "K#v" });
      expect(Odd.parseKey("K#v")).toEqual(values);
    }
  });
});
