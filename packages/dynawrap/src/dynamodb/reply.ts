import type { Call } from "../engine/driver.js";
import type { AttributeMap } from "../values/attribute-value.js";
import { damagedReply } from "./errors.js";

/** The item of a reply, which may hold none. @throws DynawrapError `backend.failed` for what is no item. */
export function itemOf(item: unknown, call: Call): AttributeMap | undefined {
  if (item === undefined) return undefined;
  if (typeof item !== "object" || item === null || Array.isArray(item)) throw damagedReply(call);
  return item as AttributeMap;
}

/** The items of a reply that must hold a list of them. @throws DynawrapError `backend.failed` */
export function itemsOf(items: unknown, call: Call): AttributeMap[] {
  if (!Array.isArray(items)) throw damagedReply(call);
  for (const item of items) if (itemOf(item, call) === undefined) throw damagedReply(call);
  return items;
}
