import fc from "fast-check";
import { isDynawrapError } from "../../core/errors.js";
import type { UnknownRow } from "../../core/options.js";
import { conditionOf } from "./conditions.js";
import type { DesignKind } from "./design-kinds.js";
import type { Ledger, Row } from "./ledger.js";
import { misread } from "./ledger.js";
import { unordered } from "./listing.js";
import { type Operation, type Outcome, refusedAtOnce, type Stage } from "./operation.js";
import { compareSort, type Place, sortOf } from "./place.js";
import { anyAsked } from "./queries.js";
import { fillKey } from "./room.js";
import { nameOf, type Target, tableOf } from "./targets.js";
import { type Told, tellAll, type Values } from "./told.js";

/** One read of a partition for several models. */
interface Asked {
  readonly kinds: readonly DesignKind[];
  readonly bare: boolean;
  readonly alias: string | undefined;
  readonly key: Values;
  readonly options: {
    readonly reverse?: boolean;
    readonly limit?: number;
    readonly where?: object;
    readonly includeExpired?: boolean;
  };
  readonly unknown: "seen" | "throw" | undefined;
}

/** What came of it: items in order, their groups, and the keys of rows that are of no model asked for. */
interface Found {
  readonly items: readonly (Told | undefined)[];
  readonly groups?: readonly unknown[];
  readonly unknown: readonly unknown[];
}

function placeIn(kind: DesignKind, alias: string | undefined): Place | undefined {
  return kind.places.find((place) => place.alias === alias);
}

async function read(
  { kinds, bare, alias, key, options, unknown }: Asked,
  stage: Stage,
  grouped: boolean,
): Promise<Found> {
  const [kind] = kinds as [DesignKind];
  const target: Target = { kind, bare };
  const rows: unknown[] = [];
  const seeing =
    unknown === "seen" ? { unknown: (row: UnknownRow) => rows.push(row.key) } : unknown ? { unknown } : {};
  const asked = stage.backend.collection(
    tableOf(target, stage) as string,
    kinds.map(({ model }) => model),
    fillKey(kind, placeIn(kind, alias)?.pk ?? "", key, stage.room) as never,
    { ...(alias ? { index: alias } : { consistent: true }), ...options, ...seeing } as never,
  );
  if (!grouped) return { items: tellAll(await asked.all()), unknown: rows };
  const groups = (await asked.group()) as unknown as readonly object[][];
  return {
    items: groups.flatMap((group) => tellAll(group)),
    groups: groups.map((group) => group.length),
    unknown: rows,
  };
}

function collection(asked: Asked, grouped: boolean): Operation {
  const { kinds, alias, key, options, unknown } = asked;
  const ties = kinds.some((kind) => placeIn(kind, alias)?.ties);
  const names = kinds.map((kind) => nameOf({ kind, bare: asked.bare }));
  return {
    text: [
      grouped ? "group" : "collection",
      names,
      alias ?? "the table",
      key,
      options,
      unknown ?? "passing over",
    ],
    async run(stage) {
      const orderDecides = ties && unknown === "throw";
      let found: Found;
      try {
        found = await read(asked, stage, grouped);
      } catch (error) {
        if (!orderDecides || !isDynawrapError(error, "item.misplaced")) throw error;
        return options.limit ? "an item or a stranger" : "a stranger";
      }
      if (orderDecides && options.limit) return "an item or a stranger";
      if (!ties) return found;
      return {
        ...found,
        items: options.limit ? found.items.length : unordered(found.items as Told[]),
        // Whose items a limit lets through is a matter of their order, too.
        groups: options.limit ? [] : found.groups,
        unknown: [],
      };
    },
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome) || unknown === "throw") return undefined;
      if (outcome.code !== undefined)
        return outcome.code === "key.mismatch" ? undefined : "a collection must not fail";
      return miscollected(asked, outcome, ledger, ties || grouped);
    },
  };
}

function miscollected(
  { kinds, alias, key, options }: Asked,
  { result }: Outcome,
  ledger: Ledger,
  anyOrder: boolean,
): string | undefined {
  const rows = kinds.flatMap((kind): { row: Row; place: Place }[] => {
    const place = placeIn(kind, alias) as Place;
    const values = fillKey(kind, place.pk, key, ledger.room);
    return ledger.query(kind, place, values).map((row) => ({ row, place }));
  });
  const wanted = rows
    .filter(({ row }) => options.includeExpired || !ledger.isExpired(row))
    .filter(({ row }) => !options.where || ledger.holds(options.where, row));
  wanted.sort((a, b) =>
    compareSort(sortOf(a.place, a.row.fields) ?? [], sortOf(b.place, b.row.fields) ?? []),
  );
  if (options.reverse) wanted.reverse();
  const most = Math.min(options.limit ?? wanted.length, wanted.length);
  const { items } = result as { items: readonly Told[] | number };
  if (typeof items === "number")
    return items === most ? undefined : "it gives another number of results than there are";
  if (items.length !== most) return `it gives ${items.length} results, and there are ${most}`;
  const left = wanted.map(({ row }) => row);
  for (const [place, item] of items.entries()) {
    const at = anyOrder ? left.findIndex((row) => misread(item, row) === undefined) : place;
    const wrong = misread(item, left[at]);
    if (wrong) return wrong;
    if (anyOrder) left.splice(at, 1);
  }
  return undefined;
}

/** Collections of kinds of one table. */
export function anyCollection(kinds: readonly DesignKind[]): fc.Arbitrary<Operation> {
  const aliases = [undefined, ...new Set(kinds.flatMap(({ places }) => places.map(({ alias }) => alias)))];
  const each = aliases.flatMap((alias) => {
    const able = kinds.filter((kind) => placeIn(kind, alias) && !placeIn(kind, alias)?.held);
    return able.length > 0 ? [{ alias, able }] : [];
  });
  return fc.oneof(
    ...each.map(({ alias, able }) => {
      const [first] = able as [DesignKind];
      const options = fc.record(
        {
          reverse: fc.boolean(),
          limit: fc.integer({ min: 1, max: 5 }),
          includeExpired: fc.boolean(),
          where: fc.oneof(...able.map((kind) => conditionOf(kind, ["at", "until", "expires"]))),
        },
        { requiredKeys: [] },
      );
      const sorted = fc.oneof(...able.map((kind) => anyAsked(kind, placeIn(kind, alias) as Place)));
      const partition = anyAsked(first, { ...(placeIn(first, alias) as Place), parts: [] });
      const bare = first.table === "shop" || first.table === "store" ? fc.boolean() : fc.constant(false);
      return fc
        .tuple(
          fc.subarray([...able], { minLength: 1 }),
          bare,
          fc.oneof({ weight: 3, arbitrary: partition }, { weight: 2, arbitrary: sorted }),
          options,
          fc.constantFrom(undefined, undefined, "seen" as const, "throw" as const),
          fc.boolean(),
        )
        .map(([chosen, plain, key, given, unknown, grouped]) =>
          collection({ kinds: chosen, bare: plain, alias, key, options: given, unknown }, grouped),
        );
    }),
  );
}
