import { type Path, unsupported } from "../values/path.js";

/**
 * Finds the text that holds U+0000, which neither text nor jsonb can store.
 *
 * @throws DynawrapError `value.unsupported` with the path, if there is one.
 */
export function refuseNul(value: unknown, path: Path): void {
  if (typeof value === "string") {
    if (value.includes("\0"))
      throw unsupported(path, "holds the character NUL (U+0000), which PostgreSQL cannot store");
  } else if (Array.isArray(value)) {
    value.forEach((element, index) => {
      refuseNul(element, [...path, index]);
    });
  } else if (value instanceof Set) {
    for (const member of value) refuseNul(member, path);
  } else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
    for (const [name, element] of Object.entries(value)) {
      refuseNul(name, [...path, name]);
      refuseNul(element, [...path, name]);
    }
  }
}
