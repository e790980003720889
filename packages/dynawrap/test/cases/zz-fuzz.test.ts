import fc from "fast-check";
import { expect, it } from "vitest";
import { isDynawrapError } from "dynawrap";
import { freshTableName } from "../backends.js";
import { makeDesign, keyOfItem, entityOfKey } from "./designs.js";
import { questionOf } from "./questions.js";
import { readKeyTexts, fieldsOf } from "./key-text.js";
import { stores, type OpenStore } from "./stores.js";

const lit = fc.constantFrom("#", "A#", "B#", "A", "AB#", "-", "x_", "%", "é#", "A#B#");
const field = fc.constantFrom("a", "b", "c", "d");
const patternArb = (fields: string[]) => fc.tuple(fc.option(lit, {nil: ""}), fc.array(fc.tuple(fc.constantFrom(...fields), lit), {maxLength: 2}), fc.option(fc.constantFrom(...fields), {nil: undefined})).map(([head, mid, last]) =>
  head + mid.map(([f, l]) => `{${f}}${l}`).join("") + (last ? `{${last}}` : "")).filter((p) => p !== "");
const value = fc.oneof(fc.constantFrom("1", "10", "2", "a", "A", "AB", "é", "\u{1F600}", "\uFB00", "%", "_", "a%", "b", "#x", "A#"), fc.string({ unit: fc.constantFrom("a", "A", "B", "#", "-", "é", "\u{1F600}", "%"), minLength: 1, maxLength: 4 }));
const entityArb = (name: string) => fc.record({
  name: fc.constant(name),
  pk: patternArb(["a", "b"]),
  sk: patternArb(["a", "b", "c", "d"]),
  gsi: fc.option(fc.record({ G: fc.record({ pk: patternArb(["a","c","e"]), sk: patternArb(["b", "d", "e"]) }) }), { nil: undefined }),
});
const folderArb = fc.record({
  entities: fc.tuple(entityArb("One"), entityArb("Two"), entityArb("Three")),
  numeric: fc.boolean(),
  rows: fc.array(fc.tuple(fc.nat(2), fc.record({ a: fc.constantFrom("1","10","A"), b: value, c: value, d: value, e: fc.option(value, {nil: undefined}) })), { minLength: 5, maxLength: 25 }),
  asks: fc.array(fc.record({ entity: fc.nat(2), more: fc.boolean(), index: fc.boolean(), row: fc.nat(), other: fc.nat(), cut: fc.nat(12), cut2: fc.nat(12), op: fc.constantFrom("=", "<", "<=", ">", ">=", "begins_with", "between", undefined), forward: fc.boolean(), limit: fc.option(fc.integer({min:1,max:5}), {nil: undefined}) }), { minLength: 10, maxLength: 30 }),
});
const render = (p: string, v: any) => p.replace(/\{([^}]+)\}/g, (_, f) => v[f]);
const bytes = (l: string, r: string) => Buffer.compare(Buffer.from(l), Buffer.from(r));
const stats: Record<string, number> = {};
const count = (k: string) => { stats[k] = (stats[k] ?? 0) + 1; };

