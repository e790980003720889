import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64, fromBase64 } from "../../src/values/bytes.js";
import { cpuTime } from "../core/cpu-time.js";

describe("base64", () => {
  it("is Node's own, and its inverse, for bytes of any length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(base64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(fromBase64(base64(bytes))).toEqual(bytes);
      }),
    );
    const large = new Uint8Array(400_000).map((_, index) => index % 251);
    expect(base64(large)).toBe(Buffer.from(large).toString("base64"));
    expect(fromBase64(base64(large))).toEqual(large);
  });

  it("is read only where it is padded base64", () => {
    for (const text of [
      "A",
      "AA",
      "AAA",
      "A===",
      "====",
      "AA=A",
      "AAAA=",
      "AA==AA==",
      "A_-=",
      "AAA ",
      " AAA",
      "AAA\n",
      "é===",
    ]) {
      expect(fromBase64(text), text).toBeUndefined();
    }
    expect(fromBase64("")).toEqual(new Uint8Array());
  });

  it("of text that is almost base64 is refused without a pause", () => {
    for (const text of [`${"A".repeat(4_000_000)}***=`, "=".repeat(4_000_000)]) {
      expect(cpuTime(() => expect(fromBase64(text)).toBeUndefined())).toBeLessThan(1_000);
    }
  });
});
