import type { Table } from "dynawrap";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { freshTableName } from "../backends.js";
import type { UntypedModel } from "../core/untyped.js";
import type { McpFolder, WireItem } from "./folders.js";
import { fieldsOf } from "./key-text.js";
import { compareBytes } from "./questions.js";
import { type Item, itemsOf, makeSampledDesign, pick, type SampledDesign, sidesOf } from "./samples.js";
import type { OpenStore, UntypedBackend } from "./stores.js";

/** A design whose samples stand in a store of their own before each test. */
export class SampledStore {
  #store!: OpenStore;
  #design!: SampledDesign;

  /** To be made within a `describe`, whose tests it then serves. */
  constructor(folder: McpFolder, open: () => Promise<OpenStore>) {
    beforeAll(async () => {
      this.#store = await open();
      this.#design = makeSampledDesign(folder, () => freshTableName());
      for (const table of new Set(this.#design.tables.values())) await this.backend.createTable(table);
    });
    beforeEach(async () => {
      for (const { name } of folder.entities)
        await this.backend.batchWrite(this.table(name), this.items(name));
    });
    afterAll(() => this.#store.close());
  }

  get backend(): UntypedBackend {
    return this.#store.backend;
  }

  get design(): SampledDesign {
    return this.#design;
  }

  model(entity: string): UntypedModel {
    return this.#design.models.get(entity) as UntypedModel;
  }

  table(entity: string): Table {
    return this.#design.tables.get(entity) as Table;
  }

  /** The instances of an entity that stand in the store. */
  items(entity: string): any[] {
    const model = this.model(entity);
    return itemsOf(this.#design, model).map((item) => new model(item));
  }

  /** One of them. */
  sample(entity: string, place = 0): any {
    const items = this.items(entity);
    return items[place] ?? items[0];
  }

  keyOf(item: any): Item {
    const { pk, sk } = item.constructor as UntypedModel;
    return pick(item, fieldsOf(pk + (sk ?? "")));
  }

  /** What is stored of an item. */
  async stored(item: any): Promise<Readonly<Record<string, unknown>>> {
    const model = item.constructor as UntypedModel;
    const table = this.table(model.modelName);
    const { pk, sk } = table.layout;
    const { PK, SK } = model.key(item);
    const key: WireItem = { [pk.name]: { [pk.type]: PK }, ...(sk ? { [sk.name]: { [sk.type]: SK } } : {}) };
    return (await this.#store.read(table, key)) ?? {};
  }

  /** The order of items in a table or index: by the bytes of the sort key, or by its number. */
  inOrder(index: string | null): (left: any, right: any) => number {
    return (left, right) => {
      const { layout } = this.table(left.constructor.modelName);
      const attribute = index === null ? layout.sk : layout.indexes.get(index)?.sk[0];
      const [a = "", b = ""] = [left, right].map((item) =>
        sidesOf(item.constructor, index).sk.replace(/\{([^{}]+)\}/g, (_, field) => String(item[field])),
      );
      return attribute?.type === "N" ? Number(a) - Number(b) : compareBytes(a, b);
    };
  }
}

/** Items as a set: their order means nothing. */
export const asSet = (found: readonly object[]): string[] => found.map((item) => JSON.stringify(item)).sort();
