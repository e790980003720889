import fc from "fast-check";
import { beginsWith, between, eq, gt, gte, lt, lte } from "../../core/condition.js";
import type { AnyQueryOptions } from "../../core/options.js";
import type { Query } from "../../core/query.js";
import { conditionOf } from "./conditions.js";
import type { DesignKind } from "./design-kinds.js";
import { type Ledger, present, type Row } from "./ledger.js";
import { Listing, mislisted, unordered } from "./listing.js";
import { type Operation, type Outcome, refusedAtOnce, type Stage } from "./operation.js";
import type { Place, SortPart } from "./place.js";
import { fillKey } from "./room.js";
import { nameOf, type Target, tableOf, targetOf } from "./targets.js";
import { type Told, tell, type Values } from "./told.js";

/** A query of one model, at a table or one of its indexes. */
export interface Question {
  readonly target: Target;
  readonly place: Place;
  readonly asked: Values;
  readonly options: AnyQueryOptions;
}

/** How results are taken; "two" leaves the loop after two. */
type Taking = "all" | "pages" | "first" | "two" | "count";

export function ask({ target, place, asked, options }: Question, stage: Stage): Query<object> {
  const { kind } = target;
  const key = fillKey(kind, place.pk, asked, stage.room);
  const index = place.alias === undefined ? {} : { index: place.alias };
  const consistent = place.alias === undefined || place.local ? { consistent: true } : {};
  const given = { ...consistent, ...index, ...options };
  return stage.backend.query(
    tableOf(target, stage),
    kind.model,
    key as never,
    given as never,
  ) as Query<object>;
}

/** What a query must find, limits aside. */
export function foretold({ target, place, asked, options }: Question, ledger: Ledger): Row[] {
  const { kind } = target;
  const { where, reverse, includeExpired } = options;
  const key = fillKey(kind, place.pk, asked, ledger.room);
  return ledger
    .query(kind, place, key, reverse)
    .filter((row) => includeExpired || !ledger.isExpired(row))
    .filter((row) => where === undefined || ledger.holds(where, row));
}

export function textOf({ target, place, asked, options }: Question): readonly unknown[] {
  return ["query", nameOf(target), place.alias ?? "the table", asked, options];
}

/** What is told of a result: of some fields only, as if the rest were not there. */
export function tellResult({ target, options }: Question, item: object): Told {
  return options.pick ? { model: target.kind.model.modelName, fields: { ...item } } : (tell(item) as Told);
}

function query(question: Question, taking: Taking): Operation {
  const { options, place } = question;
  return {
    text: [...textOf(question), taking],
    async run(stage) {
      const asked = ask(question, stage);
      if (taking === "count") return asked.count();
      const items: object[] = [];
      if (taking === "all") items.push(...(await asked.all()));
      else if (taking === "first") items.push(...[await asked.first()].filter((item) => item !== undefined));
      else if (taking === "pages") for await (const page of asked.pages()) items.push(...nonEmpty(page));
      else for await (const item of asked) if (items.push(item) === 2) break;
      const told = items.map((item) => tellResult(question, item));
      const cut = items.length === limitOf(options, taking);
      // Of what is picked it cannot be told which tie it is of.
      if (options.pick) return place.ties && cut ? told.length : place.ties ? unordered(told) : told;
      return new Listing(told, place, cut);
    },
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome) || outcome.code === "backend.unsupported") return undefined;
      if (outcome.code !== undefined) return "a query must not fail";
      return misanswered(question, taking, outcome, ledger);
    },
  };
}

function limitOf({ limit = Number.POSITIVE_INFINITY }: AnyQueryOptions, taking: Taking): number {
  const most = taking === "first" ? 1 : taking === "two" ? 2 : Number.POSITIVE_INFINITY;
  return Math.min(limit, most);
}

function misanswered(
  question: Question,
  taking: Taking,
  { result }: Outcome,
  ledger: Ledger,
): string | undefined {
  const { options } = question;
  const rows = foretold(question, ledger);
  const most = Math.min(limitOf(options, taking), rows.length);
  // What of the rows is looked at depends on all that stands between them.
  const examined = options.examine !== undefined;
  if (taking === "count")
    return examined || result === most ? undefined : `it counts ${result}, and there are ${most}`;
  if (result instanceof Listing) {
    if (examined && result.items.length < most)
      return mislisted(new Listing(result.items, result.place, true), rows);
    return result.items.length < most ? "it gives too few results" : mislisted(result, rows);
  }
  if (typeof result === "number") return result === most ? undefined : "it gives too few results";
  const told = result as readonly Told[];
  if (told.length > most || (!examined && told.length < most))
    return "it gives another number of results than there are";
  return told.map(({ fields }) => mispicked(fields, options.pick)).find((wrong) => wrong !== undefined);
}

function mispicked(fields: Values, pick: readonly string[] = []): string | undefined {
  return Object.keys(present(fields)).every((field) => pick.includes(field))
    ? undefined
    : "it gives fields that were not picked";
}

function nonEmpty<Item>(page: readonly Item[]): readonly Item[] {
  if (page.length === 0) throw new Error("a page of a query is empty");
  return page;
}

const comparisons = [eq, gt, gte, lt, lte] as const;

