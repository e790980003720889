import assert from "node:assert/strict";
import type { Backend, Capabilities } from "../core/backend.js";
import { type ErrorCode, isDynawrapError } from "../core/errors.js";

/** What a case asks of a backend: a flag to be so, or a number to be at least so great. */
export type Needs = { readonly [Name in keyof Capabilities]?: Capabilities[Name] };

/**
 * One fact about every backend, to be checked by any test runner: `run` resolves when it holds, and rejects with an
 * `AssertionError` (or the backend's own error) when it does not.
 */
export interface ConformanceCase {
  /** What the case is about: `keys`, `queries`, `values`, … */
  readonly subject: string;
  /** The fact, as a sentence. No two cases of the kit have the same one. */
  readonly title: string;
  /** Without these the fact cannot hold; the case then passes when the use is refused with `refusal`. */
  readonly needs?: Needs;
  /** The code that a backend which lacks what is needed answers with. */
  readonly refusal?: ErrorCode;
  /**
   * Checks the fact on a table that exists. The table may be shared and in use: a case writes only to partitions
   * of its own, with random names, and leaves them. Cases may run at the same time.
   */
  run(backend: Backend, table: string): Promise<void>;
}

/** A case as it is written down; its subject is that of its list. */
export type CaseDefinition = Omit<ConformanceCase, "subject">;

/** The cases of one subject, each of which looks at the backend's capabilities before it runs. */
export function cases(subject: string, definitions: readonly CaseDefinition[]): readonly ConformanceCase[] {
  return definitions.map((definition) => ({ subject, ...definition, run: gated(definition) }));
}

function gated({
  title,
  needs = {},
  refusal = "backend.unsupported",
  run,
}: CaseDefinition): ConformanceCase["run"] {
  return async (backend, table) => {
    if (meets(backend.capabilities, needs)) return run(backend, table);
    const wanted = `${title}: this backend does not claim to, so it must refuse with ${refusal}`;
    await assert.rejects(
      run(backend, table),
      (error) => isDynawrapError(error, refusal) || assert.fail(`${wanted}, and answered ${String(error)}`),
      `${wanted}, and did not refuse`,
    );
  };
}

function meets(capabilities: Capabilities, needs: Needs): boolean {
  return Object.entries(needs).every(([name, needed]) => {
    const has = capabilities[name as keyof Capabilities];
    return typeof needed === "number" ? Number(has) >= needed : has === needed;
  });
}
