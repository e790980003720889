import { isDeepStrictEqual } from "node:util";
import type { Backend } from "dynawrap";
import type { Refused } from "../../../src/engine/driver.js";
import { DriverBackend } from "../../../src/engine/driver-backend.js";
import { MemoryDriver } from "../../../src/memory/driver.js";
import type { MemoryRow } from "../../../src/memory/row.js";
import type { Condition } from "../../../src/values/condition.js";
import { holds } from "../../../src/values/condition-truth.js";
import { aMoment, type Breakage, driver, facade, unseen } from "./backend.js";

/** A condition without what a faulty idea of it leaves out. */
function without(
  condition: Condition | undefined,
  drop: (leaf: Condition) => boolean,
): Condition | undefined {
  if (condition?.kind !== "and") return condition && (drop(condition) ? undefined : condition);
  return {
    kind: "and",
    conditions: condition.conditions.flatMap((each) => without(each, drop) ?? []),
  };
}

/** Faults of conditions, of transactions, of reads of many keys and of scans. */
export const brokenOperations: readonly Breakage[] = [
  {
    title: "stops behind the rows that a filter has left out",
    subject: "conditions",
    oracle: true,
    open: driver((inner) => ({
      async page(layout, index, range, request, call) {
        const page = await inner.page(layout, index, range, request, call);
        return request.filter ? { ...page, next: undefined } : page;
      },
    })),
  },
  {
    title: "counts only what a filter lets through as examined",
    subject: "conditions",
    open: driver((inner) => ({
      async page(layout, index, range, request, call) {
        const page = await inner.page(layout, index, range, request, call);
        return { ...page, examined: page.rows.length };
      },
    })),
  },
  {
    title: "lets any condition of a missing item hold",
    subject: "conditions",
    oracle: true,
    open: driver((inner) => ({
      async write(write, call) {
        const there = await inner.get(write.layout, write.key, true, unseen());
        return inner.write(there ? write : { ...write, condition: undefined }, call);
      },
    })),
  },
  {
    title: "asks a condition first and writes then",
    subject: "write options",
    open: driver((inner) => ({
      async write(write, call) {
        const current = await inner.get(write.layout, write.key, true, unseen());
        if (write.condition && !holds(write.condition, current)) {
          return { reason: "condition", current, retried: false };
        }
        await aMoment();
        return inner.write({ ...write, condition: undefined }, call);
      },
    })),
  },
  {
    title: "compares with ifUnchanged only what the save changes",
    subject: "write options",
    open: driver((inner) => ({
      write(write, call) {
        const unchanged = (leaf: Condition): boolean =>
          leaf.kind === "eq" && isDeepStrictEqual(write.row?.wire[leaf.path[0] as string], leaf.value);
        return inner.write({ ...write, condition: without(write.condition, unchanged) }, call);
      },
    })),
  },
  {
    title: "does not see with ifUnchanged what has appeared",
    subject: "write options",
    open: driver((inner) => ({
      write: (write, call) =>
        inner.write(
          { ...write, condition: without(write.condition, ({ kind }) => kind === "missing") },
          call,
        ),
    })),
  },
  {
    title: "moves an item by two writes",
    subject: "write options",
    oracle: true,
    open: facade((inner) => ({
      save: (async (table, item, options) => {
        if (!options?.replaces) return inner.save(table, item, options);
        await inner.save(table, new (item.constructor as any)({ ...item }));
        await aMoment();
        await inner.delete(table, options.replaces as never);
      }) as Backend["save"],
    })),
  },
  {
    title: "writes an update whatever has come between",
    subject: "updates",
    oracle: true,
    open: driver((inner) => ({
      write: (write, call) => inner.write({ ...write, condition: undefined }, call),
    })),
  },
  {
    title: "loses with an update what the model does not know",
    subject: "updates",
    oracle: true,
    open: facade((inner) => ({
      update: (async (table, model, key, change, options) =>
        inner.update(
          table,
          model,
          key,
          async (current) => new (model as any)({ ...(await change(current)) }),
          options,
        )) as Backend["update"],
    })),
  },
  {
    title: "applies a transaction up to the first operation that fails",
    subject: "transactions",
    oracle: true,
    open: driver((inner) => ({
      async transact(writes, _token, call) {
        const reasons: (Refused<MemoryRow> | undefined)[] = [];
        for (const write of writes) {
          const refused = reasons.some((reason) => reason) ? undefined : await inner.write(write, call);
          reasons.push(refused);
        }
        return reasons.some((reason) => reason) ? reasons : undefined;
      },
    })),
  },
  {
    title: "gives the reasons of a transaction in another order",
    subject: "transactions",
    open: driver((inner) => ({
      transact: async (writes, token, call) => (await inner.transact(writes, token, call))?.toReversed(),
    })),
  },
  {
    title: "names only the first operation that fails",
    subject: "transactions",
    oracle: true,
    open: driver((inner) => ({
      async transact(writes, token, call) {
        const reasons = await inner.transact(writes, token, call);
        const first = reasons?.findIndex((reason) => reason !== undefined);
        return reasons?.map((reason, place) => (place === first ? reason : undefined));
      },
    })),
  },
  {
    title: "writes the operations of a transaction one after the other",
    subject: "transactions",
    open: driver((inner) => ({
      async transact(writes, token, call) {
        const checks = writes.map((write) => ({ ...write, kind: "check" as const, row: undefined }));
        const refused = await inner.transact(checks, token, call);
        if (refused) return refused;
        for (const write of writes) {
          await inner.write({ ...write, condition: undefined }, call);
          await aMoment();
        }
        return undefined;
      },
    })),
  },
  {
    title: "reads the keys of a snapshot one after the other",
    subject: "transactions",
    open: driver((inner) => ({
      async getSnapshot(reads, call) {
        const rows = [];
        for (const { layout, key } of reads) {
          if (rows.length > 0) for (let moments = 0; moments < 5; moments++) await aMoment();
          rows.push(await inner.get(layout, key, true, call));
        }
        return rows;
      },
    })),
  },
  {
    title: "forgets to check",
    subject: "transactions",
    oracle: true,
    open: driver((inner) => ({
      transact: (writes, token, call) =>
        inner.transact(
          writes.map((write) => (write.kind === "check" ? { ...write, condition: undefined } : write)),
          token,
          call,
        ),
    })),
  },
  {
    title: "answers a snapshot in the order of the keys",
    subject: "reads of many keys",
    oracle: true,
    open: driver((inner) => ({
      async getSnapshot(reads, call) {
        const rows = await inner.getSnapshot(reads, call);
        return rows.toSorted((left, right) => ((left?.key.PK ?? "") < (right?.key.PK ?? "") ? -1 : 1));
      },
    })),
  },
  {
    title: "answers many keys out of order",
    subject: "reads of many keys",
    oracle: true,
    open: facade((inner) => ({
      batchGet: (async (...args) => (await inner.batchGet(...args)).toReversed()) as Backend["batchGet"],
    })),
  },
  {
    title: "leaves out the keys that nothing stands under",
    subject: "reads of many keys",
    oracle: true,
    open: facade((inner) => ({
      batchGet: (async (...args) =>
        (await inner.batchGet(...args)).filter((item) => item !== undefined)) as Backend["batchGet"],
    })),
  },
  {
    title: "forgets the keys that the server has put off",
    subject: "reads of many keys",
    open: driver((inner) => ({
      getBatch: (layout, keys, consistent, call) =>
        inner.getBatch(layout, keys.slice(0, 60), consistent, call),
    })),
  },
  {
    title: "loses the last segment of a scan",
    subject: "scans",
    open: driver((inner) => ({
      async divide(layout, index, division) {
        const parts = await inner.divide(layout, index, division);
        return parts.length > 1 ? parts.slice(0, -1) : parts;
      },
    })),
  },
  {
    title: "reads the border of two segments twice",
    subject: "scans",
    open: driver((inner) => ({
      async divide(layout, index, division) {
        const parts = await inner.divide(layout, index, division);
        return parts.length > 1 ? [...parts, ...parts.slice(0, 1)] : parts;
      },
    })),
  },
  {
    title: "gives every machine the whole scan",
    subject: "scans",
    oracle: true,
    open: driver(() => ({ divide: async () => [{ index: 0, of: 1 }] })),
  },
  {
    title: "divides a shared scan anew for every machine",
    subject: "scans",
    open: driver((inner) => {
      let machines = 0;
      return {
        divide: (layout, index, division) =>
          inner.divide(layout, index, {
            ...division,
            index: division.index && (division.index + ++machines) % division.of,
          }),
      };
    }),
  },
  {
    title: "scans the table instead of the index",
    subject: "scans",
    oracle: true,
    open: driver((inner) => ({
      scan: (layout, _index, part, request, call) =>
        inner.scan(layout, undefined, part as never, request, call),
    })),
  },
  {
    title: "ends a scan with its first page",
    subject: "scans",
    oracle: true,
    open: driver((inner) => ({
      scan: async (layout, index, part, request, call) => ({
        ...(await inner.scan(layout, index, part as never, request, call)),
        next: undefined,
      }),
    })),
  },
  {
    title: "lets nothing expire",
    subject: "expiry",
    oracle: true,
    open: () => new DriverBackend(new MemoryDriver(), { clock: () => 0 }),
  },
  {
    title: "shows nobody what has expired",
    subject: "expiry",
    oracle: true,
    open: facade((inner) => ({
      get: ((table, model, key, options) =>
        inner.get(table, model, key, { ...options, includeExpired: false })) as Backend["get"],
    })),
  },
  {
    title: "forgets the version of an item",
    subject: "versions",
    oracle: true,
    open: driver((inner) => ({ decode: (row) => ({ ...inner.decode(row), version: undefined }) })),
  },
  {
    title: "keeps the version that an item was first saved with",
    subject: "versions",
    open: driver((inner) => ({
      async write(write, call) {
        const old = await inner.get(write.layout, write.key, true, unseen());
        return inner.write(
          { ...write, row: write.row && { ...write.row, version: (old ?? write.row).version } },
          call,
        );
      },
    })),
  },
];
