import { DBItem } from "dynawrap";
import { z } from "zod";

const id = z.string();
const quantity = z.number().int().positive();
/** ISO 8601 without a zone, which sorts as text. */
const moment = z.iso.datetime({ local: true });

export class Customer extends DBItem({
  pk: "c#{customer_id}",
  sk: "c#{customer_id}",
  schema: z.object({ customer_id: id, name: z.string(), email: z.email() }),
}) {}

export class Product extends DBItem({
  pk: "p#{product_id}",
  sk: "p#{product_id}",
  schema: z.object({ product_id: id, title: z.string(), price: z.number() }),
}) {}

export class Warehouse extends DBItem({
  pk: "w#{warehouse_id}",
  sk: "w#{warehouse_id}",
  schema: z.object({ warehouse_id: id, city: z.string() }),
}) {}

/** How much of a product lies in a warehouse: read by product from the table, by warehouse from the index. */
export class Stock extends DBItem({
  pk: "p#{product_id}",
  sk: "w#{warehouse_id}",
  schema: z.object({ product_id: id, warehouse_id: id, quantity: z.number().int().nonnegative() }),
  indexes: { byWarehouse: { index: "GSI2", pk: "w#{warehouse_id}", sk: "p#{product_id}" } },
}) {}

/** All that belongs to an order stands in its partition, each kind behind a prefix of its own. */
export class Order extends DBItem({
  pk: "o#{order_id}",
  sk: "c#{customer_id}",
  schema: z.object({ order_id: id, customer_id: id, ordered_at: moment }),
}) {}

export class OrderItem extends DBItem({
  pk: "o#{order_id}",
  sk: "p#{product_id}",
  schema: z.object({
    order_id: id,
    product_id: id,
    customer_id: id,
    ordered_at: moment,
    quantity,
    price: z.number(),
  }),
  indexes: {
    byProduct: { index: "GSI1", pk: "p#{product_id}", sk: "{ordered_at}" },
    byCustomer: { index: "GSI2", pk: "c#{customer_id}", sk: "p#{ordered_at}" },
  },
}) {}

export class Invoice extends DBItem({
  pk: "o#{order_id}",
  sk: "i#{invoice_id}",
  schema: z.object({
    order_id: id,
    invoice_id: id,
    customer_id: id,
    issued_at: moment,
    amount: z.number(),
    payments: z.array(z.object({ type: z.string(), amount: z.number() })).default([]),
  }),
  indexes: {
    byInvoice: { index: "GSI1", pk: "i#{invoice_id}", sk: "i#{invoice_id}" },
    byCustomer: { index: "GSI2", pk: "c#{customer_id}", sk: "i#{issued_at}" },
  },
}) {
  get paid(): number {
    return this.payments.reduce((sum, { amount }) => sum + amount, 0);
  }
}

export class Shipment extends DBItem({
  pk: "o#{order_id}",
  sk: "sh#{shipment_id}",
  schema: z.object({ order_id: id, shipment_id: id, warehouse_id: id, sent_at: moment, type: z.string() }),
  indexes: {
    byShipment: { index: "GSI1", pk: "sh#{shipment_id}", sk: "sh#{shipment_id}" },
    byWarehouse: { index: "GSI2", pk: "w#{warehouse_id}", sk: "sh#{shipment_id}" },
  },
}) {}

/** Its sort key begins as a shipment's does, `sh`: that the delimiter belongs to the pattern keeps the two apart. */
export class ShipmentItem extends DBItem({
  pk: "o#{order_id}",
  sk: "shp#{shipment_item_id}",
  schema: z.object({ order_id: id, shipment_item_id: id, shipment_id: id, product_id: id, quantity }),
  indexes: { byShipment: { index: "GSI1", pk: "sh#{shipment_id}", sk: "p#{product_id}" } },
}) {}
