import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { Backend } from "../core/backend.js";
import { isDynawrapError } from "../core/errors.js";
import { MemoryBackend } from "../memory/index.js";
import { unique } from "./assertions.js";
import { type DesignTables, designTables } from "./oracle/design.js";
import { Ledger } from "./oracle/ledger.js";
import { Listing, sameListing } from "./oracle/listing.js";
import { failed, type Operation, type Outcome, type Stage } from "./oracle/operation.js";
import { Listed } from "./oracle/operations.js";
import { counterexampleText, type Difference } from "./oracle/report.js";
import { anySequence, type Sequence } from "./oracle/sequences.js";

export interface OracleOptions {
  /** How many sequences are tried; 100 unless given. */
  readonly runs?: number;
  /** Most operations in one sequence; 40 unless given. */
  readonly maxOperations?: number;
  /** The same seed gives the same sequences; random unless given. */
  readonly seed?: number;
  /** With the seed, leads straight to one counterexample; a failure says which. */
  readonly path?: string;
}

/** What was tried without finding a difference. */
export interface OracleReport {
  readonly seed: number;
  readonly sequences: number;
  readonly operations: number;
}

/**
 * Drives the same random sequences of operations into a backend and into `MemoryBackend`, and compares results, their
 * order, and the errors; and it looks whether they are right by what was written before. Every sequence keeps to
 * partitions of its own, so one table serves any number of them. Tables whose names begin with that of the given one
 * are created beside it, and stay.
 *
 * @throws Error with the shortest sequence found for which the two differ, and how to run it again.
 *
 * @example
 * await compareWithReference(backend, table, { runs: 1000 });
 */
export async function compareWithReference(
  backend: Backend,
  table: string,
  { runs = 100, maxOperations = 40, seed, path }: OracleOptions = {},
): Promise<OracleReport> {
  const tables = designTables(table);
  const several = await createTables(backend, tables);
  let operations = 0;
  const compare = async ({ steps, after }: Sequence): Promise<Difference | undefined> => {
    const now = Date.now();
    const reference = new MemoryBackend({ clock: () => now });
    await reference.createTable(table);
    await createTables(reference, tables);
    const room = unique();
    const stage = (backend: Backend): Stage => ({ backend, table, tables, room, held: new Map() });
    const [there, here] = [stage(reference), stage(backend)];
    const ledger = new Ledger(room, now);
    try {
      for (const [index, step] of [...steps, ...after].entries()) {
        operations++;
        const wanted = await outcomeOf(step, there);
        const got = await outcomeOf(step, here);
        const broken = isSame(got, wanted)
          ? (brokenLaw(got) ?? step.judge?.(got, ledger))
          : "it differs from the reference";
        if (broken !== undefined) return { index, step, wanted, got, broken, room };
      }
      return undefined;
    } finally {
      await tidy(here, ledger);
    }
  };
  let tries: number | undefined;
  let last: Difference | undefined;
  const sequence = anySequence(backend.capabilities.nulText, several, maxOperations);
  const property = fc.asyncProperty(sequence, async (steps) => {
    if (tries !== undefined && ++tries > shrinkingTries) return;
    const difference = await compare(steps);
    if (difference === undefined) return;
    last = difference;
    tries ??= 0;
    throw new Error("a difference, which is found again below");
  });
  const details = await fc.check(property, {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return { seed: details.seed, sequences: details.numRuns, operations };
  const [found = { steps: [], after: [] }] = details.counterexample ?? [];
  const where = { seed: details.seed, path: details.counterexamplePath ?? "" };
  throw new Error(await explain(found, compare, { ...where, last }));
}

/** How many shorter sequences are tried after a difference was found: a real server makes each take its time. */
const shrinkingTries = 400;

interface Origin {
  readonly seed: number;
  readonly path: string;
  readonly last: Difference | undefined;
}

type Compare = (sequence: Sequence) => Promise<Difference | undefined>;

/** Leaves out each step that the difference does not need, and says what remains. */
async function explain({ steps, after }: Sequence, compare: Compare, where: Origin): Promise<string> {
  let shortest = steps;
  let difference = await compare({ steps, after });
  if (!difference) return counterexampleText(steps, undefined, where);
  for (let index = steps.length - 1; index >= 0; index--) {
    const fewer = shortest.filter((_, place) => place !== index);
    const still = await compare({ steps: fewer, after });
    if (still) [shortest, difference] = [fewer, still];
  }
  return counterexampleText(shortest, difference, where);
}

/** Answers whether there is a table with keys of several attributes, which an older server has not. */
async function createTables(backend: Backend, { games, ...others }: DesignTables): Promise<boolean> {
  for (const table of Object.values(others)) await backend.createTable(table);
  try {
    await backend.createTable(games);
    return true;
  } catch (error) {
    if (isDynawrapError(error, "backend.unsupported")) return false;
    throw error;
  }
}

/** Takes away what the next sequence would have to read past. */
async function tidy({ backend, tables }: Stage, ledger: Ledger): Promise<void> {
  const items = ledger.scanned().map(({ kind, fields }) => new kind.model(fields));
  if (items.length > 0) await backend.batchWrite(tables.store, { delete: items });
}

/** What an operation came to: its result, or the code and the details of its error. */
async function outcomeOf(step: Operation, stage: Stage): Promise<Outcome> {
  try {
    return { result: await step.run(stage) };
  } catch (error) {
    return failed(error);
  }
}

function isSame(got: Outcome, wanted: Outcome): boolean {
  const [left, right] = [got.result, wanted.result];
  if (left instanceof Listing && right instanceof Listing) return sameListing(left, right);
  return isDeepStrictEqual(got, wanted);
}

/** What holds of any backend's results, whatever the reference says, since the two share most of their code. */
function brokenLaw({ result, thrown }: Outcome): string | undefined {
  if (thrown !== undefined) return `it throws what is no DynawrapError: ${thrown}`;
  if (!(result instanceof Listed)) return undefined;
  const { keys, options } = result;
  if (options.limit !== undefined && keys.length > options.limit)
    return "it gives more results than its limit";
  const turned = options.reverse ? [...keys].reverse() : keys;
  const unordered = turned.some((key, index) => index > 0 && compareBytes(turned[index - 1], key) >= 0);
  return unordered ? "its results are not in the order of the bytes of their sort keys" : undefined;
}

function compareBytes(left: string | undefined, right: string | undefined): number {
  return Buffer.compare(Buffer.from(left ?? ""), Buffer.from(right ?? ""));
}
