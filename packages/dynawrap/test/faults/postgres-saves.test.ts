import { PostgresBackend } from "dynawrap/postgres";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { freshTable, postgresConfig } from "../backends.js";
import { startTcpFaults, type TcpFaults } from "../servers/tcp-faults.js";
import { Story } from "../story.js";

const key = { owner: "ann", story_id: "1" };
/** As it stands on the wire, and not in READ COMMITTED. */
const commit = "COMMIT\0";
const more = (story: Story) => story.with({ likes: Number(story.likes) + 1 });

describe.runIf(inject("postgres"))("a conditional write to PostgreSQL whose reply is lost", () => {
  let line: TcpFaults;
  let admin: pg.Pool;
  let direct: PostgresBackend;
  let backend: PostgresBackend;
  let table: string;
  const pools: pg.Pool[] = [];
  const open = (config: pg.PoolConfig): PostgresBackend => {
    const pool = new pg.Pool(config);
    pool.on("error", () => {});
    pools.push(pool);
    return new PostgresBackend(pool);
  };
  beforeAll(async () => {
    line = await startTcpFaults({ url: postgresConfig().connectionString, seed: 17 });
    admin = new pg.Pool(postgresConfig());
    direct = new PostgresBackend(admin);
  });
  beforeEach(async () => {
    backend = open({ connectionString: line.url, max: 4 });
    table = await freshTable(direct);
  });
  afterEach(async () => {
    line.calm();
    line.resetAll();
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
  });
  afterAll(async () => {
    await line?.stop();
    await admin?.end();
  });
  const stored = (story_id = "1") => direct.get(table, Story, { ...key, story_id });
  /** Whatever is written is changed at once by somebody else. */
  const meddle = () =>
    admin.query(`
      CREATE FUNCTION meddle_${table}() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.data := NEW.data || '{"title": "Another''s"}'; RETURN NEW; END $$;
      CREATE TRIGGER meddle BEFORE INSERT OR UPDATE ON ${table}
        FOR EACH ROW EXECUTE FUNCTION meddle_${table}();
      CREATE FUNCTION restore_${table}() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO ${table} SELECT OLD.pk, OLD.sk, OLD.schema_version, OLD.data; RETURN OLD; END $$;
      CREATE TRIGGER restore AFTER DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION restore_${table}()`);

  const before = new Story({ ...key, title: "Before", likes: 1 });
  const after = before.with({ title: "After" });
  const writes: [string, string, boolean, () => Promise<unknown>][] = [
    ["ifAbsent", "INSERT", false, () => backend.save(table, after, { ifAbsent: true })],
    ["ifUnchanged", "UPDATE", true, () => backend.save(table, after, { ifUnchanged: before })],
    ["if", "UPDATE", true, () => backend.save(table, after, { if: { title: "Before" } })],
    ["ifPresent", "DELETE", true, () => backend.delete(table, before, { ifPresent: true })],
    ["if of a deletion", "DELETE", true, () => backend.delete(table, before, { if: { likes: 1 } })],
  ];
  for (const [title, statement, standing, write] of writes) {
    for (const how of ["reset", "close"] as const) {
      it(`is a success by what stands there: ${title}, ${how}`, async () => {
        if (standing) await direct.save(table, before);
        const { cuts } = line;
        line.cut({ after: statement, how });
        await write();
        expect(line.cuts).toBe(cuts + 1);
        expect(await stored()).toEqual(statement === "DELETE" ? undefined : after);
      });
    }

    it(`is write.ambiguous where another has changed the item meanwhile: ${title}`, async () => {
      if (standing) await direct.save(table, before);
      await meddle();
      line.cut({ after: statement });
      await expect(write()).rejects.toMatchObject({
        code: "write.ambiguous",
        details: { key: { PK: "USER#ann", SK: "STORY#1" } },
        cause: { code: "backend.unavailable" },
      });
    });

    it(`is backend.unavailable, and certainly not made, where there is no connection: ${title}`, async () => {
      line.refuse();
      const unreachable = write();
      await expect(unreachable).rejects.toMatchObject({
        code: "backend.unavailable",
        details: { applied: false },
        cause: { code: "ECONNREFUSED" },
      });
      await line.accept();
    });
  }

  it("is write.ambiguous where the server ended the statement, or cannot be asked any more", async () => {
    await direct.save(table, before);
    const locker = await admin.connect();
    await locker.query(`BEGIN; LOCK TABLE ${table} IN EXCLUSIVE MODE`);
    backend = open({ ...postgresConfig(), application_name: table, max: 1 });
    const failed = backend.save(table, after, { ifUnchanged: before }).catch((error: unknown) => error);
    for (let ended = 0; ended === 0; ) {
      const { rowCount } = await admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'",
        [table],
      );
      ended = rowCount ?? 0;
    }
    expect(await failed).toMatchObject({ code: "write.ambiguous" });
    await locker.query("ROLLBACK");
    locker.release();
    expect(await stored()).toEqual(before);
  });

  for (const [title, config] of [
    ["the server cancels the statement", { statement_timeout: 100 }],
    ["no connection comes free", { max: 1, connectionTimeoutMillis: 100 }],
  ] as [string, pg.PoolConfig][]) {
    it(`is backend.unavailable, and certainly not made, where ${title}`, async () => {
      await direct.save(table, before);
      const locker = await admin.connect();
      await locker.query(`BEGIN; LOCK TABLE ${table}`);
      backend = open({ ...postgresConfig(), ...config });
      const busy = config.max ? backend.get(table, Story, key) : undefined;
      for (const write of [
        () => backend.save(table, after, { ifUnchanged: before }),
        () => backend.transact((tx) => tx.save(table, after, { ifUnchanged: before })),
      ]) {
        await expect(write()).rejects.toMatchObject({
          code: "backend.unavailable",
          details: { applied: false },
        });
      }
      await locker.query("ROLLBACK");
      locker.release();
      await busy;
      expect(await stored()).toEqual(before);
    });
  }

  it("proves nothing to an update", async () => {
    await direct.save(table, new Story(key));
    line.cut({ after: "UPDATE" });
    await expect(backend.update(table, Story, key, more)).rejects.toMatchObject({ code: "write.ambiguous" });
    expect(await stored()).toMatchObject({ likes: 1 });
    line.cut({ after: "SELECT" });
    await expect(backend.update(table, Story, key, more)).rejects.toMatchObject({
      code: "backend.unavailable",
    });
    expect(await stored()).toMatchObject({ likes: 1 });
  });

  for (const [name, statement] of Object.entries({ BEGIN: "BEGIN", INSERT: "INSERT", COMMIT: commit })) {
    it(`is made once in a transaction, which the server is asked about: after ${name}`, async () => {
      await direct.save(table, new Story(key));
      const { cuts } = line;
      line.cut({ after: statement });
      await backend.transact((tx) => {
        tx.update(table, Story, key, more);
        tx.save(table, new Story({ ...key, story_id: "2" }), { ifAbsent: true });
      });
      expect(line.cuts).toBe(cuts + 1);
      expect([await stored(), await stored("2")]).toMatchObject([{ likes: 1 }, { story_id: "2" }]);
    });
  }

  it("is write.ambiguous in a transaction that is lost for good, even where the last attempts found nobody", async () => {
    await direct.save(table, new Story(key));
    await backend.get(table, Story, key);
    line.cut({ after: commit });
    const outcome = backend
      .transact((tx) => tx.update(table, Story, key, more))
      .catch((error: unknown) => error);
    line.refuse();
    expect(await outcome).toMatchObject({ code: "write.ambiguous" });
    await line.accept();
    expect(await stored()).toMatchObject({ likes: 1 });
  });

  it("is made once as an item moves to another key", async () => {
    await direct.save(table, before);
    line.cut({ after: commit });
    await backend.save(table, new Story({ ...key, story_id: "2", title: "Moved" }), { replaces: before });
    expect([await stored(), await stored("2")]).toMatchObject([undefined, { title: "Moved" }]);
  });
});
