import type { ModelDescription } from "../core/description.js";
import { type Design, designOf } from "../core/design.js";
import { invalidOption } from "../core/errors.js";
import { requireModel } from "../core/model.js";
import type { Placement } from "../core/placement.js";
import type { AnyTable } from "../core/table.js";
import { checkLayout } from "./question.js";
import type { Store } from "./store.js";

/** Several models that are asked of one table. */
export interface Gathering {
  readonly design: Design;
  readonly models: readonly ModelDescription[];
  /** How each of the models stands in the table, in their order. */
  readonly placements: readonly Placement[];
}

/** @throws DynawrapError `table.invalid`, `option.invalid`, or `model.invalid` for what cannot live in the table. */
export function gather<Row>(store: Store<Row>, table: AnyTable, given: readonly unknown[]): Gathering {
  if (!Array.isArray(given) || given.length === 0) throw invalidOption("models", "is no list of models");
  const name = typeof table === "object" ? table?.name : table;
  const models = given.map((model) => requireModel(model, `"${String(name)}"`));
  const design = designOf(table, models);
  checkLayout(store, design.layout);
  return { design, models, placements: models.map((model) => design.placement(model)) };
}
