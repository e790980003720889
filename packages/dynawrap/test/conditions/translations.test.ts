import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { itemsAndConditions } from "./arbitrary-condition.js";
import { expectedTruth, stores, type TruthTeller } from "./stores.js";

const numRuns = Number(process.env.CONDITION_RUNS ?? 40);

describe.each(stores)("$title", ({ open }) => {
  let teller: TruthTeller;
  beforeAll(async () => {
    teller = await open();
  });
  afterAll(() => teller.close());

  it("finds every condition as true of every item as the definition does", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(itemsAndConditions(true), async ({ items, conditions }) => {
        expect(await teller.truth(items, conditions)).toEqual(expectedTruth(items, conditions));
      }),
      { numRuns },
    );
  });
});
