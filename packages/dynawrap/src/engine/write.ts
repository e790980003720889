import { DynawrapError, invalidOption } from "../core/errors.js";
import { isItem, originOf } from "../core/item.js";
import { requireModel } from "../core/model.js";
import type { DeleteOptions, SaveOptions } from "../core/options.js";
import type { Placement } from "../core/placement.js";
import { getOwn } from "../core/record.js";
import { keyText, type StoredKey } from "../core/stored-key.js";
import type { AnyTable } from "../core/table.js";
import { encodeAttributes } from "../values/attribute-encoder.js";
import type { AttributeMap } from "../values/attribute-value.js";
import { type Condition, every } from "../values/condition.js";
import { toStoredItem } from "../values/outgoing-item.js";
import type { OutgoingItem } from "../values/stored-item.js";
import type { Write } from "./driver.js";
import { checkIndexBytes, checkKeyBytes } from "./key-limits.js";
import { Question } from "./question.js";
import type { Store } from "./store.js";
import { compileIf } from "./where.js";

/** A write that is ready to be sent, and what its refusal means. */
export interface Prepared<Row> {
  readonly write: Write<Row>;
  /** What is put; nothing where nothing is. */
  readonly item: OutgoingItem | undefined;
  readonly model: string;
  readonly placement: Placement;
  /** What must hold, each with the error that it is when it does not. */
  readonly conditions: readonly (readonly [RefusalCode, Condition])[];
}

/** What a write can be refused as. */
export type RefusalCode = "item.exists" | "item.conflict" | "item.missing" | "condition.failed";

/** The class that an instance was made by; `undefined` for what is none. */
export function modelOf(item: object | null | undefined): unknown {
  const model = item?.constructor;
  return typeof model === "function" && item instanceof model ? model : undefined;
}

/**
 * What a save of an instance sends.
 *
 * @throws DynawrapError whatever is wrong with it, before any I/O.
 */
export function prepareSave<Row>(
  store: Store<Row>,
  table: AnyTable,
  item: object,
  options: Omit<SaveOptions, "deadline" | "signal"> = {},
): Prepared<Row>[] {
  const question = new Question(store, table, modelOf(item));
  const { model } = question;
  const outgoing = outgoingItem(store, question, item);
  const { key } = outgoing;
  refuseRival(question, key);
  const { ifAbsent, replaces } = options;
  const before = originOf(item)?.key;
  if (before && !("replaces" in options) && keyText(before) !== keyText(key)) {
    const message = `the item was read under ${keyText(before)}, not ${keyText(key)}; give it as it was read: replaces: before`;
    throw new DynawrapError("key.changed", message, { model: model.name, before, after: key });
  }
  const conditions: [RefusalCode, Condition][] = [];
  if (ifAbsent !== undefined && typeof ifAbsent !== "boolean")
    throw invalidOption("ifAbsent", "is neither true nor false");
  if (ifAbsent) conditions.push(["item.exists", { kind: "absent" }]);
  if ("ifUnchanged" in options) {
    const { ifUnchanged } = options;
    if (ifUnchanged === undefined) conditions.push(["item.conflict", { kind: "absent" }]);
    else conditions.push(["item.conflict", unchanged(question, ifUnchanged, key)]);
  }
  if ("if" in options) {
    if (options.if === undefined) throw invalidOption("if", "is undefined; leave it out");
    conditions.push(["condition.failed", compileIf(options.if, model, item as Record<string, unknown>)]);
  }
  if ("replaces" in options && replaces === undefined)
    throw invalidOption("replaces", "is undefined; leave it out");
  const put = prepared(store, question, "put", key, outgoing, conditions);
  if (replaces === undefined) return [put];
  if (modelOf(replaces) !== modelOf(item)) throw invalidOption("replaces", `is no ${model.name}`);
  const old = originOf(replaces)?.key ?? new Question(store, table, modelOf(replaces)).key(replaces);
  if (keyText(old) === keyText(key)) {
    return [
      prepared(store, question, "put", key, outgoing, [
        ["item.conflict", unchanged(question, replaces, key)],
        ...conditions,
      ]),
    ];
  }
  // The old item may have been changed by somebody else meanwhile, and the new place may be taken.
  const moved =
    conditions.length > 0
      ? put
      : prepared(store, question, "put", key, outgoing, [["item.exists", { kind: "absent" }]]);
  const gone = prepared(store, question, "delete", old, undefined, [
    ["item.conflict", unchanged(question, replaces, old)],
  ]);
  return [gone, moved];
}

