import { DBItem } from "dynawrap";
import { z } from "zod";

/**
 * A place of the gazetteer. The key comes from the questions:
 *
 * - the places of a country are read together, so the country is the partition;
 * - the places of a region are read by prefix, so the region leads the sort key. Some places have none (Singapore, the
 *   Vatican), which is a value of its own: `:empty` takes it;
 * - one place is read by its full key, so that key has to name it for good. Country, region and name do not: the
 *   Philippines have seven San Vicentes in one region. An ordinal would shift when another one is added, so the
 *   position ends the key.
 *
 * Names need no `:url`: the library refuses one that holds `#AT#`, as it would make the key ambiguous, and none does.
 */
export class City extends DBItem({
  pk: "COUNTRY#{country}",
  sk: "REGION#{region:empty}#CITY#{name}#AT#{lat},{lng}",
  schema: z.object({
    /** ISO 3166-1, two letters. */
    country: z.string().length(2),
    /** The gazetteer's code of the first administrative division; empty where there is none. */
    region: z.string(),
    /** The code of the second one; may be empty too. */
    district: z.string(),
    name: z.string().min(1),
    lat: z.number().min(-90).max(90),
    lng: z.number().min(-180).max(180),
  }),
}) {
  override toString(): string {
    return `${this.name} (${this.lat}, ${this.lng})`;
  }
}
