import { beginsWith, between, type ErrorCode, isDynawrapError, Table } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { refusal, rejection } from "../core/refusal.js";
import { define, type UntypedModel } from "../core/untyped.js";
import { jsonFiles } from "./folders.js";
import type { UntypedBackend } from "./stores.js";

interface Mapping {
  readonly name: string;
  readonly pk_template: string;
  readonly sk_template?: string;
}

interface EntitySchema {
  readonly pk_template: string;
  readonly sk_template?: string;
  readonly fields: readonly { readonly name: string }[];
  readonly gsi_mappings?: readonly Mapping[];
}

interface TableSchema {
  readonly table_config: {
    readonly table_name: string;
    readonly partition_key: string;
    readonly sort_key?: string;
  };
  readonly gsi_list?: readonly {
    readonly name: string;
    readonly partition_key: string;
    readonly sort_key: string;
  }[];
  readonly entities: Readonly<Record<string, EntitySchema>>;
}

const files = jsonFiles("mcp-invalid-schemas");
const tablesOf = (file: string): readonly TableSchema[] => files[`${file}.json`]?.tables ?? [];

/** The model of an entity, in those of its indexes that are asked for. */
function modelOf(
  name: string,
  { pk_template, sk_template, fields }: EntitySchema,
  mappings: readonly Mapping[] = [],
): UntypedModel {
  return define({
    name,
    pk: pk_template,
    ...(sk_template === undefined ? {} : { sk: sk_template }),
    schema: z.object(Object.fromEntries(fields.map((field) => [field.name, z.string()]))),
    indexes: Object.fromEntries(
      mappings.map((mapping, place) => [
        `index ${place}`,
        { index: mapping.name, pk: mapping.pk_template, sk: mapping.sk_template },
      ]),
    ),
  });
}

function tableOf({ table_config, gsi_list = [] }: TableSchema, models: readonly UntypedModel[]): Table {
  return new Table(table_config.table_name, {
    pk: table_config.partition_key,
    sk: table_config.sort_key ?? false,
    indexes: Object.fromEntries(
      gsi_list.map((index) => [index.name, { pk: index.partition_key, sk: index.sort_key }]),
    ),
    models: models as never,
  });
}

/** Each entity of a file with the table that it is in. */
const entitiesOf = (file: string) =>
  tablesOf(file).flatMap((table) =>
    Object.entries(table.entities).map(([name, entity]) => ({ table, name, entity })),
  );

