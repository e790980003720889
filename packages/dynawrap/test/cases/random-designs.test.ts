import { isDynawrapError } from "dynawrap";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshTableName } from "../backends.js";
import { type Design, entityOfKey, makeDesign } from "./designs.js";
import type { DesignFolder, RawQuestion } from "./folders.js";
import { compareBytes, isAsked, type Question, questionOf } from "./questions.js";
import {
  type Ask,
  folderOf,
  keysOf,
  type RandomDesign,
  randomDesigns,
  rawQuestion,
} from "./random-designs.js";
import { type OpenStore, stores } from "./stores.js";

/** An item that was saved: its instance, and its keys by attribute as the patterns say them. */
interface Saved {
  readonly entity: string;
  readonly instance: any;
  readonly keys: Readonly<Record<string, string>>;
}

const nameOf = ({ PK, SK }: Readonly<Record<string, string>>): string => JSON.stringify([PK, SK]);
const keyOf = (instance: any): string => nameOf(instance.constructor.key(instance));

/** What a call answers; `undefined` where it is refused by one of these codes, which the design is the reason for. */
async function unless<Result>(
  codes: readonly string[],
  call: () => Result,
): Promise<Awaited<Result> | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isDynawrapError(error) && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/** Saves what can be saved, and sees that each refusal is due. */
async function saveAll(
  { backend }: OpenStore,
  design: Design,
  random: RandomDesign,
): Promise<Map<string, Saved>> {
  const saved = new Map<string, Saved>();
  const [place] = design.tables;
  for (const [number, row] of random.rows) {
    const entity = random.entities[number]!;
    const model = design.models.get(entity.name)!;
    const fields = Object.entries(row).filter(
      ([field, value]) => value !== undefined && model.fields.includes(field),
    );
    const instance = new model(Object.fromEntries(fields));
    const keys = keysOf(entity, row);
    const key = await unless(["key.ambiguous"], () => model.key(instance));
    if (key === undefined) continue;
    expect(key).toEqual({ PK: keys.PK, SK: keys.SK });
    const done = await unless(["key.ambiguous"], () => backend.save(place!.table, instance).then(() => true));
    const owner = entityOfKey(design.folder, [keys.PK as string, keys.SK as string]);
    if (done) {
      expect(owner?.name).toBe(entity.name);
      saved.set(nameOf(keys), { entity: entity.name, instance, keys });
    } else if (owner?.name === entity.name) {
      // Then it is the key of the index that would be ambiguous.
      expect(keys).toHaveProperty("GSI1PK");
    }
  }
  return saved;
}

/** The question that an ask comes to, raw and as it is put to the library; `undefined` where it comes to none. */
function questionsOf(
  design: Design,
  { entities }: RandomDesign,
  ask: Ask,
  saved: readonly Saved[],
): { readonly raw: RawQuestion; readonly question: Question; readonly names: readonly string[] } | undefined {
  const { name } = entities[ask.entity]!;
  const [pk, sk] = ask.index ? (["GSI1PK", "GSI1SK"] as const) : (["PK", "SK"] as const);
  const own = saved.filter((item) => item.entity === name && pk in item.keys);
  if (own.length === 0) return undefined;
  const [item, other] = [own[ask.item % own.length]!, own[ask.other % own.length]!];
  const raw = rawQuestion(ask, item.keys[pk]!, [item.keys[sk]!, other.keys[sk]!]);
  if (!raw) return undefined;
  const present = entities.filter((entity) => !ask.index || entity.gsi);
  const names = ask.together ? present.map((entity) => entity.name) : [name];
  const pattern = { id: "", description: "", operation: "Query", index: ask.index ? "GSI1" : null, q: raw };
  try {
    return { raw, question: questionOf(design, { ...pattern, entities: names }), names };
  } catch {
    return undefined; // the partition is none of some model's
  }
}

/** Asks, and holds the answer against the items that a bare reading of the keys finds. */
async function check(
  { backend }: OpenStore,
  design: Design,
  random: RandomDesign,
  ask: Ask,
  saved: Map<string, Saved>,
) {
  const asked = questionsOf(design, random, ask, [...saved.values()]);
  if (!asked) return;
  const { raw, question, names } = asked;
  const { place, models, key, options, narrowed } = question;
  const [pk, sk] = ask.index ? ["GSI1PK", "GSI1SK"] : ["PK", "SK"];
  const query = () =>
    question.kind === "collection"
      ? backend.collection(place.table, models, key, options)
      : backend.query(place.table, models[0]!, key, options);
  // One field may stand for two things in two models, and a text may break off within a delimiter.
  const refusals = ["key.ambiguous", "key.mismatch"];
  const all: any[] | undefined = await unless(refusals, () => query().all());
  if (all === undefined) return;
  const stored = (instance: any) => saved.get(keyOf(instance))?.keys[sk as string] as string;
  const found = narrowed ? all.filter((instance) => isAsked(raw, stored(instance))) : all;
  const due = [...saved.values()].filter(
    ({ entity, keys }) => names.includes(entity) && keys[pk!] === raw.pk && isAsked(raw, keys[sk!]!),
  );
  expect(found.map(keyOf).sort()).toEqual(due.map(({ keys }) => nameOf(keys)).sort());
  const order = due.map(({ keys }) => keys[sk!]!).sort(compareBytes);
  expect(found.map(stored)).toEqual(raw.forward ? order : order.reverse());
  for (const instance of found) expect(instance).toEqual(saved.get(keyOf(instance))?.instance);
  const pages: any[] = [];
  let cursor: string | undefined;
  do {
    const page = await query().page({ size: 2, cursor });
    pages.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(pages.map(keyOf)).toEqual(all.map(keyOf));
}

const runs: Readonly<Record<string, number>> = { memory: 100, pglite: 15, postgres: 20, dynamodb: 15 };

describe.each(stores)("a design of random patterns on $title", ({ title, open }) => {
  let store: OpenStore;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  it("gives what the keys themselves say, however it is asked", async () => {
    const property = fc.asyncProperty(randomDesigns, async (random) => {
      const folder: DesignFolder = folderOf(random);
      // Patterns may make no table: one attribute may be due to two of them, or models may tie for a key.
      const design = await unless(["model.invalid"], () => makeDesign(folder, freshTableName()));
      if (!design || design.tables.length > 1) return;
      await store.backend.createTable(design.tables[0]!.table);
      const saved = await saveAll(store, design, random);
      for (const ask of random.asks) await check(store, design, random, ask, saved);
    });
    await fc.assert(property, { numRuns: runs[title] ?? 15 });
  }, 300_000);
});
