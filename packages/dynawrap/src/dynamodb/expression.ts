import { indexAttributes, type KeyAttribute, type TableIndex, type TableLayout } from "../core/layout.js";
import { compareUtf8, type KeyRange, type SortCondition } from "../core/range.js";
import type { AttributeMap, AttributeValue } from "../values/attribute-value.js";
import { compareNumbers } from "../values/number.js";

/** What the aliases and parameters of a request stand for. DynamoDB refuses a list of none. */
interface Terms {
  ExpressionAttributeNames?: { [alias: string]: string };
  ExpressionAttributeValues?: AttributeMap;
}

/** The expressions of one request, as far as they share it: every name is an alias, every value a parameter. */
export class Expression {
  readonly #aliases = new Map<string, string>();
  readonly #names: { [alias: string]: string } = {};
  readonly #values: AttributeMap = {};
  #parameters = 0;

  /** The alias of an attribute, or of a name inside one. */
  name(name: string): string {
    const known = this.#aliases.get(name);
    if (known !== undefined) return known;
    const alias = `#${this.#aliases.size}`;
    this.#aliases.set(name, alias);
    this.#names[alias] = name;
    return alias;
  }

  value(value: AttributeValue): string {
    const parameter = `:${this.#parameters++}`;
    this.#values[parameter] = value;
    return parameter;
  }

  /** The part of the request that says what the aliases and parameters stand for. */
  get terms(): Terms {
    const terms: Terms = {};
    if (this.#aliases.size > 0) terms.ExpressionAttributeNames = this.#names;
    if (this.#parameters > 0) terms.ExpressionAttributeValues = this.#values;
    return terms;
  }
}

/** The attributes of the key of a table (without an index) or of an index. */
export function keyAttributes(
  { pk, sk }: TableLayout,
  index: TableIndex | undefined,
): Pick<TableIndex, "pk" | "sk"> {
  return index ?? { pk: [pk], sk: sk ? [sk] : [] };
}

/** The names of all key attributes that a row of a table or an index has. */
export function keyNames(layout: TableLayout, index: TableIndex | undefined): readonly string[] {
  const { pk, sk } = keyAttributes(layout, undefined);
  return [...pk, ...sk, ...(index ? indexAttributes(index) : [])].map(({ name }) => name);
}

/**
 * The condition for a range of keys of a table or an index, or `undefined` when no key can be in it: DynamoDB refuses
 * reversed bounds. It has no operator for two bounds but BETWEEN, which includes both.
 */
export function keyCondition(
  layout: TableLayout,
  index: TableIndex | undefined,
  { pk, leading, sort }: KeyRange,
  expression: Expression,
): string | undefined {
  const { pk: hash, sk: range } = keyAttributes(layout, index);
  const exact = [...pk, ...leading].map((text, place) =>
    comparison(expression, [...hash.slice(0, pk.length), ...range][place] as KeyAttribute, "=", text),
  );
  const last = sortCondition(range[leading.length], sort, expression);
  return last === undefined ? undefined : [...exact, last].filter(Boolean).join(" AND ");
}

/** Nothing at all (`""`) where every key will do. */
function sortCondition(
  attribute: KeyAttribute | undefined,
  sort: SortCondition,
  expression: Expression,
): string | undefined {
  if (attribute === undefined) return "";
  if (sort.kind === "equal") return comparison(expression, attribute, "=", sort.text);
  const value = (text: string): string => expression.value(keyValue(attribute, text));
  if (sort.kind === "prefix") {
    return sort.text && `begins_with(${expression.name(attribute.name)}, ${value(sort.text)})`;
  }
  const { to } = sort;
  // No key is empty, so that every one is above an empty bound; DynamoDB does not take it.
  const from = sort.from?.text === "" ? undefined : sort.from;
  const compare = attribute.type === "N" ? compareNumbers : compareUtf8;
  if (to?.text === "" || (from && to && compare(from.text, to.text) > 0)) return undefined;
  if (from && to)
    return `${expression.name(attribute.name)} BETWEEN ${value(from.text)} AND ${value(to.text)}`;
  if (from) return comparison(expression, attribute, from.inclusive ? ">=" : ">", from.text);
  return to ? comparison(expression, attribute, to.inclusive ? "<=" : "<", to.text) : "";
}

function comparison(expression: Expression, attribute: KeyAttribute, operator: string, text: string): string {
  return `${expression.name(attribute.name)} ${operator} ${expression.value(keyValue(attribute, text))}`;
}

function keyValue({ type }: KeyAttribute, text: string): AttributeValue {
  return { [type]: text } as unknown as AttributeValue;
}
