import type { Backend, KeyOf } from "dynawrap";
import { City } from "./city.js";
import type { Sql } from "./open.js";

/** What was asked, in words and as the library puts it to the store, and what came back. */
export interface Answer {
  readonly question: string;
  readonly condition: string;
  readonly lines: readonly string[];
}

export async function oneCity(backend: Backend, table: string, key: KeyOf<typeof City>): Promise<Answer> {
  const { PK, SK } = City.key(key);
  const city = await backend.get(table, City, key);
  return {
    question: `One city by its full key: ${key.name}`,
    condition: `PK = "${PK}" and SK = "${SK}"`,
    lines: [city === undefined ? "not there" : `${city}, district ${city.district || "unknown"}`],
  };
}

export async function citiesOfRegion(
  backend: Backend,
  table: string,
  region: { readonly country: string; readonly region: string },
  name: string,
): Promise<Answer> {
  const { PK, SK } = City.prefix(region);
  const cities = await backend.query(table, City, region).all();
  return {
    question: `The cities of a region by prefix: ${name}`,
    condition: `PK = "${PK}" and SK begins with "${SK}"`,
    lines: [`${count(cities.length)} cities, from ${cities[0]} to ${cities.at(-1)}`],
  };
}

export async function lastOfCountry(backend: Backend, table: string, country: string): Promise<Answer> {
  const { PK, SK } = City.prefix({ country });
  const cities = backend.query(table, City, { country }, { reverse: true, limit: 10 });
  const lines: string[] = [];
  for await (const city of cities) lines.push(`region ${city.region || "none"}  ${city}`);
  return {
    question: `The last ten of a country, backwards by region and name: ${country}`,
    condition: `PK = "${PK}" and SK begins with "${SK}", reversed, at most 10`,
    lines,
  };
}

/** The one question that no key answers. */
export async function sharedNames(table: string, sql: Sql | undefined): Promise<Answer> {
  const question = "The names that most countries share";
  const statement = `SELECT data->>'name' AS name, count(DISTINCT pk)::int AS countries, count(*)::int AS places
FROM ${table} GROUP BY 1 ORDER BY countries DESC, places DESC, name LIMIT 5`;
  if (sql === undefined) {
    return {
      question,
      condition: "no key condition: it spans all partitions, and groups",
      lines: [
        "No answer here. A DynamoDB query reads one partition and does not group; PostgreSQL's SQL does both.",
      ],
    };
  }
  const rows = await sql(statement);
  return {
    question,
    condition: statement,
    lines: rows.map(({ name, countries, places }) => `${name}: ${countries} countries, ${places} places`),
  };
}

/** How many rows are stored: by one statement of SQL, otherwise by a query of each country. */
export async function storedRows(
  backend: Backend,
  table: string,
  countries: readonly string[],
  sql: Sql | undefined,
): Promise<{ readonly stored: number; readonly how: string }> {
  if (sql !== undefined) {
    const [row] = await sql(`SELECT count(*)::int AS stored FROM ${table}`);
    return { stored: Number(row?.stored), how: "counted by SQL" };
  }
  let stored = 0;
  for (const country of countries) {
    for await (const page of backend.query(table, City, { country }).pages()) stored += page.length;
  }
  return { stored, how: `counted by a query of each of ${countries.length} countries` };
}

export function count(number: number): string {
  return number.toLocaleString("en");
}
