/** PostgreSQL cuts identifiers at 63 bytes, in silence. */
export const longestName = 63;

/** A name in quotes, so that it means itself whatever it holds. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Text as a literal, for definitions, which take no parameters; it means the same whatever the server's settings. */
export function literal(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return doubled.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}
