import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { connect } from "dynawrap/connect";
import { DynamoDBBackend } from "dynawrap/dynamodb";
import { MemoryBackend } from "dynawrap/memory";
import { PostgresBackend } from "dynawrap/postgres";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { freshTable, freshTableName } from "../backends.js";
import { Story } from "../story.js";

const story = new Story({ owner: "ann", story_id: "1", title: "Dune" });
const key = { owner: "ann", story_id: "1" };

async function serves(url: string): Promise<void> {
  const backend = await connect(url);
  const table = await freshTable(backend);
  await backend.save(table, story);
  expect(await backend.get(table, Story, key)).toEqual(story);
  await backend.close();
}

describe("connect", () => {
  it("opens memory: and pglite:", async () => {
    expect(await connect("memory:")).toBeInstanceOf(MemoryBackend);
    await serves("memory:");
    await serves("MEMORY:");
    await serves("pglite:");
  }, 120_000);

  it("opens a folder of pglite:, which is still there when it is opened again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dynawrap-pglite-"));
    const table = freshTableName();
    const first = await connect(`pglite:${join(folder, "a")}`);
    await first.createTable(table);
    await first.save(table, story);
    await first.close();
    await expect(first.get(table, Story, key)).rejects.toMatchObject({ code: "backend.unavailable" });
    for (const url of [`pglite:${join(folder, "a")}`, `pglite://${join(folder, "a")}`]) {
      const again = await connect(url);
      expect(again).toBeInstanceOf(PostgresBackend);
      expect(await again.get(table, Story, key)).toEqual(story);
      await again.close();
    }
    await rm(folder, { recursive: true });
  }, 120_000);

  it("says of a folder that PGlite cannot open that it cannot", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dynawrap-pglite-"));
    await expect(connect(`pglite:${join(folder, "a", "b", "c")}`)).rejects.toMatchObject({
      code: "connect.invalid",
      details: { scheme: "pglite" },
      cause: expect.anything(),
    });
    await rm(folder, { recursive: true });
  }, 120_000);

  it.runIf(inject("postgres"))("opens postgres:// and postgresql://, and closes the pool", async () => {
    const url = inject("postgres") ?? "";
    await serves(url);
    await serves(url.replace("postgres:", "postgresql:"));
    const backend = await connect(url);
    await backend.close();
    await backend.close();
    await expect(backend.get("stories", Story, key)).rejects.toMatchObject({ code: "backend.unavailable" });
  });

  describe.runIf(inject("dynamodb"))("for DynamoDB", () => {
    const { host } = new URL(inject("dynamodb")?.endpoint ?? "http://none");
    afterEach(() => {
      vi.unstubAllEnvs();
    });

    it("opens dynamodb://host, with and without a region", async () => {
      await serves(`dynamodb://${host}`);
      await serves(`dynamodb://${host}/`);
      await serves(`dynamodb://${host}?region=eu-west-1`);
    });

    it("opens dynamodb: and dynamodb:?region=, with what the environment says", async () => {
      vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
      vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", `http://${host}`);
      vi.stubEnv("AWS_REGION", "eu-central-1");
      for (const url of [
        "dynamodb:",
        "dynamodb://",
        "dynamodb:?region=eu-west-1",
        "dynamodb://?region=eu-west-1",
      ]) {
        expect(await connect(url)).toBeInstanceOf(DynamoDBBackend);
        await serves(url);
      }
    });
  });

  const refused = [
    undefined,
    "",
    "stories",
    "http://localhost:8000",
    "mysql://root:s3cret@localhost/db",
    "constructor:",
    "__proto__:",
    "admin:s3cret@host",
    "admin1:s3cret@host",
    "postgres//user:s3cret@host/db",
    "s3cret",
    "postgres://user:s3cret@host:port/db",
    "postgres://user:s3cret@host:99999/db",
    "postgresql://user:s3cret@[host]/db",
    "dynamodb://user:s3cret@localhost:8000",
    "dynamodb://localhost:123456789?password=s3cret",
    "dynamodb:?regoin=s3cret",
    "dynamodb:s3cret",
    "dynamodb://localhost:8000/s3cret",
  ];
  for (const url of refused) {
    it(`refuses ${url}, and repeats no password`, async () => {
      const failed: any = await connect(url).then(
        () => undefined,
        (error) => error,
      );
      expect(failed).toMatchObject({ code: "connect.invalid" });
      expect(inspect(failed, { depth: 10, showHidden: true })).not.toContain("s3cret");
      expect(JSON.stringify(failed.details)).not.toContain("s3cret");
    });
  }

  it("repeats no password when the server cannot be reached either", async () => {
    const backend = await connect("postgres://user:s3cret@127.0.0.1:1/db");
    const failed: unknown = await backend.get("stories", Story, key).catch((error) => error);
    expect(failed).toMatchObject({ code: "backend.unavailable" });
    expect(inspect(failed, { depth: 10, showHidden: true })).not.toContain("s3cret");
    await backend.close();
  });
});
