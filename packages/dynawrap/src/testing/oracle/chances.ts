import fc from "fast-check";

/** A small number of results. */
export const anyFew: fc.Arbitrary<number> = fc.integer({ min: 1, max: 4 });
