import type { ModelDescription } from "./description.js";
import { invalidModel } from "./errors.js";
import { readKey } from "./key.js";
import { bareLayout, type TableLayout } from "./layout.js";
import { requireModel } from "./model.js";
import { literalLength, mayShareKey } from "./overlap.js";
import { bareIndex, type Placement, placeModel } from "./placement.js";
import type { StoredKey } from "./stored-key.js";
import type { AnyTable } from "./table.js";

/** A table with the models that are known to live in it: what says where a model's keys stand, and whose an item is. */
export class Design {
  readonly layout: TableLayout;
  /** In the order of their claim: those with the most literal characters first. */
  readonly models: readonly ModelDescription[];
  /** Whether these are all the models that the table takes. */
  readonly closed: boolean;
  readonly #placements = new Map<ModelDescription, Placement>();
  readonly #rivals = new Map<ModelDescription, readonly ModelDescription[]>();

  constructor(layout: TableLayout, models: readonly ModelDescription[], closed: boolean) {
    this.layout = layout;
    this.models = [...models].sort((left, right) => literalLength(right.key) - literalLength(left.key));
    this.closed = closed;
  }

  /** @throws DynawrapError `model.invalid` for a model that the table does not list, or that cannot live in it. */
  placement(model: ModelDescription): Placement {
    let placement = this.#placements.get(model);
    if (!placement) {
      if (this.closed && !this.models.includes(model)) {
        const known = this.models.map(({ name }) => name).join(", ");
        throw invalidModel(model.name, `the table "${this.layout.name}" does not list it; it has ${known}`);
      }
      placement = placeModel(model, this.layout);
      this.#placements.set(model, placement);
    }
    return placement;
  }

  /** Whose an item with this key is, if it fits any of the models. */
  owner({ PK, SK }: StoredKey): ModelDescription | undefined {
    return this.models.find(({ key }) => readKey(key, PK, SK) !== undefined);
  }

  /** The other model that has a key although it fits this one too. */
  rival(model: ModelDescription, { PK, SK }: StoredKey): ModelDescription | undefined {
    let rivals = this.#rivals.get(model);
    if (!rivals) {
      const before = this.models.slice(0, Math.max(0, this.models.indexOf(model)));
      rivals = before.filter((other) => mayShareKey(other.key, model.key));
      this.#rivals.set(model, rivals);
    }
    return rivals.find(({ key }) => readKey(key, PK, SK) !== undefined);
  }
}

const designs = new WeakMap<object, Design>();
const bareDesigns = new WeakMap<ModelDescription, Map<string, Design>>();

/** The design of a table, for what is asked of these models. A bare name says nothing of others. */
export function designOf(table: AnyTable, models: readonly ModelDescription[]): Design {
  if (typeof table === "object" && table !== null && "layout" in table) {
    let design = designs.get(table);
    if (!design) {
      const listed = table.models.map((model) => requireModel(model, `"${table.name}"`));
      design = new Design(table.layout, listed, listed.length > 0);
      designs.set(table, design);
    }
    // A table that lists no models says nothing of whose an item is: those who are asked for have to.
    return design.closed || models.length < 2 ? design : new Design(table.layout, models, false);
  }
  const [only] = models;
  if (models.length !== 1 || !only) return bareDesign(table, models);
  const known = bareDesigns.get(only) ?? new Map<string, Design>();
  bareDesigns.set(only, known);
  let design = known.get(table);
  if (!design) {
    design = bareDesign(table, models);
    // Tables are few; names that are made up as they come are not kept.
    if (known.size < 100) known.set(table, design);
  }
  return design;
}

function bareDesign(name: string, models: readonly ModelDescription[]): Design {
  const keys = models.flatMap((model) => [...model.key.indexes.values()].map((key) => ({ model, key })));
  const indexes = keys.map(({ model, key }) => {
    if (key.pk.length <= 1 && key.sk.length <= 1) return bareIndex(key);
    throw invalidModel(model.name, `index ${key.index} has a key of several attributes, which needs a Table`);
  });
  return new Design(bareLayout(name, indexes), models, false);
}
