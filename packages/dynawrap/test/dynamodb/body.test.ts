import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsedItems, readBody } from "../../src/dynamodb/body.js";
import { decodeAttributes } from "../../src/values/attribute-decoder.js";
import { encodeAttributes } from "../../src/values/attribute-encoder.js";
import { record } from "../values/arbitrary-value.js";

type Output = Record<string, unknown> & { Items: unknown; Item: unknown };
type Read = { readonly output: Output; readonly items: readonly object[] | undefined };

/** What the parser makes of a body, each item as one record; the names that come twice say what they say last. */
function read(body: string | Uint8Array): Read {
  const output = readBody(typeof body === "string" ? Buffer.from(body) : body) as Output;
  const items = parsedItems(output)?.map(({ names, values }) =>
    Object.fromEntries(names.map((name, place) => [name, values[place]])),
  );
  return { output, items };
}

/** The same by way of `JSON.parse`. */
function expected(body: string): readonly object[] {
  const { Items, Item } = JSON.parse(body);
  return (Items ?? [Item]).map((item: object) => decodeAttributes(item));
}

function outcome<Value>(run: () => Value): Value | "an error" {
  try {
    return run();
  } catch {
    return "an error";
  }
}

/** DynamoDB's JSON has bytes in base64, which is what `toJSON` of the encoder's bytes gives. */
const item = record.map((values) => JSON.parse(JSON.stringify(encodeAttributes(values).wire)) as object);
/** Pages of items that are alike and then again are not, in any order of their members. */
const page = fc
  .tuple(
    fc.array(item, { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 8 }),
  )
  .map(([items, picks]) =>
    picks.map(([pick, turned]) => {
      const entries = Object.entries(items[pick % items.length] as object);
      return Object.fromEntries(turned ? entries.reverse() : entries);
    }),
  );

