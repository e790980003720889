import { isDynawrapError } from "dynawrap";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldNames, type RandomModel, randomModel, storedKeyFor, valuesFor } from "./pattern-arbitraries.js";
import { model, type UntypedModel } from "./untyped.js";

/** The key, or `undefined` where the values are refused as they may be. */
function keyOrRefusal(Thing: UntypedModel, values: object): { PK: string; SK?: string } | undefined {
  try {
    return Thing.key(values);
  } catch (error) {
    if (isDynawrapError(error, "key.ambiguous") || isDynawrapError(error, "key.invalid")) return undefined;
    throw error;
  }
}

/** Values by what they are to a key: its text. */
function texts(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function define({ pk, sk }: RandomModel): UntypedModel {
  return model(pk, sk, fieldNames);
}

/** A random model, and something random that is made for it. */
function withModel<Made>(make: (of: RandomModel) => fc.Arbitrary<Made>): fc.Arbitrary<[RandomModel, Made]> {
  return randomModel.chain((of) => fc.tuple(fc.constant(of), make(of)));
}

describe("for any patterns and any values", () => {
  it("parseKey is the inverse of key, or key refuses", () => {
    let written = 0;
    let refused = 0;
    fc.assert(
      fc.property(withModel(valuesFor), ([random, values]) => {
        const Thing = define(random);
        const key = keyOrRefusal(Thing, values);
        if (key === undefined) {
          refused++;
          return;
        }
        written++;
        expect(Thing.matches(key.PK, key.SK)).toBe(true);
        const parsed = Thing.parseKey(key.PK, key.SK) ?? {};
        expect(texts(parsed)).toEqual(texts(values));
        for (const [name, used] of random.formats) {
          const integer = used.some((format) => format.endsWith("d"));
          expect(typeof parsed[name]).toMatch(integer ? /^(number|bigint)$/ : /^string$/);
        }
      }),
      { numRuns: 5_000 },
    );
    expect(written).toBeGreaterThan(1_000);
    expect(refused).toBeGreaterThan(300);
  });

  it("two different sets of values never make one key", () => {
    const sets = (of: RandomModel) => fc.array(valuesFor(of), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(withModel(sets), ([random, sets]) => {
        const Thing = define(random);
        const seen = new Map<string, Record<string, string>>();
        for (const values of sets) {
          const key = keyOrRefusal(Thing, values);
          if (key === undefined) continue;
          const text = JSON.stringify([key.PK, key.SK]);
          expect(seen.get(text) ?? texts(values)).toEqual(texts(values));
          seen.set(text, texts(values));
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it("whatever matches accepts is the key of the values that parseKey reads", () => {
    let matched = 0;
    fc.assert(
      fc.property(withModel(storedKeyFor), ([random, storedKey]) => {
        const Thing = define(random);
        const parsed = Thing.parseKey(storedKey.pk, storedKey.sk);
        expect(Thing.matches(storedKey.pk, storedKey.sk)).toBe(parsed !== undefined);
        if (parsed === undefined) return;
        matched++;
        const { PK, SK } = Thing.key(parsed);
        expect({ pk: PK, sk: SK }).toEqual(storedKey);
      }),
      { numRuns: 5_000 },
    );
    expect(matched).toBeGreaterThan(500);
  });
});

describe("every text of up to four characters", () => {
  const alphabet = ["#", "x", "%", "2", "3"];
  const words = [""];
  for (const word of words) if (word.length < 4) words.push(...alphabet.map((char) => word + char));

  it.each([
    "{a}#{b}",
    "{a}##{b}",
    "{a}#x#{b}",
    "{a}x2x{b}#",
    "{a:empty}#{b:empty}",
    "{a:empty}##{b}#",
    "{a:url}#{b:url}",
    "{a:url}%{b}",
    "{a:url}23{b:url}",
    "{a}#{b}#{a}",
  ])("makes a key of its own in %s, or none", (pattern) => {
    const Thing = model(pattern, undefined, ["a", "b"]);
    const shorter = words.filter((word) => word.length <= 3);
    const seen = new Map<string, string>();
    for (const a of words) {
      for (const b of shorter) {
        const key = keyOrRefusal(Thing, { a, b });
        if (key === undefined) continue;
        const values = JSON.stringify({ a, b });
        if (seen.has(key.PK)) throw new Error(`${seen.get(key.PK)} and ${values} both make ${key.PK}`);
        seen.set(key.PK, values);
      }
    }
    expect(seen.size).toBeGreaterThan(1_000);
  });
});