/** Refuses a key that reads back as another model's. @throws DynawrapError `key.ambiguous` */
function refuseRival<Row>({ design, model }: Question<Row>, key: StoredKey): void {
  const rival = design.rival(model, key);
  if (!rival) return;
  const message = `the item would be read back as ${rival.name}, whose patterns fit its key ${keyText(key)} more literally`;
  const { sk = model.key.pk } = model.key;
  const field = model.fields[0] ?? "";
  throw new DynawrapError("key.ambiguous", message, { model: model.name, pattern: sk.source, field });
}

/** The stored form of an instance, once everything about it has been looked at. */
function outgoingItem<Row>(store: Store<Row>, question: Question<Row>, item: object): OutgoingItem {
  const { layout, placement, model } = question;
  if (originOf(item)?.partial) {
    const message =
      "the item was read from an index that does not hold all of it, and would lose the rest; read it with fetch: true";
    throw new DynawrapError("index.projection", message, { model: model.name, index: "", missing: [] });
  }
  const outgoing = toStoredItem(item, placement);
  const { capabilities } = store.driver;
  checkKeyBytes(outgoing.key, layout, capabilities);
  checkIndexBytes(outgoing.wire, outgoing.key, layout, capabilities);
  return outgoing;
}

/** What a deletion sends. */
export function prepareDelete<Row>(
  store: Store<Row>,
  table: AnyTable,
  target: unknown,
  values: object | undefined,
  options: Omit<DeleteOptions, "deadline" | "signal"> = {},
): Prepared<Row> {
  const byKey = values !== undefined;
  const question = new Question(store, table, byKey ? target : modelOf(target as object));
  const given = values ?? (target as object);
  const key = question.key(given);
  refuseRival(question, key);
  const conditions: [RefusalCode, Condition][] = [];
  const { ifPresent } = options;
  if (ifPresent !== undefined && typeof ifPresent !== "boolean")
    throw invalidOption("ifPresent", "is neither true nor false");
  if (ifPresent) conditions.push(["item.missing", { kind: "present" }]);
  if ("if" in options) {
    if (options.if === undefined) throw invalidOption("if", "is undefined; leave it out");
    conditions.push([
      "condition.failed",
      compileIf(options.if, question.model, given as Record<string, unknown>),
    ]);
  }
  return prepared(store, question, "delete", key, undefined, conditions);
}

/** What a check within a transaction sends. */
export function prepareCheck<Row>(
  store: Store<Row>,
  table: AnyTable,
  model: unknown,
  values: object,
  condition: unknown,
): Prepared<Row> {
  const question = new Question(store, table, model);
  const key = question.key(values);
  refuseRival(question, key);
  const compiled = compileIf(condition, question.model, values as Record<string, unknown>);
  return prepared(store, question, "check", key, undefined, [["condition.failed", compiled]]);
}

function prepared<Row>(
  { driver }: Store<Row>,
  { layout, model, placement }: Question<Row>,
  kind: Write<Row>["kind"],
  key: StoredKey,
  item: OutgoingItem | undefined,
  conditions: readonly (readonly [RefusalCode, Condition])[],
): Prepared<Row> {
  const condition = conditions.length > 0 ? every(conditions.map(([, each]) => each)) : undefined;
  const row = item && driver.encode(item, layout);
  return { write: { layout, kind, key, row, condition }, item, model: model.name, placement, conditions };
}

/**
 * That an item stands as it was read, every attribute of it, and has none of the model's other fields; where it was made
 * or saved since, as it would be stored.
 */
function unchanged<Row>(question: Question<Row>, before: unknown, key: StoredKey): Condition {
  const { model, layout, placement } = question;
  if (
    typeof before !== "object" ||
    before === null ||
    !isItem(before) ||
    requireModel(before.constructor, "ifUnchanged") !== model
  ) {
    throw invalidOption("ifUnchanged", `is no ${model.name}`);
  }
  const origin = originOf(before);
  const expected =
    origin?.asRead === undefined
      ? toStoredItem(before, placement)
      : { key: origin.key, version: origin.version, wire: encodeAttributes(origin.asRead).wire };
  if (keyText(expected.key) !== keyText(key)) {
    throw invalidOption("ifUnchanged", "is the item of another key");
  }
  return sameAs(expected, model.fields, [layout.pk.name, layout.sk?.name]);
}

/** That an item stands exactly as this, as far as these fields and its own attributes go. */
export function sameAs(
  { version, wire }: OutgoingItem,
  fields: readonly string[],
  keyNames: readonly (string | undefined)[],
): Condition {
  const conditions: Condition[] = [{ kind: "present" }];
  if (version !== undefined) conditions.push({ kind: "version", version });
  const names = new Set([...Object.keys(wire), ...fields]);
  for (const name of names) {
    if (keyNames.includes(name)) continue;
    const value = getOwn(wire, name) as AttributeMap[string] | undefined;
    conditions.push(
      value === undefined ? { kind: "missing", path: [name] } : { kind: "eq", path: [name], value },
    );
  }
  return every(conditions);
}
