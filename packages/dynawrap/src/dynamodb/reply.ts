import type { Call } from "../engine/driver.js";
import type { AttributeMap } from "../values/attribute-value.js";
import { parsedItems } from "./body.js";
import { damagedReply } from "./errors.js";
import type { ParsedItem } from "./parsed-item.js";

/** An item that DynamoDB has answered: parsed already, or in its own form. */
export type Row = ParsedItem | AttributeMap;

/** A row on its way out, which was encoded here and never parsed. */
export function sent(row: Row | undefined): AttributeMap | undefined {
  return row as AttributeMap | undefined;
}

/** The item of an output, which may hold none. @throws DynawrapError `backend.failed` for what is no item. */
export function rowOf(output: { readonly Item?: unknown }, call: Call): Row | undefined {
  return parsedItems(output)?.[0] ?? itemOf(output.Item, call);
}

/** The items of an output that must hold a list of them. @throws DynawrapError `backend.failed` */
export function rowsOf(output: { readonly Items?: unknown }, call: Call): readonly Row[] {
  return parsedItems(output) ?? itemsOf(output.Items, call);
}

/** An item in DynamoDB's form. @throws DynawrapError `backend.failed` for what is none. */
export function itemOf(item: unknown, call: Call): AttributeMap | undefined {
  if (item === undefined) return undefined;
  if (typeof item !== "object" || item === null || Array.isArray(item)) throw damagedReply(call);
  return item as AttributeMap;
}

/** A list of items in DynamoDB's form. @throws DynawrapError `backend.failed` */
export function itemsOf(items: unknown, call: Call): AttributeMap[] {
  if (!Array.isArray(items)) throw damagedReply(call);
  for (const item of items) if (itemOf(item, call) === undefined) throw damagedReply(call);
  return items;
}
