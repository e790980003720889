import fc from "fast-check";
import type { GetOptions } from "../../core/options.js";
import type { DesignKind } from "./design-kinds.js";
import { misread } from "./ledger.js";
import { type Operation, refusedAtOnce } from "./operation.js";
import {
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
import { type Told, tell, tellAll, type Values } from "./told.js";

/** Reads an item, and keeps it for later. */
function take(target: Target, key: Values, slot: string, options: GetOptions): Operation {
  const { kind } = target;
  return {
    text: ["get", nameOf(target), key, options, "as", slot],
    async run(stage) {
      const item = await stage.backend.get(tableOf(target, stage), kind.model, keyIn(kind, key, stage.room), {
        consistent: true,
        ...options,
      });
      if (item) stage.held.set(slot, item);
      return tell(item);
    },
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome)) return undefined;
      const row = ledger.seen(kind, ledger.fill(kind, key), options.includeExpired);
      if (row) ledger.held.set(slot, row);
      return misread(outcome.result, row);
    },
  };
}

function getMany(target: Target, keys: readonly Values[], more: number, options: GetOptions): Operation {
  const { kind } = target;
  const all = [
    ...keys,
    ...Array.from({ length: more }, (_, place) => distant(kind, keys[0], place)),
    ...keys.slice(0, 1),
  ];
  return {
    text: ["batchGet", nameOf(target), keys, `and ${more} more`, options],
    async run(stage) {
      const asked = all.map((key) => keyIn(kind, key, stage.room));
      const given = { consistent: true, ...options };
      return tellAll(await stage.backend.batchGet(tableOf(target, stage), kind.model, asked as never, given));
    },
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome)) return undefined;
      const items = outcome.result as readonly (Told | undefined)[];
      if (items?.length !== all.length) return "it answers another number of items than it was asked for";
      return all
        .map((key, place) =>
          misread(items[place], ledger.seen(kind, ledger.fill(kind, key), options.includeExpired)),
        )
        .find((wrong) => wrong !== undefined);
    },
  };
}

/** A key that nobody writes, so that a batch is more than one request. */
function distant({ keyFields }: DesignKind, key: Values | undefined, place: number): Values {
  const own = { ...key };
  const last = keyFields.at(-1) as string;
  const value = own[last];
  const far: Values = { [last]: typeof value === "string" ? `far ${place}` : value };
  return { ...own, ...far };
}

const getOptions: fc.Arbitrary<GetOptions> = fc.constantFrom<GetOptions>(
  {},
  {},
  {},
  { includeExpired: true },
);

export function anyGet(kind: DesignKind): fc.Arbitrary<Operation> {
  const more = fc.oneof(
    { weight: 30, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.constant(110) },
  );
  const many = fc.array(anyKey(kind), { minLength: 1, maxLength: 6 });
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(targetOf(kind), anyKey(kind), anySlot(kind), getOptions)
        .map((given) => take(...given)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(targetOf(kind), many, more, getOptions).map((given) => getMany(...given)),
    },
  );
}

/** Saves and deletes several items of a table. */
export function anyBatchWrite(kinds: readonly DesignKind[], least = 0): fc.Arbitrary<Operation> {
  const entry = fc.oneof(...kinds.map((kind) => anyValues(kind).map((values) => ({ kind, values }))));
  const list = fc.array(entry, { minLength: least, maxLength: least + 5 });
  return fc.tuple(list, fc.array(entry, { maxLength: 2 }), targetOf(kinds[0] as DesignKind)).map(
    ([saves, deletes, target]): Operation => ({
      text: [
        "batchWrite",
        nameOf(target),
        "save",
        saves.map(({ kind, values }) => [kind.model.modelName, values]),
        "delete",
        deletes.map(({ kind, values }) => [kind.model.modelName, values]),
      ],
      run(stage) {
        const items = (entries: typeof saves) =>
          entries.map(({ kind, values }) => makeItem(kind, values, stage));
        return stage.backend.batchWrite(tableOf(target, stage) as string, {
          save: items(saves),
          delete: items(deletes),
        });
      },
      judge(outcome, ledger) {
        if (refusedAtOnce(outcome)) return undefined;
        if (outcome.code) return "it must not fail";
        for (const { kind, values } of saves) ledger.put(kind, ledger.fill(kind, values));
        for (const { kind, values } of deletes) ledger.remove(kind, ledger.fill(kind, values));
        return undefined;
      },
    }),
  );
}
