import { between, nested, size } from "dynawrap";
import { expect, it } from "vitest";
import { aliasOf } from "../designs.js";
import { names, trapsOf } from "./traps.js";

trapsOf("online-shop", (at) => {
  const byGsi1 = { index: aliasOf("GSI1") };
  const byGsi2 = { index: aliasOf("GSI2") };

  it("gives shipments without the items whose keys begin alike, and both where both are asked for", async () => {
    const order = { order_id: "12345" };
    const { backend } = at.store;
    const [shipment, shipmentItem] = [at.model("shipment"), at.model("shipmentItem")];
    expect(names(await backend.query(at.table, shipment, order).all())).toEqual(["shipment", "shipment"]);
    expect(await backend.query(at.table, shipmentItem, order).count()).toBe(3);
    expect(names(await backend.collection(at.table, [shipmentItem, shipment], order).all())).toEqual([
      ...Array(2).fill("shipment"),
      ...Array(3).fill("shipmentItem"),
    ]);
  });

  it.each([
    ["2020-06-21", 0],
    ["2020-06-21T19:17:59", 0],
    ["2020-06-21T19:18:00", 1],
    ["2020-06-22", 1],
  ])("takes an upper bound of %s as the bare text: what begins with it lies beyond", async (to, count) => {
    const key = { customer_id: "12345", date: between("2020-06-01", to) };
    expect(await at.store.backend.query(at.table, at.model("invoice"), key, byGsi2).count()).toBe(count);
  });

  it("finds in an index what is stored in it, and not what a pattern would put there", async () => {
    const { backend } = at.store;
    const Item = at.model("warehouseItem");
    const here = { warehouse_id: "12376" };
    const key = { ...here, product_id: "99887" };
    expect(await backend.query(at.table, Item, here, byGsi2).all()).toEqual([]);
    const item = await backend.get(at.table, Item, key);
    expect(item).toMatchObject({ ...key, Quantity: "4" });
    await backend.save(at.table, item);
    expect(await backend.query(at.table, Item, here, byGsi2).all()).toEqual([item]);
  });

  it("fills in fields that stand only in the key of an index", async () => {
    const { backend } = at.store;
    const key = { order_id: "12345", product_id: "99887" };
    const fields = { ...key, customer_id: "12345", date: "2020-06-21T19:20:00", Quantity: "5" };
    expect(await backend.get(at.table, at.model("orderItem"), key)).toMatchObject(fields);
    const found = await backend
      .query(at.table, at.model("orderItem"), { customer_id: "12345" }, byGsi2)
      .all();
    expect(found[1]).toMatchObject(fields);
  });

  it("gives each entity its own part of an index that several share", async () => {
    const { backend } = at.store;
    expect(
      await backend.query(at.table, at.model("shipment"), { shipment_id: "98765" }, byGsi1).count(),
    ).toBe(1);
    expect(
      await backend.query(at.table, at.model("shipmentItem"), { shipment_id: "98765" }, byGsi1).count(),
    ).toBe(2);
    expect(
      await backend.query(at.table, at.model("orderItem"), { product_id: "12345" }, byGsi1).count(),
    ).toBe(1);
    expect(await backend.query(at.table, at.model("invoice"), { invoice_id: "12345" }, byGsi1).count()).toBe(
      0,
    );
  });

  it("gives a map of a list of maps as it is", async () => {
    const { backend } = at.store;
    const key = { order_id: "12345", invoice_id: "55443" };
    const Payments = [
      { Type: "GiftCard", Amount: 100, Data: "GiftCard data here..." },
      { Type: "MasterCard", Amount: 300, Data: "Payment data here..." },
    ];
    expect(await backend.get(at.table, at.model("invoice"), key)).toMatchObject({ Detail: { Payments } });
    const where = { Detail: nested({ Payments: size(2) }) };
    expect(await backend.query(at.table, at.model("invoice"), key, { where }).count()).toBe(1);
  });
});
