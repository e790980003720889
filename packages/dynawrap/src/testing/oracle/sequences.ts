import fc from "fast-check";
import { anyCollection } from "./collections.js";
import { type DesignKind, designKinds } from "./design-kinds.js";
import { anyNeighbours, readBack } from "./neighbours.js";
import type { Operation } from "./operation.js";
import { anyQuery, everything } from "./queries.js";
import { anyBatchWrite, anyGet } from "./reads.js";
import { anyScan } from "./scans.js";
import { anySnapshot, anyTransaction } from "./transactions.js";
import { anyUpdate } from "./updates.js";
import { anyWalk } from "./walks.js";
import { alone, anyWrite } from "./writes.js";

/** Operations, and what is read at their end. */
export interface Sequence {
  readonly steps: readonly Operation[];
  readonly after: readonly Operation[];
}

/**
 * Any sequence of operations, for a backend whose text may hold U+0000 or not, and that has keys of several attributes or
 * not.
 */
export function anySequence(
  nulText: boolean,
  several: boolean,
  maxOperations: number,
): fc.Arbitrary<Sequence> {
  const kinds = designKinds(nulText);
  const of = (...tables: readonly string[]) => kinds.filter(({ table }) => tables.includes(table));
  const neighbours = anyNeighbours(nulText, maxOperations).map(
    (steps): Sequence => ({ steps, after: readBack() }),
  );
  const most = Math.min(maxOperations, longest);
  return fc.oneof(
    { weight: 7, arbitrary: neighbours },
    { weight: 4, arbitrary: anyStory(of("shop"), most) },
    { weight: 3, arbitrary: anyStory(of("files"), most) },
    { weight: 1, arbitrary: anyStory(of("track"), most) },
    { weight: 1, arbitrary: anyStory(of("bank"), most) },
    { weight: 2, arbitrary: anyStory(of("store"), most) },
    { weight: 2, arbitrary: anyMix(of("shop", "files", "track", "bank"), most) },
    ...(several ? [{ weight: 1, arbitrary: anyStory(of("games"), most) }] : []),
  );
}

/** Operations of a sequence on the design's tables, at most: enough for items to meet. */
const longest = 12;

/** Items that stand there when a sequence begins, at least. */
const few = 4;

/** Whatever can be done with a few models of one table. */
function anyStory(kinds: readonly DesignKind[], most: number): fc.Arbitrary<Sequence> {
  const pairs = kinds.flatMap((kind, place) => kinds.slice(place + 1).map((other) => [kind, other]));
  const casts = [...kinds.map((kind) => [kind]), ...pairs, ...(kinds.length > 2 ? [kinds] : [])];
  return fc.oneof(...casts.map((cast) => anyPlay(cast, most)));
}

/** Whatever can be done with these. */
function anyPlay(kinds: readonly DesignKind[], most: number): fc.Arbitrary<Sequence> {
  const each = (make: (kind: DesignKind) => fc.Arbitrary<Operation>) => fc.oneof(...kinds.map(make));
  const scanned = kinds.every(({ table }) => table === "store");
  const step = fc.oneof(
    { weight: 8, arbitrary: each((kind) => anyWrite(kind).map(alone)) },
    { weight: 4, arbitrary: each(anyGet) },
    { weight: 8, arbitrary: each(anyQuery) },
    { weight: 3, arbitrary: each(anyWalk) },
    { weight: 3, arbitrary: each(anyUpdate) },
    { weight: 2, arbitrary: anyBatchWrite(kinds) },
    { weight: 3, arbitrary: anyCollection(kinds) },
    { weight: 2, arbitrary: anyTransaction(kinds) },
    { weight: 1, arbitrary: anySnapshot(kinds) },
    { weight: scanned ? 14 : 0, arbitrary: scanned ? anyScan(kinds) : anyGet(kinds[0] as DesignKind) },
  );
  return begun(kinds, step, most);
}

/** Transactions across tables. */
function anyMix(kinds: readonly DesignKind[], most: number): fc.Arbitrary<Sequence> {
  const each = (make: (kind: DesignKind) => fc.Arbitrary<Operation>) => fc.oneof(...kinds.map(make));
  const step = fc.oneof(
    { weight: 3, arbitrary: each((kind) => anyWrite(kind).map(alone)) },
    { weight: 3, arbitrary: each(anyGet) },
    { weight: 8, arbitrary: anyTransaction(kinds) },
    { weight: 2, arbitrary: anySnapshot(kinds) },
  );
  return begun(kinds, step, most);
}

/** A sequence that finds some items there. */
function begun(
  kinds: readonly DesignKind[],
  step: fc.Arbitrary<Operation>,
  most: number,
): fc.Arbitrary<Sequence> {
  const tables = [...new Set(kinds.map(({ table }) => table))];
  const first = tables.map((name) =>
    anyBatchWrite(
      kinds.filter(({ table }) => table === name),
      few,
    ),
  );
  const steps = fc.array(step, { minLength: 1, maxLength: most, size: "max" });
  const after = everything(kinds);
  return fc
    .tuple(fc.tuple(...first), steps)
    .map(([batches, rest]) => ({ steps: [...batches, ...rest], after }));
}
