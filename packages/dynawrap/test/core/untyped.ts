import { type AnyItem, DBItem, type Model } from "dynawrap";

/** A model as plain JavaScript sees it. */
export interface UntypedModel extends Pick<Model, keyof Model> {
  new (...input: any[]): AnyItem & Record<string, any>;
  key(values: unknown): { PK: string; SK?: string };
  prefix(values: unknown): { PK: string; SK?: string };
  parseKey(pk: unknown, sk?: unknown): Record<string, unknown> | undefined;
}

/** `DBItem` without its types, for definitions that they refuse. */
export const define = DBItem as unknown as (...definition: unknown[]) => UntypedModel;

/** A schema that takes every object as it is, for models of any fields. */
export const anything = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) => ({ value: value as object }),
  },
} as const;

/** A model with these patterns, whose fields take any value. */
export function model(pk: string, sk: string | undefined, fields: readonly string[]): UntypedModel {
  return class Thing extends define({ pk, sk, schema: anything, fields }) {};
}
