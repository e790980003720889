import type { AnyItem, Model } from "../../core/model.js";

/** The fields of an item, or the values of a key. */
export type Values = { readonly [field: string]: unknown };

/** What an item is told by: its model, and its fields. */
export interface Told {
  readonly model: string;
  readonly fields: Values;
}

export function tell(item: object | undefined): Told | undefined {
  if (item === undefined) return undefined;
  return { model: (item.constructor as unknown as Model).modelName ?? "", fields: { ...item } };
}

export function tellAll(items: readonly (object | undefined)[]): (Told | undefined)[] {
  return items.map(tell);
}

export function make(model: Model, values: Values): AnyItem {
  return new model(values);
}
