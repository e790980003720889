import { describe, expect, it } from "vitest";
import { rejection } from "../core/refusal.js";
import { aliasOf } from "./designs.js";
import { type McpPattern, mcpFolders, type Sample } from "./folders.js";
import { fieldsOf, readText } from "./key-text.js";
import { asSet, SampledStore } from "./sampled-store.js";
import { type Item, pick, sampledQuestion, sampleKeyText, sidesOf } from "./samples.js";
import { stores } from "./stores.js";

for (const folder of mcpFolders) {
  const of = (...operations: string[]) =>
    folder.patterns.filter(({ operation }) => operations.includes(operation));
  const samples = Object.entries(folder.samples).flatMap(([entity, { sample_data, access_pattern_data }]) =>
    [sample_data, access_pattern_data].flatMap((sample) => (sample ? [{ entity, ...sample }] : [])),
  );

  describe.each(stores)(`the design ${folder.name} on $title`, ({ open }) => {
    const at = new SampledStore(folder, open);

    it.each(samples)(
      "writes the keys that are due to a sample of $entity: $keys",
      async ({ entity, item, keys }) => {
        const missing = fieldsOf(at.model(entity).pk + (at.model(entity).sk ?? "")).filter(
          (field) => item[field] === undefined,
        );
        if (missing.length > 0) {
          expect([keys.pk, keys.sk]).toContainEqual(expect.objectContaining({ missing: expect.anything() }));
          return;
        }
        const instance = new (at.model(entity))(item);
        const { PK, SK } = at.model(entity).key(instance);
        expect([PK, SK]).toEqual([sampleKeyText(keys.pk), sampleKeyText(keys.sk)]);
        await at.backend.save(at.table(entity), instance);
        await expectIndexKeys(entity, instance, keys);
      },
    );

    /** Holds the index keys that are stored against those that are due. */
    async function expectIndexKeys(entity: string, instance: any, keys: Sample["keys"]): Promise<void> {
      const { layout } = at.table(entity);
      const stored = await at.stored(instance);
      for (const [name, { pk, sk }] of Object.entries(keys.gsi)) {
        const index = layout.indexes.get(name)!;
        for (const [attribute, due] of [
          [index.pk[0], pk],
          [index.sk[0], sk],
        ] as const) {
          if (!attribute || attribute.name === layout.pk.name || attribute.name === layout.sk?.name) continue;
          const found = stored[attribute.name];
          const text = typeof found === "object" && found !== null ? Object.values(found)[0] : found;
          const isIn = sampleKeyText(pk) !== undefined && (!index.sk[0] || sampleKeyText(sk) !== undefined);
          expect([attribute.name, text === undefined ? undefined : String(text)]).toEqual([
            attribute.name,
            isIn ? sampleKeyText(due) : undefined,
          ]);
        }
      }
    }

    it.each(of("GetItem"))("$id $name: $description", async ({ entity = "", parameters }) => {
      const sample = at.sample(entity);
      const key = pick(
        sample,
        parameters.map(({ name }) => name),
      );
      expect(await at.backend.get(at.table(entity), at.model(entity), key)).toEqual(sample);
      const [last = ""] = Object.keys(key).slice(-1);
      const other = {
        ...key,
        [last]: typeof key[last] === "number" ? key[last] + 1000 : `${key[last]}-other`,
      };
      expect(await at.backend.get(at.table(entity), at.model(entity), other)).toBeUndefined();
      const { [last]: _, ...partial } = key;
      await rejection("key.incomplete", at.backend.get(at.table(entity), at.model(entity), partial));
    });

    it.each(of("Query").filter(({ returns }) => returns !== "mixed_data"))(
      "$id $name: $description",
      async (pattern) => {
        const { entity = "", index } = pattern;
        const { key, where, finds } = sampledQuestion(at.design, pattern, at.model(entity));
        const options = { ...(index === null ? {} : { index: aliasOf(index) }), ...(where ? { where } : {}) };
        const due = at.items(entity).filter(finds).sort(at.inOrder(index));
        expect(due.length).toBeGreaterThan(0);
        if (index !== null && at.table(entity).layout.indexes.get(index)?.projection !== "ALL") {
          await expectProjected(pattern, key, options, due);
          return;
        }
        const found = await at.backend.query(at.table(entity), at.model(entity), key, options).all();
        expect(sortedIf(index, found)).toEqual(sortedIf(index, due));
        const reversed = await at.backend
          .query(at.table(entity), at.model(entity), key, { ...options, reverse: true })
          .all();
        expect(sortedIf(index, reversed)).toEqual(sortedIf(index, due.toReversed()));
      },
    );

    /** An index that does not hold whole items gives fields that it has, or makes the items be fetched. */
    async function expectProjected(
      { entity = "", index }: McpPattern,
      key: Item,
      options: object,
      due: readonly any[],
    ): Promise<void> {
      const ask = (more: object) =>
        at.backend.query(at.table(entity), at.model(entity), key, { ...options, ...more });
      await rejection("index.projection", ask({}).all());
      expect(sortedIf(index, await ask({ fetch: true }).all())).toEqual(sortedIf(index, due));
      const fields = fieldsOf(`${at.model(entity).pk}${at.model(entity).sk ?? ""}`);
      const picked = await ask({ pick: fields }).all();
      expect(sortedIf(index, picked)).toEqual(
        sortedIf(
          index,
          due.map((item) => pick(item, fields)),
        ),
      );
    }

    it.each(of("Query").filter(({ returns }) => returns === "mixed_data"))(
      "$id $name: $description, which is of several entities",
      async ({ entity = "", index, parameters }) => {
        const sample = at.sample(entity);
        const key = pick(
          sample,
          parameters.map(({ name }) => name),
        );
        const { pk } = sidesOf(at.model(entity), index);
        const partition = pk.replace(/\{([^{}]+)\}/g, (_, field) => String(key[field]));
        const inside = folder.entities.filter(
          (other) =>
            at.table(other.name) === at.table(entity) &&
            (index === null || at.model(other.name).indexes[aliasOf(index)]) &&
            readText(sidesOf(at.model(other.name), index).pk, partition)?.whole,
        );
        const keys = inside.map(({ name }) => readText(sidesOf(at.model(name), index).pk, partition)?.values);
        const due = inside.flatMap(({ name }) =>
          at
            .items(name)
            .filter((item) => Object.entries(key).every(([field, value]) => item[field] === value)),
        );
        due.sort(at.inOrder(index));
        const found = await at.backend
          .collection(
            at.table(entity),
            inside.map(({ name }) => at.model(name)),
            Object.assign({}, ...keys),
            index === null ? {} : { index: aliasOf(index) },
          )
          .all();
        expect(sortedIf(index, found)).toEqual(sortedIf(index, due));
        expect(found.length).toBeGreaterThan(1);
      },
    );

    it.each(of("Scan"))("$id $name: $description", async (pattern) => {
      const { entity = "", index } = pattern;
      const { where, finds } = sampledQuestion(at.design, pattern, at.model(entity));
      const options = { ...(index === null ? {} : { index: aliasOf(index) }), ...(where ? { where } : {}) };
      const due = at.items(entity).filter(finds);
      expect(due.length).toBeGreaterThan(0);
      for (const segments of [1, 3]) {
        const found = await at.backend
          .scan(at.table(entity), [at.model(entity)], { ...options, segments })
          .all();
        expect(asSet(found)).toEqual(asSet(due));
      }
    });
  });
}

/** Items with equal keys in an index come in any order there. */
const sortedIf = (index: string | null, found: readonly object[]): unknown =>
  index === null ? found : asSet(found);
