import { Table } from "dynawrap";
import {
  Customer,
  Invoice,
  Order,
  OrderItem,
  Product,
  Shipment,
  ShipmentItem,
  Stock,
  Warehouse,
} from "./models.js";

/** One table for the whole shop, and its two indexes, each of which serves several models. */
export function shopTable(name = "shop") {
  return new Table(name, {
    models: [Customer, Product, Warehouse, Stock, Order, OrderItem, Invoice, Shipment, ShipmentItem],
    indexes: {
      GSI1: { pk: "GSI1-PK", sk: "GSI1-SK" },
      GSI2: { pk: "GSI2-PK", sk: "GSI2-SK" },
    },
  });
}

export type ShopTable = ReturnType<typeof shopTable>;
