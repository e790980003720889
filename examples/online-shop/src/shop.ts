import { type Backend, between, gte, type InputOf, type Query } from "dynawrap";
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
import type { ShopTable } from "./table.js";

/** From a day to a day, both included: `2020-06-01` to `2020-06-30`. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** What an order is made of. */
export interface Basket {
  readonly order_id: string;
  readonly customer_id: string;
  readonly ordered_at: string;
  readonly items: readonly {
    readonly product_id: string;
    readonly warehouse_id: string;
    readonly quantity: number;
  }[];
}

/** The access patterns of the shop, one method each. It knows models and a `Backend`, and no database. */
export class Shop {
  constructor(
    readonly backend: Backend,
    readonly table: ShopTable,
  ) {}

  customer(customer_id: string): Promise<Customer | undefined> {
    return this.backend.get(this.table, Customer, { customer_id });
  }

  product(product_id: string): Promise<Product | undefined> {
    return this.backend.get(this.table, Product, { product_id });
  }

  warehouse(warehouse_id: string): Promise<Warehouse | undefined> {
    return this.backend.get(this.table, Warehouse, { warehouse_id });
  }

  /** Where a product lies. */
  stockOfProduct(product_id: string): Query<Stock> {
    return this.backend.query(this.table, Stock, { product_id });
  }

  /** What lies in a warehouse. */
  stockOfWarehouse(warehouse_id: string): Query<Stock> {
    return this.backend.query(this.table, Stock, { warehouse_id }, { index: "byWarehouse" });
  }

  /** An order with everything that belongs to it: one read of one partition. */
  orderDetails(order_id: string): Query<Order | OrderItem | Invoice | Shipment | ShipmentItem> {
    const models = [Order, OrderItem, Invoice, Shipment, ShipmentItem] as const;
    return this.backend.collection(this.table, models, { order_id });
  }

  itemsOfOrder(order_id: string): Query<OrderItem> {
    return this.backend.query(this.table, OrderItem, { order_id });
  }

  invoiceOfOrder(order_id: string): Promise<Invoice | undefined> {
    return this.backend.query(this.table, Invoice, { order_id }).first();
  }

  shipmentsOfOrder(order_id: string): Query<Shipment> {
    return this.backend.query(this.table, Shipment, { order_id });
  }

  ordersOfProduct(product_id: string, days: Days): Query<OrderItem> {
    return this.backend.query(
      this.table,
      OrderItem,
      { product_id, ordered_at: within(days) },
      { index: "byProduct" },
    );
  }

  invoice(invoice_id: string): Promise<Invoice | undefined> {
    return this.backend.query(this.table, Invoice, { invoice_id }, { index: "byInvoice" }).first();
  }

  /** A shipment and what is in it. */
  shipment(shipment_id: string): Query<Shipment | ShipmentItem> {
    return this.backend.collection(
      this.table,
      [Shipment, ShipmentItem],
      { shipment_id },
      { index: "byShipment" },
    );
  }

  shipmentsOfWarehouse(warehouse_id: string): Query<Shipment> {
    return this.backend.query(this.table, Shipment, { warehouse_id }, { index: "byWarehouse" });
  }

  invoicesOfCustomer(customer_id: string, days: Days): Query<Invoice> {
    return this.backend.query(
      this.table,
      Invoice,
      { customer_id, issued_at: within(days) },
      { index: "byCustomer" },
    );
  }

  itemsOfCustomer(customer_id: string, days: Days): Query<OrderItem> {
    return this.backend.query(
      this.table,
      OrderItem,
      { customer_id, ordered_at: within(days) },
      { index: "byCustomer" },
    );
  }

  /**
   * Places an order: the order, its items, and what they take from stock, all of it or nothing. The customer must exist,
   * and nothing is sold that is not there.
   */
  async placeOrder({ order_id, customer_id, ordered_at, items }: Basket): Promise<void> {
    const { backend, table } = this;
    const products = await backend.batchGet(
      table,
      Product,
      items.map(({ product_id }) => ({ product_id })),
    );
    await backend.transact((tx) => {
      tx.check(table, Customer, { customer_id }, { email: gte("") });
      tx.save(table, new Order({ order_id, customer_id, ordered_at }), { ifAbsent: true });
      for (const [place, { product_id, warehouse_id, quantity }] of items.entries()) {
        const price = products[place]?.price;
        if (price === undefined) throw new Error(`There is no product ${product_id}.`);
        tx.save(table, new OrderItem({ order_id, product_id, customer_id, ordered_at, quantity, price }));
        tx.update(table, Stock, { product_id, warehouse_id }, (stock) => {
          if (stock.quantity < quantity) throw new Error(`Only ${stock.quantity} of ${product_id} are left.`);
          return stock.with({ quantity: stock.quantity - quantity });
        });
      }
    });
  }

  /** Adds a payment to an invoice. Two payments at once are both kept. */
  pay(
    order_id: string,
    invoice_id: string,
    payment: InputOf<typeof Invoice>["payments"] & object,
  ): Promise<Invoice> {
    return this.backend.update(this.table, Invoice, { order_id, invoice_id }, (invoice) =>
      invoice.with({ payments: [...invoice.payments, ...payment] }),
    );
  }
}

/** Every moment of these days: those of the last one begin with it, and go on to its last second. */
function within({ from, to }: Days) {
  return between(from, `${to}T23:59:59`);
}
