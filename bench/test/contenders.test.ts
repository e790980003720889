import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { prepare } from "../dynamodb/stub-suite.mjs";

/** Two pages of large items. */
const longest = 150;

const folder = new URL("../contenders/dynamodb/", import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith(".mjs"));

describe("a contender on the stubbed network", () => {
  for (const file of files) {
    it.each(["small", "large"])(`${file} does each of its jobs right with %s items`, async (size) => {
      const contender = await import(new URL(file, folder).href);
      const jobs = await prepare(contender, { size, longest });
      expect(Object.keys(jobs).length).toBeGreaterThanOrEqual(5);
      for (const { before, start, after } of Object.values(jobs)) {
        before?.();
        await start();
        after?.(1);
      }
    });
  }
});

describe("the check", () => {
  it("refuses a contender that stores, finds or asks for something else", async () => {
    const honest = await import(new URL("document-client.mjs", folder).href);
    const broken = (change: (store: any) => object) =>
      prepare(
        {
          ...honest,
          open(given: object) {
            const store = honest.open(given);
            return { ...store, ...change(store) };
          },
        },
        { size: "small", longest },
      );
    await expect(
      broken(({ put }) => ({ put: (item: any) => put({ ...item, likes: "1" }) })),
    ).rejects.toMatchObject({ name: "AssertionError" });
    await expect(
      broken(({ query }) => ({ query: async (owner: string) => (await query(owner)).slice(1) })),
    ).rejects.toMatchObject({ name: "AssertionError" });
    await expect(
      broken(({ get }) => ({ get: async (key: object) => ({ ...(await get(key)), title: "" }) })),
    ).rejects.toMatchObject({ name: "AssertionError" });
    await expect(broken(() => ({ putAll: async () => {} }))).rejects.toMatchObject({
      name: "AssertionError",
    });
  });
});
