import type { Backend } from "dynawrap";
import { City } from "./city.js";
import { cityOf, type Row } from "./gazetteer.js";

export interface Loaded {
  /** Rows in the input. */
  readonly rows: number;
  /** Rows that repeat another one in every field; they are one place, and stored once. */
  readonly repeated: number;
}

/**
 * Writes all rows in batches, made and checked one by one as the batches take them.
 *
 * @param onProgress told how many rows have been written so far.
 * @throws Error for two different rows under one key, of which one would be lost.
 */
export async function loadCities(
  backend: Backend,
  table: string,
  rows: readonly Row[],
  onProgress?: (done: number) => void,
): Promise<Loaded> {
  /** The district, which is all that the key leaves out, by key. */
  const seen = new Map<string, string>();
  let repeated = 0;
  function* cities(): Generator<City> {
    for (const row of rows) {
      const city = cityOf(row);
      const { PK, SK } = City.key(city);
      const other = seen.get(PK + SK);
      if (other === undefined) {
        seen.set(PK + SK, city.district);
        yield city;
      } else if (other === city.district) {
        repeated++;
      } else {
        throw new Error(`Two different rows have the key ${PK}, ${SK}; the key needs another field.`);
      }
    }
  }
  await backend.batchWrite(table, cities(), { onProgress: ({ done }) => onProgress?.(done) });
  return { rows: rows.length, repeated };
}
