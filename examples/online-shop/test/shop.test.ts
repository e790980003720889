import type { Backend } from "dynawrap";
import { connect } from "dynawrap/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshTableName } from "../../../packages/dynawrap/test/backends.js";
import { urls } from "../../urls.js";
import {
  Customer,
  Invoice,
  Product,
  Shipment,
  ShipmentItem,
  Shop,
  Stock,
  shopTable,
  Warehouse,
} from "../src/index.js";

const june = { from: "2026-06-01", to: "2026-06-30" };
const ada = { customer_id: "ada" };

describe.each(urls)("the shop on %s", (_name, url) => {
  let backend: Backend;
  let shop: Shop;
  beforeAll(async () => {
    backend = await connect(url);
    shop = new Shop(backend, shopTable(freshTableName()));
    await backend.createTable(shop.table);
    await backend.batchWrite(shop.table, [
      new Customer({ ...ada, name: "Ada", email: "ada@example.com" }),
      new Product({ product_id: "lamp", title: "A lamp", price: 40 }),
      new Product({ product_id: "desk", title: "A desk", price: 300.5 }),
      new Warehouse({ warehouse_id: "north", city: "Umeå" }),
      new Stock({ product_id: "lamp", warehouse_id: "north", quantity: 10 }),
      new Stock({ product_id: "lamp", warehouse_id: "south", quantity: 4 }),
      new Stock({ product_id: "desk", warehouse_id: "north", quantity: 1 }),
    ]);
    await shop.placeOrder({
      ...ada,
      order_id: "1",
      ordered_at: "2026-06-30T19:18:00",
      items: [
        { product_id: "lamp", warehouse_id: "north", quantity: 2 },
        { product_id: "desk", warehouse_id: "north", quantity: 1 },
      ],
    });
    const order_id = "1";
    await backend.batchWrite(shop.table, [
      new Invoice({ ...ada, order_id, invoice_id: "i1", issued_at: "2026-06-30T20:00:00", amount: 380.5 }),
      new Shipment({
        order_id,
        shipment_id: "s1",
        warehouse_id: "north",
        sent_at: "2026-07-01T08:00:00",
        type: "van",
      }),
      new Shipment({
        order_id,
        shipment_id: "s2",
        warehouse_id: "north",
        sent_at: "2026-07-02T08:00:00",
        type: "bike",
      }),
      new ShipmentItem({
        order_id,
        shipment_item_id: "1",
        shipment_id: "s1",
        product_id: "desk",
        quantity: 1,
      }),
      new ShipmentItem({
        order_id,
        shipment_item_id: "2",
        shipment_id: "s2",
        product_id: "lamp",
        quantity: 2,
      }),
    ]);
  });
  afterAll(() => backend?.close());

  it("finds customers, products and warehouses by their ids", async () => {
    expect(await shop.customer("ada")).toMatchObject({ name: "Ada" });
    expect(await shop.product("desk")).toMatchObject({ price: 300.5 });
    expect(await shop.warehouse("north")).toMatchObject({ city: "Umeå" });
    expect(await shop.customer("bob")).toBeUndefined();
  });

  it("tells where a product lies, and what lies in a warehouse", async () => {
    expect(
      (await shop.stockOfProduct("lamp").all()).map((stock) => [stock.warehouse_id, stock.quantity]),
    ).toEqual([
      ["north", 8],
      ["south", 4],
    ]);
    expect((await shop.stockOfWarehouse("north").all()).map(({ product_id }) => product_id)).toEqual([
      "desk",
      "lamp",
    ]);
  });

  it("reads an order with all that belongs to it at once, each item as what it is", async () => {
    const kinds = (await shop.orderDetails("1").all()).map((item) => item.constructor.name);
    const shipped = ["Shipment", "Shipment", "ShipmentItem", "ShipmentItem"];
    expect(kinds).toEqual(["Order", "Invoice", "OrderItem", "OrderItem", ...shipped]);
  });

  it("keeps shipments and their items apart, though the one's prefix begins the other's", async () => {
    expect((await shop.shipmentsOfOrder("1").all()).map(({ shipment_id }) => shipment_id)).toEqual([
      "s1",
      "s2",
    ]);
    expect((await shop.shipmentsOfWarehouse("north").all()).map(({ type }) => type)).toEqual(["van", "bike"]);
    const inside = await shop.shipment("s1").all();
    expect(inside.map((item) => item.constructor)).toEqual([ShipmentItem, Shipment]);
  });

  it("finds an invoice by its order and by its own id", async () => {
    expect(await shop.invoiceOfOrder("1")).toMatchObject({ invoice_id: "i1" });
    expect(await shop.invoice("i1")).toMatchObject({ order_id: "1", amount: 380.5 });
    expect(await shop.invoice("i")).toBeUndefined();
  });

  it("takes in the last day of a span, and leaves out the days before", async () => {
    expect(await shop.invoicesOfCustomer("ada", june).count()).toBe(1);
    expect(await shop.itemsOfCustomer("ada", june).count()).toBe(2);
    expect((await shop.ordersOfProduct("lamp", june).all()).map(({ order_id }) => order_id)).toEqual(["1"]);
    expect(await shop.ordersOfProduct("lamp", { from: "2026-06-01", to: "2026-06-29" }).count()).toBe(0);
  });

  it("places an order whole, or not at all", async () => {
    const items = [
      { product_id: "lamp", warehouse_id: "south", quantity: 1 },
      { product_id: "desk", warehouse_id: "north", quantity: 1 },
    ];
    const order = { order_id: "2", ordered_at: "2026-07-01T10:00:00", items };
    await expect(shop.placeOrder({ ...ada, ...order })).rejects.toThrow("Only 0 of desk are left.");
    expect(await shop.itemsOfOrder("2").count()).toBe(0);
    expect((await shop.stockOfProduct("lamp").all()).map(({ quantity }) => quantity)).toEqual([8, 4]);
    const unknown = shop.placeOrder({ customer_id: "bob", ...order, items: items.slice(0, 1) });
    await expect(unknown).rejects.toMatchObject({ code: "transaction.cancelled" });
    const again = shop.placeOrder({ ...ada, ...order, order_id: "1", items: [] });
    await expect(again).rejects.toMatchObject({ code: "transaction.cancelled" });
  });

  it("keeps both of two payments that are made at once", async () => {
    await Promise.all([10, 20].map((amount) => shop.pay("1", "i1", [{ type: "card", amount }])));
    expect((await shop.invoice("i1"))?.paid).toBe(30);
  });
});
