import fc from "fast-check";
import type { DesignKind } from "./design-kinds.js";
import type { Row } from "./ledger.js";
import { Listing, mislisted } from "./listing.js";
import { failed, type Operation, type Outcome, refusedAtOnce, type Stage } from "./operation.js";
import { anyFew, anyQuestion, ask, foretold, type Question, tellResult, textOf } from "./queries.js";
import type { Told } from "./told.js";
import { alone, anyWrite, type Write } from "./writes.js";

/** Pages of one query with a cursor from each to the next, and what is written in between. */
interface Walk {
  readonly question: Question;
  readonly sizes: readonly number[];
  /** What is written after the page of that number. */
  readonly between: readonly (Write | undefined)[];
}

/** A page as it is told, and how the write after it ended. */
interface Step {
  readonly items: readonly Told[];
  readonly more: boolean;
  readonly written: Outcome | undefined;
}

/** Pages of an index whose ties are in no order. */
class Loose extends Listing {
  readonly pages: readonly number[];

  constructor(steps: readonly Step[], place: Question["place"]) {
    super(
      steps.flatMap(({ items }) => items),
      place,
      steps.at(-1)?.more ?? true,
    );
    this.pages = steps.map(({ items }) => items.length);
  }
}

const longest = 12;

async function walkPages({ question, sizes, between }: Walk, stage: Stage): Promise<unknown> {
  const steps: Step[] = [];
  let cursor: string | undefined;
  do {
    const number = steps.length;
    const size = sizes[number % sizes.length] as number;
    const page = await ask(question, stage).page({ size, ...(cursor === undefined ? {} : { cursor }) });
    cursor = page.cursor;
    const write = between[number];
    steps.push({
      items: page.items.map((item) => tellResult(question, item)),
      more: cursor !== undefined,
      written: write && (await writeBetween(write, stage)),
    });
  } while (cursor !== undefined && steps.length < longest);
  if (question.options.examine !== undefined) return [...trimmed(steps)];
  return question.place.ties ? new Loose(steps, question.place) : steps;
}

/**
 * Pages without those at the end that are empty. Where as many rows were examined as may be, and there are no more, the
 * last page may have a cursor all the same: DynamoDB does not look further than it is told to.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
 */
function* trimmed(steps: readonly Step[]): Iterable<Step> {
  const last = steps.findLastIndex(({ items }) => items.length > 0);
  for (const step of steps.slice(0, last + 1)) yield { ...step, more: false };
}

async function writeBetween(write: Write, stage: Stage): Promise<Outcome> {
  try {
    return { result: await alone(write).run(stage) };
  } catch (error) {
    return failed(error);
  }
}

function walk(steps: Walk): Operation {
  const { question, sizes, between } = steps;
  return {
    text: ["walk", sizes, ...textOf(question), "writing", between.map((write) => write?.text)],
    run: (stage) => walkPages(steps, stage),
    judge(outcome, ledger) {
      if (refusedAtOnce(outcome) || outcome.code === "backend.unsupported") return undefined;
      if (outcome.code !== undefined) return "pages must not fail";
      if (outcome.result instanceof Loose) {
        const rows = foretold(question, ledger);
        const oversized = outcome.result.pages.some(
          (count, number) => count > (sizes[number % sizes.length] as number),
        );
        return oversized ? "a page has more items than were asked for" : mislisted(outcome.result, rows);
      }
      return missteps(
        steps,
        outcome.result as readonly Step[],
        (write, written) => {
          const wrong = alone(write).judge?.(written, ledger);
          return { wrong, rows: foretold(question, ledger) };
        },
        foretold(question, ledger),
      );
    },
  };
}

/** Each page must go on behind the one before, with what stands there now. */
function missteps(
  { question, sizes, between }: Walk,
  steps: readonly Step[],
  note: (
    write: Write,
    written: Outcome,
  ) => { readonly wrong: string | undefined; readonly rows: readonly Row[] },
  first: readonly Row[],
): string | undefined {
  const { options, place } = question;
  let rows = first;
  for (const [number, { items, written }] of steps.entries()) {
    const size = Math.min(sizes[number % sizes.length] as number, options.limit ?? Number.POSITIVE_INFINITY);
    if (items.length > size) return "a page has more items than were asked for";
    if (
      !options.pick &&
      items.some((item) => mislisted(new Listing([item], place, true), matching(rows, item, place)))
    ) {
      return "a page has an item that is not there, or another";
    }
    const write = between[number];
    if (!write || !written) continue;
    const after = note(write, written);
    if (after.wrong) return after.wrong;
    rows = after.rows;
  }
  const whole = steps.at(-1)?.more === false && between.every((write) => write === undefined);
  if (!whole || options.pick) return undefined;
  return mislisted(
    new Listing(
      steps.flatMap(({ items }) => items),
      place,
      false,
    ),
    first,
  );
}

/** The row that stands where an item does. */
function matching(rows: readonly Row[], item: Told, place: Question["place"]): readonly Row[] {
  const key = new Listing([item], place, true).keys[0] ?? [];
  return rows.filter(
    (row) => String(new Listing([{ model: "", fields: row.fields }], place, true).keys[0]) === String(key),
  );
}

/** A cursor of one query does not open another. */
function misuse(question: Question, other: Question, broken: boolean): Operation {
  return {
    text: [
      "use a cursor of",
      ...textOf(question),
      broken ? "changed" : "for",
      ...(broken ? [] : textOf(other)),
    ],
    async run(stage) {
      const { cursor } = await ask(question, stage).page({ size: 1 });
      if (cursor === undefined) return "no cursor";
      const used = broken ? `${cursor.slice(0, -3)}${cursor.at(-1)}` : cursor;
      const page = await ask(broken ? question : other, stage).page({ size: 2, cursor: used });
      return page.items.length;
    },
  };
}

/** Walks through the queries of a kind; where ties are in no order, nothing is written in between. */
export function anyWalk(kind: DesignKind): fc.Arbitrary<Operation> {
  const question = anyQuestion(kind);
  const sizes = fc.array(anyFew, { minLength: 1, maxLength: 3 });
  const writes = fc.array(fc.option(anyWrite(kind), { nil: undefined }), { maxLength: 4 });
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(question, sizes, writes).map(([asked, given, between]) =>
        walk({
          question: withoutPick(asked),
          sizes: given,
          between: asked.place.ties || asked.options.examine ? [] : between,
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(question, question, fc.boolean())
        .map(([one, other, broken]) => misuse(unbounded(one), unbounded(other), broken)),
    },
  );
}

/** Whether there is a cursor must not depend on what a store knows of rows that it may not examine. */
function unbounded(question: Question): Question {
  const { examine: _, ...options } = question.options;
  return { ...question, options };
}

/** Of what is picked it cannot be told where it stands. */
function withoutPick(question: Question): Question {
  const { pick: _, ...options } = question.options;
  return { ...question, options };
}
