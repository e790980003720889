import assert from "node:assert/strict";
import { type DynawrapError, type ErrorCode, isDynawrapError } from "../core/errors.js";
import type { Query } from "../core/query.js";

/** A text that occurs nowhere else: the partitions of a case are named by it. */
export function unique(): string {
  return crypto.randomUUID();
}

/** Lets others go on, timers included, before whoever asks in a loop asks again. */
export function aMoment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

/** How long an index may lag behind its table, in milliseconds: DynamoDB's global ones do, by a moment. */
const lag = 3_000;

/** Asserts what comes true in a while: what an index shows of a write that has finished. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  const end = Date.now() + lag;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** The items of a query page by page, each with the cursor of the one before; asserts that the pages end. */
export async function pagesOf<Item>(
  query: Pick<Query<Item>, "page"> | ((place: number) => Pick<Query<Item>, "page">),
  size: number,
): Promise<(readonly Item[])[]> {
  const pages: (readonly Item[])[] = [];
  let cursor: string | undefined;
  do {
    const asked = typeof query === "function" ? query(pages.length) : query;
    const page = await asked.page({ size, cursor });
    assert.ok(page.items.length <= size, "a page is larger than it may be");
    pages.push(page.items);
    cursor = page.cursor;
    assert.ok(pages.length < 500, "the pages do not end");
  } while (cursor !== undefined);
  return pages;
}

/** Asserts that a call rejects with an error of this code, and answers the error. It may not throw at once. */
export async function assertRefused<Code extends ErrorCode>(
  call: () => Promise<unknown>,
  code: Code,
  what = "the call",
): Promise<DynawrapError<Code>> {
  const outcome = await call().then(
    () => "resolved",
    (error: unknown) => error,
  );
  if (isDynawrapError(outcome, code)) return outcome;
  return assert.fail(`${what} must be refused with ${code}; it ${describeOutcome(outcome)}`);
}

/** Asserts that a call rejects with exactly this, not with something made of it. */
export async function assertRejectsWith(
  call: () => Promise<unknown>,
  reason: unknown,
  what: string,
): Promise<void> {
  const outcome = await call().then(
    () => "resolved",
    (error: unknown) => error,
  );
  assert.equal(
    outcome,
    reason,
    `${what} must reject with the signal's reason; it ${describeOutcome(outcome)}`,
  );
}

function describeOutcome(outcome: unknown): string {
  if (outcome === "resolved") return "resolved";
  const code = isDynawrapError(outcome) ? ` (${outcome.code})` : "";
  return `threw ${String(outcome)}${code}`;
}
