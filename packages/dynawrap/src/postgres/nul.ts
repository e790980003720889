import type { AttributeMap, AttributeValue } from "../values/attribute-value.js";
import { type Path, unsupported } from "../values/path.js";

/**
 * Finds the text that holds U+0000, which neither text nor jsonb can store.
 *
 * @throws DynawrapError `value.unsupported` with the path, if there is one.
 */
export function refuseNul(wire: AttributeMap, path: Path = []): void {
  for (const name of Object.keys(wire)) {
    refuseText(name, [...path, name]);
    refuseValue(wire[name] as AttributeValue, [...path, name]);
  }
}

function refuseValue(wire: AttributeValue, path: Path): void {
  if ("S" in wire) refuseText(wire.S, path);
  else if ("SS" in wire) for (const member of wire.SS) refuseText(member, path);
  else if ("M" in wire) refuseNul(wire.M, path);
  else if ("L" in wire)
    for (const [index, element] of wire.L.entries()) refuseValue(element, [...path, index]);
}

function refuseText(text: string, path: Path): void {
  if (!text.includes("\0")) return;
  throw unsupported(path, "holds the character NUL (U+0000), which PostgreSQL cannot store");
}
