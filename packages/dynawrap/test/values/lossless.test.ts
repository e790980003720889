import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeAttributes } from "../../src/values/attribute-decoder.js";
import { encodeAttributes } from "../../src/values/attribute-encoder.js";
import { fromTaggedJson, toTaggedJson } from "../../src/values/tagged-json.js";
import { record } from "./arbitrary-value.js";

const runs = { numRuns: 3_000 };
const encode = (values: Record<string, unknown>) => encodeAttributes(values).wire;

/** Bytes as they stand in a stream record: base64. */
function asJson(wire: unknown): unknown {
  return JSON.parse(
    JSON.stringify(wire, (_, part) =>
      part instanceof Uint8Array ? Buffer.from(part).toString("base64") : part,
    ),
  );
}

describe("any value comes out as it went in", () => {
  it("of DynamoDB's form", () => {
    fc.assert(
      fc.property(record, (values) => {
        assert.deepStrictEqual(decodeAttributes(encode(values)), values);
      }),
      runs,
    );
  });

  it("of DynamoDB's form in JSON, as streams have it", () => {
    fc.assert(
      fc.property(record, (values) => {
        assert.deepStrictEqual(decodeAttributes(asJson(encode(values)) as object), values);
      }),
      runs,
    );
  });

  it("of tagged JSON", () => {
    fc.assert(
      fc.property(record, (values) => {
        assert.deepStrictEqual(fromTaggedJson(toTaggedJson(encode(values))), values);
      }),
      runs,
    );
  });

  it("of tagged JSON that a database has written anew, with other spaces and in another order", () => {
    fc.assert(
      fc.property(record, (values) => {
        const text = toTaggedJson(encode(values));
        const spaced = text.replace(/"(?:[^"\\]|\\.)*"|[:,[{]/g, (token) =>
          token.startsWith('"') ? token : `${token} `,
        );
        assert.deepStrictEqual(fromTaggedJson(spaced), values);
      }),
      runs,
    );
  });

  it("and shares nothing with what went in", () => {
    const values = { list: [new Uint8Array([1])], set: new Set([new Uint8Array([2])]), map: { a: [1] } };
    const wire = encode(values);
    values.list[0]?.fill(9);
    for (const member of values.set) member.fill(9);
    values.map.a.push(2);
    expect(decodeAttributes(wire)).toEqual({
      list: [new Uint8Array([1])],
      set: new Set([new Uint8Array([2])]),
      map: { a: [1] },
    });
  });
});
