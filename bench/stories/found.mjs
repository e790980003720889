import assert from "node:assert/strict";

/** The objects are the items; some contenders leave the key's attributes or their bookkeeping in them. */
export function assertFound(found, items, { leaves = [], plain = (item) => ({ ...item }) }) {
  assert.deepEqual(Array.from(found, plain).map(without(leaves)), items);
}

export function without(names) {
  return (record) => Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}
