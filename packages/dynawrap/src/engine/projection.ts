import { DynawrapError } from "../core/errors.js";
import { fieldsIn, keyPatterns } from "../core/key.js";
import { indexAttributes, type TableIndex } from "../core/layout.js";
import type { PlacedIndex, Placement } from "../core/placement.js";

/** The fields of a model that can be had from an index's rows: those it holds, and those that its keys say. */
function projectedFields({ model, layout }: Placement, { index, pk, sk }: PlacedIndex): ReadonlySet<string> {
  if (index.projection === "ALL") return new Set(model.fields);
  const held = [
    layout.pk.name,
    layout.sk?.name ?? "",
    ...indexAttributes(index).map(({ name }) => name),
    ...(index.projection === "KEYS_ONLY" ? [] : index.projection),
  ];
  const said = fieldsIn([...keyPatterns(model.key), ...[...pk, ...sk].map(({ pattern }) => pattern)]);
  return new Set([...said, ...held.filter(model.isField)]);
}

/** @throws DynawrapError `index.projection` when an index's rows do not hold these fields. */
export function checkProjection(
  placement: Placement,
  placed: PlacedIndex,
  fields: Iterable<string>,
  remedy: string,
): void {
  const projected = projectedFields(placement, placed);
  const missing = [...fields].filter((field) => !projected.has(field));
  if (missing.length === 0) return;
  const { name } = placement.model;
  const { name: index } = placed.index;
  const message = `the index ${index} does not hold ${missing.join(", ")}; ${remedy}`;
  throw new DynawrapError("index.projection", message, { model: name, index, missing });
}

/** A global index follows its table by a moment. @throws DynawrapError `backend.unsupported` for a consistent read of one. */
export function checkConsistent(index: TableIndex | undefined, consistent: boolean | undefined): void {
  if (!consistent || !index || index.local) return;
  const message = `The index ${index.name} is global, and cannot be read consistently; leave \`consistent\` out`;
  throw new DynawrapError("backend.unsupported", message, { capability: "consistentIndexes" });
}
