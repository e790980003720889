import { indexAttributes, type KeyAttribute, type TableIndex, type TableLayout } from "../core/layout.js";
import type { Explanation } from "../core/query.js";
import type { Bound, KeyRange } from "../core/range.js";
import type { Driver, PageRequest } from "./driver.js";
import type { Route } from "./route.js";

/** What a query asks, in words and as the store is asked it: one request, or a list where the range is read in stretches. */
export function explainRange<Row>(
  driver: Driver<Row>,
  layout: TableLayout,
  index: TableIndex | undefined,
  { range, stretches }: Route,
  request: PageRequest,
): Explanation {
  const parts = index
    ? { pk: index.pk, sk: index.sk }
    : { pk: [layout.pk], sk: layout.sk ? [layout.sk] : [] };
  const where = index ? `the index ${index.name} of "${layout.name}"` : `"${layout.name}"`;
  const words = [
    ...range.pk.map((text, place) => `${parts.pk[place]?.name} = ${quoted(text, parts.pk[place])}`),
    ...range.leading.map((text, place) => `${parts.sk[place]?.name} = ${quoted(text, parts.sk[place])}`),
    ...sortWords(range, parts.sk[range.leading.length]),
  ];
  const order = request.reverse ? ", from the greatest down" : "";
  const requests = stretches.map((stretch) => driver.explain(layout, index, stretch, request));
  return {
    text: `${where} where ${words.join(" and ")}${order}`,
    request: requests.length > 1 ? requests : (requests[0] as object),
  };
}

/** The same for a scan, which asks for no key. */
export function explainScan(layout: TableLayout, index: TableIndex | undefined): string {
  const attributes = index
    ? ` (${indexAttributes(index)
        .map(({ name }) => name)
        .join(", ")})`
    : "";
  return `all of ${index ? `the index ${index.name}${attributes} of ` : ""}"${layout.name}"`;
}

function sortWords({ sort }: KeyRange, attribute: KeyAttribute | undefined): string[] {
  if (!attribute) return [];
  const { name } = attribute;
  if (sort.kind === "equal") return [`${name} = ${quoted(sort.text, attribute)}`];
  if (sort.kind === "prefix")
    return sort.text === "" ? [] : [`${name} begins with ${quoted(sort.text, attribute)}`];
  const bound = (given: Bound | undefined, sign: string): string[] =>
    given ? [`${name} ${sign}${given.inclusive ? "=" : ""} ${quoted(given.text, attribute)}`] : [];
  const gaps = (sort.gaps ?? []).map(
    ({ from, until }) => `not from ${quoted(from, attribute)} to below ${quoted(until, attribute)}`,
  );
  return [...bound(sort.from, ">"), ...bound(sort.to, "<"), ...gaps];
}

function quoted(text: string, attribute: KeyAttribute | undefined): string {
  return attribute?.type === "N" ? text : JSON.stringify(text);
}
