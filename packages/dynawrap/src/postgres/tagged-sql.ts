import type { Parameters } from "./parameters.js";

/*
 * What stands in `data` is natural JSON, with objects of one member for what JSON has no form for: see tagged JSON.
 * Each function takes an expression for such a value, or for null, and is null for what has nothing of the kind.
 */

/** What each tag holds; an object of one such member that holds anything else is a map. */
const tags: { readonly [tag: string]: "string" | "array" | "object" } = {
  $bytes: "string",
  $strings: "array",
  $numbers: "array",
  $binaries: "array",
  $map: "object",
};

/** Whether a value is an object of this tag and nothing else. */
export function isTag(value: string, tag: string): string {
  const content = `${value} -> '${tag}'`;
  return `(jsonb_typeof(${content}) = '${tags[tag]}' AND ${value} = jsonb_build_object('${tag}', ${content}))`;
}

/** What goes by a name in a map; null for anything but a map that has the name. */
export function childSql(map: string, name: string, parameters: Parameters): string {
  const child = `-> ${parameters.add(name)}::text`;
  // Every tag begins so; and a map of this one name is wrapped.
  if (!name.startsWith("$")) return `(${map} ${child})`;
  const tag = Object.hasOwn(tags, name) && name !== "$map" ? `WHEN ${isTag("value", name)} THEN NULL ` : "";
  // OFFSET keeps the planner from writing the map out wherever it is named, which would double with every step.
  return `(SELECT CASE WHEN ${isTag("value", "$map")} THEN value -> '$map' ${child} ${tag}ELSE value ${child} END FROM (SELECT ${map} AS value OFFSET 0) AS outside)`;
}

/** How many names an object has; a wrapped map has one, as its wrapping has. */
export function countSql(value: string): string {
  return `CASE jsonb_typeof(${value}) WHEN 'object' THEN (SELECT count(*) FROM jsonb_object_keys(${value})) END`;
}

export function textSql(value: string): string {
  return `CASE jsonb_typeof(${value}) WHEN 'string' THEN ${value} #>> '{}' END`;
}

/** Bytes as `bytea`, which compare as DynamoDB's do. Base64 is looked at first: PostgreSQL stops at a bad one. */
export function bytesSql(value: string): string {
  const text = `${value} ->> '$bytes'`;
  const isBase64 = `${text} ~ '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$'`;
  return `CASE WHEN ${isTag(value, "$bytes")} AND ${isBase64} THEN decode(${text}, 'base64') END`;
}

/** The elements of a list, as a table of one column; of anything else none. */
export function elementsSql(value: string): string {
  return `jsonb_array_elements(CASE jsonb_typeof(${value}) WHEN 'array' THEN ${value} ELSE '[]' END)`;
}

/** DynamoDB counts a text in UTF-16 units, of which an astral character has two. */
export function sizeSql(value: string): string {
  const text = `${value} #>> '{}'`;
  const astral = `regexp_replace(${text}, '[^\\U00010000-\\U0010FFFF]', '', 'g')`;
  const sets = ["$strings", "$numbers", "$binaries"].map(
    (tag) => `WHEN ${isTag(value, tag)} THEN jsonb_array_length(${value} -> '${tag}')`,
  );
  return `CASE jsonb_typeof(${value})
WHEN 'string' THEN char_length(${text}) + char_length(${astral})
WHEN 'array' THEN jsonb_array_length(${value})
WHEN 'object' THEN COALESCE(octet_length(${bytesSql(value)}), CASE ${sets.join(" ")} ELSE ${countSql(value)} END) END`;
}
