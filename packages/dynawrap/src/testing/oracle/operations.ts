import fc from "fast-check";
import type { Backend, QueryOptions } from "../../core/backend.js";
import type { AnyItem, Model } from "../../core/model.js";
import { type Kind, kindsOf, type Values } from "./world.js";

/** One step of a sequence: what it does, and how it reads in a counterexample. */
export interface Operation {
  readonly text: readonly unknown[];
  /** Does it, and answers what is to be compared. `room` sets the sequence's partitions apart. */
  run(backend: Backend, table: string, room: string): Promise<unknown>;
}

/** What an item is told by: its model and its fields. */
export interface Told {
  readonly model: string;
  readonly fields: Values;
}

/** Any sequence of operations, for a backend that can hold U+0000 in text, or cannot. */
export function anySequence(nul: boolean, maxOperations: number): fc.Arbitrary<readonly Operation[]> {
  const kinds = Object.values(kindsOf(nul));
  const step = fc.oneof(
    { weight: 3, arbitrary: anyOperation(kinds).map((operation) => [operation]) },
    { weight: 1, arbitrary: anyEpisode(kinds) },
  );
  return fc
    .array(step, { minLength: 1, maxLength: maxOperations, size: "max" })
    .map((steps) => steps.flat().slice(0, maxOperations));
}

function anyOperation(kinds: readonly Kind[]): fc.Arbitrary<Operation> {
  const each = (make: (kind: Kind) => fc.Arbitrary<Operation>): fc.Arbitrary<Operation> =>
    fc.oneof(...kinds.map(make));
  return fc.oneof(
    { weight: 8, arbitrary: each(({ model, fields }) => fields.map((values) => save(model, values))) },
    { weight: 4, arbitrary: each(({ model, key }) => key.map((values) => get(model, values))) },
    {
      weight: 6,
      arbitrary: each(({ model, leading }) =>
        fc.tuple(leading, queryOptions, taking).map((parts) => query(model, ...parts)),
      ),
    },
    {
      weight: 3,
      arbitrary: each(({ model, key, fields }) =>
        fc.oneof(
          key.map((values) => remove(model, values)),
          fields.map((values) => removeItem(model, values)),
        ),
      ),
    },
    {
      weight: 2,
      arbitrary: each(({ model, key, changes }) =>
        fc.tuple(key, changes).map((parts) => resave(model, ...parts)),
      ),
    },
    { weight: 3, arbitrary: anyBatch(kinds) },
    { weight: 1, arbitrary: each(({ model, fields }) => fields.map((values) => saveNowhere(model, values))) },
  );
}

/** Writes an item and then comes back to it, as chance alone seldom does. */
function anyEpisode(kinds: readonly Kind[]): fc.Arbitrary<readonly Operation[]> {
  const episodes = kinds.map(({ model, fields, changes, keyFields }) =>
    fields.chain((values) => {
      const key = Object.fromEntries(keyFields.map((name) => [name, values[name]]));
      const again = fc.oneof(
        fc.constant(get(model, key)),
        fc.constant(remove(model, key)),
        fc.tuple(queryOptions, taking).map((parts) => query(model, key, ...parts)),
        changes.map((changed) => resave(model, key, changed)),
        fields.map((others) => save(model, { ...others, ...key })),
      );
      return fc.array(again, { minLength: 1, maxLength: 4 }).map((rest) => [save(model, values), ...rest]);
    }),
  );
  return fc.oneof(...episodes);
}

/** Reads everything that a sequence has probably left behind. */
export function readBack(): readonly Operation[] {
  const kinds = Object.values(kindsOf(false));
  return ["a", "b"].flatMap((part) => [
    ...kinds.map(({ model }) => query(model, { part }, { onError: "skip" }, "all")),
    ...kinds.slice(0, 1).map(({ model }) => query(model, { part }, { onError: "skip", reverse: true }, "pages")),
  ]);
}

function save(model: Model, values: Values): Operation {
  return {
    text: ["save", model.modelName, values],
    run: async (backend, table, room) => backend.save(table, make(model, { room, ...values })),
  };
}

/** What is wrong with the item is said before it is known that there is no table. */
function saveNowhere(model: Model, values: Values): Operation {
  return {
    text: ["save into no table", model.modelName, values],
    run: async (backend, _table, room) => backend.save("missing_table", make(model, { room, ...values })),
  };
}

function get(model: Model, key: Values): Operation {
  return {
    text: ["get", model.modelName, key],
    run: async (backend, table, room) => tell(await backend.get(table, model, { room, ...key }, { consistent: true })),
  };
}