describe.runIf(tablesOf("invalid_gsi_schema").length > 0)("indexes that cannot be", () => {
  const entities = entitiesOf("invalid_gsi_schema");
  const templates = entities.flatMap(({ name, entity, table }) =>
    (entity.gsi_mappings ?? []).flatMap(({ name: index, pk_template, sk_template = "" }) =>
      [pk_template, sk_template].map((template) => ({ entity, index, name, table, template })),
    ),
  );
  const unknownField = ({ entity, template }: (typeof templates)[number]) =>
    [...template.matchAll(/\{([^{}]*)\}/g)].some(
      ([, field]) => !entity.fields.some(({ name }) => name === field),
    );
  const broken = templates.filter((one) => unknownField(one) || /\{[^}]*$/.test(one.template));
  const sound = templates.filter((one) => !broken.includes(one));

  it.each(broken)(
    "have patterns that are refused when the model is defined: $template",
    ({ entity, index, name, template }) => {
      const mapping = { name: index, pk_template: template, sk_template: "#" };
      const error = refusal("pattern.invalid", () => modelOf(name, entity, [mapping]));
      expect(error.details).toMatchObject({ model: name, pattern: template });
      expect(error.message).toContain(template);
      const [, field] = /\{([^{}]+)\}/.exec(template) ?? [];
      if (field !== undefined) {
        expect(error.details.placeholder).toBe(field);
        expect(error.message).toContain(field);
      }
    },
  );

  it.each(sound)(
    "are not refused for the sake of a sound pattern: $template",
    ({ entity, index, name, template }) => {
      expect(() =>
        modelOf(name, entity, [{ name: index, pk_template: template, sk_template: "#" }]),
      ).not.toThrow();
    },
  );

  const known = (table: TableSchema) => table.gsi_list?.map(({ name }) => name) ?? [];

  it.each(sound.filter(({ index, table }) => !known(table).includes(index)))(
    "are refused where the table has no index $index",
    ({ entity, index, name, table, template }) => {
      const model = modelOf(name, entity, [{ name: index, pk_template: template, sk_template: "#" }]);
      const error = refusal("model.invalid", () => tableOf(table, [model]));
      expect(error.details.model).toBe(name);
      expect(error.message).toContain(index);
    },
  );

  it("are refused where a model stands in one of them twice, by different patterns", () => {
    const twice = entities.flatMap(({ entity, name, table }) => {
      const seen = (entity.gsi_mappings ?? []).map(({ name: index }) => index);
      const index = seen.find((each, place) => seen.indexOf(each) !== place);
      return index === undefined ? [] : [{ entity, index, name, table }];
    });
    expect(twice.length).toBeGreaterThan(0);
    for (const { entity, index, name, table } of twice) {
      const [{ name: field } = { name: "" }] = entity.fields;
      const mappings = ["ONE", "TWO"].map((head) => ({
        name: index,
        pk_template: `${head}#{${field}}`,
        sk_template: "#",
      }));
      const error = refusal("model.invalid", () => tableOf(table, [modelOf(name, entity, mappings)]));
      expect(error.message).toMatch(/ONE.*TWO|TWO.*ONE/s);
    }
  });

  it("are asked nothing that they cannot answer: an unknown alias, a key without its beginning, half a range", async () => {
    const { entity, name, table } = entities.find((each) => each.name === "TestEntity")!;
    const index = { name: "ValidIndex", pk_template: "VALID#{status}", sk_template: "{created_at}" };
    const model = modelOf(name, entity, [index]);
    const backend = new MemoryBackend() as unknown as UntypedBackend;
    const place = tableOf(table, [model]);
    await backend.createTable(place);
    const ask = (key: object, alias = "index 0") => backend.query(place, model, key, { index: alias }).all();
    expect(await ask({ status: "a", created_at: between("1", "2") })).toEqual([]);
    await rejection("key.incomplete", ask({ created_at: "1" }));
    const refused = async (code: ErrorCode, question: Promise<unknown>) => {
      const error = await question.catch((thrown) => thrown);
      expect([code, isDynawrapError(error) ? error.code : error]).toEqual([code, code]);
    };
    await refused("option.invalid", ask({ status: "a" }, "NonExistentIndex"));
    await refused("key.invalid", ask({ status: "a", created_at: between("1", undefined as never) }));
    await refused("key.invalid", ask({ status: "a", created_at: beginsWith("1"), extra: "2" }));
  });
});

describe.runIf(tablesOf("comprehensive_invalid_schema").length > 0)("a table without a sort key", () => {
  it.each(entitiesOf("comprehensive_invalid_schema"))(
    "refuses a model that has one, and takes one that has none: $name",
    ({ entity, name, table }) => {
      const model = modelOf(name, entity);
      if (entity.sk_template === undefined) expect(tableOf(table, [model]).models).toEqual([model]);
      else expect(refusal("model.invalid", () => tableOf(table, [model])).details.model).toBe(name);
    },
  );
});

describe.runIf(tablesOf("test_duplicate_entity_names").length > 0)("a name that two entities have", () => {
  const entities = entitiesOf("test_duplicate_entity_names");

  it("is refused in one table", () => {
    const models = entities.map(({ entity, name }) => modelOf(name, entity));
    const [{ table }] = entities as [(typeof entities)[number]];
    const error = refusal("model.invalid", () => tableOf(table, models));
    expect(error.details.model).toBe("User");
  });

  it("is none of a table's business where the other is in another table", () => {
    for (const { entity, name, table } of entities)
      expect(() => tableOf(table, [modelOf(name, entity)])).not.toThrow();
  });
});
