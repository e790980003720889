import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import type { Backend } from "../core/backend.js";
import { isDynawrapError } from "../core/errors.js";
import { MemoryBackend } from "../memory/index.js";
import { unique } from "./assertions.js";
import { Listed, type Operation } from "./oracle/operations.js";
import { counterexampleText, type Difference } from "./oracle/report.js";
import { anySequence, readBack } from "./oracle/sequences.js";

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
 * order, and the errors. Every sequence keeps to partitions of its own, so one table serves any number of them.
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
  const after = readBack();
  let operations = 0;
  const compare = async (steps: readonly Operation[]): Promise<Difference | undefined> => {
    const reference = new MemoryBackend();
    await reference.createTable(table);
    const room = unique();
    for (const [index, step] of [...steps, ...after].entries()) {
      operations++;
      const wanted = await outcome(step, reference, table, room);
      const got = await outcome(step, backend, table, room);
      const broken = isDeepStrictEqual(got, wanted) ? brokenLaw(got) : "it differs from the reference";
      if (broken !== undefined) return { index, step, wanted, got, broken, room };
    }
    return undefined;
  };
  let tries: number | undefined;
  const sequence = anySequence(backend.capabilities.nulText, maxOperations);
  const property = fc.asyncProperty(sequence, async (steps) => {
    if (tries !== undefined && ++tries > shrinkingTries) return;
    if ((await compare(steps)) === undefined) return;
    tries ??= 0;
    throw new Error("a difference, which is found again below");
  });
  const details = await fc.check(property, {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return { seed: details.seed, sequences: details.numRuns, operations };
  const [steps = []] = details.counterexample ?? [];
  const where = { seed: details.seed, path: details.counterexamplePath ?? "" };
  throw new Error(await explain(steps, compare, where));
}

/** How many shorter sequences are tried after a difference was found: a real server makes each take its time. */
const shrinkingTries = 400;

type Compare = (steps: readonly Operation[]) => Promise<Difference | undefined>;

/** Leaves out each step that the difference does not need, and says what remains. */
async function explain(
  steps: readonly Operation[],
  compare: Compare,
  where: { readonly seed: number; readonly path: string },
): Promise<string> {
  let shortest = steps;
  let difference = await compare(steps);
  if (!difference) return counterexampleText(steps, undefined, where);
  for (let index = steps.length - 1; index >= 0; index--) {
    const fewer = shortest.filter((_, place) => place !== index);
    const still = await compare(fewer);
    if (still) [shortest, difference] = [fewer, still];
  }
  return counterexampleText(shortest, difference, where);
}

/** What an operation came to: its result, or the code and the details of its error. */
async function outcome(step: Operation, backend: Backend, table: string, room: string): Promise<unknown> {
  try {
    return { result: await step.run(backend, table, room) };
  } catch (error) {
    if (!isDynawrapError(error)) return { thrown: String(error) };
    const { code, details } = error;
    return { code, details: { ...details } };
  }
}

/** What holds of any backend's results, whatever the reference says, since the two share most of their code. */
function brokenLaw(outcome: unknown): string | undefined {
  const { result, thrown } = outcome as { result?: unknown; thrown?: string };
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
