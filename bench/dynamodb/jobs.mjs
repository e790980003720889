import assert from "node:assert/strict";
import { marshall } from "@aws-sdk/util-dynamodb";
import { assertFound, without } from "../stories/found.mjs";

/**
 * What every contender does, and how its result is checked: `rows` is the length of the partition, `run` one operation,
 * `check` what must hold after it.
 */
export const jobs = {
  put: {
    rows: 1,
    run: (store, items) => store.put(items[0]),
    check: (_, { items, table, store }) => assertStored(table.puts, items.slice(0, 1), store),
  },
  get: {
    rows: 1,
    run: (store, items) => store.get(items[0]),
    check: (found, { items, store }) => assertFound([found], items.slice(0, 1), store),
  },
  "query of 1": query(1),
  "query of 100": query(100),
  "query of 1,000": query(1000),
  "batch write of 25": {
    rows: 1,
    run: (store, items) => store.putAll(items.slice(0, 25)),
    check: (_, { items, table, store }) => assertStored(table.puts, items.slice(0, 25), store),
  },
  "scan of 100": {
    rows: 200,
    run: (store) => store.scan(100),
    check: (found, { items, store }) => assertFound(found, items.slice(0, 100), store),
  },
};

function query(rows) {
  return {
    rows,
    run: (store, items) => store.query(items[0].owner),
    check(found, { items, table, store }) {
      assertFound(found, items.slice(0, rows), store);
      for (const { input } of table.requests) {
        const values = Object.values(input.ExpressionAttributeValues).map(({ S }) => S);
        assert(values.includes(keyOf(items[0]).PK), "the query asks for the partition");
        assert(values.includes("STORY#"), "the query asks for stories only");
      }
    },
  };
}

/** The key that every contender stores an item under. */
function keyOf({ owner, story_id }) {
  return { PK: `USER#${owner}`, SK: `STORY#${story_id}` };
}

/** The rows hold the items' fields and key, and nothing else but the contender's own bookkeeping. */
export function assertStored(rows, items, { bookkeeping = [] }) {
  const expected = items.map((item) => marshall({ ...item, ...keyOf(item) }));
  assert.deepEqual(rows.map(without(bookkeeping)), expected);
}
