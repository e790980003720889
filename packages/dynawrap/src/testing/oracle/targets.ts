import fc from "fast-check";
import type { AnyItem, Model } from "../../core/model.js";
import type { AnyTable } from "../../core/table.js";
import type { DesignKind } from "./design-kinds.js";
import type { Stage } from "./operation.js";
import { fill, fillKey } from "./room.js";
import { make, type Values } from "./told.js";

/** A model of the design, in its `Table` or by the table's bare name, where that means the same. */
export interface Target {
  readonly kind: DesignKind;
  readonly bare: boolean;
}

/** Tables whose layout is the one that a bare name stands for. */
const plainTables: readonly string[] = ["shop", "store"];

export function targetOf(kind: DesignKind): fc.Arbitrary<Target> {
  const bare = plainTables.includes(kind.table) ? fc.constantFrom(false, false, true) : fc.constant(false);
  return bare.map((one) => ({ kind, bare: one }));
}

export function tableOf({ kind, bare }: Target, { tables }: Stage): AnyTable {
  const table = tables[kind.table];
  return bare ? table.name : table;
}

export function nameOf({ kind, bare }: Target): string {
  return `${kind.model.modelName}${bare ? " (bare)" : ""}`;
}

export function makeItem(kind: DesignKind, values: Values, { room }: Stage): AnyItem {
  return make(kind.model, fill(kind, values, room));
}

/** The values of a table key, as code gives them. */
export function keyIn(kind: DesignKind, values: Values, room: string): Values {
  return fillKey(kind, kind.places[0].pk, values, room);
}

/** All values of a new item. */
export function anyValues({ fields }: DesignKind): fc.Arbitrary<Values> {
  return fc.record(fields);
}

/** The values of a table key. */
export function anyKey({ fields, keyFields }: DesignKind): fc.Arbitrary<Values> {
  return fc.record(
    Object.fromEntries(keyFields.map((field) => [field, fields[field] as fc.Arbitrary<unknown>])),
  );
}

/** Some other values for fields outside of the key; now and then for one within it. */
export function anyChanges(kind: DesignKind): fc.Arbitrary<Values> {
  const inside = Object.entries(kind.fields).filter(([field]) => !kind.keyFields.includes(field));
  const plain = fc.record(Object.fromEntries(inside), { requiredKeys: [] });
  return fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: 1, arbitrary: fc.tuple(plain, anyKey(kind)).map(([changes, key]) => ({ ...changes, ...key })) },
  );
}

/** Where an instance of a model is kept: two places for each. */
export function anySlot({ model }: { readonly model: Model }): fc.Arbitrary<string> {
  return fc.constantFrom(`${model.modelName} 1`, `${model.modelName} 2`);
}
