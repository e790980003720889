import { anyOf, beginsWith, DBItem, gt, missing, ne, Table } from "dynawrap";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { designOf } from "../../src/core/design.js";
import { requireModel } from "../../src/core/model.js";
import type { AnyTable } from "../../src/core/table.js";
import { compileIf, splitWhere } from "../../src/engine/where.js";
import { encodeAttributes } from "../../src/values/attribute-encoder.js";
import { readsOf } from "../../src/values/condition.js";
import { holds } from "../../src/values/condition-truth.js";
import { refusal } from "../core/refusal.js";

const text = z.string();

class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "{id}",
  schema: z.object({
    owner: text,
    id: text,
    title: text,
    likes: z.number(),
    until: z.coerce.date().optional(),
  }),
  indexes: { byTitle: { index: "GSI1", pk: "TITLE#{title}", sk: "{owner}" } },
  ttl: "until",
}) {}

const model = requireModel(Story, "test");

function split(where: unknown, table: AnyTable = "stories") {
  const { asked, rest } = splitWhere(where, [designOf(table, [model]).placement(model)]);
  const fields = (condition: typeof asked) => condition && [...readsOf(condition)].sort();
  return { asked, rest, fields: [fields(asked), fields(rest)] };
}

describe("a condition on what a query reads", () => {
  it("goes to the store whole where it is about no key", () => {
    expect(split({ likes: gt(5) }).fields).toEqual([["likes"], undefined]);
    expect(split({})).toMatchObject({ rest: undefined });
  });

  it("is looked at by the library where it is about a field of a key", () => {
    const { fields } = split({ likes: gt(5), owner: "ann", title: beginsWith("D") });
    expect(fields).toEqual([
      ["likes", "owner", "title"],
      ["owner", "title"],
    ]);
    expect(split(anyOf({ owner: "ann" }, { likes: 1 })).fields[1]).toEqual(["likes", "owner"]);
  });

  it("asks the store for no row less than may hold it: a key's field may stand in the key alone", () => {
    const { asked } = split({ title: "Dune" });
    const answer = (attributes: object) =>
      asked &&
      holds(asked, {
        wire: encodeAttributes(attributes as Record<string, unknown>).wire,
        version: undefined,
      });
    expect([answer({ title: "Dune" }), answer({}), answer({ title: "Emma" })]).toEqual([true, true, false]);
  });

  it("never asks the store about an attribute that is a key itself", () => {
    const table = new Table("stories", { sk: "id", indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } } });
    expect(split({ id: "1", likes: 1 }, table).fields).toEqual([["likes"], ["id"]]);
    expect(split(anyOf({ id: "1" }, { likes: 1 }), table).fields).toEqual([undefined, ["id", "likes"]]);
  });

  it("compares a time of expiry in seconds", () => {
    const { asked } = split({ until: gt(new Date(1500)) });
    expect(JSON.stringify(asked)).toContain('{"N":"2"}');
  });

  it("on no field of the model is refused", () => {
    refusal("condition.invalid", () => split({ slug: 1 }));
    refusal("condition.invalid", () => split({ likes: undefined }));
    refusal("condition.invalid", () => split("likes"));
  });
});

describe("a condition on the item that is written over", () => {
  const key = { owner: "ann", id: "1" };
  const compile = (condition: unknown) => compileIf(condition, model, key);
  const wire = encodeAttributes({ likes: 3 }).wire;
  const answers = (condition: unknown) =>
    [{ wire, version: undefined }, undefined].map((item) => holds(compile(condition), item));

  it("knows the fields of its key, whether or not the item holds them", () => {
    expect(answers({ owner: "ann" })).toEqual([true, false]);
    expect(answers({ owner: "bob" })).toEqual([false, false]);
    expect(answers({ id: ne("2") })).toEqual([true, true]);
    expect(answers({ owner: missing() })).toEqual([false, true]);
    expect(answers({ owner: "ann", likes: 3 })).toEqual([true, false]);
  });

  it("asks the store nothing about them", () => {
    expect([...readsOf(compile({ owner: "ann", id: gt("0"), likes: gt(1) }))]).toEqual(["likes"]);
  });
});
