import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { decodeAttributes } from "../../src/values/attribute-decoder.js";
import { encodeAttributes } from "../../src/values/attribute-encoder.js";
import { numberProblem, parseNumber } from "../../src/values/number.js";
import { cpuTime } from "../core/cpu-time.js";
import { refusal } from "../core/refusal.js";

/** Data that is kept beside the repository; without it there is nothing to hold against. */
const folder = fileURLToPath(new URL("../../../../../shared/cases/codec/", import.meta.url));
const read = (file: string) =>
  existsSync(folder + file) ? JSON.parse(readFileSync(folder + file, "utf8")) : undefined;

interface Malformed {
  readonly from: string;
  readonly key: readonly string[];
  readonly attribute: string;
  readonly wire: object;
}
const malformed: { readonly cases: readonly Malformed[] } | undefined = read("malformed_wire.json");

describe.skipIf(!malformed)("what published models get wrong", () => {
  it.each(malformed?.cases ?? [])("is refused, naming $attribute: $from $key", ({ attribute, wire }) => {
    const error = refusal("value.unsupported", () =>
      decodeAttributes({ fine: { S: "x" }, [attribute]: wire }),
    );
    expect(error.details.path[0]).toBe(attribute);
    expect(error.details.path.length).toBeGreaterThan(1);
    expect(error.message).toContain(`\`${attribute}`);
  });
});

interface EncodeFact {
  readonly js: string;
  readonly wire?: object;
}
interface DecodeFact {
  readonly wire: Record<string, unknown>;
}
interface Facts {
  readonly encode: readonly EncodeFact[];
  readonly decode: readonly DecodeFact[];
  readonly numberRules: { readonly accepted: readonly string[]; readonly rejected: readonly string[] };
}
const facts: Facts | undefined = read("cases.json");

/** What of the SDK's behaviour this library does otherwise, or what the facts put in words; `refused` or the wire form. */
const encodedOtherwise: Readonly<
  Record<string, { readonly value: unknown; readonly wire: object | "refused" }>
> = {
  "Number.MIN_VALUE": { value: Number.MIN_VALUE, wire: "refused" },
  "BigInt(Number.MAX_VALUE)": { value: BigInt(Number.MAX_VALUE), wire: "refused" },
  "new Date()": { value: new Date(0), wire: { S: "1970-01-01T00:00:00.000Z" } },
  "undefined in map/list/set": { value: [undefined], wire: "refused" },
  "object with function member": { value: { f: () => 1 }, wire: "refused" },
  "new Set([1,'a'])": { value: new Set([1, "a"]), wire: "refused" },
  "new Set([new Uint8Array([1]), new Uint8Array([1])])": {
    value: new Set([new Uint8Array([1]), new Uint8Array([1])]),
    wire: "refused",
  },
};

describe.skipIf(!facts)("what the SDKs do when encoding", () => {
  it.each(facts?.encode ?? [])("is done or bettered: $js", ({ js, wire }) => {
    const known = encodedOtherwise[js];
    // The cases are expressions in JavaScript, but for those in words above.
    const value = known ? known.value : new Function(`return (${js});`)();
    const expected = known?.wire ?? wire ?? "refused";
    if (expected === "refused") refusal("value.unsupported", () => encodeAttributes({ a: value }));
    else expect(asJson(encodeAttributes({ a: value }).wire)).toEqual({ a: expected });
  });
});

const decoded: Readonly<Record<string, unknown>> = {
  '{"N":"9007199254740992"}': 9007199254740992n,
  '{"N":"9007199254740993.1"}': "exact",
  '{"N":"0.12345678901234567890123456789012345678"}': "exact",
  '{"N":"1e-7"}': 1e-7,
  '{"N":"1.00"}': 1,
  '{"NS":["1","2","9007199254740996"]}': new Set([1, 2, 9007199254740996n]),
  '{"A":"x"}': "refused",
  "{}": "refused",
  '{"N":"NaN"}': "refused",
  '{"M":{"100000 keys":"..."}}': "large",
  '{"L":"invalid"}': "refused",
};

describe.skipIf(!facts)("what the SDKs do when decoding", () => {
  it.each((facts?.decode ?? []).map(({ wire }) => [JSON.stringify(wire), wire] as const))(
    "is done or bettered: %s",
    (text, wire) => {
      const expected = decoded[text];
      expect(expected).toBeDefined();
      if (expected === "refused") {
        expect(refusal("value.unsupported", () => decodeAttributes({ a: wire })).details.path).toEqual(["a"]);
      } else if (expected === "large") {
        const names = Array.from({ length: 100_000 }, (_, index) => [`name${index}`, { S: "x" }]);
        const large = { a: { M: Object.fromEntries(names) } };
        expect(cpuTime(() => decodeAttributes(large))).toBeLessThan(5_000);
      } else {
        const value = decodeAttributes({ a: wire }).a;
        if (expected === "exact") expect(String(value)).toBe(wire.N);
        else expect(value).toEqual(expected);
      }
    },
  );
});

describe.skipIf(!facts)("DynamoDB's rules for numbers", () => {
  const accepted = (facts?.numberRules.accepted ?? []).map((rule) => {
    const [text = "", value = text] = rule.replace(/ ?\(=(.*)\)$/, " -> $1").split(" -> ");
    return [text, value] as const;
  });
  it.each(accepted)("take %s as %s", (text, value) => {
    const number = parseNumber(text);
    expect(Number(number)).toBe(Number(value));
    expect(number !== undefined && numberProblem(number)).toBeUndefined();
  });

  const rejected = (facts?.numberRules.rejected ?? []).flatMap((rule) =>
    /^\d+ significant digits$/.test(rule)
      ? ["1".repeat(Number.parseInt(rule, 10))]
      : rule
          .replace(/ \(.*\)$/, "")
          .split(", ")
          .map((text) => text.replaceAll("'", "")),
  );
  it.each(rejected.filter((text) => !text.startsWith("JSON")))("refuse %j", (text) => {
    const number = parseNumber(text);
    expect(number === undefined || numberProblem(number) !== undefined).toBe(true);
  });
});

function asJson(wire: unknown): unknown {
  return JSON.parse(
    JSON.stringify(wire, (_, part) =>
      part instanceof Uint8Array ? Buffer.from(part).toString("base64") : part,
    ),
  );
}
