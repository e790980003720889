import type { Backend } from "../core/backend.js";
import { type AnyTable, Table } from "../core/table.js";

/**
 * A table beside the given one, with a layout of its own. It is created when the first case asks for it, and shared by
 * all cases that run on the same backend: a case keeps to partitions of its own, there too.
 */
export function ownTable<ATable extends Exclude<AnyTable, string>>(
  make: (name: string) => ATable,
  ending: string,
): (backend: Backend, table: string) => Promise<ATable> {
  const made = new WeakMap<Backend, Map<string, Promise<ATable>>>();
  return (backend, table) => {
    const ofBackend = made.get(backend) ?? new Map<string, Promise<ATable>>();
    made.set(backend, ofBackend);
    const creating = ofBackend.get(table) ?? create(backend, make(`${table.slice(0, 50)}_${ending}`));
    ofBackend.set(table, creating);
    return creating;
  };
}

async function create<ATable extends Exclude<AnyTable, string>>(
  backend: Backend,
  table: ATable,
): Promise<ATable> {
  await backend.createTable(table);
  return table;
}

/** A table with indexes of every kind but local ones and those of several attributes. */
export const indexedTable: (backend: Backend, table: string) => Promise<Table> = ownTable(
  (name) =>
    new Table(name, {
      indexes: {
        GSI1: { pk: "GSI1PK", sk: "GSI1SK" },
        hashOnly: { pk: "hashOnlyPK" },
        byPoints: { pk: "byPointsPK", sk: { name: "points", type: "N" } },
        keysOnly: { pk: "keysOnlyPK", sk: "keysOnlySK", projection: "KEYS_ONLY" },
        some: { pk: "somePK", sk: "someSK", projection: ["title"] },
      },
    }),
  "indexed",
);
