import fc from "fast-check";
import type { Transaction } from "../../core/transaction.js";
import { conditionOf } from "./conditions.js";
import type { DesignKind } from "./design-kinds.js";
import { type Ledger, misread } from "./ledger.js";
import { type Operation, type Outcome, refusedAtOnce, type Stage } from "./operation.js";
import { anyKey, keyIn, nameOf, type Target, tableOf, targetOf } from "./targets.js";
import { tellAll, type Values } from "./told.js";
import { anyChange, type Change, changedFields, changing, orThrown } from "./updates.js";
import { anyWrite, type Write, type Writer } from "./writes.js";

/** One operation of a transaction. */
interface Part {
  readonly text: readonly unknown[];
  readonly needs: readonly string[];
  note(tx: Transaction, stage: Stage): void;
  foretell(ledger: Ledger): { readonly failures: readonly string[]; commit(): void } | "fails";
}

function writing(write: Write): Part {
  return {
    text: write.text,
    needs: write.needs,
    note: (tx, stage) => void write.apply(tx as unknown as Writer, stage),
    foretell: (ledger) => write.foretell(ledger),
  };
}

function check(target: Target, key: Values, condition: object): Part {
  const { kind } = target;
  return {
    text: ["check", nameOf(target), key, condition],
    needs: [],
    note: (tx, stage) =>
      tx.check(tableOf(target, stage), kind.model, keyIn(kind, key, stage.room), condition as never),
    foretell(ledger) {
      const holds = ledger.holds(condition, ledger.find(kind, ledger.fill(kind, key)));
      return { failures: holds ? [] : ["condition.failed"], commit: () => {} };
    },
  };
}

function updating(target: Target, key: Values, change: Change): Part {
  const { kind } = target;
  return {
    text: ["update", nameOf(target), key, "by", change],
    needs: [],
    note(tx, stage) {
      const by = changing(kind, change, stage.room);
      tx.update(tableOf(target, stage), kind.model, keyIn(kind, key, stage.room), by as never);
    },
    foretell(ledger) {
      const row = ledger.seen(kind, ledger.fill(kind, key));
      const fields = row && changedFields(kind, change, row, ledger.room);
      return fields ? { failures: [], commit: () => ledger.put(kind, fields) } : "fails";
    },
  };
}

function transact(parts: readonly Part[]): Operation {
  return {
    text: ["transact", parts.map(({ text }) => text)],
    run: (stage) =>
      orThrown(() =>
        stage.backend.transact((tx) => {
          for (const part of parts) part.note(tx, stage);
        }),
      ),
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome) || outcome.result !== undefined) return undefined;
      const foretold = parts
        .filter(({ needs }) => needs.every((slot) => ledger.held.has(slot)))
        .map((part) => part.foretell(ledger));
      if (foretold.includes("fails")) return outcome.code ? undefined : "one of its updates must fail";
      const all = foretold.filter((each) => each !== "fails");
      const expected = all.flatMap(({ failures }, place) => failures.map((code) => `${place} ${code}`));
      if (String(failuresOf(outcome)) !== String(expected)) {
        return expected.length > 0
          ? `by what was written before it must be cancelled: ${expected.join(", ")}`
          : "by what was written before it must not fail";
      }
      if (expected.length === 0) for (const { commit } of all) commit();
      return undefined;
    },
  };
}

/** The failures by their operation; a code that is not of a transaction stands for itself. */
function failuresOf({ code, details, thrown }: Outcome): string[] {
  if (code === undefined) return thrown === undefined ? [] : [thrown];
  const { failures } = (details ?? {}) as {
    readonly failures?: readonly { readonly operation: number; readonly code: string }[];
  };
  return code === "transaction.cancelled" && failures
    ? failures.map((each) => `${each.operation} ${each.code}`)
    : [code];
}

/** Any mix of operations on these kinds. */
export function anyTransaction(kinds: readonly DesignKind[]): fc.Arbitrary<Operation> {
  const part = fc.oneof(
    ...kinds.map((kind) =>
      fc.oneof(
        { weight: 5, arbitrary: anyWrite(kind).map(writing) },
        {
          weight: 2,
          arbitrary: fc
            .tuple(targetOf(kind), anyKey(kind), conditionOf(kind))
            .map((given) => check(...given)),
        },
        {
          weight: 1,
          arbitrary: fc
            .tuple(targetOf(kind), anyKey(kind), anyChange(kind))
            .map((given) => updating(...given)),
        },
      ),
    ),
  );
  return fc.array(part, { minLength: 1, maxLength: 4 }).map(transact);
}

/** Items of any kinds, as they stand at one moment. */
export function anySnapshot(kinds: readonly DesignKind[]): fc.Arbitrary<Operation> {
  const read = fc.oneof(...kinds.map((kind) => fc.tuple(targetOf(kind), anyKey(kind))));
  return fc.tuple(fc.array(read, { minLength: 1, maxLength: 5 }), fc.boolean()).map(
    ([reads, includeExpired]): Operation => ({
      text: ["transactGet", reads.map(([target, key]) => [nameOf(target), key]), { includeExpired }],
      async run(stage) {
        const asked = reads.map(([target, key]) => [
          tableOf(target, stage),
          target.kind.model,
          keyIn(target.kind, key, stage.room),
        ]);
        return tellAll(
          (await stage.backend.transactGet(asked as never, { includeExpired })) as (object | undefined)[],
        );
      },
      judge({ result }, ledger) {
        const items = result as readonly unknown[] | undefined;
        return items
          ?.map((item, place) => {
            const [{ kind }, key] = reads[place] as (typeof reads)[number];
            return misread(item, ledger.seen(kind, ledger.fill(kind, key), includeExpired));
          })
          .find((wrong) => wrong !== undefined);
      },
    }),
  );
}
