import { DynawrapError } from "../core/errors.js";

/** Where a value stands in an item: names of attributes and maps, places in lists. */
export type Path = readonly (string | number)[];

/** An error that says where in the item the value stands. */
export function unsupported(path: Path, problem: string): DynawrapError<"value.unsupported"> {
  const place = path.map((step, index) =>
    typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`,
  );
  return new DynawrapError("value.unsupported", `The value at \`${place.join("")}\` ${problem}`, {
    path: [...path],
  });
}
