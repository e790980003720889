import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Condition } from "../../src/values/condition.js";
import { itemsAndConditions } from "./arbitrary-condition.js";
import { expectedTruth, stores, type TruthTeller } from "./stores.js";

/** More of them for a soak: `CONDITION_RUNS=2000 BACKENDS=postgres npx vitest run …`. */
const numRuns = Number(process.env.CONDITION_RUNS ?? 40);

describe.each(stores)("$title", ({ open, keys }) => {
  let teller: TruthTeller;
  beforeAll(async () => {
    teller = await open();
  });
  afterAll(() => teller.close());

  it("finds every condition as true of every item as the definition does", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(itemsAndConditions, async ({ items, conditions }) => {
        expect(await teller.truth(items, conditions)).toEqual(expectedTruth(items, conditions));
      }),
      { numRuns },
    );
  });

  // Not to be asked where every item has a key.
  if (!keys) return;
  it("knows an item that holds nothing from one that is not there", async () => {
    const items = [{ wire: {}, version: undefined }];
    const kinds: Condition[] = [{ kind: "present" }, { kind: "absent" }];
    const conditions = kinds.flatMap((condition): Condition[] => [condition, { kind: "not", condition }]);
    expect(await teller.truth(items, conditions)).toEqual(expectedTruth(items, conditions));
  });
});
