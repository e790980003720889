import { isDeepStrictEqual } from "node:util";
import type { DesignKind } from "./design-kinds.js";
import { isTrue } from "./naive-condition.js";
import { compareSort, isAsked, type Place, partitionOf, type SortValue, sortOf } from "./place.js";
import { fill } from "./room.js";
import type { Told, Values } from "./told.js";

/** An item as it must stand in the store. */
export interface Row {
  readonly kind: DesignKind;
  readonly fields: Values;
  /** Whether the instance was made and never read: it may be saved under any key. */
  readonly made?: boolean;
}

/**
 * What must be in the store, noted write by write, and what queries of it must answer: a second reference that shares
 * no code with the library, as the first one does.
 */
export class Ledger {
  readonly room: string;
  readonly held: Map<string, Row> = new Map();
  readonly #rows = new Map<string, Row>();
  readonly #now: number;

  constructor(room: string, now: number) {
    this.room = room;
    this.#now = now;
  }

  /** The fields that an instance is made of. */
  fill(kind: DesignKind, values: Values): Values {
    return fill(kind, values, this.room);
  }

  put(kind: DesignKind, fields: Values): void {
    this.#rows.set(idOf(kind, fields), { kind, fields: present(fields) });
  }

  remove(kind: DesignKind, key: Values): void {
    this.#rows.delete(idOf(kind, key));
  }

  /** The item under the key that these fields make. */
  find(kind: DesignKind, fields: Values): Row | undefined {
    return this.#rows.get(idOf(kind, fields));
  }

  /** The item, unless its time has passed. */
  seen(kind: DesignKind, fields: Values, includeExpired = false): Row | undefined {
    const row = this.find(kind, fields);
    return row && (includeExpired || !this.isExpired(row)) ? row : undefined;
  }

  all(kinds: readonly DesignKind[]): Row[] {
    return [...this.#rows.values()].filter(({ kind }) => kinds.includes(kind));
  }

  /** The items of the table that is scanned. */
  scanned(): Row[] {
    return [...this.#rows.values()].filter(({ kind }) => kind.table === "store");
  }

  isExpired({ kind: { ttl }, fields }: Row): boolean {
    const time = ttl === undefined ? undefined : fields[ttl];
    const seconds = time instanceof Date ? time.getTime() / 1000 : Number(time ?? 0);
    return seconds > 0 && seconds * 1000 <= this.#now;
  }

  /** The items of a kind that a query finds, in order. */
  query(kind: DesignKind, place: Place, asked: Values, reverse = false): Row[] {
    const values = { room: this.room, ...asked };
    const partition = partitionOf(place, values);
    const found = this.all([kind]).filter(
      ({ fields }) =>
        partitionOf(place, fields) === partition &&
        sortOf(place, fields) !== undefined &&
        isAsked(place, asked, fields),
    );
    found.sort((left, right) => compareSort(orderOf(place, left), orderOf(place, right)));
    return reverse ? found.reverse() : found;
  }

  /** Whether a condition holds of what stands under a key. */
  holds(where: unknown, row: Row | undefined): boolean {
    return isTrue(where, row?.fields ?? {});
  }

  /** Whether an item stands just as it was read. */
  isUnchanged({ kind, fields }: Row): boolean {
    return isDeepStrictEqual(this.find(kind, fields)?.fields, fields);
  }
}

export function orderOf(place: Place, { fields }: Row): SortValue {
  return sortOf(place, fields) ?? [];
}

export function present(fields: Values): Values {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function idOf({ table, places: [key] }: DesignKind, fields: Values): string {
  return JSON.stringify([table, partitionOf(key, fields), sortOf(key, fields)?.map(String)]);
}

/** What is wrong with an item that was read, if anything. */
export function misread(got: unknown, row: Row | undefined): string | undefined {
  const told = got as Told | undefined;
  if (told === undefined && row === undefined) return undefined;
  if (told === undefined) return "it does not find an item that was written";
  if (row === undefined) return "it finds an item that is not there";
  if (told.model !== row.kind.model.modelName) return "it finds the item of another model";
  return isDeepStrictEqual(present(told.fields), row.fields)
    ? undefined
    : "it finds another item than was written";
}
