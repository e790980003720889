import { exists } from "dynawrap";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freshTableName } from "../backends.js";
import { rejection } from "../core/refusal.js";
import type { UntypedModel } from "../core/untyped.js";
import { aliasOf } from "./designs.js";
import { type McpPattern, mcpFolders, type Sample, type WireItem } from "./folders.js";
import { fieldsOf, readText } from "./key-text.js";
import {
  type Item,
  itemsOf,
  makeSampledDesign,
  pick,
  type SampledDesign,
  sampledQuestion,
  sampleKeyText,
  sidesOf,
} from "./samples.js";
import { type OpenStore, stores } from "./stores.js";

for (const folder of mcpFolders) {
  const of = (...operations: string[]) =>
    folder.patterns.filter(({ operation }) => operations.includes(operation));
  const samples = Object.entries(folder.samples).flatMap(([entity, { sample_data, access_pattern_data }]) =>
    [sample_data, access_pattern_data].flatMap((sample) => (sample ? [{ entity, ...sample }] : [])),
  );

  describe.each(stores)(`the design ${folder.name} on $title`, ({ open }) => {
    let store: OpenStore;
    let design: SampledDesign;
    const model = (entity: string): UntypedModel => design.models.get(entity)!;
    const table = (entity: string) => design.tables.get(entity)!;
    const items = (entity: string): any[] =>
      itemsOf(design, model(entity)).map((item) => new (model(entity))(item));
    const keyOf = (item: any): Item => {
      const { pk, sk } = item.constructor as UntypedModel;
      return pick(item, fieldsOf(pk + (sk ?? "")));
    };
    /** A sample that can be stored: one that has all fields of its key. */
    const sampleOf = (entity: string, place = 0): any => items(entity)[place] ?? items(entity)[0];
    /** The order of items in a table or index: by the bytes of the sort key, or by its number. */
    const inOrder =
      (index: string | null) =>
      (left: any, right: any): number => {
        const { layout } = table(left.constructor.modelName);
        const attribute = index === null ? layout.sk : layout.indexes.get(index)?.sk[0];
        const [a = "", b = ""] = [left, right].map((item) =>
          sidesOf(item.constructor, index).sk.replace(/\{([^{}]+)\}/g, (_, field) => String(item[field])),
        );
        return attribute?.type === "N" ? Number(a) - Number(b) : compareBytes(a, b);
      };

    beforeAll(async () => {
      store = await open();
      design = makeSampledDesign(folder, () => freshTableName());
      for (const each of new Set(design.tables.values())) await store.backend.createTable(each);
    });
    beforeEach(async () => {
      for (const { name } of folder.entities) await store.backend.batchWrite(table(name), items(name));
    });
    afterAll(() => store.close());

    it.each(samples)(
      "writes the keys that are due to a sample of $entity: $keys",
      async ({ entity, item, keys }) => {
        const missing = fieldsOf(model(entity).pk + (model(entity).sk ?? "")).filter(
          (field) => item[field] === undefined,
        );
        if (missing.length > 0) {
          expect([keys.pk, keys.sk]).toContainEqual(expect.objectContaining({ missing: expect.anything() }));
          return;
        }
        const instance = new (model(entity))(item);
        const { PK, SK } = model(entity).key(instance);
        expect([PK, SK]).toEqual([sampleKeyText(keys.pk), sampleKeyText(keys.sk)]);
        await store.backend.save(table(entity), instance);
        await expectIndexKeys(entity, instance, keys);
      },
    );

    /** Holds the index keys that are stored against those that are due. */
    async function expectIndexKeys(entity: string, instance: any, keys: Sample["keys"]): Promise<void> {
      const { layout } = table(entity);
      const { PK, SK } = model(entity).key(instance);
      const wire = (type: string, text: string) => ({ [type]: text });
      const key: WireItem = {
        [layout.pk.name]: wire(layout.pk.type, PK),
        ...(layout.sk ? { [layout.sk.name]: wire(layout.sk.type, SK as string) } : {}),
      };
      const stored = (await store.read(table(entity), key)) ?? {};
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
      const sample = sampleOf(entity);
      const key = pick(
        sample,
        parameters.map(({ name }) => name),
      );
      expect(await store.backend.get(table(entity), model(entity), key)).toEqual(sample);
      const [last = ""] = Object.keys(key).slice(-1);
      const other = {
        ...key,
        [last]: typeof key[last] === "number" ? key[last] + 1000 : `${key[last]}-other`,
      };
      expect(await store.backend.get(table(entity), model(entity), other)).toBeUndefined();
      const { [last]: _, ...partial } = key;
      await rejection("key.incomplete", store.backend.get(table(entity), model(entity), partial));
    });

    it.each(of("Query").filter(({ returns }) => returns !== "mixed_data"))(
      "$id $name: $description",
      async (pattern) => {
        const { entity = "", index } = pattern;
        const { key, where, finds } = sampledQuestion(design, pattern, model(entity));
        const options = { ...(index === null ? {} : { index: aliasOf(index) }), ...(where ? { where } : {}) };
        const due = items(entity).filter(finds).sort(inOrder(index));
        expect(due.length).toBeGreaterThan(0);
        if (index !== null && table(entity).layout.indexes.get(index)?.projection !== "ALL") {
          await expectProjected(pattern, key, options, due);
          return;
        }
        const found = await store.backend.query(table(entity), model(entity), key, options).all();
        expect(sortedIf(index, found)).toEqual(sortedIf(index, due));
        const reversed = await store.backend
          .query(table(entity), model(entity), key, { ...options, reverse: true })
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
        store.backend.query(table(entity), model(entity), key, { ...options, ...more });
      await rejection("index.projection", ask({}).all());
      expect(sortedIf(index, await ask({ fetch: true }).all())).toEqual(sortedIf(index, due));
      const fields = fieldsOf(`${model(entity).pk}${model(entity).sk ?? ""}`);
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
        const sample = sampleOf(entity);
        const key = pick(
          sample,
          parameters.map(({ name }) => name),
        );
        const { pk } = sidesOf(model(entity), index);
        const partition = pk.replace(/\{([^{}]+)\}/g, (_, field) => String(key[field]));
        const inside = folder.entities.filter(
          (other) =>
            table(other.name) === table(entity) &&
            (index === null || model(other.name).indexes[aliasOf(index)]) &&
            readText(sidesOf(model(other.name), index).pk, partition)?.whole,
        );
        const keys = inside.map(({ name }) => readText(sidesOf(model(name), index).pk, partition)?.values);
        const due = inside.flatMap(({ name }) =>
          items(name).filter((item) => Object.entries(key).every(([field, value]) => item[field] === value)),
        );
        due.sort(inOrder(index));
        const found = await store.backend
          .collection(
            table(entity),
            inside.map(({ name }) => model(name)),
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
      const { where, finds } = sampledQuestion(design, pattern, model(entity));
      const options = { ...(index === null ? {} : { index: aliasOf(index) }), ...(where ? { where } : {}) };
      const due = items(entity).filter(finds);
      expect(due.length).toBeGreaterThan(0);
      for (const segments of [1, 3]) {
        const found = await store.backend
          .scan(table(entity), [model(entity)], { ...options, segments })
          .all();
        expect(asSet(found)).toEqual(asSet(due));
      }
    });

    it.each(of("PutItem"))("$id $name: $description", async ({ entity = "" }) => {
      const sample = sampleOf(entity, 1);
      const key = keyOf(sample);
      await store.backend.delete(table(entity), model(entity), key);
      await store.backend.save(table(entity), sample, { ifAbsent: true });
      expect(await store.backend.get(table(entity), model(entity), key)).toEqual(sample);
      await rejection("item.exists", store.backend.save(table(entity), sample, { ifAbsent: true }));
    });

    it.each(of("DeleteItem"))("$id $name: $description", async ({ entity = "", parameters }) => {
      const key = pick(
        sampleOf(entity),
        parameters.map(({ name }) => name),
      );
      await store.backend.delete(table(entity), model(entity), key, { ifPresent: true });
      expect(await store.backend.get(table(entity), model(entity), key)).toBeUndefined();
      await rejection(
        "item.missing",
        store.backend.delete(table(entity), model(entity), key, { ifPresent: true }),
      );
      for (const field of Object.keys(key)) {
        const { [field]: _, ...partial } = key;
        await rejection("key.incomplete", store.backend.delete(table(entity), model(entity), partial));
      }
    });

    it.each(of("UpdateItem"))("$id $name: $description", async ({ entity = "", parameters }) => {
      const sample = sampleOf(entity);
      const key = keyOf(sample);
      const { update_data = {}, access_pattern_data } = folder.samples[entity] ?? {};
      const names = parameters.map(({ name }) => name).filter((name) => !(name in key));
      const changes = { ...pick(access_pattern_data?.item ?? {}, names), ...pick(update_data, names) };
      const saved = await store.backend.update(table(entity), model(entity), key, (item) =>
        item.with(changes),
      );
      expect(saved).toEqual(sample.with(changes));
      expect(await store.backend.get(table(entity), model(entity), key)).toEqual(saved);
      await rejection(
        "item.missing",
        store.backend.update(table(entity), model(entity), otherKey(key), (item) => item.with(changes)),
      );
    });

    it.each(folder.entities.filter(({ name }) => folder.samples[name]?.update_data))(
      "moves a $name whose key changes with its data, and updates the others in place",
      async ({ name }) => {
        const before = await store.backend.get(table(name), model(name), keyOf(sampleOf(name)));
        const changes = folder.samples[name]?.update_data ?? {};
        const after = before.with(changes);
        const { backend } = store;
        if (Object.keys(changes).some((field) => field in keyOf(before))) {
          const change = backend.update(table(name), model(name), keyOf(before), (item) =>
            item.with(changes),
          );
          await rejection("key.changed", change);
          await rejection("key.changed", backend.save(table(name), after));
          await backend.save(table(name), after, { replaces: before });
          expect(await backend.get(table(name), model(name), keyOf(before))).toBeUndefined();
        } else {
          await backend.save(table(name), after, { ifUnchanged: before });
        }
        expect(await backend.get(table(name), model(name), keyOf(after))).toEqual(after);
        await backend.delete(table(name), after);
      },
    );

    it.each(folder.entities)("reads and writes $name in batches", async ({ name }) => {
      const all = items(name);
      const keys = all.map(keyOf);
      const found = await store.backend.batchGet(table(name), model(name), [...keys, ...keys.toReversed()]);
      expect(found).toEqual([...all, ...all.toReversed()]);
      await store.backend.batchWrite(table(name), { delete: all });
      expect(await store.backend.batchGet(table(name), model(name), keys)).toEqual(all.map(() => undefined));
    });

    it("writes to all of its tables at once, or to none of them", async () => {
      const all = folder.entities.flatMap(({ name }) => ({ name, item: sampleOf(name) }));
      for (const { name, item } of all) await store.backend.delete(table(name), item);
      const { backend } = store;
      const write = () =>
        backend.transact((tx) => {
          for (const { name, item } of all) tx.save(table(name), item, { ifAbsent: true });
        });
      await write();
      const reads = all.map(({ name, item }) => [table(name), model(name), keyOf(item)] as const);
      expect(await backend.transactGet(reads)).toEqual(all.map(({ item }) => item));
      const [first, ...others] = all;
      for (const { name, item } of others) await backend.delete(table(name), item);
      await rejection("transaction.cancelled", write());
      expect(await backend.transactGet(reads)).toEqual([first?.item, ...others.map(() => undefined)]);
    });

    it.each(folder.patterns.filter(({ transact }) => transact))(
      "$id $name: $description",
      async ({ transact = [] }) => {
        const { backend } = store;
        if (transact.every(({ action }) => action === "Get")) {
          const reads = transact.map(
            ({ entity }) => [table(entity), model(entity), keyOf(sampleOf(entity))] as const,
          );
          expect(await backend.transactGet(reads)).toEqual(transact.map(({ entity }) => sampleOf(entity)));
          return;
        }
        for (const { entity, action } of transact) {
          if (action === "Put") await backend.delete(table(entity), sampleOf(entity));
        }
        await backend.transact((tx) => {
          for (const { entity, action, condition = "" } of transact) {
            const key = keyOf(sampleOf(entity));
            const changes = folder.samples[entity]?.update_data ?? {};
            const free = Object.fromEntries(Object.entries(changes).filter(([field]) => !(field in key)));
            if (action === "Put")
              tx.save(table(entity), sampleOf(entity), { ifAbsent: condition.includes("not_exists") });
            else if (action === "Delete") tx.delete(table(entity), model(entity), key, { ifPresent: true });
            else if (action === "Update")
              tx.update(table(entity), model(entity), key, (item: any) => item.with(free));
            else tx.check(table(entity), model(entity), key, presence(sampleOf(entity), key));
          }
        });
        for (const { entity, action } of transact) {
          const found = await backend.get(table(entity), model(entity), keyOf(sampleOf(entity)));
          expect([action, found === undefined]).toEqual([action, action === "Delete"]);
        }
      },
    );
  });
}

/** Items as a set: their order means nothing. */
const asSet = (found: readonly object[]): string[] => found.map((item) => JSON.stringify(item)).sort();

/** Items with equal keys in an index come in any order there. */
const sortedIf = (index: string | null, found: readonly object[]): unknown =>
  index === null ? found : asSet(found);

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function otherKey(key: Item): Item {
  return Object.fromEntries(
    Object.entries(key).map(([field, value]) => [
      field,
      typeof value === "number" ? value + 1000 : `${value}-other`,
    ]),
  );
}

/** That an item is there, as a condition on the first of its fields outside the key. */
function presence(item: Item, key: Item): Item {
  const field = Object.keys(item).find((name) => !(name in key)) as string;
  return { [field]: exists() };
}
