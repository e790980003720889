import { beginsWith, gt } from "dynawrap";
import { expect, it } from "vitest";
import { rejection } from "../../core/refusal.js";
import { aliasOf } from "../designs.js";
import { trapsOf } from "./traps.js";

trapsOf("device-state-log", (at) => {
  it("keeps to key attributes of any name, one of them shared by the table and an index", async () => {
    const { backend } = at.store;
    const escalated = () =>
      backend
        .query(at.table, at.model("DeviceLog"), { EscalatedTo: "Sara" }, { index: aliasOf("GSI2") })
        .all();
    const [log] = await escalated();
    const fields = { DeviceID: "d#11223", State: "WARNING4", Date: "2020-04-27T16:15:00" };
    expect(log).toMatchObject(fields);
    await backend.save(at.table, log.with({ Operator: "Sue" }));
    expect(await escalated()).toMatchObject([{ ...fields, Operator: "Sue" }]);
    await backend.save(at.table, log);
  });

  it("asks for fields whose names are reserved words", async () => {
    const where = { State: beginsWith("WARNING"), Date: gt("2020-04-24T14:40:00"), Operator: "Liz" };
    const found = at.store.backend.query(at.table, at.model("DeviceLog"), { DeviceID: "d#12345" }, { where });
    expect((await found.all()).map((log) => log.Date)).toEqual([
      "2020-04-24T14:45:00",
      "2020-04-24T14:50:00",
    ]);
  });

  it("has one item in the sparse index, and another as soon as it has the field", async () => {
    const { backend } = at.store;
    const [Log] = [at.model("DeviceLog")];
    const escalated = () => backend.scan(at.table, [Log], { index: aliasOf("GSI2") }).count();
    expect(await escalated()).toBe(1);
    const key = { DeviceID: "d#12345", State: "NORMAL", Date: "2020-04-24T14:55:00" };
    await backend.update(at.table, Log, key, (log) => log.with({ EscalatedTo: "Sara" }));
    expect(await escalated()).toBe(2);
    await backend.update(at.table, Log, key, (log) => log.with({ EscalatedTo: undefined }));
    expect(await escalated()).toBe(1);
  });

  it("moves an item whose state changes, and never leaves the old one behind by accident", async () => {
    const { backend } = at.store;
    const Log = at.model("DeviceLog");
    const key = { DeviceID: "d#12345", State: "NORMAL", Date: "2020-04-24T14:55:00" };
    const before = await backend.get(at.table, Log, key);
    const after = before.with({ State: "WARNING1" });
    await rejection("key.changed", backend.save(at.table, after));
    await backend.save(at.table, after, { replaces: before });
    expect(await backend.get(at.table, Log, key)).toBeUndefined();
    expect(await backend.query(at.table, Log, { DeviceID: "d#12345", State: "WARNING1" }).count()).toBe(4);
    await backend.save(at.table, after.with({ State: "NORMAL" }), { replaces: after });
  });
});
