import fc from "fast-check";
import { DBItem, type Model } from "../../core/model.js";
import { anything, date, integer, number, object, optional, text } from "../schema.js";
import { keyText } from "./texts.js";
import type { Values } from "./told.js";
import { anyValue } from "./values.js";

/*
 * Models that share partitions and get in each other's way. `room` is a text that only one sequence has, so that any
 * number of sequences can run on one table.
 */

class Note extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "NOTE#{id}",
  schema: object({ room: text, part: text, id: text, body: anything, likes: anything }),
}) {}

/** The model whose items fill large batches. */
export const noteModel: Model = Note;

/** Reads notes with less knowledge and stricter ideas: it keeps what it does not know, and refuses other likes. */
class Memo extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "NOTE#{id}",
  schema: object({ room: text, part: text, id: text, likes: optional(number) }),
}) {}

/** Its keys fit those of a note, whose fields then contradict them. */
class Step extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "NOTE#{id}#STEP#{n:03d}",
  schema: object({ room: text, part: text, id: text, n: number, body: anything }),
}) {}

/** Its keys fit those of a note too, and nothing contradicts them. */
class Line extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "NOTE#{note}#LINE#{n}",
  schema: object({ room: text, part: text, note: text, n: integer, body: anything }),
}) {}

class Mark extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "{at}|{tag:url}|{rest:empty}",
  schema: object({ room: text, part: text, at: date, tag: text, rest: text }),
}) {}

class Profile extends DBItem({
  pk: "ROOM#{room}#{part}",
  sk: "NOTE#",
  schema: object({ room: text, part: text, body: anything }),
}) {}

/** One model of the world: what its instances are made from, and how its sort key is asked for. */
export interface Kind {
  readonly model: Model;
  /** The fields of its key but `room`, in order. */
  readonly keyFields: readonly string[];
  /** All its fields but `room`. */
  readonly fields: fc.Arbitrary<Values>;
  /** The values of a whole key but `room`. */
  readonly key: fc.Arbitrary<Values>;
  /** The same as far as they are given, from the left. */
  readonly leading: fc.Arbitrary<Values>;
  /** What `with` is given. */
  readonly changes: fc.Arbitrary<Values>;
}

/** The models, for a backend that can hold U+0000 in text, or cannot. */
export function kindsOf(nul: boolean): readonly Kind[] {
  const body = anyValue(nul);
  const likes = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constantFrom("many", null, undefined));
  const part = fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom("a", "a", "a", "b") },
    { weight: 1, arbitrary: keyText },
  );
  const step = fc.oneof(
    { weight: 30, arbitrary: fc.integer({ min: 0, max: 1 }) },
    { weight: 1, arbitrary: fc.constantFrom(999, 1000, -1, 0.5) },
  );
  const line = fc.oneof(fc.integer({ min: -1, max: 1 }), fc.constantFrom(10n, 2n ** 64n));
  const at = fc.constantFrom(new Date(0), new Date("2024-02-29T00:00:00Z"));
  const rest = fc.constantFrom("", "", "#");
  const kind = (model: Model, sortKey: Parts, others: Parts): Kind => {
    const changes: Parts = { ...others, ...(sortKey.id ? { id: sortKey.id } : {}) };
    return {
      model,
      keyFields: ["part", ...Object.keys(sortKey)],
      fields: fc.record({ part, ...sortKey, ...others }),
      key: fc.record({ part, ...sortKey }),
      leading: leading({ part, ...sortKey }),
      changes: fc.record(changes, { requiredKeys: Object.keys(others) }),
    };
  };
  return [
    kind(Note, { id: keyText }, { body, likes }),
    kind(Memo, { id: keyText }, { likes: fc.integer({ min: 0, max: 9 }) }),
    kind(Step, { id: keyText, n: step }, { body }),
    kind(Line, { note: keyText, n: line }, { body }),
    kind(Mark, { at, tag: keyText, rest }, {}),
    kind(Profile, {}, { body }),
  ];
}

/** The part of a model's values that makes its key. */
export function keyOf({ keyFields }: Kind, values: Values): Values {
  return Object.fromEntries(keyFields.map((name) => [name, values[name]]));
}

type Parts = { readonly [field: string]: fc.Arbitrary<unknown> };

/** The first of the parts, from one to all of them. */
function leading(parts: Parts): fc.Arbitrary<Values> {
  const names = Object.keys(parts);
  return fc
    .tuple(fc.integer({ min: 1, max: names.length }), fc.record(parts))
    .map(([count, values]) => Object.fromEntries(names.slice(0, count).map((name) => [name, values[name]])));
}
