import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { Readable } from "node:stream";
import { z } from "zod";
import { DBItem, Table } from "dynawrap";
import { DynamoDBBackend } from "dynawrap/dynamodb";
class Story extends DBItem({ pk: "USER#{owner}", sk: "STORY#{story_id}", schema: z.object({ owner: z.string(), story_id: z.string(), title: z.string(), body: z.string(), likes: z.number(), tags: z.array(z.string()), published: z.boolean(), created: z.string() }) }) {}
const any = { "~standard": { version: 1, vendor: "x", validate: (value) => ({ value }) } };
const make = (n) => ({ owner: "johndoe", story_id: String(n).padStart(8, "0"), title: "The title of story " + n, body: "x".repeat(200), likes: n, tags: ["a", "bb", "ccc"], published: true, created: "2024-01-01T00:00:00.000Z" });
let body;
const handler = { handle: async (r) => ({ response: { statusCode: 200, headers: { "x-amzn-requestid": "r", "content-type": "application/x-amz-json-1.0" }, body: Readable.from([body], { objectMode: false }) } }) };
const config = { region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" }, requestHandler: handler, endpoint: "http://localhost:8000" };
const client = new DynamoDBClient(config);
const doc = DynamoDBDocumentClient.from(new DynamoDBClient(config));
const backend = new DynamoDBBackend(client);
const v = Story.schemaVersion;
const wire = (n) => ({ ...marshall(make(n)), PK: { S: "USER#johndoe" }, SK: { S: "STORY#" + String(n).padStart(8, "0") }, schema_version: { S: v } });
const one = Buffer.from(JSON.stringify({ Item: wire(1), ConsumedCapacity: { TableName: "stories", CapacityUnits: 0.5 } }));
const page = Buffer.from(JSON.stringify({ Items: Array.from({ length: 100 }, (_, n) => wire(n)), Count: 100, ScannedCount: 100 }));
const empty = Buffer.from("{}");
const item = make(1); const flat = { ...item, PK: "USER#johndoe", SK: "STORY#00000001", schema_version: v };
const story = new Story(item);
const jobs = {
  put: [empty, { doc: () => doc.send(new PutCommand({ TableName: "stories", Item: flat })), dyn: () => backend.save("stories", new Story(item)) }],
  get: [one, { doc: () => doc.send(new GetCommand({ TableName: "stories", Key: { PK: "USER#johndoe", SK: "STORY#00000001" } })), dyn: () => backend.get("stories", Story, { owner: "johndoe", story_id: "00000001" }) }],
  query: [page, { doc: () => doc.send(new QueryCommand({ TableName: "stories", KeyConditionExpression: "#a = :b", ExpressionAttributeNames: { "#a": "PK" }, ExpressionAttributeValues: { ":b": "USER#johndoe" } })), dyn: () => backend.query("stories", Story, { owner: "johndoe" }).all(), json: async () => JSON.parse(page.toString()) }],
};
const only = process.argv[2];
const rounds = Number(process.argv[4] ?? 15);
for (const [name, [reply, contenders]] of Object.entries(jobs)) {
  if (only && only !== "all" && only !== name) continue;
  body = reply;
  const times = {};
  const n = name === "query" ? 60 : 400;
  for (let round = 0; round < rounds; round++) for (const [who, run] of Object.entries(contenders)) {
    if (process.argv[3] && process.argv[3] !== who) continue;
    const start = process.cpuUsage();
    for (let i = 0; i < n; i++) await run();
    { const u = process.cpuUsage(start); (times[who] ??= []).push((u.user + u.system) / n); }
  }
  const med = (l) => l.slice(3).sort((a, b) => a - b)[Math.floor((l.length - 3) / 2)];
  const out = Object.fromEntries(Object.entries(times).map(([k, l]) => [k, Math.round(med(l))]));
  console.log(name, out, out.doc ? (out.dyn / out.doc).toFixed(2) : "");
}
