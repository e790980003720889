import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshTableName } from "../backends.js";
import { rejection } from "../core/refusal.js";
import type { UntypedModel } from "../core/untyped.js";
import { type Design, entityOfKey, keyOfItem, keysOnlyModel, makeDesign } from "./designs.js";
import {
  type AccessPattern,
  designFolders,
  type Expected,
  type Key,
  type TableOfDesign,
  type WireItem,
} from "./folders.js";
import { fieldsOf, readKeyTexts } from "./key-text.js";
import { compareBytes, isAsked, type Question, questionOf } from "./questions.js";
import { type OpenStore, stores, type UntypedQuery } from "./stores.js";

for (const folder of designFolders) {
  const { table: layout, items, patterns } = folder;
  const readable = patterns.filter(({ q, operation }) => q && /^(Query|GetItem|Scan)$/.test(operation));
  const updates = patterns.filter(({ operation }) => operation === "UpdateItem");

  describe.each(stores)(`the design ${folder.name} on $title`, ({ open }) => {
    let store: OpenStore;
    let design: Design;
    const text = (key: Key) => JSON.stringify(key);
    const byKey = new Map(items.map((item) => [text(keyOfItem(layout, item)), item]));
    const keyOf = (instance: any): Key => {
      const { PK, SK } = instance.constructor.key(instance);
      return SK === undefined ? [PK] : [PK, SK];
    };
    const entityOf = (item: WireItem, line: number) =>
      folder.recognised?.[line]?.entity ?? entityOfKey(folder, keyOfItem(layout, item))?.name;

    beforeAll(async () => {
      store = await open();
      design = makeDesign(folder, freshTableName());
      const [first] = design.tables;
      await store.backend.createTable(first!.table);
      await store.put(first!.table, items);
    });
    afterAll(() => store.close());

    it("resolves every item to its entity, with the fields that its key says", async () => {
      const found = new Map<string, any>();
      for (const { table, models } of design.tables) {
        for await (const instance of store.backend.scan(table, [...models.values()])) {
          const key = text(keyOf(instance));
          const other = found.get(key)?.constructor.modelName;
          // Models that tie, and so stand in tables of their own, both see what fits them both.
          if (
            other === undefined ||
            instance.constructor.modelName === entityOfKey(folder, keyOf(instance))?.name
          )
            found.set(key, instance);
        }
      }
      expect(found.size).toBe(items.length);
      for (const [line, item] of items.entries()) {
        const key = keyOfItem(layout, item);
        const instance = found.get(text(key));
        const entity = entityOf(item, line);
        expect([key, instance.constructor.modelName]).toEqual([key, entity]);
        const model = design.models.get(entity as string) as UntypedModel;
        const { fields } = folder.recognised?.[line] ?? { fields: readKeyTexts(model, key) };
        expect(texts(model.parseKey(...key) ?? {})).toEqual(fields);
        expect(texts(instance)).toMatchObject(fields ?? {});
      }
    });

    it("gives each item by its key to its own model, and to no other of the table", async () => {
      for (const [line, item] of items.slice(0, 100).entries()) {
        const key = keyOfItem(layout, item);
        for (const { table, models } of design.tables) {
          if (!models.has(entityOf(item, line) as string)) continue;
          for (const [name, model] of models) {
            const values = model.parseKey(...key);
            if (values === undefined) continue;
            const found = await store.backend.get(table, model, numbers(design, model, values));
            expect([name, found?.constructor.modelName]).toEqual([
              name,
              name === entityOf(item, line) ? name : undefined,
            ]);
          }
        }
      }
    });

    for (const pattern of readable) {
      describe(`${pattern.id}: ${pattern.description}`, () => {
        const expected = pattern.expected as Expected;
        const isRead = ({ kind, partial }: Question) => kind === "query" || (kind !== "get" && !partial);
        const ask = (question: Question, options: object = {}): UntypedQuery => {
          const { kind, place, models, key } = question;
          const all = { ...question.options, ...options };
          const { backend } = store;
          if (kind === "scan") return backend.scan(place.table, models, all);
          if (kind === "collection") return backend.collection(place.table, models, key, all);
          return backend.query(place.table, models[0]!, key, all);
        };
        /** What a collection cannot be asked of its sort key, its reader asks himself. */
        const narrow = (question: Question, found: any[]) =>
          question.narrowed
            ? found.filter((instance) =>
                isAsked(pattern.q ?? {}, sortKeyOf(pattern, byKey.get(text(keyOf(instance))), layout)),
              )
            : found;

        it("gives what it is to give, in order", async () => {
          const question = questionOf(design, pattern);
          if (question.kind === "get") {
            const found = await store.backend.get(question.place.table, question.models[0]!, question.key);
            expect(found === undefined ? [] : [keyOf(found)]).toEqual(
              expected.keys?.map((key) => key.map(String)),
            );
            return;
          }
          if (question.partial && question.kind !== "query") {
            await rejection("index.projection", ask(question).all());
            return;
          }
          const found = narrow(question, await ask(question).all());
          expectKeys(pattern, found.map(keyOf), byKey, layout);
          if (!question.narrowed) expect(await ask(question).count()).toBe(expected.count);
        });

        it("gives the same page by page, from cursor to cursor", async () => {
          const question = questionOf(design, pattern);
          if (!isRead(question) || question.options.limit || question.options.examine) return;
          const all = (await ask(question).all()).map(keyOf);
          for (const size of [Math.max(1, Math.ceil(all.length / 3)), all.length + 1]) {
            const seen: Key[] = [];
            let cursor: string | undefined;
            do {
              const page = await ask(question).page({ size, cursor });
              expect(page.items.length).toBeLessThanOrEqual(size);
              seen.push(...page.items.map(keyOf));
              cursor = page.cursor;
            } while (cursor !== undefined);
            expect(sorted(seen)).toEqual(sorted(all));
            if (question.kind !== "scan") expect(seen).toEqual(all);
          }
        });

        it("looks at no more rows than DynamoDB would", async () => {
          const question = questionOf(design, pattern);
          // What an index only points at is looked at once more, in the table.
          if (!isRead(question) || question.partial) return;
          store.events.length = 0;
          await ask(question).all();
          const examined = store.events.reduce((sum, event) => sum + event.examined, 0);
          if (!question.narrowed) expect(examined).toBeLessThanOrEqual(expected.scannedCount);
        });

        it("gives the first of them under a limit, from either end", async () => {
          const question = questionOf(design, pattern);
          if (!isRead(question) || question.options.limit || question.options.examine) return;
          const all = (await ask(question).all()).map(keyOf);
          const half = Math.ceil(all.length / 2);
          if (half === 0) return;
          const first = (await ask(question, { limit: half }).all()).map(keyOf);
          if (question.kind === "scan") {
            expect(sorted(all)).toEqual(expect.arrayContaining(first.map(text)));
            return;
          }
          expect(first).toEqual(all.slice(0, half));
          const reversed = await ask(question, { limit: half, reverse: !question.options.reverse }).all();
          if (!expected.orderAmongTies) expect(reversed.map(keyOf)).toEqual(all.toReversed().slice(0, half));
        });
      });
    }

    it.each(updates)("$id: $description, and leaves the rest as it is", async ({ entities = [] }) => {
      const place = design.tables.find(({ models }) => models.has(entities[0] as string))!;
      const model = place.models.get(entities[0] as string)!;
      const item = items.find((each, line) => entityOf(each, line) === model.modelName)!;
      const key = numbers(design, model, model.parseKey(...keyOfItem(layout, item))!);
      const field = model.fields.find((name) => name in item && !(name in key))!;
      const before = await store.read(place.table, item);
      const changed = await store.backend.update(place.table, model, key, (one) =>
        one.with({ [field]: "changed" }),
      );
      expect(changed[field]).toBe("changed");
      const after = await store.read(place.table, item);
      expect(Object.keys(before ?? {}).filter((name) => !same(after?.[name], before?.[name]))).toEqual([
        field,
      ]);
    });

    it("loses nothing of an item that is read and saved by a model which knows only its keys", async () => {
      const bare = makeDesign(folder, freshTableName(), keysOnlyModel);
      const [first] = bare.tables;
      await store.backend.createTable(first!.table);
      await store.put(first!.table, items.slice(0, 100));
      for (const [line, item] of items.slice(0, 100).entries()) {
        const place = bare.tables.find(({ models }) => models.has(entityOf(item, line) as string))!;
        const model = place.models.get(entityOf(item, line) as string)!;
        const key = numbers(bare, model, model.parseKey(...keyOfItem(layout, item))!);
        const before = await store.read(place.table, item);
        await store.backend.save(place.table, await store.backend.get(place.table, model, key));
        const after = await store.read(place.table, item);
        for (const [attribute, value] of Object.entries(before ?? {})) {
          expect([attribute, plain(after?.[attribute])]).toEqual([attribute, plain(value)]);
        }
        expect(texts(await store.backend.get(place.table, model, key))).toMatchObject(texts(key));
      }
    });
  });
}

