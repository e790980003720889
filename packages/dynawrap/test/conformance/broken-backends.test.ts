import { conformanceCases } from "dynawrap/testing";
import { compareWithReference } from "dynawrap/testing/oracle";
import { describe, expect, it } from "vitest";
import { freshTable } from "../backends.js";
import { driver, facade } from "./broken/backend.js";
import { brokenLayouts } from "./broken/layouts.js";
import { brokenOperations } from "./broken/operations.js";
import { brokenReads } from "./broken/reads.js";
import { brokenValues } from "./broken/values.js";
import { brokenWrites } from "./broken/writes.js";

const breakages = [...brokenReads, ...brokenValues, ...brokenWrites, ...brokenLayouts, ...brokenOperations];

describe("a backend that", () => {
  for (const open of [driver(() => ({})), facade(() => ({}))]) {
    it("is wrapped without a fault passes", { timeout: 120_000 }, async () => {
      const backend = open();
      const table = await freshTable(backend);
      for (const { run } of conformanceCases) await run(backend, table);
      await compareWithReference(backend, table, { runs: 50 });
    });
  }

  for (const { title, subject, open } of breakages) {
    it(`${title} fails the kit`, async () => {
      const failed: string[] = [];
      const backend = open();
      const table = await freshTable(backend);
      for (const one of conformanceCases.filter((one) => one.subject === subject)) {
        await one.run(backend, table).catch(() => failed.push(one.title));
        if (failed.length > 0) break;
      }
      expect(failed, `no case about ${subject} noticed`).not.toEqual([]);
    });
  }

  for (const { title, open } of breakages.filter(({ oracle }) => oracle)) {
    it(`${title} is found by the oracle`, { timeout: 120_000 }, async () => {
      const backend = open();
      const table = await freshTable(backend);
      // Most are found at once; what only large batches or rare values show takes many sequences.
      const comparing = compareWithReference(backend, table, { runs: 3000, seed: 1 });
      await expect(comparing).rejects.toThrow(
        /^The backend is wrong in step \d[\s\S]*Run it again with \{ seed: 1, path: "/,
      );
    });
  }
});
