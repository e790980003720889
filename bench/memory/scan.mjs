// node --expose-gc scan.mjs: the heap while a scan of a million items goes by, as JSON. The stub makes each page when it is asked for.
import { marshall } from "@aws-sdk/util-dynamodb";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { StubNetwork } from "../dynamodb/stub-network.mjs";
import { stubbedClient } from "../dynamodb/stub-suite.mjs";
import { SmallStory } from "../stories/dynawrap-models.mjs";
import { stories } from "../stories/stories.mjs";

const total = 1_000_000;
const pageSize = 1000;
const marks = [10_000, ...Array.from({ length: 10 }, (_, place) => (place + 1) * 100_000)];

const rows = stories("small", pageSize).map((item) =>
  marshall({ ...item, schema_version: SmallStory.schemaVersion }),
);
const network = new StubNetwork();
network.live(page, { record: false });

const heap = [];
let count = 0;
for await (const _ of new DynamoDBBackend(stubbedClient(network)).scan("stories", [SmallStory])) {
  if (++count === marks[heap.length]) {
    globalThis.gc();
    heap.push({ items: count, bytes: process.memoryUsage().heapUsed });
  }
}
if (count !== total) throw new Error(`the scan gave ${count} items`);
console.log(JSON.stringify(heap));

function page(_, { ExclusiveStartKey }) {
  const start = ExclusiveStartKey ? Number(ExclusiveStartKey.SK.S.slice("STORY#".length)) + 1 : 0;
  const Items = rows.map((row, place) => {
    const story_id = String(start + place).padStart(8, "0");
    return { ...row, PK: { S: "USER#johndoe" }, SK: { S: `STORY#${story_id}` }, story_id: { S: story_id } };
  });
  const { PK, SK } = Items.at(-1);
  const rest = start + pageSize < total ? { LastEvaluatedKey: { PK, SK } } : {};
  return { Items, Count: pageSize, ScannedCount: pageSize, ...rest };
}