/** A plain value of a sort key, or a range of such. */
function asking({ form }: SortPart, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const given = value.filter((one) => one !== undefined);
  const compared = fc
    .tuple(fc.constantFrom(...comparisons), given)
    .map(([operator, one]) => (operator as (one: unknown) => unknown)(one));
  const spans = fc.tuple(given, given).map(([low, high]) => {
    const turned = (low as number) > (high as number);
    return between((turned ? high : low) as number, (turned ? low : high) as number);
  });
  const begun = fc.tuple(given, fc.integer({ min: 1, max: 2 })).map(([one, length]) => {
    const text = one instanceof Date ? one.toISOString() : String(one);
    return beginsWith(Array.from(text).slice(0, length).join(""));
  });
  const textual = form === "text" || form === "date" ? 2 : 0;
  return fc.oneof(
    { weight: 4, arbitrary: given },
    { weight: 5, arbitrary: compared },
    { weight: 2, arbitrary: spans },
    { weight: textual, arbitrary: begun },
  );
}

/** The values of a query: the partition, and of the sort key the first ones, the last of them perhaps a range. */
export function anyAsked({ fields }: DesignKind, { pkFields, parts }: Place): fc.Arbitrary<Values> {
  const value = (field: string) =>
    (fields[field] as fc.Arbitrary<unknown>).filter((one) => one !== undefined);
  const own = pkFields.filter((field) => field !== "room");
  const partition = fc.record(Object.fromEntries(own.map((field) => [field, value(field)])));
  const sort = parts.filter(({ field }) => !own.includes(field));
  const exact = fc.tuple(...sort.map(({ field }) => value(field)));
  const last = fc.tuple(...sort.map((part) => asking(part, value(part.field))));
  return fc.tuple(partition, exact, last, fc.nat({ max: 8 })).map(([given, plain, asked, count]) => {
    const length = count % (sort.length + 1);
    const names = sort.slice(0, length).map(({ field }) => field);
    const values = names.map((field, place) => [field, place === length - 1 ? asked[place] : plain[place]]);
    return { ...given, ...Object.fromEntries(values) };
  });
}

/** A small number of results. */
export const anyFew: fc.Arbitrary<number> = fc.integer({ min: 1, max: 4 });

/** Options of a query; `examine` only where it is known which rows come first. */
function anyOptions(kind: DesignKind, place: Place): fc.Arbitrary<AnyQueryOptions> {
  const fields = Object.keys(kind.fields);
  const where = conditionOf(kind);
  const partial = place.held !== undefined;
  const whole = {
    weight: 2,
    arbitrary: fc.constantFrom<AnyQueryOptions>({}, {}, ...(place.alias ? [{ fetch: true }] : [])),
  };
  const picked = fc
    .subarray([...(place.held ?? fields)], { minLength: 1 })
    .map((pick): AnyQueryOptions => ({ pick }));
  const shape = fc.oneof(
    whole,
    ...(partial ? [{ weight: 2, arbitrary: fc.constant<AnyQueryOptions>({ fetch: true }) }] : []),
    {
      weight: 1,
      arbitrary: picked,
    },
  );
  const rest = fc.record(
    {
      limit: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: anyFew }),
      reverse: fc.boolean(),
      includeExpired: fc.boolean(),
      ...(place.ties
        ? {}
        : {
            examine: fc.oneof(
              { weight: 1, arbitrary: fc.constant(undefined) },
              { weight: 1, arbitrary: anyFew },
            ),
          }),
    },
    { requiredKeys: [] },
  );
  const condition = fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 3, arbitrary: where.map((asked): object => ({ where: asked })) },
  );
  // A global index cannot be read so, which every backend says.
  const consistent = fc.constantFrom<object>(...Array.from({ length: 12 }, () => ({})), { consistent: true });
  return fc.tuple(rest, shape, condition, consistent).map((all) => Object.assign({}, ...all));
}

export function anyQuestion(kind: DesignKind): fc.Arbitrary<Question> {
  return fc.oneof(
    ...kind.places.map((place) =>
      fc
        .tuple(targetOf(kind), anyAsked(kind, place), anyOptions(kind, place))
        .map(([target, asked, options]): Question => ({ target, place, asked, options })),
    ),
  );
}

export function anyQuery(kind: DesignKind): fc.Arbitrary<Operation> {
  const taking = fc.constantFrom<Taking>("all", "all", "pages", "first", "two", "count");
  return fc.tuple(anyQuestion(kind), taking).map((given) => query(...given));
}

/** Queries that find everything which a sequence has probably left behind, at the table and at its indexes. */
export function everything(kinds: readonly DesignKind[]): readonly Operation[] {
  return kinds.flatMap((kind) =>
    kind.places.map((place, position): Operation => {
      const own = place.pkFields.filter((field) => field !== "room");
      const values = own.map((field) => [field, kind.operands[field]?.find((one) => one !== undefined)]);
      const options = { includeExpired: true, ...(place.held ? { fetch: true } : {}) };
      const target: Target = { kind, bare: false };
      return query(
        { target, place, asked: Object.fromEntries(values), options },
        position % 2 ? "pages" : "all",
      );
    }),
  );
}
