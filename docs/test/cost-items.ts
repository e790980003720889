import { DBItem, Table } from "dynawrap";
import { z } from "zod";

/*
 * The items of docs/cost.md. All that is in them is text, whose bytes DynamoDB counts as they are, and each comes to 1 KB,
 * exactly, where nothing else is said.
 */

const text = z.string();

export class User extends DBItem({
  pk: "USER#{owner}",
  sk: "PROFILE",
  schema: z.object({ owner: text, body: text }),
}) {}

export class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story_id}",
  schema: z.object({ owner: text, story_id: text, title: text, body: text }),
}) {}

/** In an index that holds items whole, if it has an author. */
export class Book extends DBItem({
  pk: "BOOK#{book}",
  sk: "BOOK",
  schema: z.object({ book: text, title: text, author: text.optional(), body: text }),
  indexes: { byAuthor: { index: "GSI1", pk: "AUTHOR#{author}", sk: "{book}" } },
}) {}

/** In an index that holds keys alone. */
export class Card extends DBItem({
  pk: "CARD#{card}",
  sk: "CARD",
  schema: z.object({ card: text, box: text, body: text }),
  indexes: { inBox: { index: "GSI2", pk: "BOX#{box}", sk: "{card}" } },
}) {}

/** With a pattern that goes on behind a text. */
export class Shop extends DBItem({
  pk: "COUNTRY#{country}",
  sk: "CITY#{city}#SHOP#{shop}",
  schema: z.object({ country: text, city: text, shop: text, body: text }),
}) {}

export class Session extends DBItem({
  pk: "SESSION#{id}",
  sk: "SESSION",
  schema: z.object({ id: text, expires: z.number() }),
  ttl: "expires",
}) {}

export type CostItem = User | Story | Book | Card | Shop | Session;
export type CostTable = ReturnType<typeof tableOf>;

export function tableOf(name: string) {
  return new Table(name, {
    models: [User, Story, Book, Card, Shop, Session],
    indexes: {
      GSI1: { pk: "GSI1PK", sk: "GSI1SK" },
      GSI2: { pk: "GSI2PK", sk: "GSI2SK", projection: "KEYS_ONLY" },
    },
  });
}

/** Some of a kind, each made of its number in four digits. */
export function some<Item>(count: number, make: (number: string) => Item): Item[] {
  return Array.from({ length: count }, (_, place) => make(String(place).padStart(4, "0")));
}

export function user(): User {
  const key = { owner: "jane" };
  return new User({ ...key, body: filler({ ...User.key(key), ...key }) });
}

export function story(story_id: string, title = "Title", kilobytes = 1): Story {
  const key = { owner: "jane", story_id };
  return new Story({ ...key, title, body: filler({ ...Story.key(key), ...key, title }, kilobytes) });
}

export function book(number: string, author?: string, title = "Title"): Book {
  const values = { book: number, title, ...(author !== undefined && { author }) };
  const index = author !== undefined && { GSI1PK: `AUTHOR#${author}`, GSI1SK: number };
  return new Book({ ...values, body: filler({ ...Book.key({ book: number }), ...index, ...values }) });
}

export function card(number: string): Card {
  const values = { card: number, box: "1" };
  const index = { GSI2PK: "BOX#1", GSI2SK: number };
  return new Card({ ...values, body: filler({ ...Card.key({ card: number }), ...index, ...values }) });
}

export function shop(city: string, number: string): Shop {
  const key = { country: "us", city, shop: number };
  return new Shop({ ...key, body: filler({ ...Shop.key(key), ...key }) });
}

/** What brings an item with these attributes to its size. */
function filler(attributes: object, kilobytes = 1): string {
  const schema_version = "0".repeat(16);
  return "x".repeat(kilobytes * 1024 - bytesOf({ ...attributes, schema_version, body: "" }));
}

/**
 * The size of an item that is all text.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function bytesOf(attributes: object): number {
  return Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
}
