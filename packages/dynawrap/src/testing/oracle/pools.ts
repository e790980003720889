import { keyPool } from "./texts.js";

/** The values that fields of the design hold, and that conditions ask for: few, so that they meet. */
export interface Pools {
  readonly owner: readonly string[];
  readonly id: readonly string[];
  readonly title: readonly unknown[];
  readonly likes: readonly unknown[];
  readonly tags: readonly unknown[];
  readonly meta: readonly unknown[];
  readonly flag: readonly unknown[];
  readonly at: readonly Date[];
  readonly number: readonly unknown[];
  readonly small: readonly number[];
  readonly expiry: readonly unknown[];
  readonly until: readonly unknown[];
}

/** A value that is to be met more often than others. */
function often<Value>(value: Value, times: number): Value[] {
  return Array.from({ length: times }, () => value);
}

/** `nul` says whether text may hold U+0000. */
export function pools(nul: boolean): Pools {
  const bytes = (...list: number[]) => Uint8Array.from(list);
  const texts = [
    "",
    "a",
    "ab",
    "b",
    "10",
    "9",
    "\ud7ff",
    "\ufb00",
    "\uffff",
    "\u{1f600}",
    "e\u0301",
    "\u00e9",
    "%",
  ];
  return {
    owner: [...often("o", 6), "p"],
    // One of them goes on with less than a delimiter: its keys stand before those of the value that it begins with.
    id: [
      ...[...often("1", 10), ...often("12", 7), ...often("2", 4), ...often("1 x", 3)],
      ...["a_", "\uffff", "\u{1f600}", ...keyPool],
    ],
    title: [undefined, ...texts, ...(nul ? ["a\0b"] : []), null, true, bytes(97), 1],
    likes: [
      ...[undefined, 0, 1, 1, 2, 5, 10, -3, 0.5, 1e-7, 123456789.125, 2n ** 64n, -(2n ** 60n)],
      ...[12345678901234567890123456789012345678n, 12345678901234567890123456789012345679n, 10n ** 37n],
      ...["5", null],
    ],
    tags: [
      ...[undefined, new Set(["a", "b"]), new Set(["b"]), new Set([1, 2]), new Set([10n ** 37n, 1])],
      ...[
        new Set([bytes(1), bytes(1, 2)]),
        ["a", 1, "b"],
        [],
        ["a", ["a"]],
        bytes(),
        bytes(1, 128),
        bytes(127),
      ],
    ],
    meta: [
      ...[
        undefined,
        {},
        { lang: "en" },
        { lang: "de", n: 1 },
        { lang: "en", deep: { n: 2, tags: new Set(["a"]) } },
      ],
      ...[
        { n: 12345678901234567890123456789012345678n },
        { lang: null },
        [{ lang: "en" }],
        { $map: {} },
        { $bytes: "AQI=" },
      ],
    ],
    flag: [undefined, "x", "x", "xy", "y", "\u{1f600}", "\uffff"],
    at: [new Date(0), new Date(0), new Date("2024-02-29T00:00:00Z"), new Date("2024-03-01T12:00:00.001Z")],
    number: [
      ...[undefined, 0, 1, 1, 1, 1, 2, 2, 2, 10, 10, 9, -1, -10, 0.5, 0.25, 1e-7, 123456789.125, 2n ** 64n],
      ...[12345678901234567890123456789012345678n, 12345678901234567890123456789012345679n],
    ],
    small: [0, 1, 1, 1, 2, 2, 10, 999],
    // The two sides tell the time for themselves, so all times are far away.
    expiry: [undefined, 1, 1_000_000_000, 4_000_000_000, 4_000_000_000, 0.5, 0],
    until: [undefined, new Date(1e12), new Date(4e12), new Date(4e12 + 5000)],
  };
}
