import fc from "fast-check";
import type { AnyItem } from "../../core/model.js";
import type { DesignKind } from "./design-kinds.js";
import { type Ledger, misread, present, type Row } from "./ledger.js";
import { type Operation, type Outcome, refusedAtOnce } from "./operation.js";
import { anyChanges, anyKey, keyIn, nameOf, type Target, tableOf, targetOf } from "./targets.js";
import { type Told, tell, tellAll, type Values } from "./told.js";
import { changesIn } from "./writes.js";

/** What an update does with the item: counts its likes, changes fields, nothing, or throws. */
export type Change = "count" | "keep" | "throw" | Values;

const thrown = "the change threw";

/** The function that an update is given. */
export function changing(
  kind: DesignKind,
  change: Change,
  room: string,
): (current: AnyItem) => AnyItem | Promise<AnyItem> {
  return (current) => {
    if (change === "throw") throw new Error(thrown);
    if (change === "keep") return current;
    const changes = change === "count" ? counted({ ...current }) : changesIn(kind, change, room);
    return Promise.resolve(current.with(changes));
  };
}

function counted({ likes }: Values): Values {
  return { likes: typeof likes === "number" ? likes + 1 : typeof likes === "bigint" ? likes + 1n : 1 };
}

/** What the change makes of the fields; `undefined` where it changes the key, or throws. */
export function changedFields(
  kind: DesignKind,
  change: Change,
  { fields }: Row,
  room: string,
): Values | undefined {
  if (change === "throw") return undefined;
  if (change === "keep") return fields;
  const next = present({
    ...fields,
    ...(change === "count" ? counted(fields) : changesIn(kind, change, room)),
  });
  return kind.keyFields.every((name) => String(next[name]) === String(fields[name])) ? next : undefined;
}

/** What is thrown by the change itself passes through, and is told by what it says. */
export async function orThrown(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && error.message === thrown) return thrown;
    throw error;
  }
}

function update(target: Target, key: Values, change: Change): Operation {
  const { kind } = target;
  return {
    text: ["update", nameOf(target), key, "by", change],
    run: (stage) =>
      orThrown(async () => {
        const values = keyIn(kind, key, stage.room);
        const by = changing(kind, change, stage.room);
        return tell(await stage.backend.update(tableOf(target, stage), kind.model, values, by as never));
      }),
    judge(outcome, ledger) {
      const row = ledger.seen(kind, ledger.fill(kind, key));
      if (!row)
        return refusedAtOnce(outcome) || outcome.code === "item.missing"
          ? undefined
          : "there is nothing to change";
      const next = changedFields(kind, change, row, ledger.room);
      if (!next)
        return "code" in outcome || outcome.result === thrown
          ? undefined
          : "it makes a change that it must refuse";
      if (refusedAtOnce(outcome)) return undefined;
      return written(outcome, { kind, fields: next }, ledger);
    },
  };
}

function written(outcome: Outcome, row: Row, ledger: Ledger): string | undefined {
  if (outcome.code !== undefined) return "by what was written before it must not fail";
  ledger.put(row.kind, row.fields);
  return misread(outcome.result, row);
}

/** Several at once count the likes of one item: none may be lost. */
function race(target: Target, key: Values, times: number): Operation {
  const { kind } = target;
  return {
    text: [times, "at once update", nameOf(target), key, "by count"],
    async run(stage) {
      const values = keyIn(kind, key, stage.room);
      const by = changing(kind, "count", stage.room);
      const one = () => stage.backend.update(tableOf(target, stage), kind.model, values, by as never);
      // All of them have ended before the next step, also where one fails.
      const ended = await Promise.allSettled(Array.from({ length: times }, one));
      const items = ended.map((each) => {
        if (each.status === "rejected") throw each.reason;
        return each.value;
      });
      const likes = (told: Told | undefined) => Number(told?.fields.likes);
      return tellAll(items).sort((left, right) => likes(left) - likes(right));
    },
    judge(outcome, ledger) {
      const row = ledger.seen(kind, ledger.fill(kind, key));
      if (!row)
        return refusedAtOnce(outcome) || outcome.code === "item.missing"
          ? undefined
          : "there is nothing to count";
      if (refusedAtOnce(outcome)) return undefined;
      let fields = row.fields;
      for (let time = 0; time < times; time++) fields = { ...fields, ...counted(fields) };
      const last = (outcome.result as readonly unknown[] | undefined)?.at(-1);
      return written({ ...outcome, result: last }, { kind, fields }, ledger);
    },
  };
}

export function anyChange(kind: DesignKind): fc.Arbitrary<Change> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant<Change>("count") },
    { weight: 3, arbitrary: anyChanges(kind) },
    { weight: 1, arbitrary: fc.constantFrom<Change>("keep", "throw") },
  );
}

export function anyUpdate(kind: DesignKind): fc.Arbitrary<Operation> {
  const target = targetOf(kind);
  const key = anyKey(kind);
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(target, key, anyChange(kind)).map((given) => update(...given)) },
    {
      weight: 1,
      arbitrary: fc.tuple(target, key, fc.integer({ min: 2, max: 4 })).map((given) => race(...given)),
    },
  );
}
