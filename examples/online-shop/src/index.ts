export * from "./models.js";
export { type Basket, type Days, Shop } from "./shop.js";
export { type ShopTable, shopTable } from "./table.js";
