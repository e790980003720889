import type { AttributeValue } from "./attribute-value.js";

/** Names of an attribute and of what is inside it, from the outside in: `["meta", "lang"]`. */
export type AttributePath = readonly string[];

export type Comparison = "eq" | "ne" | "lt" | "lte" | "gt" | "gte";

/**
 * What must hold of a stored item, with every operand in DynamoDB's form: what the drivers translate. Its truth is
 * defined once, by `holds`.
 *
 * A path leads to an attribute other than the table's own key and the schema version, which have kinds of their own,
 * since not every store keeps them beside the others.
 */
export type Condition =
  | {
      readonly kind: Comparison;
      readonly path: AttributePath;
      readonly value: AttributeValue;
    }
  | {
      readonly kind: "between";
      readonly path: AttributePath;
      readonly low: AttributeValue;
      readonly high: AttributeValue;
    }
  | { readonly kind: "beginsWith" | "contains"; readonly path: AttributePath; readonly value: AttributeValue }
  /** Never so without values. */
  | { readonly kind: "oneOf"; readonly path: AttributePath; readonly values: readonly AttributeValue[] }
  | { readonly kind: "exists" | "missing"; readonly path: AttributePath }
  /** How long a text is in UTF-16 units, or how many bytes, members, elements or names a value has. */
  | {
      readonly kind: "size";
      readonly path: AttributePath;
      readonly compare: Comparison;
      readonly size: number;
    }
  /** Whether there is an item at all. */
  | { readonly kind: "present" | "absent" }
  /** Whether the item carries this schema version; `undefined` for none. */
  | { readonly kind: "version"; readonly version: string | undefined }
  | { readonly kind: "not"; readonly condition: Condition }
  /** Of no conditions, `and` is true and `or` is false. */
  | { readonly kind: "and" | "or"; readonly conditions: readonly Condition[] };

/** Every one of the conditions. */
export function every(conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? (conditions[0] as Condition) : { kind: "and", conditions };
}

/** At least one of the conditions. */
export function some(conditions: readonly Condition[]): Condition {
  return conditions.length === 1 ? (conditions[0] as Condition) : { kind: "or", conditions };
}

/** The attributes that a condition is about. */
export function readsOf(condition: Condition): ReadonlySet<string> {
  const reads = new Set<string>();
  const visit = (each: Condition): void => {
    if (each.kind === "and" || each.kind === "or") each.conditions.forEach(visit);
    else if (each.kind === "not") visit(each.condition);
    else if ("path" in each) reads.add(each.path[0] as string);
  };
  visit(condition);
  return reads;
}