async function check(store: OpenStore, g: any): Promise<void> {
  const table = { name: "t", pk: "PK", sk: "SK", gsis: [{ name: "GSI", pk: "GP", sk: "GS", projection: "ALL" }] };
  const entities = g.entities.map((e: any) => ({ ...e, gsi: e.gsi && { GSI: e.gsi.G } }));
  const base: any = { name: "x", table, entities, patterns: [], items: [], recognised: undefined };
  let design;
  const name = freshTableName();
  try { design = makeDesign(base, name); } catch (e) { if (isDynawrapError(e)) { count("design " + e.code); return; } throw e; }
  if (design.tables.length > 1) { count("overlap"); return; }
  const [place] = design.tables;
  const items = new Map<string, any>();
  for (const [n, v] of g.rows) {
    const e = entities[n];
    const M: any = design.models.get(e.name);
    let inst;
    const values = Object.fromEntries(Object.entries(v).filter(([k, x]) => x !== undefined && M.fields.includes(k)));
    try { inst = new M(values); M.key(inst); } catch (err) { count("key refused"); continue; }
    const key: [string, string] = [render(e.pk, v), render(e.sk, v)];
    const item: any = { PK: { S: key[0] }, SK: { S: key[1] } };
    const owner = entityOfKey(base, key)?.name;
    if (e.gsi && fieldsOf(e.gsi.GSI.pk + e.gsi.GSI.sk).every((f: string) => v[f] !== undefined)) { item.GP = { S: render(e.gsi.GSI.pk, v) }; item.GS = { S: render(e.gsi.GSI.sk, v) }; }
    items.set(JSON.stringify(key), { item, key, v, entity: e.name, owner, inst });
  }
  await store.backend.createTable(place!.table);
  for (const row of [...items.values()]) {
    let error: any;
    try { await store.backend.save(place!.table, row.inst); } catch (e) { error = e; }
    if (error) {
      items.delete(JSON.stringify(row.key));
      if (!isDynawrapError(error)) throw error;
      count("save " + error.code);
      if (error.code === "key.ambiguous" && row.owner === row.entity) {
        // only an index key may be ambiguous then
        if (!row.item.GP) throw new Error("wrongly ambiguous " + JSON.stringify([row.key, row.entity, g.entities]), { cause: error });
      }
    } else {
      if (row.owner !== row.entity) throw new Error("saved under another's key " + JSON.stringify([row, g.entities]));
      count("saved");
    }
  }
  const rows = [...items.values()];
  base.items.push(...rows.map((r) => r.item));
  for (const a of g.asks) {
    if (rows.length === 0) return;
    const e = entities[a.entity];
    const row = rows[a.row % rows.length], other = rows[a.other % rows.length];
    const [pkA, skA] = a.index ? ["GP", "GS"] : ["PK", "SK"];
    if (a.index && (!e.gsi || !row.item.GP)) continue;
    const names = a.more ? entities.filter((x: any) => !a.index || x.gsi).map((x: any) => x.name) : [e.name];
    const pk = row.item[pkA].S;
    const t1 = row.item[skA].S, t2 = (other.item[skA]?.S ?? t1);
    let low = a.op === "=" ? t1 : [...t1].slice(0, a.cut).join(""), high = [...t2].slice(0, a.cut2).join("");
    if (a.op === "between" && bytes(low, high) > 0) [low, high] = [high, low];
    if (a.op !== "=" && (low === "" || high === "")) continue;
    const q: any = { pk, ...(a.op ? { sk: a.op === "between" ? [a.op, low, high] : [a.op, low] } : {}), forward: a.forward };
    const match = (s: string) => ({ "=": s === low, "<": bytes(s, low) < 0, "<=": bytes(s, low) <= 0, ">": bytes(s, low) > 0, ">=": bytes(s, low) >= 0, begins_with: s.startsWith(low), between: bytes(s, low) >= 0 && bytes(s, high) <= 0 } as any)[a.op];
    const due = rows.filter((r) => names.includes(r.entity) && r.item[pkA]?.S === pk && (!a.op || match(r.item[skA].S)))
      .sort((l, r) => (a.forward ? 1 : -1) * (bytes(l.item[skA].S, r.item[skA].S) || 0));
    let question: any;
    try { question = questionOf(design, { id: "1", description: "", operation: "Query", index: a.index ? "GSI" : null, q, entities: names } as any); }
    catch (err) { count("not a question: " + (err as Error).message.replace(/^.* is not/, "is not").replace(/of .*/, "of")); continue; }
    const ask = (o: any = {}) => question.kind === "collection" ? store.backend.collection(place!.table, question.models, question.key, { ...question.options, ...o }) : store.backend.query(place!.table, question.models[0], question.key, { ...question.options, ...o });
    let found: any[];
    try { found = await ask().all(); } catch (err) { if (isDynawrapError(err)) { count(`${question.kind} ${err.code}`); continue; } throw err; }
    const keyOf = (i: any) => { const { PK, SK } = i.constructor.key(i); return JSON.stringify([PK, SK]); };
    if (question.narrowed) found = found.filter((i) => !a.op || match(items.get(keyOf(i))?.item[skA].S));
    const keys = found.map(keyOf), dueKeys = due.map((r) => JSON.stringify(r.key));
    const show = JSON.stringify({ q, names, key: question.key, ents: entities, narrowed: question.narrowed });
    if (JSON.stringify([...keys].sort()) !== JSON.stringify([...dueKeys].sort())) throw new Error(`differs ${show}\n got ${keys}\n due ${dueKeys}`);
    const order = keys.map((k) => items.get(k).item[skA].S), dueOrder = due.map((r) => r.item[skA].S);
    if (JSON.stringify(order) !== JSON.stringify(dueOrder)) throw new Error(`order ${show}\n got ${order}\n due ${dueOrder}`);
    count(`${question.kind} ok${question.narrowed ? " narrowed" : ""}${found.length ? "" : " empty"}`);
    // pages
    const seen: string[] = []; let cursor: any; const all = (await ask().all()).map(keyOf);
    do { const p = await ask().page({ size: 2, cursor }); seen.push(...p.items.map(keyOf)); cursor = p.cursor; } while (cursor);
    if (JSON.stringify(seen) !== JSON.stringify(all)) throw new Error(`pages ${show}\n ${seen}\n ${all}`);
    for (const i of found) for (const [f, v] of Object.entries(items.get(keyOf(i)).inst)) if (i[f] !== v) throw new Error(`field ${f} ${show}`);
  }
}

it.each(stores)("fuzz $title", async ({ open }) => {
  const store = await open();
  await fc.assert(fc.asyncProperty(folderArb, (g) => check(store, g)), { numRuns: Number(process.env.RUNS ?? 300), ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}) });
  console.log(stats);
  await store.close();
  expect(1).toBe(1);
}, 500_000);
