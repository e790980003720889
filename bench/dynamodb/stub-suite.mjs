import assert from "node:assert/strict";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { stories } from "../stories/stories.mjs";
import { FakeTable } from "./fake-table.mjs";
import { assertStored, jobs } from "./jobs.mjs";
import { StubNetwork } from "./stub-network.mjs";

/**
 * Has a contender do each of its jobs once, checks what it sent and what it gave back, and returns the jobs ready to be
 * timed. Each call of `start` is one operation.
 *
 * @param {{ size: "small" | "large", longest?: number }} settings How many items a partition holds at most.
 */
export async function prepare({ open, replay, only = Object.keys(jobs) }, { size, longest = 1000 }) {
  const network = new StubNetwork();
  const table = new FakeTable();
  const store = await open({ client: stubbedClient(network), table: "stories", size });
  const items = stories(size, longest);

  network.live(table.respond);
  for (const item of items) await store.put(item);
  assertStored(table.puts, items, store);
  const rows = table.puts;

  const prepared = {};
  for (const job of only) {
    const { run, check, rows: count } = jobs[job];
    table.rows = rows.slice(0, count);
    table.forget();
    network.live(table.respond);
    const found = await run(store, items);
    await check(found, { items, table, store });
    const texts = network.replay();
    await check(await run(store, items), { items, table, store });
    const before = () => network.play(texts);
    prepared[job] = replay
      ? { start: () => replay(texts) }
      : {
          before,
          start: () => run(store, items),
          after: (count) =>
            assert.equal(network.requests, count * texts.length, "requests of all operations"),
        };
  }
  return prepared;
}

/** The SDK's real client, with everything but the network. */
export function stubbedClient(network) {
  return new DynamoDBClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    requestHandler: network,
  });
}
