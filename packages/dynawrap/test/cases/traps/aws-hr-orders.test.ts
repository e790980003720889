import { expect, it } from "vitest";
import { refusal, rejection } from "../../core/refusal.js";
import { aliasOf, tableOf } from "../designs.js";
import { names, trapsOf } from "./traps.js";

trapsOf("aws-hr-orders", (at) => {
  it("cannot have two models that tie for a key in one table", () => {
    const all = [...at.design.models.values()];
    const error = refusal("model.overlap", () => tableOf(at.folder.table, "hr_table", { models: all }));
    expect(error.message).toMatch(/Product.*Customer|Customer.*Product/);
    expect(at.design.tables.map(({ models }) => models.size)).toEqual([all.length - 1, 1]);
  });

  it("gives a key that fits several models to the one with the most literal characters", async () => {
    const { backend } = at.store;
    const employee = { employee_id: "EMPLOYEE1" };
    const all = ["Employee", "EmployeeJob", "EmployeeConfidential", "EmployeeWarehouse", "EmployeeQuota"];
    const found = await backend.collection(at.table, all.map(at.model), employee).all();
    expect(names(found)).toEqual([
      "EmployeeQuota",
      "Employee",
      "EmployeeConfidential",
      "EmployeeWarehouse",
      "EmployeeJob",
    ]);
    expect(await backend.query(at.table, at.model("EmployeeQuota"), employee).count()).toBe(1);
  });

  it("refuses to save an item under a key that would read back as another model", async () => {
    const { backend } = at.store;
    await rejection(
      "key.ambiguous",
      backend.save(at.table, new (at.model("Employee"))({ employee_id: "v0", name: "x" })),
    );
    const job = { employee_id: "1", version: "2018-Q4", job_title: "x" };
    await rejection("key.ambiguous", backend.save(at.table, new (at.model("EmployeeJob"))(job)));
  });

  it("reads one overloaded attribute as the field that each entity has there", async () => {
    const { backend } = at.store;
    const read = async (entity: string, key: object) => backend.get(at.table, at.model(entity), key);
    const one = { employee_id: "EMPLOYEE1" };
    expect(await read("Employee", one)).toMatchObject({ name: "John Smith" });
    expect(await read("EmployeeJob", { ...one, version: "0" })).toMatchObject({
      job_title: "Principle Account Manager",
    });
    expect(await read("EmployeeConfidential", one)).toMatchObject({ hire_date: "2019-02-12", Salary: 50000 });
    expect(await read("EmployeeQuota", { ...one, year: "2018", quarter: "4" })).toMatchObject({
      order_total: "5000",
    });
    expect(await read("Order", { order_id: "ORDER1", customer: "1" })).toMatchObject({
      status: "OPEN",
      date: "2019-01-18",
      bucket: "6",
    });
  });

  it("ranks numbers that are stored as text by their bytes", async () => {
    const quotas = at.store.backend.query(
      at.table,
      at.model("EmployeeQuota"),
      { year: "2018", quarter: "4" },
      { index: aliasOf("gsi1"), reverse: true },
    );
    expect((await quotas.all()).map(({ order_total }) => order_total)).toEqual(["5000", "10000"]);
  });

  it("gives of a partition that two entities share in an index what is asked for", async () => {
    const { backend } = at.store;
    const index = aliasOf("gsi1");
    const [Product, OrderItem] = [at.model("Product"), at.model("OrderItem")];
    const key = { product_id: "PRODUCT1", product: "1" };
    expect(names(await backend.collection(at.table, [Product, OrderItem], key, { index }).all())).toEqual([
      "OrderItem",
      "Product",
    ]);
    expect(await backend.query(at.table, OrderItem, { product: "1" }, { index }).count()).toBe(1);
  });
});
