import { DBItem, type Model } from "../../core/model.js";
import { Table } from "../../core/table.js";
import { anything, date, type Field, integer, object, optional, text } from "../schema.js";

/*
 * Models whose keys stand where designs of the field put them: overloaded and sparse indexes, inverted ones, local ones,
 * fields that are keys themselves, numeric keys, tables without a sort key.
 */

const numeric: Field<number | bigint, number | bigint> = {
  expected: "a number or a bigint",
  accepts: (value) => typeof value === "number" || typeof value === "bigint",
  convert: (value) => value,
};

class User extends DBItem({
  pk: "USER#{room}#{owner}",
  sk: "PROFILE#{owner}",
  schema: object({ room: text, owner: text, name: anything, likes: anything, city: optional(text) }),
  indexes: { byCity: { index: "GSI1", pk: "CITY#{room}#{city}", sk: "USER#{owner}" } },
}) {}

class Post extends DBItem({
  pk: "USER#{room}#{owner}",
  sk: "POST#{id}",
  schema: object({
    room: text,
    owner: text,
    id: text,
    title: anything,
    likes: anything,
    tags: anything,
    meta: anything,
    status: optional(text),
    city: optional(text),
    slug: optional(text),
  }),
  indexes: {
    byCity: { index: "GSI1", pk: "CITY#{room}#{city}", sk: "POST#{status}" },
    bySlug: { index: "GSI2", pk: "SLUG#{room}#{slug}" },
  },
}) {}

class Reply extends DBItem({
  pk: "USER#{room}#{owner}",
  sk: "POST#{id}#REPLY#{n:03d}",
  schema: object({ room: text, owner: text, id: text, n: integer, title: anything, likes: anything }),
}) {}

class Session extends DBItem({
  pk: "USER#{room}#{owner}",
  sk: "SESSION#{id}",
  schema: object({ room: text, owner: text, id: text, likes: anything, expires: optional(numeric) }),
  ttl: "expires",
}) {}

class Visit extends DBItem({
  pk: "USER#{room}#{owner}",
  sk: "VISIT#{at}#{id}",
  schema: object({ room: text, owner: text, at: date, id: text, likes: anything, until: optional(date) }),
  ttl: "until",
}) {}

class Doc extends DBItem({
  pk: "{tenant}",
  sk: "{path}",
  schema: object({
    tenant: text,
    path: text,
    title: anything,
    likes: anything,
    board: optional(text),
    label: optional(text),
    score: optional(numeric),
  }),
  indexes: {
    inverse: { index: "INV", pk: "{path}", sk: "{tenant}" },
    byScore: { index: "RANK", pk: "{board}", sk: "{score}" },
    byLabel: { index: "LSI1", pk: "{tenant}", sk: "L#{label}" },
    keys: { index: "KEYS", pk: "KIND#{board}", sk: "{label}" },
    some: { index: "SOME", pk: "KIND#{board}", sk: "{path}" },
  },
}) {}

class Folder extends DBItem({
  pk: "{tenant}",
  sk: "FOLDER#{id}",
  schema: object({ tenant: text, id: text, title: anything, likes: anything, label: optional(text) }),
  indexes: { byLabel: { index: "LSI1", pk: "{tenant}", sk: "L#{label}" } },
}) {}

class Tick extends DBItem({
  pk: "TRACK#{room}#{owner}",
  sk: "{at}",
  schema: object({ room: text, owner: text, at: numeric, title: anything, likes: anything }),
}) {}

class Account extends DBItem({
  pk: "{no}",
  schema: object({ room: text, no: numeric, title: anything, likes: anything, city: optional(text) }),
  indexes: { byCity: { index: "GSI1", pk: "CITY#{room}#{city}" } },
}) {}

class Lot extends DBItem({
  pk: "LOT#{room}#{owner}",
  sk: "{id}",
  schema: object({
    room: text,
    owner: text,
    id: text,
    title: anything,
    likes: anything,
    flag: optional(text),
  }),
  indexes: { byFlag: { index: "GSI1", pk: "FLAG#{room}", sk: "{flag}" } },
}) {}

class Bin extends DBItem({
  pk: "BIN#{room}#{owner}",
  sk: "BIN#{id}",
  schema: object({ room: text, owner: text, id: text, likes: anything, flag: optional(text) }),
  indexes: { byFlag: { index: "GSI1", pk: "FLAG#{room}", sk: "{flag}" } },
}) {}

class Match extends DBItem({
  pk: "MATCH#{room}#{id}",
  sk: "MATCH#",
  schema: object({
    room: text,
    id: text,
    likes: anything,
    region: optional(text),
    round: optional(text),
    score: optional(numeric),
  }),
  indexes: {
    rounds: { index: "MULTI", pk: ["ROOM#{room}", "{region}"], sk: ["R#{round}", "{score}"] },
  },
}) {}

type ModelName =
  | "User"
  | "Post"
  | "Reply"
  | "Session"
  | "Visit"
  | "Doc"
  | "Folder"
  | "Tick"
  | "Account"
  | "Lot"
  | "Bin"
  | "Match";

/** The models by name. */
export const designModels: { readonly [Name in ModelName]: Model } = {
  User,
  Post,
  Reply,
  Session,
  Visit,
  Doc,
  Folder,
  Tick,
  Account,
  Lot,
  Bin,
  Match,
};

export type TableName = "shop" | "files" | "track" | "bank" | "store" | "games";

/** The tables of a design, by what the oracle calls them. */
export type DesignTables = { readonly [Name in TableName]: Table };

/** The tables whose names begin with this one. */
export function designTables(name: string): DesignTables {
  const tables = {
    shop: new Table(`${name}_shop`, {
      models: [User, Post, Reply, Session, Visit],
      indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" }, GSI2: { pk: "GSI2PK" } },
    }),
    files: new Table(`${name}_files`, {
      models: [Doc, Folder],
      pk: "tenant",
      sk: "path",
      indexes: {
        INV: { pk: "path", sk: "tenant" },
        RANK: { pk: "board", sk: { name: "score", type: "N" } },
        LSI1: { pk: "tenant", sk: "LSK", local: true },
        KEYS: { pk: "KPK", sk: "label", projection: "KEYS_ONLY" },
        SOME: { pk: "KPK", sk: "path", projection: ["title"] },
      },
    }),
    track: new Table(`${name}_track`, { models: [Tick], sk: { name: "at", type: "N" } }),
    bank: new Table(`${name}_bank`, {
      models: [Account],
      pk: { name: "no", type: "N" },
      sk: false,
      indexes: { GSI1: { pk: "GSI1PK" } },
    }),
    store: new Table(`${name}_store`, {
      models: [Lot, Bin],
      indexes: { GSI1: { pk: "GSI1PK", sk: "GSI1SK" } },
    }),
    games: new Table(`${name}_games`, {
      models: [Match],
      indexes: {
        MULTI: {
          pk: ["MROOM", "region"],
          sk: ["MROUND", { name: "score", type: "N" }],
        },
      },
    }),
  };
  return tables as unknown as DesignTables;
}
