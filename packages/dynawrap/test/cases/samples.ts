import {
  anyOf,
  beginsWith,
  between,
  contains,
  eq,
  exists,
  gt,
  gte,
  lt,
  lte,
  missing,
  ne,
  oneOf,
  size,
  type Table,
} from "dynawrap";
import { z } from "zod";
import { define, type UntypedModel } from "../core/untyped.js";
import { aliasOf, tableOf } from "./designs.js";
import type {
  FieldOfEntity,
  McpCondition,
  McpEntity,
  McpFolder,
  McpPattern,
  SampleKey,
  TableOfDesign,
} from "./folders.js";
import { fieldsOf } from "./key-text.js";

export type Item = Readonly<Record<string, any>>;

/** A design of several tables with the models in them. */
export interface SampledDesign {
  readonly folder: McpFolder;
  readonly models: ReadonlyMap<string, UntypedModel>;
  /** The table that each entity lives in. */
  readonly tables: ReadonlyMap<string, Table>;
}

/** The design of a folder with table names of one's own. */
export function makeSampledDesign(folder: McpFolder, nameOf: (table: string) => string): SampledDesign {
  const models = new Map(folder.entities.map((entity) => [entity.name, modelOf(folder, entity)]));
  const tables = new Map<string, Table>();
  for (const table of folder.tables) {
    const inside = folder.entities.filter((entity) => entity.table === table.name);
    const listed = inside.map(({ name }) => models.get(name) as UntypedModel);
    const made = tableOf(typedTable(table, inside), nameOf(table.name), { models: listed });
    for (const { name } of inside) tables.set(name, made);
  }
  return { folder, models, tables };
}

/** The table with its key types: a number where each entity has one numeric field and nothing else there. */
function typedTable(table: TableOfDesign, entities: readonly McpEntity[]): TableOfDesign {
  const keyTypes: Record<string, string> = {};
  for (const { name, pk, sk } of [{ ...table, name: null }, ...table.gsis]) {
    for (const [attribute, side] of [
      [pk, "pk"],
      [sk, "sk"],
    ] as const) {
      const given = entities.flatMap((entity) => {
        const pattern = (name === null ? entity : entity.gsi?.[name])?.[side];
        return typeof pattern === "string" ? isNumeric(pattern, entity) : [];
      });
      if (attribute && given.length > 0 && given.every(Boolean)) keyTypes[attribute] = "N";
    }
  }
  return { ...table, keyTypes };
}

function isNumeric(pattern: string, { fields }: McpEntity): boolean {
  const field = fields.find(({ name }) => `{${name}}` === pattern);
  return field !== undefined && /^(integer|decimal)$/.test(field.type);
}

function modelOf({ tables }: McpFolder, entity: McpEntity): UntypedModel {
  const table = tables.find(({ name }) => name === entity.table) as TableOfDesign;
  const inKey = [entity.pk, entity.sk ?? ""].flatMap(fieldsOf);
  const shape = entity.fields.map((field) => {
    const type = typeOf(field);
    return [field.name, field.required || inKey.includes(field.name) ? type : type.nullish()];
  });
  const indexes = Object.entries(entity.gsi ?? {}).map(([index, { pk, sk }]) => [
    aliasOf(index),
    { index, pk, ...(sk ? { sk } : {}) },
  ]);
  return define({
    name: entity.name,
    pk: entity.pk,
    ...(table.sk && entity.sk ? { sk: entity.sk } : {}),
    schema: z.object(Object.fromEntries(shape)),
    indexes: Object.fromEntries(indexes),
  });
}

function typeOf({ type }: FieldOfEntity): z.ZodType {
  switch (type) {
    case "integer":
      return z.int();
    case "decimal":
      return z.number();
    case "boolean":
      return z.boolean();
    case "array":
      return z.array(z.unknown());
    case "object":
      return z.record(z.string(), z.unknown());
    default:
      return z.string();
  }
}

/** A sample's key as text; `undefined` where the sample has none. */
export function sampleKeyText(key: SampleKey | undefined): string | undefined {
  if (key === null || key === undefined) return undefined;
  if (typeof key === "string") return key;
  return "N" in key ? String(Number(key.N)) : undefined;
}

/** The samples of an entity, and crosses of them that share the one's partition and have the other's rest. */
export function itemsOf({ folder }: SampledDesign, model: UntypedModel): readonly Item[] {
  const { sample_data, access_pattern_data = sample_data } = folder.samples[model.modelName] ?? {};
  if (!sample_data || !access_pattern_data) return [];
  const [one, other] = [sample_data.item, access_pattern_data.item];
  const partition = (item: Item) => pick(item, fieldsOf(model.pk));
  const all = [one, other, { ...other, ...partition(one) }, { ...one, ...partition(other) }];
  // Without a field of its key an item cannot be.
  const whole = all.filter((item) =>
    fieldsOf(model.pk + (model.sk ?? "")).every((field) => (item[field] ?? undefined) !== undefined),
  );
  return [...new Map(whole.map((item) => [JSON.stringify(model.key(new model(item))), item])).values()];
}

export function pick(item: Item, fields: readonly string[]): Item {
  return Object.fromEntries(fields.filter((field) => field in item).map((field) => [field, item[field]]));
}

/** What an access pattern of one entity is asked with, and which items it is to find. */
export interface SampledQuestion {
  readonly key: Item;
  readonly where: Item | undefined;
  readonly finds: (item: Item) => boolean;
}

const comparisons = { "=": eq, "<>": ne, "<": lt, "<=": lte, ">": gt, ">=": gte } as const;

