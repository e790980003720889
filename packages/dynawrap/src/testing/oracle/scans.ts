import fc from "fast-check";
import { eq } from "../../core/condition.js";
import { conditionOf } from "./conditions.js";
import type { DesignKind } from "./design-kinds.js";
import { misread } from "./ledger.js";
import { unordered } from "./listing.js";
import { type Operation, refusedAtOnce, type Stage } from "./operation.js";
import { type Place, partitionOf, sortOf } from "./place.js";
import { nameOf, tableOf } from "./targets.js";
import { type Told, tell } from "./told.js";

/** How a scan is divided: not, into segments read at once, into the shares of several machines, or into pages. */
type Division = { readonly segments?: number; readonly shares?: number; readonly pages?: number };

interface Scan {
  readonly kinds: readonly DesignKind[];
  readonly bare: boolean;
  readonly alias: string | undefined;
  readonly where: object;
  readonly limit: number | undefined;
  readonly division: Division;
}

async function read({ kinds, bare, alias, where, limit, division }: Scan, stage: Stage): Promise<object[]> {
  const { segments, shares, pages } = division;
  const [kind] = kinds as [DesignKind];
  const options = {
    ...(alias ? { index: alias } : { consistent: true }),
    // Other rooms have items in the table too.
    where: { room: eq(stage.room), ...where },
    ...(limit ? { limit } : {}),
    ...(segments ? { segments } : {}),
  };
  const scan = (more: object) =>
    stage.backend.scan(
      tableOf({ kind, bare }, stage) as string,
      kinds.map(({ model }) => model),
      { ...options, ...more } as never,
    );
  if (shares) {
    const each = Array.from({ length: shares }, (_, index) => scan({ segment: { index, of: shares } }).all());
    return (await Promise.all(each)).flat();
  }
  if (!pages) return scan({}).all();
  const items: object[] = [];
  let cursor: string | undefined;
  do {
    const page = await scan({}).page({ size: pages, cursor });
    if (page.items.length > pages) throw new Error("a page has more items than were asked for");
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}

function scan(asked: Scan): Operation {
  const { kinds, bare, alias, where, limit, division } = asked;
  const names = kinds.map((kind) => nameOf({ kind, bare }));
  return {
    text: ["scan", names, alias ?? "the table", { where, limit }, division],
    async run(stage) {
      const told = (await read(asked, stage)).map((item) => tell(item) as Told);
      return limit ? { count: told.length } : unordered(told);
    },
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome)) return undefined;
      if (outcome.code !== undefined) return "a scan must not fail";
      const rows = ledger.all(kinds).filter((row) => {
        const place = row.kind.places.find((one) => one.alias === alias) as Place;
        const indexed =
          partitionOf(place, row.fields) !== undefined && sortOf(place, row.fields) !== undefined;
        return indexed && ledger.holds(where, row);
      });
      const { result } = outcome;
      if (!Array.isArray(result)) {
        const { count } = result as { readonly count: number };
        return count === Math.min(rows.length, limit ?? 0)
          ? undefined
          : `it gives ${count} results of ${rows.length}`;
      }
      if (result.length !== rows.length)
        return `it gives ${result.length} results, and ${rows.length} were written`;
      return result.every((item) => rows.some((row) => misread(item, row) === undefined))
        ? undefined
        : "it gives an item that is not there";
    },
  };
}

/** Scans of a table with these kinds, and of the index that they share. */
export function anyScan(kinds: readonly DesignKind[]): fc.Arbitrary<Operation> {
  const where = fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.oneof(...kinds.map((kind) => conditionOf(kind))).filter((one) => !("operands" in one)),
    },
  );
  const division = fc.constantFrom<Division>(
    {},
    {},
    { segments: 3 },
    { segments: 4 },
    { shares: 2 },
    { shares: 3 },
    { pages: 2 },
    { pages: 5 },
  );
  return fc
    .record({
      kinds: fc.subarray([...kinds], { minLength: 1 }),
      bare: fc.boolean(),
      alias: fc.constantFrom(undefined, "byFlag"),
      where,
      limit: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      division,
    })
    .map((asked) => {
      const { shares, pages } = asked.division;
      return scan({ ...asked, limit: shares || pages ? undefined : asked.limit });
    });
}