function remove(model: Model, key: Values): Operation {
  return {
    text: ["delete", model.modelName, key],
    run: async (backend, table, room) => backend.delete(table, model, { room, ...key }),
  };
}

function removeItem(model: Model, values: Values): Operation {
  return {
    text: ["delete item", model.modelName, values],
    run: async (backend, table, room) => backend.delete(table, make(model, { room, ...values })),
  };
}

/** Reads an item, changes it and saves it: attributes that the model does not know must survive. */
function resave(model: Model, key: Values, changes: Values): Operation {
  return {
    text: ["change", model.modelName, key, "with", changes],
    async run(backend, table, room) {
      const read = await backend.get(table, model, { room, ...key }, { consistent: true });
      if (read) await backend.save(table, read.with(changes));
      return tell(read);
    },
  };
}

type Taking = "all" | "first" | "pages" | "two";
const taking: fc.Arbitrary<Taking> = fc.constantFrom("all", "all", "first", "pages", "two");

const queryOptions: fc.Arbitrary<QueryOptions> = fc.record(
  {
    limit: fc.oneof({ weight: 30, arbitrary: fc.integer({ min: 1, max: 4 }) }, { weight: 1, arbitrary: fc.constantFrom(0, 1.5, 100) }),
    reverse: fc.boolean(),
    onError: fc.constantFrom("skip" as const, "skip" as const, "throw" as const),
  },
  { requiredKeys: [] },
);

/** The items of a query in order. */
export class Listed {
  readonly items: readonly (Told | undefined)[];
  readonly keys: readonly (string | undefined)[];
  readonly options: QueryOptions;

  constructor(items: readonly AnyItem[], options: QueryOptions) {
    this.items = items.map(tell);
    this.keys = items.map((item) => sortKeyOf(item));
    this.options = options;
  }
}

function query(model: Model, key: Values, options: QueryOptions, take: Taking): Operation {
  return {
    text: ["query", model.modelName, key, options, take],
    async run(backend, table, room) {
      const asked = backend.query(table, model, { room, ...key }, { consistent: true, ...options });
      const items: AnyItem[] = [];
      if (take === "all") items.push(...(await asked.all()));
      else if (take === "first") items.push(...[await asked.first()].filter((item) => item !== undefined));
      else if (take === "pages") for await (const page of asked.pages()) items.push(...nonEmpty(page));
      else for await (const item of asked) if (items.push(item) === 2) break;
      return new Listed(items, options);
    },
  };
}

function nonEmpty<Item>(page: readonly Item[]): readonly Item[] {
  if (page.length === 0) throw new Error("a page of a query is empty");
  return page;
}

type Entry = readonly [model: Model, values: Values];
type Shape = "items" | "changes" | "flow";

function anyBatch(kinds: readonly Kind[]): fc.Arbitrary<Operation> {
  const entry = fc.oneof(...kinds.map(({ model, fields }) => fields.map((values): Entry => [model, values])));
  const entries = fc.array(entry, { maxLength: 6 });
  const padding = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 20, max: 60 }) });
  return fc
    .tuple(fc.constantFrom<Shape>("items", "changes", "flow"), entries, entries, padding)
    .map(([shape, saves, deletes, between]) => batch(shape, saves, deletes, between));
}

/** `between` notes stand between what is saved first and its repetition, so that they meet across requests. */
function batch(shape: Shape, saves: readonly Entry[], deletes: readonly Entry[], between: number): Operation {
  return {
    text: ["batch", shape, "save", saves.map(named), ...(between > 0 ? [`${between} notes, and the first again`] : []), ...(shape === "items" ? [] : ["delete", deletes.map(named)])],
    async run(backend, table, room) {
      const items = saves.map(([model, values]) => make(model, { room, ...values }));
      const note = kindsOf(false).Note?.model as Model;
      const filling = Array.from({ length: between }, (_, index) => make(note, { room, part: "b", id: String(index) }));
      const save = between > 0 ? [...items, ...filling, ...items.slice(0, 1)] : items;
      if (shape === "items") return backend.batchWrite(table, save);
      const gone = deletes.map(([model, values]) => make(model, { room, ...values }));
      return backend.batchWrite(table, { save: shape === "flow" ? save.values() : save, delete: gone });
    },
  };
}

function named([model, values]: Entry): readonly unknown[] {
  return [model.modelName, values];
}

function make(model: Model, values: Values): AnyItem {
  return new model(values);
}

function tell(item: AnyItem | undefined): Told | undefined {
  return item && { model: (item.constructor as unknown as Model).modelName, fields: { ...item } };
}

function sortKeyOf(item: AnyItem): string | undefined {
  return (item.constructor as unknown as { key(item: AnyItem): { SK?: string } }).key(item).SK;
}
