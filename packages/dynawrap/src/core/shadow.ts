import { type ModelDescription, originSlot } from "./description.js";
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
  const { model, base, isField } = description;
  description.guarded = true;
  let plain = true;
  for (let level: object = model.prototype; level !== base; level = Object.getPrototypeOf(level)) {
    const members = Reflect.ownKeys(level);
    const hidden = members.find((member) => isField(member as string));
    if (hidden !== undefined) refuseShadow(description, "has its own", hidden);
    if (members.length > 1) plain = false;
  }
  description.plain = plain;
  return new Proxy(item, {
    // What is private to the instance is not the proxy's.
    get: (target, property, receiver) =>
      Reflect.get(target, property, property === originSlot ? target : receiver),
    defineProperty: (target, property, descriptor) => {
      if (isField(property as string)) refuseShadow(description, "declares", property);
      return Reflect.defineProperty(target, property, descriptor);
    },
    set: (target, property, value, receiver) => {
      if (isField(property as string)) refuseShadow(description, "assigns the readonly", property);
      return Reflect.set(target, property, value, receiver);
    },
  });
}

/** @throws DynawrapError `model.invalid`, and has the class looked at again the next time. */
export function refuseShadow(description: ModelDescription, how: string, field: PropertyKey): never {
  description.guarded = false;
  description.plain = false;
  throw invalidModel(
    description.name,
    `the class ${how} \`${String(field)}\`, which is a field of its schema`,
    String(field),
  );
}
