import type { Backend } from "../../core/backend.js";
import { isDynawrapError } from "../../core/errors.js";
import type { AnyItem } from "../../core/model.js";
import type { DesignTables } from "./design.js";
import type { Ledger } from "./ledger.js";

/** Where a sequence is played: the backend under test has one, and the reference another. */
export interface Stage {
  readonly backend: Backend;
  /** A table with the default layout and no indexes. */
  readonly table: string;
  readonly tables: DesignTables;
  /** A text that only one sequence has, which sets its partitions apart. */
  readonly room: string;
  /** Instances that were read, to be saved, compared or moved later. */
  readonly held: Map<string, AnyItem>;
}

/** What an operation came to: its result, or the code and the details of its error. */
export interface Outcome {
  readonly result?: unknown;
  readonly code?: string;
  readonly details?: object;
  /** What was thrown, where it is no `DynawrapError`. */
  readonly thrown?: string;
}

/** One step of a sequence: what it does, and how it reads in a counterexample. */
export interface Operation {
  readonly text: readonly unknown[];
  /** Does it, and answers what is to be compared. */
  run(stage: Stage): Promise<unknown>;
  /**
   * What is wrong with an outcome whatever the reference says, as far as what was written before tells; notes what it
   * has written itself.
   */
  judge?(outcome: Outcome, ledger: Ledger): string | undefined;
}

/** What an operation came to that threw this. */
export function failed(error: unknown): Outcome {
  if (!isDynawrapError(error)) return { thrown: String(error) };
  const { code, details } = error;
  return { code, details: { ...details } };
}

/** Whether an operation was refused for what it is, before anything was read or written. */
export function refusedAtOnce({ code }: Outcome): boolean {
  return (
    code !== undefined &&
    /^(key\.|item\.(invalid|tooLarge)|value\.|option\.|model\.|condition\.invalid|index\.|cursor\.)/.test(
      code,
    )
  );
}
