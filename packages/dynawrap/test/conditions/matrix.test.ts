import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttributeValue } from "../../src/values/attribute-value.js";
import type { Condition } from "../../src/values/condition.js";
import type { ConditionItem } from "../../src/values/condition-truth.js";
import { expectedTruth, stores, type TruthTeller } from "./stores.js";
import { conditionsOf, structure, values } from "./value-kinds.js";

const items: readonly ConditionItem[] = [
  ...values.map((value) => ({ wire: { value, outer: { M: { value } } }, version: undefined })),
  { wire: { outer: { L: values.slice(0, 2) } }, version: undefined },
];

describe.each(stores.filter(({ quick }) => quick))("$title", ({ open, nulText }) => {
  let teller: TruthTeller;
  beforeAll(async () => {
    teller = await open();
  });
  afterAll(() => teller.close());

  const check = async (conditions: readonly Condition[]): Promise<void> => {
    const truth = await teller.truth(items, conditions);
    const expected = expectedTruth(items, conditions);
    // One by one, so that a failure shows its condition.
    for (const [place, condition] of conditions.entries()) {
      expect({ condition, truth: truth[place] }).toEqual({ condition, truth: expected[place] });
    }
  };

  it("asks each kind of value about each other", { timeout: 300_000 }, () =>
    check(values.flatMap(conditionsOf)),
  );

  it("gives text with U+0000 its place, where there can be such text", async () => {
    const texts = ["a", "a\0", "a\0b", "\0", "a\x01", "ab", ""].map((S): AttributeValue => ({ S }));
    const some = texts
      .filter((text) => nulText || !JSON.stringify(text).includes("\\u0000"))
      .map((value) => ({ wire: { value }, version: undefined }));
    const conditions = texts.flatMap(conditionsOf);
    expect(await teller.truth(some, conditions)).toEqual(expectedTruth(some, conditions));
  });

  it("asks each kind of value for its size, and for what is inside it", { timeout: 300_000 }, () =>
    check(structure),
  );

  it("negates the truth of each", { timeout: 300_000 }, () =>
    check(structure.map((condition) => ({ kind: "not", condition }))),
  );
});
