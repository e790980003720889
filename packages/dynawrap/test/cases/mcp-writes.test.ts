import { exists } from "dynawrap";
import { describe, expect, it } from "vitest";
import { rejection } from "../core/refusal.js";
import { mcpFolders } from "./folders.js";
import { SampledStore } from "./sampled-store.js";
import { type Item, pick } from "./samples.js";
import { stores } from "./stores.js";

for (const folder of mcpFolders) {
  const of = (...operations: string[]) =>
    folder.patterns.filter(({ operation }) => operations.includes(operation));

  describe.each(stores)(`writes to the design ${folder.name} on $title`, ({ open }) => {
    const at = new SampledStore(folder, open);

    it.each(of("PutItem"))("$id $name: $description", async ({ entity = "" }) => {
      const sample = at.sample(entity, 1);
      const key = at.keyOf(sample);
      await at.backend.delete(at.table(entity), at.model(entity), key);
      await at.backend.save(at.table(entity), sample, { ifAbsent: true });
      expect(await at.backend.get(at.table(entity), at.model(entity), key)).toEqual(sample);
      await rejection("item.exists", at.backend.save(at.table(entity), sample, { ifAbsent: true }));
    });

    it.each(of("DeleteItem"))("$id $name: $description", async ({ entity = "", parameters }) => {
      const key = pick(
        at.sample(entity),
        parameters.map(({ name }) => name),
      );
      await at.backend.delete(at.table(entity), at.model(entity), key, { ifPresent: true });
      expect(await at.backend.get(at.table(entity), at.model(entity), key)).toBeUndefined();
      await rejection(
        "item.missing",
        at.backend.delete(at.table(entity), at.model(entity), key, { ifPresent: true }),
      );
      for (const field of Object.keys(key)) {
        const { [field]: _, ...partial } = key;
        await rejection("key.incomplete", at.backend.delete(at.table(entity), at.model(entity), partial));
      }
    });

    it.each(of("UpdateItem"))("$id $name: $description", async ({ entity = "", parameters }) => {
      const sample = at.sample(entity);
      const key = at.keyOf(sample);
      const { update_data = {}, access_pattern_data } = folder.samples[entity] ?? {};
      const names = parameters.map(({ name }) => name).filter((name) => !(name in key));
      const changes = { ...pick(access_pattern_data?.item ?? {}, names), ...pick(update_data, names) };
      const saved = await at.backend.update(at.table(entity), at.model(entity), key, (item) =>
        item.with(changes),
      );
      expect(saved).toEqual(sample.with(changes));
      expect(await at.backend.get(at.table(entity), at.model(entity), key)).toEqual(saved);
      await rejection(
        "item.missing",
        at.backend.update(at.table(entity), at.model(entity), otherKey(key), (item) => item.with(changes)),
      );
    });

    it.each(folder.entities.filter(({ name }) => folder.samples[name]?.update_data))(
      "moves a $name whose key changes with its data, and updates the others in place",
      async ({ name }) => {
        const before = await at.backend.get(at.table(name), at.model(name), at.keyOf(at.sample(name)));
        const changes = folder.samples[name]?.update_data ?? {};
        const after = before.with(changes);
        const { backend } = at;
        if (Object.keys(changes).some((field) => field in at.keyOf(before))) {
          const change = backend.update(at.table(name), at.model(name), at.keyOf(before), (item) =>
            item.with(changes),
          );
          await rejection("key.changed", change);
          await rejection("key.changed", backend.save(at.table(name), after));
          await backend.save(at.table(name), after, { replaces: before });
          expect(await backend.get(at.table(name), at.model(name), at.keyOf(before))).toBeUndefined();
        } else {
          await backend.save(at.table(name), after, { ifUnchanged: before });
        }
        expect(await backend.get(at.table(name), at.model(name), at.keyOf(after))).toEqual(after);
        await backend.delete(at.table(name), after);
      },
    );

    it.each(folder.entities)("reads and writes $name in batches", async ({ name }) => {
      const all = at.items(name);
      const keys = all.map((item) => at.keyOf(item));
      const found = await at.backend.batchGet(at.table(name), at.model(name), [
        ...keys,
        ...keys.toReversed(),
      ]);
      expect(found).toEqual([...all, ...all.toReversed()]);
      await at.backend.batchWrite(at.table(name), { delete: all });
      expect(await at.backend.batchGet(at.table(name), at.model(name), keys)).toEqual(
        all.map(() => undefined),
      );
    });

    it("writes to all of its tables at once, or to none of them", async () => {
      const all = folder.entities.flatMap(({ name }) => ({ name, item: at.sample(name) }));
      for (const { name, item } of all) await at.backend.delete(at.table(name), item);
      const { backend } = at;
      const write = () =>
        backend.transact((tx) => {
          for (const { name, item } of all) tx.save(at.table(name), item, { ifAbsent: true });
        });
      await write();
      const reads = all.map(({ name, item }) => [at.table(name), at.model(name), at.keyOf(item)] as const);
      expect(await backend.transactGet(reads)).toEqual(all.map(({ item }) => item));
      const [first, ...others] = all;
      for (const { name, item } of others) await backend.delete(at.table(name), item);
      await rejection("transaction.cancelled", write());
      expect(await backend.transactGet(reads)).toEqual([first?.item, ...others.map(() => undefined)]);
    });

    it.each(folder.patterns.filter(({ transact }) => transact))(
      "$id $name: $description",
      async ({ transact = [] }) => {
        const { backend } = at;
        if (transact.every(({ action }) => action === "Get")) {
          const reads = transact.map(
            ({ entity }) => [at.table(entity), at.model(entity), at.keyOf(at.sample(entity))] as const,
          );
          expect(await backend.transactGet(reads)).toEqual(transact.map(({ entity }) => at.sample(entity)));
          return;
        }
        for (const { entity, action } of transact) {
          if (action === "Put") await backend.delete(at.table(entity), at.sample(entity));
        }
        await backend.transact((tx) => {
          for (const { entity, action, condition = "" } of transact) {
            const key = at.keyOf(at.sample(entity));
            const changes = folder.samples[entity]?.update_data ?? {};
            const free = Object.fromEntries(Object.entries(changes).filter(([field]) => !(field in key)));
            if (action === "Put")
              tx.save(at.table(entity), at.sample(entity), { ifAbsent: condition.includes("not_exists") });
            else if (action === "Delete")
              tx.delete(at.table(entity), at.model(entity), key, { ifPresent: true });
            else if (action === "Update")
              tx.update(at.table(entity), at.model(entity), key, (item: any) => item.with(free));
            else tx.check(at.table(entity), at.model(entity), key, presence(at.sample(entity), key));
          }
        });
        for (const { entity, action } of transact) {
          const found = await backend.get(at.table(entity), at.model(entity), at.keyOf(at.sample(entity)));
          expect([action, found === undefined]).toEqual([action, action === "Delete"]);
        }
      },
    );
  });
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
