import type { ModelDescription } from "./description.js";
import { invalidModel } from "./errors.js";

/**
 * Refuses a user's class that hides a field of its own schema: by an accessor or method of that name, or by a class
 * field, which would replace the value after the constructor has set it. Asked at the first instance of a class.
 *
 * @returns the instance to go on with. For a first instance that is a proxy, since a class field announces itself
 * by nothing but its definition on the instance.
 * @throws DynawrapError `model.invalid`, now or when the class field is defined.
 */
export function guardShadows(item: object, description: ModelDescription): object {
  const { model, base, name, isField } = description;
  const refuse = (field: PropertyKey, how: string): never => {
    description.guarded = false; // so that the class is refused the next time as well
    throw invalidModel(
      name,
      `the class ${how} \`${String(field)}\`, which is a field of its schema`,
      String(field),
    );
  };
  description.guarded = true;
  let plain = true;
  for (let level: object = model.prototype; level !== base; level = Object.getPrototypeOf(level)) {
    const members = Reflect.ownKeys(level);
    const hidden = members.find((member) => isField(member as string));
    if (hidden !== undefined) refuse(hidden, "has its own");
    if (members.length > 1) plain = false;
  }
  description.plain = plain;
  const note = (property: PropertyKey, how: string): void => {
    if (isField(property as string)) refuse(property, how);
    description.plain = false;
  };
  return new Proxy(item, {
    defineProperty: (target, property, descriptor) => {
      note(property, "declares");
      return Reflect.defineProperty(target, property, descriptor);
    },
    set: (target, property, value, receiver) => {
      note(property, "assigns the readonly");
      return Reflect.set(target, property, value, receiver);
    },
  });
}
