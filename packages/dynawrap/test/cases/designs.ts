import { isDynawrapError, type Model, Table } from "dynawrap";
import { z } from "zod";
import { define, type UntypedModel } from "../core/untyped.js";
import type {
  DesignFolder,
  Entity,
  EntityKey,
  IndexOfDesign,
  Key,
  TableOfDesign,
  WireItem,
} from "./folders.js";
import { fieldsOf, literalLength, readKeyTexts } from "./key-text.js";

/** What a value in a key may be, where nobody has said more of it. */
const keyable = z.union([z.string(), z.number(), z.bigint(), z.boolean()]);

/** A table as a design has it, with the models that can live in it side by side. */
export interface DesignTable {
  readonly table: Table;
  readonly models: ReadonlyMap<string, UntypedModel>;
}

/** A design made of its folder. Models that tie for a key cannot share a `Table`, so there may be several of one name. */
export interface Design {
  readonly folder: DesignFolder;
  readonly models: ReadonlyMap<string, UntypedModel>;
  readonly tables: readonly DesignTable[];
}

/** An index is called by code otherwise than by the table. */
export const aliasOf = (index: string): string => `by ${index}`;

/** The design of a folder under a table name of one's own. */
export function makeDesign(folder: DesignFolder, name: string, model = entityModel): Design {
  const models = new Map(folder.entities.map((entity) => [entity.name, model(folder, entity)]));
  const groups: Map<string, UntypedModel>[] = [];
  for (const [entity, each] of models) {
    const group = groups.find((known) => fits(folder.table, name, [...known.values(), each]));
    if (group) group.set(entity, each);
    else groups.push(new Map([[entity, each]]));
  }
  return {
    folder,
    models,
    tables: groups.map((group) => ({
      table: tableOf(folder.table, name, { models: [...group.values()] }),
      models: group,
    })),
  };
}

function fits(design: TableOfDesign, name: string, models: readonly UntypedModel[]): boolean {
  try {
    tableOf(design, name, { models });
    return true;
  } catch (error) {
    if (isDynawrapError(error, "model.overlap")) return false;
    throw error;
  }
}

/** The table of a design, as its user would declare it. */
export function tableOf(
  { pk, sk, keyTypes = {}, gsis }: TableOfDesign,
  name: string,
  { models = [] }: { readonly models?: readonly UntypedModel[] } = {},
): Table {
  const attribute = (key: string) => ({
    name: key,
    type: keyTypes[key] === "N" ? ("N" as const) : ("S" as const),
  });
  const indexes = gsis.map((index) => [
    index.name,
    {
      pk: attribute(index.pk),
      ...(index.sk ? { sk: attribute(index.sk) } : {}),
      ...(index.projection === undefined ? {} : { projection: index.projection as "ALL" }),
    },
  ]);
  return new Table(name, {
    pk: attribute(pk),
    sk: sk ? attribute(sk) : false,
    indexes: Object.fromEntries(indexes),
    models: models as readonly Model[] as never,
  });
}

/** A model of an entity with all that its items hold as fields. */
function entityModel(folder: DesignFolder, entity: Entity): UntypedModel {
  return modelOf(folder, entity, () => true);
}

/** A model of an entity that knows nothing of its items but what stands in the keys. */
export function keysOnlyModel(folder: DesignFolder, entity: Entity): UntypedModel {
  return modelOf(folder, entity, () => false);
}

function modelOf(
  folder: DesignFolder,
  entity: Entity,
  isField: (attribute: string) => boolean,
): UntypedModel {
  const { table } = folder;
  const items = itemsOf(folder, entity.name);
  const indexes = indexPatterns(table, entity, items);
  const inKey = [entity.pk, entity.sk ?? ""].flatMap(fieldsOf);
  const inIndexes = indexes.flatMap(({ pk, sk }) => [...fieldsOf(pk), ...fieldsOf(sk ?? "")]);
  const keyAttributes = [table, ...table.gsis].flatMap(({ pk, sk }) => [pk, sk]);
  const others = items
    .flatMap((item) => Object.keys(item))
    .filter((name) => isField(name) && !keyAttributes.includes(name));
  const shape: Record<string, z.ZodType> = {};
  for (const field of [...others, ...inIndexes]) shape[field] = z.unknown().optional();
  for (const field of inKey) shape[field] = keyable;
  return define({
    name: entity.name,
    pk: entity.pk,
    ...(table.sk ? { sk: entity.sk } : {}),
    schema: z.looseObject(shape),
    indexes: Object.fromEntries(
      indexes.map(({ name, pk, sk }) => [aliasOf(name), { index: name, pk, ...(sk ? { sk } : {}) }]),
    ),
  });
}

/**
 * The patterns by which an entity stands in the indexes: those that the design gives; and for an index which its items are in
 * without a pattern, those of the keys whose attributes it uses, or else the attribute as a field of its own name.
 */
function indexPatterns(
  table: TableOfDesign,
  entity: Entity,
  items: readonly WireItem[],
): readonly (EntityKey & { readonly name: string })[] {
  const written = new Map<string, string>([[table.pk, entity.pk]]);
  if (table.sk && entity.sk) written.set(table.sk, entity.sk);
  const given = entity.gsi ?? {};
  for (const { name, pk, sk } of table.gsis) {
    if (!given[name]) continue;
    written.set(pk, given[name].pk);
    if (sk && given[name].sk) written.set(sk, given[name].sk);
  }
  const pattern = (attribute: string): string => written.get(attribute) ?? `{${attribute}}`;
  const holds = ({ pk, sk }: IndexOfDesign) => items.some((item) => pk in item && (!sk || sk in item));
  return table.gsis
    .filter((index) => given[index.name] || holds(index))
    .map(({ name, pk, sk }) => ({ name, pk: pattern(pk), sk: sk ? pattern(sk) : null }));
}

/** The table key of an item, as texts. */
export function keyOfItem({ pk, sk }: TableOfDesign, item: WireItem): Key {
  const text = (attribute: string) => String(Object.values(item[attribute] ?? {})[0]);
  return sk ? [text(pk), text(sk)] : [text(pk)];
}

/** The entity that a key belongs to: of those that fit, the one with the most literal characters. */
export function entityOfKey({ entities }: DesignFolder, key: Key): Entity | undefined {
  const length = ({ pk, sk }: Entity) => literalLength(pk) + literalLength(sk ?? "");
  return entities
    .filter((entity) => readKeyTexts(entity, key))
    .toSorted((left, right) => length(right) - length(left))[0];
}

function itemsOf(folder: DesignFolder, entity: string): readonly WireItem[] {
  return folder.items.filter((item, line) => {
    const recognised = folder.recognised?.[line]?.entity;
    return (recognised ?? entityOfKey(folder, keyOfItem(folder.table, item))?.name) === entity;
  });
}
