import fc from "fast-check";
import type { AnyItem } from "../../core/model.js";
import type { DeleteOptions, SaveOptions } from "../../core/options.js";
import { conditionOf } from "./conditions.js";
import type { DesignKind } from "./design-kinds.js";
import { type Ledger, present, type Row } from "./ledger.js";
import { type Operation, type Outcome, refusedAtOnce, type Stage } from "./operation.js";
import {
  anyChanges,
  anyKey,
  anySlot,
  anyValues,
  keyIn,
  makeItem,
  nameOf,
  type Target,
  tableOf,
  targetOf,
} from "./targets.js";
import type { Values } from "./told.js";

/** What saves and deletes: a backend at once, a transaction in the end. */
export interface Writer {
  save(table: unknown, item: AnyItem, options: object): unknown;
  delete(table: unknown, ...target: readonly unknown[]): unknown;
}

/** One write, alone or in a transaction. */
export interface Write {
  readonly text: readonly unknown[];
  /** Instances that it is about; without one of them it is left out. */
  readonly needs: readonly string[];
  /** Answers the instance that it wrote, if it wrote one. */
  apply(writer: Writer, stage: Stage): { readonly done: unknown; readonly item?: AnyItem } | undefined;
  foretell(ledger: Ledger): Foretold;
  /** Where the written instance is kept. */
  readonly slot?: string;
}

/** What must come of a write by itself. */
export interface Foretold {
  /** The codes that its parts are refused with, in their order: a move is two writes. */
  readonly failures: readonly string[];
  /** Notes it as made; answers what now stands there. */
  commit(): Row | undefined;
}

/** What must hold for a save to be made; a slot is an instance that was read before. */
export interface SaveTerms {
  readonly ifAbsent?: boolean;
  /** `undefined` for an item that must still be missing. */
  readonly ifUnchanged?: string | undefined;
  readonly if?: object;
  readonly replaces?: string;
}

function slotsOf({ ifUnchanged, replaces }: SaveTerms): string[] {
  return [ifUnchanged, replaces].filter((slot) => slot !== undefined);
}

function saveOptions(terms: SaveTerms, { held }: Stage): SaveOptions | undefined {
  const options: Record<string, unknown> = { ...terms };
  for (const name of ["ifUnchanged", "replaces"] as const) {
    const slot = terms[name];
    if (slot === undefined) continue;
    const item = held.get(slot);
    if (!item) return undefined;
    options[name] = item;
  }
  return options;
}

function broken(ledger: Ledger, terms: SaveTerms, there: Row | undefined): string | undefined {
  if (terms.ifAbsent && there) return "item.exists";
  if ("ifUnchanged" in terms) {
    const before = terms.ifUnchanged === undefined ? undefined : ledger.held.get(terms.ifUnchanged);
    if (before ? !ledger.isUnchanged(before) : there) return "item.conflict";
  }
  return terms.if && !ledger.holds(terms.if, there) ? "condition.failed" : undefined;
}

/** Saves a new instance. */
function saveNew(target: Target, values: Values, terms: SaveTerms, slot?: string): Write {
  const { kind } = target;
  return {
    text: ["save", nameOf(target), values, terms],
    needs: slotsOf(terms),
    ...(slot ? { slot } : {}),
    apply(writer, stage) {
      const options = saveOptions(terms, stage);
      if (!options) return undefined;
      const item = makeItem(kind, values, stage);
      return { done: writer.save(tableOf(target, stage), item, options), item };
    },
    foretell(ledger) {
      const fields = ledger.fill(kind, values);
      return foretellSave(ledger, kind, fields, terms, undefined);
    },
  };
}

/** Saves an instance that was read, with changes. */
function saveChanged(target: Target, from: string, changes: Values, terms: SaveTerms, slot?: string): Write {
  const { kind } = target;
  return {
    text: ["save", nameOf(target), `[${from}].with(`, changes, ")", terms],
    needs: [from, ...slotsOf(terms)],
    ...(slot ? { slot } : {}),
    apply(writer, stage) {
      const options = saveOptions(terms, stage);
      const before = stage.held.get(from);
      if (!before || !options) return undefined;
      const item = before.with(changesIn(kind, changes, stage.room));
      return { done: writer.save(tableOf(target, stage), item, options), item };
    },
    foretell(ledger) {
      const before = ledger.held.get(from);
      const fields = present({ ...before?.fields, ...changesIn(kind, changes, ledger.room) });
      return foretellSave(ledger, kind, fields, terms, before?.made ? undefined : before?.fields);
    },
  };
}

/** Changes with the room in them, where fields carry it. */
export function changesIn(kind: DesignKind, changes: Values, room: string): Values {
  const { room: _, ...filled } = keyIn(kind, changes, room);
  return filled;
}

