import type { Backend } from "dynawrap";
import { conformanceCases } from "dynawrap/testing";
import { compareWithReference } from "dynawrap/testing/oracle";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { backendsUnderTest, freshTable } from "../backends.js";
import type { BackendName } from "../servers/global-setup.js";

/** What a store is known not to do, by the case's title, and why. The day it does, the test fails. */
export type Deviations = { readonly [title: string]: string };

/**
 * Holds every way to a store to the conformance kit, and compares it with the reference; `withOracle: false` leaves
 * the comparison out, for a store whose deviations would be found there again.
 */
export function describeContract(
  store: BackendName,
  deviations: Deviations = {},
  { withOracle = true }: { readonly withOracle?: boolean } = {},
): void {
  describe.runIf(inject("backends").includes(store))(store, () => {
    it("deviates only where there is a case", () => {
      const titles = conformanceCases.map(({ title }) => title);
      expect(Object.keys(deviations).filter((title) => !titles.includes(title))).toEqual([]);
    });

    describe.each(backendsUnderTest.filter((one) => one.store === store))(
      "$title",
      ({ title: name, open }) => {
        let backend: Backend;
        let table: string;
        beforeAll(async () => {
          backend = await open();
          table = await freshTable(backend);
        });
        afterAll(() => backend.close());

        describe("the kit", () => {
          afterAll(() => console.log(`${name}: ${conformanceCases.length} cases`));
          for (const { subject, title, run } of conformanceCases) {
            const deviation = deviations[title];
            if (deviation === undefined) it(`${subject}: ${title}`, () => run(backend, table));
            else it.fails(`${subject}: ${title}, which it does not: ${deviation}`, () => run(backend, table));
          }
        });

        it.runIf(withOracle)(
          "the oracle: does what the reference does, in any sequence of operations",
          {
            timeout: 0,
          },
          async () => {
            const { ORACLE_RUNS: runs = 100, ORACLE_SEED: seed, ORACLE_PATH: path } = process.env;
            const report = await compareWithReference(backend, table, {
              runs: Number(runs),
              ...(seed ? { seed: Number(seed) } : {}),
              ...(path ? { path } : {}),
            });
            console.log(
              `${name}: ${report.operations} operations in ${report.sequences} sequences, seed ${report.seed}`,
            );
          },
        );
      },
    );
  });
}
