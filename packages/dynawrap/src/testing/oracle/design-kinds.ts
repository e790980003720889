import fc from "fast-check";
import type { Model } from "../../core/model.js";
import { designModels, type TableName } from "./design.js";
import type { Place, SortPart } from "./place.js";
import { type Pools, pools } from "./pools.js";

/** One model of the design: where it stands, and what its instances are made from. */
export interface DesignKind {
  readonly model: Model;
  readonly table: TableName;
  /** The fields of its table key, without the room. */
  readonly keyFields: readonly string[];
  /** Fields that carry the room in their value, where no pattern has a place for it. */
  readonly scoped: readonly string[];
  readonly ttl: string | undefined;
  /** The table's own key first. */
  readonly places: readonly [Place, ...Place[]];
  /** What each field may hold. */
  readonly fields: { readonly [field: string]: fc.Arbitrary<unknown> };
  /** What conditions ask of each field. */
  readonly operands: { readonly [field: string]: readonly unknown[] };
}

const part = (field: string, form: SortPart["form"], after = "", width = 0): SortPart => ({
  field,
  form,
  after,
  width,
});

/** A key of the table or of an index: its partition in words, and its sort key. */
function place(
  alias: string | undefined,
  pk: string,
  head: string,
  parts: readonly SortPart[],
  more: Partial<Place> = {},
): Place {
  const pkFields = Array.from(pk.matchAll(/\{(\w+)\}/g), ([, field]) => field as string);
  return {
    alias,
    pk,
    pkFields,
    head,
    parts,
    ties: false,
    held: undefined,
    local: false,
    several: false,
    ...more,
  };
}

interface Traits {
  readonly scoped?: readonly string[];
  readonly ttl?: string;
}

/** A kind of these fields, each with what it may hold. */
function kind(
  name: keyof typeof designModels,
  table: TableName,
  places: readonly [Place, ...Place[]],
  operands: DesignKind["operands"],
  { scoped = [], ttl }: Traits = {},
): DesignKind {
  const [key] = places;
  const keyFields = new Set([...key.pkFields, ...key.parts.map(({ field }) => field)]);
  keyFields.delete("room");
  const fields = Object.entries(operands).map(([field, pool]) => [field, fc.constantFrom(...pool)]);
  return {
    model: designModels[name],
    table,
    keyFields: [...keyFields],
    scoped,
    ttl,
    places,
    fields: Object.fromEntries(fields),
    operands,
  };
}

/** The models of the design, for a backend that can hold U+0000 in text, or cannot. */
export function designKinds(nul: boolean): readonly DesignKind[] {
  const given = pools(nul);
  return [...shopKinds(given), ...fileKinds(given), ...plainKinds(given)];
}

const byCity = ["", "c", "c", "d"].map((city) => city || undefined);

/** Several models in one partition, indexes that they share, and times of expiry. */
function shopKinds({
  owner,
  id,
  likes,
  title,
  tags,
  meta,
  flag,
  at,
  small,
  expiry,
  until,
}: Pools): DesignKind[] {
  const owned = "USER#{room}#{owner}";
  const city = "CITY#{room}#{city}";
  return [
    kind(
      "User",
      "shop",
      [
        place(undefined, owned, "PROFILE#", [part("owner", "text")]),
        place("byCity", city, "USER#", [part("owner", "text")]),
      ],
      { owner, name: title, likes, city: byCity },
    ),
    kind(
      "Post",
      "shop",
      [
        place(undefined, owned, "POST#", [part("id", "text")]),
        place("byCity", city, "POST#", [part("status", "text")], { ties: true }),
        place("bySlug", "SLUG#{room}#{slug}", "", [], { ties: true }),
      ],
      { owner, id, title, likes, tags, meta, status: flag, city: byCity, slug: [undefined, "s", "t"] },
    ),
    kind(
      "Reply",
      "shop",
      [place(undefined, owned, "POST#", [part("id", "text", "#REPLY#"), part("n", "padded", "", 3)])],
      { owner, id, n: small, title, likes },
    ),
    kind(
      "Session",
      "shop",
      [place(undefined, owned, "SESSION#", [part("id", "text")])],
      { owner, id, likes, expires: expiry },
      { ttl: "expires" },
    ),
    kind(
      "Visit",
      "shop",
      [place(undefined, owned, "VISIT#", [part("at", "date", "#"), part("id", "text")])],
      { owner, at, id: ["1", "12", "2"], likes, until },
      { ttl: "until" },
    ),
  ];
}

/** Fields that are keys themselves, an inverted index, a numeric one, a local one, and such as hold a part only. */
function fileKinds({ owner, id, likes, title, flag, number }: Pools): DesignKind[] {
  const local = { ties: true, local: true };
  const byLabel = place("byLabel", "{tenant}", "L#", [part("label", "text")], local);
  return [
    kind(
      "Doc",
      "files",
      [
        place(undefined, "{tenant}", "", [part("path", "text")]),
        place("inverse", "{path}", "", [part("tenant", "text")]),
        place("byScore", "{board}", "", [part("score", "number")], { ties: true }),
        byLabel,
        place("keys", "KIND#{board}", "", [part("label", "text")], {
          ties: true,
          held: ["tenant", "path", "board", "label"],
        }),
        place("some", "KIND#{board}", "", [part("path", "text")], {
          ties: true,
          held: ["tenant", "path", "board", "title"],
        }),
      ],
      {
        tenant: owner,
        path: id,
        title,
        likes,
        board: [undefined, "b", "b", "e"],
        label: flag,
        score: number,
      },
      { scoped: ["tenant", "path", "board"] },
    ),
    kind(
      "Folder",
      "files",
      [place(undefined, "{tenant}", "FOLDER#", [part("id", "text")]), byLabel],
      { tenant: owner, id, title, likes, label: flag },
      { scoped: ["tenant"] },
    ),
  ];
}

/** A numeric sort key, a table without a sort key, a table to be scanned, and keys of several attributes. */
function plainKinds({ owner, id, likes, title, flag, number }: Pools): DesignKind[] {
  const byFlag = place("byFlag", "FLAG#{room}", "", [part("flag", "text")], { ties: true });
  const rounds = [part("round", "text"), part("score", "number")];
  return [
    kind("Tick", "track", [place(undefined, "TRACK#{room}#{owner}", "", [part("at", "number")])], {
      owner,
      at: number.filter((one) => one !== undefined),
      title,
      likes,
    }),
    kind(
      "Account",
      "bank",
      [place(undefined, "{no}", "", []), place("byCity", "CITY#{room}#{city}", "", [], { ties: true })],
      { no: [0, 1, 2, 3], title, likes, city: byCity },
      { scoped: ["no"] },
    ),
    kind("Lot", "store", [place(undefined, "LOT#{room}#{owner}", "", [part("id", "text")]), byFlag], {
      owner,
      id,
      title,
      likes,
      flag,
    }),
    kind("Bin", "store", [place(undefined, "BIN#{room}#{owner}", "BIN#", [part("id", "text")]), byFlag], {
      owner,
      id,
      likes,
      flag,
    }),
    kind(
      "Match",
      "games",
      [
        place(undefined, "MATCH#{room}#{id}", "MATCH#", []),
        place("rounds", "{room}|{region}", "R#", rounds, { ties: true, several: true }),
      ],
      {
        id,
        likes,
        region: [undefined, "x", "x", "y"],
        round: [undefined, "1", "1", "12", "2"],
        score: number,
      },
    ),
  ];
}
