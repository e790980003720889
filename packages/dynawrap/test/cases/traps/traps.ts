import type { Table } from "dynawrap";
import { afterAll, beforeAll, describe, it } from "vitest";
import { freshTableName } from "../../backends.js";
import type { UntypedModel } from "../../core/untyped.js";
import { type Design, type DesignTable, makeDesign } from "../designs.js";
import { type DesignFolder, designFolder } from "../folders.js";
import { type OpenStore, stores } from "../stores.js";

/** What is easy to get wrong in a design, on every store; nothing where the design is not at hand. */
export function trapsOf(name: string, tests: (at: Traps) => void): void {
  const folder = designFolder(name);
  if (folder === undefined) {
    describe.skip(`${name}: not at hand`, () => it("has traps", () => {}));
    return;
  }
  describe.each(stores)(`${name} on $title`, ({ open }) => {
    const at = { folder } as { -readonly [Part in keyof Traps]: Traps[Part] };
    beforeAll(async () => {
      at.store = await open();
      at.design = makeDesign(folder, freshTableName());
      at.place = at.design.tables[0]!;
      at.table = at.place.table;
      at.model = (entity) => at.design.models.get(entity)!;
      await at.store.backend.createTable(at.table);
      await at.store.put(at.table, folder.items);
    });
    afterAll(() => at.store.close());
    tests(at);
  });
}

/** The design at hand, in a store of its own. */
export interface Traps {
  readonly folder: DesignFolder;
  readonly store: OpenStore;
  readonly design: Design;
  readonly place: DesignTable;
  readonly table: Table;
  readonly model: (entity: string) => UntypedModel;
}

/** The models of what was found. */
export const names = (found: readonly object[]) =>
  found.map((item) => (item.constructor as unknown as UntypedModel).modelName);