/** The question of a Query or Scan, with parameters from the sample. */
export function sampledQuestion(
  design: SampledDesign,
  pattern: McpPattern,
  model: UntypedModel,
): SampledQuestion {
  const sample = design.folder.samples[model.modelName]?.sample_data.item ?? {};
  const { conditions = [], logical_operator = "AND" } = pattern.filter ?? {};
  const inFilter = conditions.flatMap(({ param, param2, params = [] }) => [param, param2, ...params]);
  const { pk, sk } = sidesOf(model, pattern.index);
  const names = pattern.parameters.map(({ name }) => name).filter((name) => !inFilter.includes(name));
  const rangeCount = { between: 2 }[pattern.rangeCondition ?? ""] ?? (pattern.rangeCondition ? 1 : 0);
  const plain = names.slice(0, names.length - rangeCount);
  const given = pick(sample, pattern.operation === "Scan" ? [] : plain);
  const range =
    rangeCount > 0
      ? rangeOf(
          pattern.rangeCondition as string,
          fieldsOf(sk).find((field) => !(field in given)),
          sample,
        )
      : undefined;
  const tests = conditions.map((condition) =>
    filterOf(condition, valuesOf(design, pattern, model, condition)),
  );
  const or = logical_operator === "OR";
  const parts = tests.map(({ where }) => where);
  return {
    key: { ...pick(given, [...fieldsOf(pk), ...fieldsOf(sk)]), ...range?.key },
    where:
      parts.length === 0
        ? undefined
        : or
          ? (anyOf(...(parts as [any])) as Item)
          : Object.assign({}, ...parts),
    finds: (item) =>
      Object.entries(given).every(([field, value]) => item[field] === value) &&
      (range?.finds(item) ?? true) &&
      (tests.length === 0 ||
        (or ? tests.some(({ finds }) => finds(item)) : tests.every(({ finds }) => finds(item)))),
  };
}

/** The patterns of the table or of an index, as one text each. */
export function sidesOf(
  model: UntypedModel,
  index: string | null,
): { readonly pk: string; readonly sk: string } {
  const { pk, sk = "" } = index === null ? model : (model.indexes[aliasOf(index)] ?? { pk: "" });
  return { pk: [pk].flat().join("#"), sk: [sk ?? ""].flat().join("#") };
}

/** The parameters of a filter condition: as the usage data has them, else from the sample's own field. */
function valuesOf(
  { folder }: SampledDesign,
  { parameters }: McpPattern,
  model: UntypedModel,
  { field, function: named, param, param2, params }: McpCondition,
): readonly unknown[] {
  const own = folder.samples[model.modelName]?.sample_data.item[field];
  const defaults: Item = folder.filterValues[model.modelName] ?? {};
  const names = params ?? [param, param2].filter((name) => name !== undefined);
  return names.map((name) => {
    const parameter = parameters.find((each) => each.name === name) as
      | { readonly default?: unknown }
      | undefined;
    const fallback = named === "size" ? 1 : Array.isArray(own) ? own[0] : own;
    return defaults[name] ?? parameter?.default ?? fallback;
  });
}

interface TestedField {
  readonly where: Item;
  readonly finds: (item: Item) => boolean;
}

function filterOf({ field, function: named, operator }: McpCondition, values: readonly any[]): TestedField {
  const [low, high] = values;
  const compared = (value: any): boolean =>
    value !== undefined && value !== null && compares(operator ?? "=", value, values);
  const test = (tested: unknown, finds: (value: any) => boolean): TestedField => ({
    where: { [field]: tested },
    finds: (item) => finds(item[field]),
  });
  switch (named) {
    case "attribute_exists":
      return test(exists(), (value) => value !== undefined);
    case "attribute_not_exists":
      return test(missing(), (value) => value === undefined);
    case "begins_with":
      return test(beginsWith(low), (value) => typeof value === "string" && value.startsWith(low));
    case "contains":
      return test(
        contains(low),
        (value) => (typeof value === "string" || Array.isArray(value)) && value.includes(low),
      );
    case "size":
      return test(size(operatorOf(operator ?? "=", low, high, values)), (value) => compared(value?.length));
    default:
      return test(operatorOf(operator ?? "=", low, high, values), (value) =>
        operator === "<>" && value === undefined ? true : compared(value),
      );
  }
}

function operatorOf(operator: string, low: any, high: any, all: readonly any[]): any {
  if (operator === "between") return between(low, high);
  if (operator === "in") return oneOf(all);
  return comparisons[operator as "="](low);
}

function compares(operator: string, value: any, all: readonly any[]): boolean {
  const [low, high] = all;
  const side = (bound: any): number =>
    typeof value === "string" ? Buffer.compare(Buffer.from(value), Buffer.from(bound)) : value - bound;
  switch (operator) {
    case "<>":
      return value !== low;
    case "<":
      return side(low) < 0;
    case "<=":
      return side(low) <= 0;
    case ">":
      return side(low) > 0;
    case ">=":
      return side(low) >= 0;
    case "between":
      return side(low) >= 0 && side(high) <= 0;
    case "in":
      return all.includes(value);
    default:
      return value === low;
  }
}

/** A range on the first sort value that is not given, around the sample's own. */
function rangeOf(
  operator: string,
  field: string | undefined,
  sample: Item,
): { readonly key: Item; readonly finds: (item: Item) => boolean } | undefined {
  if (field === undefined) return undefined;
  const own = sample[field];
  const [below, above] = typeof own === "number" ? [own - 1, own + 1] : [own.slice(0, -1), own];
  if (operator === "begins_with") {
    return { key: { [field]: beginsWith(below) }, finds: (item) => item[field].startsWith(below) };
  }
  const bounds = operator.startsWith("<") ? [above, above] : [below, above];
  return {
    key: { [field]: operatorOf(operator, bounds[0], bounds[1], bounds) },
    finds: (item) => compares(operator, item[field], bounds),
  };
}
