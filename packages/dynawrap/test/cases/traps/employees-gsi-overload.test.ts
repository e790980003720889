import { expect, it } from "vitest";
import { rejection } from "../../core/refusal.js";
import { aliasOf } from "../designs.js";
import { trapsOf } from "./traps.js";

trapsOf("employees-gsi-overload", (at) => {
  it("reads the one hot partition of a constant key to its end", async () => {
    const found = await at.store.backend
      .query(at.table, at.model("Employee"), {}, { index: aliasOf("GSI_1") })
      .all();
    const all = found.map(({ name }) => name);
    expect(all).toHaveLength(1000);
    expect(all).toEqual(all.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))));
  });

  it("leaves an index out where its field is missing: no attribute of it is written", async () => {
    const { store, table } = at;
    const Employee = at.model("Employee");
    const employee = new Employee({
      employeeid: 9001,
      name: "Ann O'Neil",
      state: "ZZ",
      city: "Nowhere",
      dept: "None",
    });
    await store.backend.save(table, employee);
    const key = { PK: { S: "e#9001" }, SK: { S: "root" } };
    expect(
      Object.keys((await store.read(table, key)) ?? {}).filter((name) => name.startsWith("GSI_2")),
    ).toEqual([]);
    const managers = () =>
      store.backend.query(table, Employee, { is_manager: "2" }, { index: aliasOf("GSI_2") }).all();
    await store.backend.save(table, employee.with({ is_manager: "2" }));
    expect(await managers()).toMatchObject([{ name: "Ann O'Neil" }]);
    await rejection("key.invalid", store.backend.save(table, employee.with({ is_manager: "" })));
    await rejection("key.invalid", store.backend.save(table, employee.with({ is_manager: null })));
    await store.backend.save(table, employee);
    expect(await managers()).toEqual([]);
    await store.backend.delete(table, employee);
  });

  it.each([".NET Developer", "Computer and Information Systems Manager"])(
    "takes a title as it is: %s",
    async (title) => {
      const { folder, table, store } = at;
      const there = folder.items.filter((item) => item.GSI_1_PK?.S === `current_title#${title}`).length;
      expect(there).toBeGreaterThan(0);
      const Title = at.model("CurrentTitle");
      const found = await store.backend.query(table, Title, { title }, { index: aliasOf("GSI_1") }).all();
      expect(found).toHaveLength(there);
      const { employeeid } = found[0];
      expect(await store.backend.get(table, Title, { employeeid, title })).toEqual(found[0]);
    },
  );

  it("gives every item once from page to page, though many share their place in the index", async () => {
    const query = at.store.backend.query(
      at.table,
      at.model("Employee"),
      { is_manager: "1" },
      { index: aliasOf("GSI_2") },
    );
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await query.page({ size: 10, cursor });
      seen.push(...page.items.map(({ employeeid }) => employeeid));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(84);
    expect(new Set(seen).size).toBe(84);
  });
});
