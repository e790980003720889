import { afterEach, beforeEach, expect, it, vi } from "vitest";

let printed: string[];
beforeEach(() => {
  vi.stubEnv("DYNAWRAP_URL", undefined);
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => {
    printed.push(line);
  });
});
afterEach(() => vi.unstubAllEnvs());

it("runs in embedded PostgreSQL unless it is told another place", { timeout: 120_000 }, async () => {
  await import("../src/main.js");
  expect(printed).toEqual([
    "1234  New Title  (new-title)",
    "      jane: Much better.",
    "1235  Another One  (another-one)",
  ]);
});