const sorted = (keys: readonly Key[]): string[] => keys.map((key) => JSON.stringify(key)).sort();

/** Holds the keys of a result against the expected ones, as far as their order is specified. */
function expectKeys(
  { expected, index, q }: AccessPattern,
  found: readonly Key[],
  byKey: ReadonlyMap<string, WireItem>,
  { gsis, pk, sk }: TableOfDesign,
): void {
  const { count, order, orderAmongTies } = expected as Expected;
  const [keys, firstKeys = [], lastKeys = []] = [expected?.keys, expected?.firstKeys, expected?.lastKeys].map(
    (list) => list?.map((key) => key.map(String) as unknown as Key),
  );
  expect(found).toHaveLength(count);
  if (order !== "unspecified" && orderAmongTies !== "unspecified") {
    if (keys) expect(found).toEqual(keys);
    expect(found.slice(0, firstKeys.length)).toEqual(firstKeys);
    expect(found.slice(found.length - lastKeys.length)).toEqual(lastKeys);
    return;
  }
  if (keys) expect(sorted(found)).toEqual(sorted(keys));
  expect(sorted(found)).toEqual(expect.arrayContaining(sorted([...firstKeys, ...lastKeys])));
  if (order === "unspecified") return;
  const attribute = (index === null ? { pk, sk } : gsis.find(({ name }) => name === index))?.sk as string;
  const place = (key: Key) => Object.values(byKey.get(JSON.stringify(key))?.[attribute] ?? {})[0];
  const places = found.map(place);
  const ordered = places.toSorted((left, right) => compareBytes(`${left}`, `${right}`));
  expect(places).toEqual(q?.forward === false ? ordered.reverse() : ordered);
  expect(places.slice(0, firstKeys.length)).toEqual(firstKeys.map(place));
  expect(places.slice(places.length - lastKeys.length)).toEqual(lastKeys.map(place));
}

