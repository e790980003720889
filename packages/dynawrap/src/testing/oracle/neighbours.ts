import fc from "fast-check";
import type { QueryOptions } from "../../core/options.js";
import type { Operation } from "./operation.js";
import {
  batch,
  type Entry,
  get,
  query,
  remove,
  removeItem,
  resave,
  type Shape,
  save,
  saveNowhere,
  type Taking,
} from "./operations.js";
import type { Values } from "./told.js";
import { type Kind, keyOf, kindsOf } from "./world.js";

/*
 * Arbitraries are put together by `map` and never by `chain`: what is chained shrinks badly, and a counterexample is
 * there to be read.
 */

/** Any operations on models that get in each other's way; `nul` says whether text may hold U+0000. */
export function anyNeighbours(nul: boolean, maxOperations: number): fc.Arbitrary<readonly Operation[]> {
  const kinds = kindsOf(nul);
  const each = (make: (kind: Kind) => fc.Arbitrary<readonly Operation[]>) => fc.oneof(...kinds.map(make));
  const step = fc.oneof(
    { weight: 6, arbitrary: each(({ model, fields }) => fields.map((values) => [save(model, values)])) },
    { weight: 3, arbitrary: each(({ model, key }) => key.map((values) => [get(model, values)])) },
    { weight: 6, arbitrary: each(anyQuery) },
    { weight: 1, arbitrary: each(({ model, key }) => key.map((values) => [remove(model, values)])) },
    {
      weight: 1,
      arbitrary: each(({ model, fields }) => fields.map((values) => [removeItem(model, values)])),
    },
    { weight: 2, arbitrary: each(anyChange) },
    { weight: 3, arbitrary: anyBatch(kinds) },
    {
      weight: 1,
      arbitrary: each(({ model, fields }) => fields.map((values) => [saveNowhere(model, values)])),
    },
    { weight: 8, arbitrary: each(anyEpisode) },
  );
  return fc
    .array(step, { minLength: 1, maxLength: maxOperations, size: "max" })
    .map((steps) => steps.flat().slice(0, maxOperations));
}

/** Reads everything that a sequence has probably left behind. */
export function readBack(): readonly Operation[] {
  const kinds = kindsOf(false);
  return ["a", "b"].flatMap((part) => [
    ...kinds.map(({ model }) => query(model, { part }, { onError: "skip" }, "all")),
    ...kinds
      .slice(0, 1)
      .map(({ model }) => query(model, { part }, { onError: "skip", reverse: true }, "pages")),
  ]);
}

const taking: fc.Arbitrary<Taking> = fc.constantFrom("all", "all", "first", "pages", "two");

const queryOptions: fc.Arbitrary<QueryOptions> = fc.record(
  {
    limit: fc.oneof(
      { weight: 30, arbitrary: fc.integer({ min: 1, max: 4 }) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1.5, 100) },
    ),
    reverse: fc.boolean(),
    onError: fc.constantFrom("skip" as const, "skip" as const, "throw" as const),
  },
  { requiredKeys: [] },
);

function anyQuery({ model, leading }: Kind): fc.Arbitrary<readonly Operation[]> {
  return fc.tuple(leading, queryOptions, taking).map((parts) => [query(model, ...parts)]);
}

function anyChange({ model, key, changes }: Kind): fc.Arbitrary<readonly Operation[]> {
  return fc.tuple(key, changes).map((parts) => [resave(model, ...parts)]);
}

/** Writes an item and then comes back to it, as chance alone seldom does. */
function anyEpisode(kind: Kind): fc.Arbitrary<readonly Operation[]> {
  const { model, fields, changes } = kind;
  const again: fc.Arbitrary<(key: Values) => Operation> = fc.oneof(
    fc.constant((key: Values) => get(model, key)),
    fc.constant((key: Values) => remove(model, key)),
    fc.tuple(queryOptions, taking).map((parts) => (key: Values) => query(model, key, ...parts)),
    changes.map((changed) => (key: Values) => resave(model, key, changed)),
    fields.map((others) => (key: Values) => save(model, { ...others, ...key })),
  );
  return fc
    .tuple(fields, fc.array(again, { minLength: 1, maxLength: 4 }))
    .map(([values, rest]) => [save(model, values), ...rest.map((come) => come(keyOf(kind, values)))]);
}

function anyBatch(kinds: readonly Kind[]): fc.Arbitrary<readonly Operation[]> {
  const entry = fc.oneof(...kinds.map((kind) => kind.fields.map((values): Entry => ({ kind, values }))));
  const place = fc.nat({ max: 5 });
  // What is saved again is never wrong: how much of a batch has gone out when it meets what is, is the backend's affair.
  const other = fc.record({ body: fc.nat(), likes: fc.nat() });
  const parts = fc.record({
    shape: fc.constantFrom<Shape>("items", "changes", "flow"),
    saves: fc.array(entry, { maxLength: 6 }),
    again: fc.oneof(fc.constant(undefined), fc.record({ place, other })),
    between: fc.oneof(
      { weight: 2, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 20, max: 60 }) },
    ),
    deletes: fc.array(fc.oneof(entry, place), { maxLength: 4 }),
  });
  return parts.map(({ shape, saves, again, between, deletes }) => {
    const first = again && saves[again.place];
    return [
      batch({
        shape,
        saves,
        again: first && { kind: first.kind, values: { ...first.values, ...again.other } },
        between,
        deletes: deletes.flatMap((one) => (typeof one === "number" ? (saves[one] ?? []) : one)),
      }),
    ];
  });
}
