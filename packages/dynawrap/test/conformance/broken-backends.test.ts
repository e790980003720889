import { MemoryBackend } from "dynawrap/memory";
import { conformanceCases } from "dynawrap/testing";
import { compareWithReference } from "dynawrap/testing/oracle";
import { describe, expect, it } from "vitest";
import { freshTable } from "../backends.js";
import { breakages } from "./broken-backends.js";

describe("a backend that", () => {
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
    it(`${title} is found by the oracle`, async () => {
      const backend = open();
      const table = await freshTable(backend);
      const comparing = compareWithReference(backend, table, { runs: 300, seed: 1 });
      await expect(comparing).rejects.toThrow(/^A sequence of [\s\S]*Run it again with \{ seed: 1, path: "/);
    });
  }
});