/** What stands in the sort key that an access pattern looks at. */
function sortKeyOf(
  { index }: AccessPattern,
  item: WireItem | undefined,
  { gsis, sk }: TableOfDesign,
): string {
  const attribute = (index === null ? sk : gsis.find(({ name }) => name === index)?.sk) as string;
  return String(Object.values(item?.[attribute] ?? {})[0]);
}

/** Values as texts, which is how keys say them. */
function texts(values: object): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, String(value)]));
}

/** The values of a whole key: those of a numeric key as numbers. */
function numbers({ folder }: Design, model: UntypedModel, values: object): Record<string, unknown> {
  const { pk, sk, keyTypes = {} } = folder.table;
  const numeric = [
    ...(keyTypes[pk] === "N" ? fieldsOf(model.pk) : []),
    ...(sk && keyTypes[sk] === "N" ? fieldsOf(model.sk ?? "") : []),
  ];
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, numeric.includes(field) ? Number(value) : value]),
  );
}

/** A stored value with its sets in order: they have none. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (name, part) =>
      /^\$|^[SNB]S$/.test(name) && Array.isArray(part) ? part.toSorted() : part,
    ),
  );
}

const same = (left: unknown, right: unknown): boolean =>
  JSON.stringify(plain(left)) === JSON.stringify(plain(right));
