import type { ModelConstructor } from "./description.js";

/**
 * Refuses a user's class that hides a field of its own schema: by an accessor or method of that name, or by a class
 * field, which would replace the value after the constructor has set it. Asked at the first instance of a class.
 *
 * @param base the class that `DBItem` made; what stands between it and `model` is the user's.
 * @returns the instance to go on with. For a first instance that is a proxy, since a class field announces itself
 * by nothing but its definition on the instance.
 * @param refuse throws, now or when the class field is defined.
 */
export function guardShadows(
  item: object,
  model: ModelConstructor,
  base: object,
  fields: readonly string[],
  refuse: (problem: string, field: string) => never,
): object {
  const hides = (field: string, how: string): never =>
    refuse(`the class ${how} \`${field}\`, which is a field of its schema`, field);
  for (let level: object = model.prototype; level !== base; level = Object.getPrototypeOf(level)) {
    const hidden = fields.find((field) => Object.hasOwn(level, field));
    if (hidden !== undefined) hides(hidden, "has its own");
  }
  const known = new Set<PropertyKey>(fields);
  return new Proxy(item, {
    defineProperty: (target, property, descriptor) => {
      if (known.has(property)) hides(String(property), "declares");
      return Reflect.defineProperty(target, property, descriptor);
    },
    set: (target, property, value, receiver) => {
      if (known.has(property)) hides(String(property), "assigns the readonly");
      return Reflect.set(target, property, value, receiver);
    },
  });
}