describe("the items of a reply", () => {
  it("are those that JSON.parse would find, without being read a second time", () => {
    fc.assert(
      fc.property(page, item, fc.boolean(), (Items, Item, last) => {
        for (const body of [
          JSON.stringify(last ? { Count: 1, Items, ScannedCount: 1 } : { Items, LastEvaluatedKey: Item }),
          JSON.stringify({ ConsumedCapacity: { TableName: "t" }, Item }),
        ]) {
          const { output, items } = read(body);
          expect(items).toEqual(expected(body));
          expect({ ...output }).toEqual(JSON.parse(body));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("are those, or the error, that JSON.parse would come to, whatever has become of the bytes", () => {
    const damage = fc.tuple(
      fc.constantFrom("put", "insert", "remove", "double"),
      fc.nat(),
      fc.oneof(
        fc.constantFrom(...Buffer.from('"\\{}[]:,01-.eEtfnSNMLB ')),
        fc.integer({ min: 0x20, max: 0xff }),
      ),
    );
    let reads = 0;
    fc.assert(
      fc.property(page, fc.array(damage, { minLength: 1, maxLength: 3 }), (Items, damages) => {
        let bytes = Buffer.from(JSON.stringify({ Count: Items.length, Items }));
        for (const [how, at, byte] of damages) {
          const place = at % bytes.length;
          const rest = bytes.subarray(how === "insert" ? place : place + 1);
          const middle = how === "remove" ? [] : how === "double" ? [bytes[place], bytes[place]] : [byte];
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(middle as number[]), rest]);
        }
        const found = outcome(() => read(bytes));
        const text = outcome(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes));
        const parsed = outcome(() => JSON.parse(text));
        if (parsed === "an error" || typeof parsed !== "object" || parsed === null) {
          expect(found).toBe("an error");
          return;
        }
        const { output, items } = found as Read;
        if (items) {
          reads++;
          expect(items).toEqual(expected(text));
        }
        expect({ ...output }).toEqual({ ...parsed });
      }),
      { numRuns: 5000 },
    );
    expect(reads).toBeGreaterThan(0);
  });

  it.each<[string, string]>([
    ["white space", '{"Items":[ {"a":{"S":"x"}}]}'],
    ["a value of two types", '{"Items":[{"a":{"S":"x","N":"1"}}]}'],
    ["a value of no type", '{"Items":[{"a":{}}]}'],
    ["an unknown type", '{"Items":[{"a":{"X":"x"}}]}'],
    ["a number that is none", '{"Items":[{"a":{"N":"1-"}}]}'],
    ["an empty number", '{"Items":[{"a":{"N":""}}]}'],
    ["a number without quotes", '{"Items":[{"a":{"N":1}}]}'],
    ["bytes that are none", '{"Items":[{"a":{"B":"!"}}]}'],
    ["a set of something else", '{"Items":[{"a":{"SS":[1]}}]}'],
    ["a set that is a text", '{"Items":[{"a":{"SS":"x"}}]}'],
    ["a null that is none", '{"Items":[{"a":{"NULL":false}}]}'],
    ["a boolean that is none", '{"Items":[{"a":{"BOOL":"true"}}]}'],
    ["an item that is none", '{"Items":[null]}'],
    ["no list", '{"Items":{"a":{"S":"x"}}}'],
    ["items under the name of an index", '{"ConsumedCapacity":{"GlobalSecondaryIndexes":{"Item":{}}}}'],
    ["items that are said twice", '{"Items":[{"a":{"S":"x"}}],"Items":5}'],
    ["depth without end", `{"Items":[{"a":${'{"L":['.repeat(70)}${"]}".repeat(70)}}]}`],
  ])("with %s are left to JSON.parse", (_, body) => {
    const { output, items } = read(body);
    expect(items).toBeUndefined();
    expect(output).toEqual(JSON.parse(body));
  });

  it("are found where another member has their name", () => {
    const body =
      '{"LastEvaluatedKey":{"Items":{"S":"\\"Items\\":["}},"ConsumedCapacity":{"Items":{}},"Items":[{"a":{"S":"x"}}]}';
    expect(read(body).output).toEqual(JSON.parse(body));
    const first = '{"Items":[{"Items":{"L":[{"M":{"Items":{"L":[]}}}]}}]}';
    expect(read(first).items).toEqual([{ Items: [{ Items: [] }] }]);
  });

  it("hold numbers to the last digit, and no minus zero", () => {
    const numbers = ["0", "-0", "007", "123456789012345", "12345678901234567", "-5", "1.50", "1E+3"];
    const body = JSON.stringify({ Items: numbers.map((N) => ({ n: { N } })) });
    expect(read(body).items).toEqual(expected(body));
    expect(read(body).items?.[4]).toEqual({ n: 12345678901234567n });
  });

  const body = '{"Items":[{"a":{"S":"as sent"}}],"Count":1}';

  it("are parsed with the rest where Buffer lacks what Node's has", () => {
    const bytes = Buffer.from(body);
    const { prototype } = Buffer as unknown as { readonly prototype: { latin1Slice: unknown } };
    const { latin1Slice } = prototype;
    prototype.latin1Slice = undefined;
    try {
      const output = readBody(bytes);
      expect(parsedItems(output)).toBeUndefined();
      expect(output).toEqual(JSON.parse(body));
    } finally {
      prototype.latin1Slice = latin1Slice;
    }
  });

  it("are in the output for whoever looks, and are then what the output says", () => {
    const { output } = read(body);
    expect(Object.keys(output)).toEqual(["Items", "Count"]);
    expect(output.Items).toEqual([{ a: { S: "as sent" } }]);
    expect(output.Items).toBe(output.Items);
    expect(parsedItems(output)).toBeUndefined();
  });

  it("can be put in the place of others", () => {
    const { output } = read(body);
    output.Items = [];
    expect(parsedItems(output)).toBeUndefined();
    expect(output).toEqual({ Items: [], Count: 1 });
  });

  it("do not follow a copy of the output", () => {
    const { output } = read(body);
    const copy = { ...output, Items: [] };
    expect(parsedItems(copy)).toBeUndefined();
    expect(copy).toEqual({ Items: [], Count: 1 });
  });

  it("of one output are its own", () => {
    const [one, other] = [read(body).output, read(body.replace("sent", "other")).output];
    expect(one.Items).toEqual([{ a: { S: "as sent" } }]);
    expect(parsedItems(other)?.[0]?.values).toEqual(["as other"]);
    expect(other.Items).toEqual([{ a: { S: "as other" } }]);
  });
});
