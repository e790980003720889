import type { Capabilities } from "../core/backend.js";
import { DynawrapError } from "../core/errors.js";
import type { KeyParts } from "../core/key-range.js";
import { indexAttributes, type TableLayout } from "../core/layout.js";
import type { KeyPart } from "../core/placement.js";
import { type KeyRange, utf8Length } from "../core/range.js";
import { getOwn } from "../core/record.js";
import type { StoredKey } from "../core/stored-key.js";
import type { AttributeMap } from "../values/attribute-value.js";

/** DynamoDB's limits, which hold on every backend: the partition key's bytes in UTF-8, then the sort key's. */
const limits = { pk: 2048, sk: 1024 } as const;

/** Looks at the length of a table key. @throws DynawrapError `key.tooLong` */
export function checkKeyBytes(
  { PK, SK = "" }: StoredKey,
  layout: TableLayout,
  { keyBytes }: Capabilities,
): void {
  // No text is longer in UTF-8 than three times its length, so most keys need no count.
  if (3 * (PK.length + SK.length) <= limits.sk) return;
  const [pk, sk] = [utf8Length(PK), utf8Length(SK)];
  const sort = layout.sk?.name ?? "";
  checkBytes(layout.pk.name, pk, limits.pk);
  checkBytes(sort, sk, limits.sk);
  checkBytes(`${layout.pk.name} and ${sort}`, pk + sk, keyBytes);
}

/** Looks at what a query asks for. @throws DynawrapError `key.tooLong` */
export function checkRangeBytes({ pk, leading, sort }: KeyRange, parts: KeyParts, together: number): void {
  const check = (part: KeyPart | undefined, text: string, limit: number): void =>
    checkBytes(part?.attribute.name ?? "", utf8Length(text), limit);
  for (const [place, text] of pk.entries()) check(parts.pk[place], text, limits.pk);
  for (const [place, text] of leading.entries()) check(parts.sk[place], text, limits.sk);
  const bounds = sort.kind === "span" ? [sort.from?.text ?? "", sort.to?.text ?? ""] : [sort.text];
  for (const text of bounds) check(parts.sk[leading.length], text, limits.sk);
  const sum = [...pk, ...leading, sort.kind === "span" ? "" : sort.text].reduce(
    (all, text) => all + utf8Length(text),
    0,
  );
  if (sum > together)
    checkBytes(
      [...parts.pk, ...parts.sk].map(({ attribute }) => attribute.name).join(" and "),
      sum,
      together,
    );
}

/** Looks at the keys of the indexes that an item is in: with one that is too long DynamoDB refuses the whole item. */
export function checkIndexBytes(
  wire: AttributeMap,
  { PK, SK = "" }: StoredKey,
  layout: TableLayout,
  { indexBytes }: Capabilities,
): void {
  for (const index of layout.indexes.values()) {
    const own = indexAttributes(index).map(({ name }) =>
      name === layout.pk.name || name === layout.sk?.name ? "" : textOf(wire, name),
    );
    if (own.includes(undefined)) continue;
    const lengths = own.map((text) => utf8Length(text ?? ""));
    for (const [place, bytes] of lengths.entries()) {
      const inPk = place < index.pk.length;
      checkBytes(
        (inPk ? index.pk[place] : index.sk[place - index.pk.length])?.name ?? "",
        bytes,
        inPk ? limits.pk : limits.sk,
      );
    }
    const sum = lengths.reduce((total, bytes) => total + bytes, utf8Length(PK) + utf8Length(SK));
    checkBytes(`the entry of ${index.name}`, sum, indexBytes);
  }
}

function textOf(wire: AttributeMap, name: string): string | undefined {
  const { S, N = S } = (getOwn(wire, name) ?? {}) as { readonly S?: string; readonly N?: string };
  return N;
}

function checkBytes(attribute: string, bytes: number, limit: number): void {
  if (bytes <= limit) return;
  const message = `The key is too long: ${attribute} has ${bytes} bytes, and the limit is ${limit}`;
  throw new DynawrapError("key.tooLong", message, { attribute, bytes, limit });
}
