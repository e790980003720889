import type { Backend } from "dynawrap";
import type { KeyAttribute, TableLayout } from "../../../src/core/layout.js";
import { type StoredKey, storedKey } from "../../../src/core/stored-key.js";
import { type Breakage, driver, facade } from "./backend.js";

/** Stores or finds every value, at any depth, as something else. */
function valuesAs(change: (value: unknown) => unknown): () => Backend {
  const deep = (value: unknown): unknown => {
    const changed = change(value);
    if (Array.isArray(changed)) return changed.map(deep);
    if (
      typeof changed !== "object" ||
      changed === null ||
      Object.getPrototypeOf(changed) !== Object.prototype
    )
      return changed;
    return Object.fromEntries(Object.entries(changed).map(([name, member]) => [name, deep(member)]));
  };
  return driver((inner) => ({
    decode(row) {
      const item = inner.decode(row);
      return { ...item, attributes: deep(item.attributes) as Record<string, unknown> };
    },
  }));
}

/** Sees keys through a function that makes some of them one. */
export function keysAs(fold: (text: string, attribute: KeyAttribute) => string): () => Backend {
  return driver((inner) => {
    const folded = ({ PK, SK }: StoredKey, { pk, sk }: TableLayout): StoredKey =>
      storedKey(fold(PK, pk), sk && fold(SK ?? "", sk));
    return {
      get: (layout, key, consistent, call) => inner.get(layout, folded(key, layout), consistent, call),
      write(write, call) {
        const key = folded(write.key, write.layout);
        return inner.write({ ...write, key, row: write.row && { ...write.row, key } }, call);
      },
      page(layout, index, range, request, call) {
        const { pk, leading, sort } = range;
        if (index || sort.kind === "span") return inner.page(layout, index, range, request, call);
        const text = layout.sk ? fold(sort.text, layout.sk) : sort.text;
        const asked = { pk: pk.map((each) => fold(each, layout.pk)), leading, sort: { ...sort, text } };
        return inner.page(layout, index, asked, request, call);
      },
    };
  });
}

/** Faults of what is stored, and of the keys it is stored under. */
export const brokenValues: readonly Breakage[] = [
  {
    title: "turns sets into lists",
    subject: "values",
    oracle: true,
    open: valuesAs((value) => (value instanceof Set ? [...value] : value)),
  },
  {
    title: "rounds large integers",
    subject: "values",
    oracle: true,
    open: valuesAs((value) => (typeof value === "bigint" ? Number(value) : value)),
  },
  {
    title: "rounds decimals to 15 digits",
    subject: "values",
    oracle: true,
    open: valuesAs((value) => (typeof value === "number" ? Number(value.toPrecision(15)) : value)),
  },
  {
    title: "turns empty text into null",
    subject: "values",
    oracle: true,
    open: valuesAs((value) => (value === "" ? null : value)),
  },
  {
    title: "turns bytes into base64",
    subject: "values",
    oracle: true,
    open: valuesAs((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value)),
  },
  {
    title: "turns bytes into a Buffer",
    subject: "values",
    oracle: true,
    open: valuesAs((value) => (value instanceof Uint8Array ? Buffer.from(value) : value)),
  },
  {
    title: "turns ISO strings into dates",
    subject: "values",
    oracle: true,
    open: valuesAs((value) =>
      typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? new Date(value) : value,
    ),
  },
  {
    title: "normalizes text",
    subject: "values",
    open: valuesAs((value) => (typeof value === "string" ? value.normalize("NFC") : value)),
  },
  {
    title: "drops a byte order mark",
    subject: "values",
    open: valuesAs((value) => (typeof value === "string" ? value.replace(/^\ufeff/, "") : value)),
  },
  {
    title: "takes an object for a tag",
    subject: "values",
    oracle: true,
    open: valuesAs((value) => (isTag(value) ? new Uint8Array(2) : value)),
  },
  {
    title: "drops what is called __proto__",
    subject: "values",
    oracle: true,
    open: valuesAs((value) => withoutProto(value)),
  },
  { title: "drops null", subject: "values", oracle: true, open: valuesAs((value) => withoutNull(value)) },
  {
    title: "claims to keep U+0000, and cuts text there",
    subject: "values",
    oracle: true,
    open: valuesAs((value) => (typeof value === "string" ? value.split("\0")[0] : value)),
  },
  {
    title: "refuses U+0000 by no name",
    subject: "values",
    open: driver((inner) => ({ capabilities: { ...inner.capabilities, nulText: false } })),
  },
  {
    title: "has keys without case",
    subject: "keys",
    oracle: true,
    open: keysAs((text) => text.toLowerCase()),
  },
  { title: "trims keys", subject: "keys", open: keysAs((text) => text.trimEnd()) },
  { title: "normalizes keys", subject: "keys", open: keysAs((text) => text.normalize("NFKC")) },
  { title: "cuts keys at 2,000 characters", subject: "keys", open: keysAs((text) => text.slice(0, 2000)) },
  {
    title: "claims shorter keys than it refuses",
    subject: "keys",
    open: facade(({ capabilities }) => ({ capabilities: { ...capabilities, keyBytes: 2000 } })),
  },
];

function isTag(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 1 && "$bytes" in value;
}

function withoutProto(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "__proto__")) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "__proto__"));
}

function withoutNull(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}
