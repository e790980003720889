import { describe, expect, it } from "vitest";
import { isExpired } from "../../src/engine/expiry.js";

describe("a time of expiry", () => {
  const now = 1_700_000_000_500;

  it("in seconds has come when they have passed", () => {
    expect(isExpired(1_700_000_000, now)).toBe(true);
    expect(isExpired(1_700_000_000n, now)).toBe(true);
    expect(isExpired(1_700_000_001, now)).toBe(false);
    expect(isExpired(1_700_000_000, 1_700_000_000_000)).toBe(true);
  });

  it("as a Date, or as the text of one, has come at that millisecond", () => {
    expect(isExpired(new Date(now), now)).toBe(true);
    expect(isExpired(new Date(now + 1), now)).toBe(false);
    expect(isExpired(new Date(now).toISOString(), now)).toBe(true);
    expect(isExpired(new Date(now + 1).toISOString(), now)).toBe(false);
  });

  it.each([undefined, null, "", "never", "tomorrow", {}, [], true, 0, -5, Number.NaN, new Date(Number.NaN)])(
    "that is %s never comes",
    (value) => expect(isExpired(value, now)).toBe(false),
  );
});
