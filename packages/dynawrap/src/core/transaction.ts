import type { ItemOf, KeyOf, WhereOf } from "./model.js";
import type { CallOptions, DeleteOptions, SaveOptions } from "./options.js";
import type { AnyTable, ItemIn, ModelIn } from "./table.js";

/** What a transaction does: each method notes one operation. No item may be in two of them. */
export interface Transaction {
  /** Writes the whole item. With `replaces` the old item goes in the same transaction, and counts as an operation. */
  save<const ATable extends AnyTable, Item extends ItemIn<ATable>>(
    table: ATable,
    item: Item,
    options?: Omit<SaveOptions<Item>, keyof CallOptions>,
  ): void;
  delete<const ATable extends AnyTable, Item extends ItemIn<ATable>>(
    table: ATable,
    item: Item,
    options?: Omit<DeleteOptions<Item["~types"]["where"]>, keyof CallOptions>,
  ): void;
  delete<const ATable extends AnyTable, AModel extends ModelIn<ATable>>(
    table: ATable,
    model: AModel,
    key: NoInfer<KeyOf<AModel>>,
    options?: Omit<DeleteOptions<WhereOf<AModel>>, keyof CallOptions>,
  ): void;
  /** Writes nothing; the transaction fails unless this holds of the item. */
  check<const ATable extends AnyTable, AModel extends ModelIn<ATable>>(
    table: ATable,
    model: AModel,
    key: NoInfer<KeyOf<AModel>>,
    condition: NoInfer<WhereOf<AModel>>,
  ): void;
  /** Reads the item before the transaction and saves it changed within it; on a conflict it is read and changed again. */
  update<const ATable extends AnyTable, AModel extends ModelIn<ATable>>(
    table: ATable,
    model: AModel,
    key: NoInfer<KeyOf<AModel>>,
    change: (current: ItemOf<AModel>) => ItemOf<AModel> | Promise<ItemOf<AModel>>,
  ): void;
}