function foretellSave(
  ledger: Ledger,
  kind: DesignKind,
  fields: Values,
  terms: SaveTerms,
  before: Values | undefined,
): Foretold {
  const there = ledger.find(kind, fields);
  const put = (): Row => {
    ledger.put(kind, fields);
    return { kind, fields: present(fields), made: before === undefined };
  };
  const old = terms.replaces === undefined ? undefined : ledger.held.get(terms.replaces);
  const sameKey = (left: Values, right: Values) =>
    kind.keyFields.every((name) => Object.is(String(left[name]), String(right[name])));
  if (!old) {
    if (before && !sameKey(fields, before)) return { failures: ["key.changed"], commit: put };
    const code = broken(ledger, terms, there);
    return { failures: code ? [code] : [], commit: put };
  }
  const gone = ledger.isUnchanged(old) ? [] : ["item.conflict"];
  const taken = broken(ledger, terms, there);
  if (sameKey(old.fields, fields))
    return { failures: [...gone, ...(taken ? [taken] : [])].slice(0, 1), commit: put };
  const conditional =
    ("ifAbsent" in terms && terms.ifAbsent === true) || "ifUnchanged" in terms || "if" in terms;
  const occupied = conditional ? taken : there && "item.exists";
  return {
    failures: [...gone, ...(occupied ? [occupied] : [])],
    commit() {
      ledger.remove(kind, old.fields);
      return put();
    },
  };
}

/** What must hold for a deletion. */
export interface DeleteTerms {
  readonly ifPresent?: boolean;
  readonly if?: object;
}

/** Deletes by key, or an instance that was read. */
function remove(target: Target, of: Values | string, terms: DeleteTerms): Write {
  const { kind } = target;
  return {
    text: ["delete", nameOf(target), of, terms],
    needs: typeof of === "string" ? [of] : [],
    apply(writer, stage) {
      const options: DeleteOptions = { ...terms };
      const table = tableOf(target, stage);
      if (typeof of !== "string")
        return { done: writer.delete(table, kind.model, keyIn(kind, of, stage.room), options) };
      const item = stage.held.get(of);
      return item && { done: writer.delete(table, item, options) };
    },
    foretell(ledger) {
      const key = typeof of === "string" ? (ledger.held.get(of)?.fields ?? {}) : ledger.fill(kind, of);
      const there = ledger.find(kind, key);
      const missing = terms.ifPresent && !there ? "item.missing" : undefined;
      const failed = terms.if && !ledger.holds(terms.if, there) ? "condition.failed" : undefined;
      const code = missing ?? failed;
      return {
        failures: code ? [code] : [],
        commit() {
          ledger.remove(kind, key);
          return undefined;
        },
      };
    },
  };
}

/** A write by itself, as a step of a sequence. */
export function alone(write: Write): Operation {
  return {
    text: write.text,
    async run(stage) {
      const applied = write.apply(stage.backend as Writer, stage);
      if (!applied) return "nothing held";
      await applied.done;
      if (write.slot && applied.item) stage.held.set(write.slot, applied.item);
      return undefined;
    },
    judge(outcome, ledger) {
      if (outcome.result === "nothing held") return undefined;
      const { failures, commit } = write.foretell(ledger);
      if (outcome.code !== "key.changed" && refusedAtOnce(outcome)) return undefined;
      const wrong = unlike(outcome, failures[0]);
      if (wrong !== undefined || outcome.code !== undefined) return wrong;
      const row = commit();
      if (write.slot && row) ledger.held.set(write.slot, row);
      return undefined;
    },
  };
}

function unlike({ code }: Outcome, expected: string | undefined): string | undefined {
  if (code === expected) return undefined;
  return expected
    ? `by what was written before it must fail with ${expected}`
    : "by what was written before it must not fail";
}

function saveTerms(kind: DesignKind): fc.Arbitrary<SaveTerms> {
  const condition = conditionOf(kind);
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: fc.constant({ ifAbsent: true }) },
    { weight: 1, arbitrary: fc.constantFrom<SaveTerms>({ ifUnchanged: undefined }, { ifAbsent: false }) },
    { weight: 3, arbitrary: anySlot(kind).map((ifUnchanged) => ({ ifUnchanged })) },
    { weight: 4, arbitrary: condition.map((asked) => ({ if: asked })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(anySlot(kind), condition)
        .map(([ifUnchanged, asked]) => ({ ifUnchanged, if: asked })),
    },
  );
}

function deleteTerms(kind: DesignKind): fc.Arbitrary<DeleteTerms> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ ifPresent: true }) },
    { weight: 2, arbitrary: conditionOf(kind).map((asked) => ({ if: asked })) },
    { weight: 1, arbitrary: conditionOf(kind).map((asked) => ({ ifPresent: true, if: asked })) },
  );
}

/** Any write of a kind. */
export function anyWrite(kind: DesignKind): fc.Arbitrary<Write> {
  const target = targetOf(kind);
  const slot = anySlot(kind);
  const terms = saveTerms(kind);
  const keep = fc.option(slot, { nil: undefined });
  const changed = fc
    .tuple(
      target,
      slot,
      anyChanges(kind),
      terms,
      keep,
      fc.constantFrom("no", "no", "itself", "itself", "other"),
      slot,
    )
    .map(([at, from, changes, given, into, replacing, other]) => {
      const replaces = replacing === "no" ? {} : { replaces: replacing === "itself" ? from : other };
      return saveChanged(at, from, changes, { ...given, ...replaces }, into);
    });
  const key: fc.Arbitrary<Values | string> = fc.oneof(
    { weight: 3, arbitrary: anyKey(kind) },
    { weight: 1, arbitrary: slot },
  );
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(target, anyValues(kind), terms, keep).map((given) => saveNew(...given)),
    },
    { weight: 4, arbitrary: changed },
    { weight: 2, arbitrary: fc.tuple(target, key, deleteTerms(kind)).map((given) => remove(...given)) },
  );
}
