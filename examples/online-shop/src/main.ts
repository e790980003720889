import { connect } from "dynawrap/connect";
import { Customer, Product, Stock, Warehouse } from "./models.js";
import { Shop } from "./shop.js";
import { shopTable } from "./table.js";

// The one line that says where the data lives.
const backend = await connect(process.env.DYNAWRAP_URL ?? "pglite:");

const shop = new Shop(backend, shopTable());
await backend.createTable(shop.table);
await backend.batchWrite(shop.table, [
  new Customer({ customer_id: "1", name: "Ada", email: "ada@example.com" }),
  new Product({ product_id: "lamp", title: "A lamp", price: 40 }),
  new Warehouse({ warehouse_id: "north", city: "Umeå" }),
  new Stock({ product_id: "lamp", warehouse_id: "north", quantity: 5 }),
]);

const basket = { customer_id: "1", items: [{ product_id: "lamp", warehouse_id: "north", quantity: 3 }] };
await shop.placeOrder({ ...basket, order_id: "1001", ordered_at: "2026-01-31T12:00:00" });
for await (const { product_id, quantity, price } of shop.itemsOfOrder("1001")) {
  console.log(`${quantity} x ${product_id} at ${price}`);
}

const second = shop.placeOrder({ ...basket, order_id: "1002", ordered_at: "2026-02-01T12:00:00" });
console.log(await second.catch((error: Error) => error.message));
for await (const { warehouse_id, quantity } of shop.stockOfProduct("lamp")) {
  console.log(`${warehouse_id}: ${quantity} left`);
}

await backend.close();
