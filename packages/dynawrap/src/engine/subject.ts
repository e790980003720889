import { keyPatterns } from "../core/key.js";
import type { Placement } from "../core/placement.js";

/** What an operation is about, as it is told to observers: names and patterns, never a value. */
export interface OperationSubject {
  readonly operation: string;
  readonly table: string;
  readonly model: string | undefined;
  readonly index?: string | undefined;
  readonly pattern?: string | undefined;
  /** How many operations it is made of, for a batch or a transaction. */
  readonly size?: number | undefined;
}

/** What operations on one model are about, which is the same each time. */
const known = new WeakMap<Placement, Map<string, OperationSubject>>();

/** An operation on items of models, as an observer is told of it. */
export function subjectOf(
  operation: string,
  placements: readonly Placement[],
  alias?: string | undefined,
): OperationSubject {
  const [placement] = placements;
  if (placements.length !== 1 || placement === undefined) return makeSubject(operation, placements, alias);
  const subjects = known.get(placement) ?? new Map<string, OperationSubject>();
  known.set(placement, subjects);
  const name = `${operation} ${alias ?? ""}`;
  const subject = subjects.get(name) ?? makeSubject(operation, placements, alias);
  subjects.set(name, subject);
  return subject;
}

function makeSubject(
  operation: string,
  placements: readonly Placement[],
  alias: string | undefined,
): OperationSubject {
  const index = alias === undefined ? undefined : placements[0]?.indexes.get(alias)?.index.name;
  return {
    operation,
    table: listed(placements.map(({ layout }) => layout.name)) ?? "",
    model: listed(placements.map(({ model }) => model.name)),
    index,
    pattern: listed(placements.map((placement) => patternText(placement, alias))),
  };
}

/** Each name once, in the order in which they came. */
export function listed(names: Iterable<string>): string | undefined {
  return [...new Set(names)].join(", ") || undefined;
}

/** The key patterns that are asked, never a value. */
function patternText({ model, indexes }: Placement, alias: string | undefined): string {
  const placed = alias === undefined ? undefined : indexes.get(alias);
  const patterns = placed
    ? [...placed.pk, ...placed.sk].map(({ pattern }) => pattern)
    : keyPatterns(model.key);
  return patterns.map(({ source }) => source).join(" ");
}
