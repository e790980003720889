import { DBItem, Table } from "dynawrap";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Design, designOf } from "../../src/core/design.js";
import { requireModel } from "../../src/core/model.js";
import { type KeyPart, placeModel } from "../../src/core/placement.js";
import { refusal } from "./refusal.js";

const text = z.string();
const known = (model: unknown) => requireModel(model, "test");

class Reading extends DBItem({
  pk: "{device}",
  sk: "{at}",
  schema: z.object({ device: text, at: z.number(), kind: text, level: z.number().optional() }),
  indexes: {
    byKind: { index: "GSI1", pk: "KIND#{kind}", sk: "{at}" },
    byLevel: { index: "LSI1", pk: "{device}", sk: "{level}" },
  },
}) {}

const readings = {
  pk: "device",
  sk: { name: "at", type: "N" },
  indexes: {
    GSI1: { pk: "GSI1PK", sk: { name: "at", type: "N" } },
    LSI1: { pk: "device", sk: { name: "level", type: "N" }, local: true },
  },
} as const;

const show = ({ attribute, pattern, own }: KeyPart) => [attribute.name, pattern.source, own];

describe("the place of a model in a table", () => {
  it("says which attribute holds which pattern, and which of them are fields", () => {
    const placed = placeModel(known(Reading), new Table("readings", readings).layout);
    expect(show(placed.pk)).toEqual(["device", "{device}", true]);
    expect(placed.sk && show(placed.sk)).toEqual(["at", "{at}", true]);
    const sides = [...placed.indexes.values()].map(({ alias, pk, sk }) => [alias, [...pk, ...sk].map(show)]);
    expect(sides).toEqual([
      [
        "byKind",
        [
          ["GSI1PK", "KIND#{kind}", false],
          ["at", "{at}", true],
        ],
      ],
      [
        "byLevel",
        [
          ["device", "{device}", true],
          ["level", "{level}", true],
        ],
      ],
    ]);
    expect([...placed.derived]).toEqual(["GSI1PK"]);
  });

  it("lets keys share an attribute where their patterns are equal, as in an inverted index", () => {
    class Edge extends DBItem({
      pk: "N#{from}",
      sk: "N#{to}",
      schema: z.object({ from: text, to: text }),
      indexes: { inverted: { index: "GSI1", pk: "N#{to}", sk: "N#{from}" } },
    }) {}
    const table = new Table("edges", { indexes: { GSI1: { pk: "SK", sk: "PK" } } });
    expect([...placeModel(known(Edge), table.layout).derived]).toEqual([]);
  });

  const refuse = (model: unknown, definition: object) =>
    refusal("model.invalid", () => placeModel(known(model), new Table("app", definition).layout)).message;

  it("is refused to a model whose keys it cannot hold", () => {
    class Simple extends DBItem({
      pk: "{device}",
      sk: "{at}",
      schema: z.object({ device: text, at: z.number(), kind: text }),
    }) {}
    expect(refuse(Simple, { pk: "kind" })).toContain("is not its field `kind`");
    expect(refuse(Simple, { sk: "kind" })).toContain("is not its field `kind`");
    expect(refuse(Simple, { sk: false })).toContain("there is no sort key");
    expect(refuse(Reading, { pk: "device", sk: "at" })).toContain("there is no index GSI1");
    expect(
      refuse(Reading, { ...readings, indexes: { ...readings.indexes, GSI1: { pk: "GSI1PK" } } }),
    ).toContain("byKind");
    class Text extends DBItem({ pk: "A#{n}", sk: "S", schema: z.object({ n: z.number() }) }) {}
    expect(refuse(Text, { pk: { name: "PK", type: "N" } })).toContain("no lone number");
    class Padded extends DBItem({ pk: "{n:04d}", sk: "S", schema: z.object({ n: z.number() }) }) {}
    expect(refuse(Padded, { pk: { name: "PK", type: "N" } })).toContain("no lone number");
    class Plain extends DBItem({ pk: "A#{id}", schema: z.object({ id: text }) }) {}
    expect(refuse(Plain, {})).toContain("the model has no sk");
    class Odd extends DBItem({
      pk: "A#{id}",
      sk: "S",
      schema: z.object({ id: text }),
      indexes: { inverted: { index: "GSI1", pk: "B#{id}" } },
    }) {}
    expect(refuse(Odd, { indexes: { GSI1: { pk: "PK" } } })).toContain("stands in `PK` with another");
  });
});

describe("a design", () => {
  class Wide extends DBItem({ pk: "{p}", sk: "{s}", schema: z.object({ p: text, s: text }) }) {}
  class User extends DBItem({ pk: "USER#{p}", sk: "{s}", schema: z.object({ p: text, s: text }) }) {}
  class Profile extends DBItem({ pk: "USER#{p}", sk: "PROFILE", schema: z.object({ p: text }) }) {}
  const table = new Table("app", { models: [Wide, Profile, User] });
  const design = designOf(table, []);

  it("gives an item to the model with the most literal characters", () => {
    const owner = (PK: string, SK: string) => design.owner({ PK, SK })?.name;
    expect(design.models.map(({ name }) => name)).toEqual(["Profile", "User", "Wide"]);
    expect(owner("USER#ann", "PROFILE")).toBe("Profile");
    expect(owner("USER#ann", "PROFILES")).toBe("User");
    expect(owner("USERS", "PROFILE")).toBe("Wide");
    expect(owner("USERS", "")).toBeUndefined();
  });

  it("knows who else has a key that fits a model", () => {
    const rival = (model: unknown, PK: string, SK: string) => design.rival(known(model), { PK, SK })?.name;
    expect(rival(Wide, "USER#ann", "x")).toBe("User");
    expect(rival(User, "USER#ann", "PROFILE")).toBe("Profile");
    expect(rival(User, "USER#ann", "x")).toBeUndefined();
    expect(rival(Profile, "USER#ann", "PROFILE")).toBeUndefined();
  });

  it("of a table is made once, and takes only the models that the table lists", () => {
    expect(designOf(table, [known(User)])).toBe(design);
    class Stranger extends DBItem({ pk: "S#{p}", sk: "S", schema: z.object({ p: text }) }) {}
    expect(refusal("model.invalid", () => design.placement(known(Stranger))).message).toContain(
      "Profile, User, Wide",
    );
    expect(design.placement(known(User))).toBe(design.placement(known(User)));
    const open = designOf(new Table("open"), []);
    expect(open.placement(known(Stranger)).model.name).toBe("Stranger");
  });

  it("of a bare name has the indexes that its models declare, under their own names", () => {
    class Indexed extends DBItem({
      pk: "A#{p}",
      sk: "S",
      schema: z.object({ p: text }),
      indexes: { one: { index: "GSI1", pk: "P#{p}", sk: "S" }, two: { index: "GSI2", pk: "P#{p}" } },
    }) {}
    const bare = designOf("plain", [known(Indexed)]);
    expect(bare).toBeInstanceOf(Design);
    expect(bare).toBe(designOf("plain", [known(Indexed)]));
    expect([...bare.placement(known(Indexed)).derived]).toEqual(["GSI1PK", "GSI1SK", "GSI2PK"]);
    class Multi extends DBItem({
      pk: "A#{p}",
      sk: "S",
      schema: z.object({ p: text }),
      indexes: { many: { index: "GSI1", pk: ["{p}", "{p}"] } },
    }) {}
    expect(refusal("model.invalid", () => designOf("plain", [known(Multi)])).message).toContain(
      "needs a Table",
    );
  });
});
