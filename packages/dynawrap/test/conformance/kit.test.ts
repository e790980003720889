import type { Backend } from "dynawrap";
import { conformanceCases } from "dynawrap/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { backendsUnderTest, freshTable } from "../backends.js";

describe.each(backendsUnderTest)("$title", ({ title, open }) => {
  let backend: Backend;
  let table: string;
  beforeAll(async () => {
    backend = await open();
    table = await freshTable(backend);
  });
  afterAll(async () => {
    console.log(`${title}: ${conformanceCases.length} cases`);
    await backend.close();
  });

  for (const { subject, title, run } of conformanceCases) {
    it(`${subject}: ${title}`, () => run(backend, table));
  }
});
