import type { AnyItem, Model } from "../../core/model.js";
import type { QueryOptions } from "../../core/options.js";
import type { Operation } from "./operation.js";
import { make, type Told, tell, type Values } from "./told.js";
import { type Kind, noteModel } from "./world.js";

export function save(model: Model, values: Values): Operation {
  return {
    text: ["save", model.modelName, values],
    run: async ({ backend, table, room }) => backend.save(table, make(model, { room, ...values })),
  };
}

/** What is wrong with the item is said before it is known that there is no table. */
export function saveNowhere(model: Model, values: Values): Operation {
  return {
    text: ["save into no table", model.modelName, values],
    run: async ({ backend, room }) => backend.save("missing_table", make(model, { room, ...values })),
  };
}

export function get(model: Model, key: Values): Operation {
  return {
    text: ["get", model.modelName, key],
    run: async ({ backend, table, room }) =>
      tell(await backend.get(table, model, { room, ...key }, { consistent: true })),
  };
}

export function remove(model: Model, key: Values): Operation {
  return {
    text: ["delete", model.modelName, key],
    run: async ({ backend, table, room }) => backend.delete(table, model, { room, ...key }),
  };
}

export function removeItem(model: Model, values: Values): Operation {
  return {
    text: ["delete item", model.modelName, values],
    run: async ({ backend, table, room }) => backend.delete(table, make(model, { room, ...values })),
  };
}

/** Reads an item, changes it and saves it: attributes that the model does not know must survive. */
export function resave(model: Model, key: Values, changes: Values): Operation {
  return {
    text: ["change", model.modelName, key, "with", changes],
    async run({ backend, table, room }) {
      const read = await backend.get(table, model, { room, ...key }, { consistent: true });
      if (read) await backend.save(table, read.with(changes));
      return tell(read);
    },
  };
}

/** How the results of a query are taken; "two" leaves the loop after two. */
export type Taking = "all" | "first" | "pages" | "two";

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

export function query(model: Model, key: Values, options: QueryOptions, take: Taking): Operation {
  return {
    text: ["query", model.modelName, key, options, take],
    async run({ backend, table, room }) {
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

/** How a batch is given: as an array, as { save, delete }, or so with items that flow by. */
export type Shape = "items" | "changes" | "flow";

/** An item to be written. */
export interface Entry {
  readonly kind: Kind;
  readonly values: Values;
}

export interface Batch {
  readonly shape: Shape;
  readonly saves: readonly Entry[];
  /** Saved last, under a key that was saved before. */
  readonly again: Entry | undefined;
  /** How many notes stand between the two, so that they meet across requests. */
  readonly between: number;
  readonly deletes: readonly Entry[];
}

export function batch({ shape, saves, again, between, deletes }: Batch): Operation {
  const more = again ? [...(between > 0 ? [`, ${between} notes,`] : []), "and again", named(again)] : [];
  const gone = shape === "items" ? [] : ["delete", deletes.map(named)];
  return {
    text: ["batch of", shape, "save", saves.map(named), ...more, ...gone],
    async run({ backend, table, room }) {
      const build = ({ kind, values }: Entry) => make(kind.model, { room, ...values });
      const save = saves.map(build);
      if (again) {
        for (let id = 0; id < between; id++) save.push(make(noteModel, { room, part: "b", id: String(id) }));
        save.push(build(again));
      }
      if (shape === "items") return backend.batchWrite(table, save);
      return backend.batchWrite(table, {
        save: shape === "flow" ? save.values() : save,
        delete: deletes.map(build),
      });
    },
  };
}

function named({ kind, values }: Entry): readonly unknown[] {
  return [kind.model.modelName, values];
}

function sortKeyOf(item: AnyItem): string | undefined {
  return (item.constructor as unknown as { key(item: AnyItem): { SK?: string } }).key(item).SK;
}
