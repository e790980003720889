import { type AnyItem, DBItem, Table } from "dynawrap";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { designOf } from "../../src/core/design.js";
import { requireModel } from "../../src/core/model.js";
import type { AnyTable } from "../../src/core/table.js";
import { decodeAttributes } from "../../src/values/attribute-decoder.js";
import { fromStoredItem } from "../../src/values/incoming-item.js";
import { toStoredItem } from "../../src/values/outgoing-item.js";
import { refusal } from "../core/refusal.js";

const text = z.string();

class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "N#{n:04d}#{tag:url}",
  schema: z.object({
    owner: text,
    n: z.number(),
    tag: text,
    title: text.optional(),
    rank: z.number().optional(),
  }),
  indexes: {
    byTitle: { index: "GSI1", pk: "TITLE#{title}", sk: "{owner}" },
    byRank: { index: "GSI2", pk: "RANKS", sk: "{rank:d}" },
  },
}) {}

const key = { PK: "USER#ann", SK: "N#0007#a%2Fb" };
const inKey = { owner: "ann", n: 7, tag: "a/b" };

function placed(model: unknown, table: AnyTable = "stories") {
  const known = requireModel(model, "test");
  return designOf(table, [known]).placement(known);
}

/** What is read of these attributes; of the current version unless another is given. */
function read(
  attributes: object,
  { version = Story.schemaVersion as string | undefined, partial = false } = {},
) {
  const stored = { key, version, attributes: attributes as Record<string, unknown> };
  return fromStoredItem(stored, placed(Story), partial) as Story | undefined;
}

describe("a field that an item holds only in a key", () => {
  it("is filled in from the table key, in its own type", () => {
    expect({ ...read({}) }).toEqual(inKey);
    expect({ ...read({ n: 7, title: "Dune" }) }).toEqual({ ...inKey, title: "Dune" });
  });

  it("is filled in from an index key of the current version, or of an item without one", () => {
    const attributes = { GSI1PK: "TITLE#Dune", GSI1SK: "ann", GSI2PK: "RANKS", GSI2SK: "3" };
    const whole = { ...inKey, title: "Dune", rank: 3 };
    expect({ ...read(attributes) }).toEqual(whole);
    expect({ ...read(attributes, { version: undefined }) }).toEqual(whole);
    expect({ ...read(attributes, { version: "older" }) }).toEqual(inKey);
  });

  it("is never overruled by an index key", () => {
    expect({ ...read({ title: "Emma", GSI1PK: "TITLE#Dune", GSI1SK: "ann" }) }).toEqual({
      ...inKey,
      title: "Emma",
    });
  });

  it("is not read from an index key that does not fit its pattern, which is kept as it is", () => {
    const item = read({ GSI1PK: "OTHER#Dune", GSI1SK: "ann" }) as Story;
    expect({ ...item }).toEqual(inKey);
    const { wire } = toStoredItem(item, placed(Story));
    expect(decodeAttributes(wire)).toMatchObject({ GSI1PK: "OTHER#Dune", GSI1SK: "ann" });
  });
});

describe("an item is not a model's", () => {
  it("where its key does not fit", () => {
    for (const [PK, SK] of [
      ["USER#ann", "N#7#a"],
      ["USER#ann", "N#0007#a/b"],
      ["USERS#ann", "N#0007#a"],
      ["USER#", "N#0007#a"],
    ] as const) {
      const stored = { key: { PK, SK }, version: undefined, attributes: inKey };
      expect(fromStoredItem(stored, placed(Story))).toBeUndefined();
    }
    expect(
      fromStoredItem({ key: { PK: key.PK }, version: undefined, attributes: {} }, placed(Story)),
    ).toBeUndefined();
  });

  it("but misplaced where its fields make another key, unless only a part of it was read", () => {
    for (const wrong of [{ owner: "bob" }, { n: 8 }, { n: "0007" }, { tag: null }, { owner: "" }]) {
      const { details } = refusal("item.misplaced", () => read({ ...inKey, ...wrong }));
      expect(details).toEqual({ model: "Story", key });
    }
    expect({ ...read({ title: "Dune" }, { partial: true }) }).toEqual({ ...inKey, title: "Dune" });
  });
});

describe("fields that are key attributes themselves", () => {
  class Reading extends DBItem({
    pk: "{device}",
    sk: "{at}",
    schema: z.object({ device: text, at: z.number(), level: z.number().optional() }),
    indexes: { byLevel: { index: "LSI1", pk: "{device}", sk: "{level}" } },
  }) {}
  const table = new Table("readings", {
    pk: "device",
    sk: { name: "at", type: "N" },
    indexes: { LSI1: { pk: "device", sk: { name: "level", type: "N" }, local: true } },
  });
  const place = placed(Reading, table);

  it("are stored once, in the form of their key, and come back as they were", () => {
    for (const at of [5, -1.5, 0, 1e-7, 9007199254740991]) {
      const item = new Reading({ device: "d1", at, level: 2 });
      const out = toStoredItem(item, place);
      expect(out.key).toEqual({ PK: "d1", SK: out.wire.at && "N" in out.wire.at ? out.wire.at.N : "" });
      expect(out.wire).toMatchObject({ device: { S: "d1" }, level: { N: "2" } });
      const stored = { key: out.key, version: out.version, attributes: decodeAttributes(out.wire) };
      expect({ ...fromStoredItem(stored, place) }).toEqual({ device: "d1", at, level: 2 });
    }
  });
});

describe("a time of expiry", () => {
  const session = (until: z.ZodType) =>
    class Session extends DBItem({
      pk: "S#{id}",
      sk: "S",
      schema: z.object({ id: text, until }) as z.ZodObject<{ id: z.ZodString; until: z.ZodAny }>,
      ttl: "until",
    }) {};
  const at = new Date("2030-01-01T00:00:00.250Z");

  const through = (item: AnyItem): Record<string, unknown> => {
    const place = placed(item.constructor);
    const { key, version, wire } = toStoredItem(item, place);
    expect(wire.until).toEqual({ N: "1893456001" });
    return { ...fromStoredItem({ key, version, attributes: decodeAttributes(wire) }, place) };
  };

  it("that is a Date is stored in whole seconds, never earlier than it says, and read as a Date", () => {
    const Session = session(z.coerce.date());
    const read = through(new Session({ id: "1", until: at }));
    expect(read.until).toEqual(new Date("2030-01-01T00:00:01.000Z"));
    expect(through(new Session({ id: "1", until: at })).until).toBeInstanceOf(Date);
  });

  it("that is a number is stored as it is", () => {
    const Session = session(z.number());
    expect(through(new Session({ id: "1", until: 1893456001 })).until).toBe(1893456001);
  });
});
