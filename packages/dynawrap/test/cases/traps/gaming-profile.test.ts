import { eq } from "dynawrap";
import { expect, it } from "vitest";
import { trapsOf } from "./traps.js";

trapsOf("gaming-profile", (at) => {
  const player = { player_id: "player001" };

  it("wants a field that stands in both keys to be the same in both", () => {
    expect(at.model("Metadata").matches("player001", "#METADATA#player001")).toBe(true);
    expect(at.model("Metadata").matches("player001", "#METADATA#player002")).toBe(false);
    expect(at.model("Metadata").parseKey("player001", "#METADATA#player")).toBeUndefined();
  });

  it("passes over an item whose keys disagree", async () => {
    const { store, table } = at;
    await store.put(table, [
      { PK: { S: "player009" }, SK: { S: "#METADATA#player001" }, Nickname: { S: "Nobody" } },
    ]);
    const all = [...at.place.models.values()];
    expect(await store.backend.collection(table, all, { player_id: "player009" }).all()).toEqual([]);
    expect(await store.backend.query(table, at.model("Metadata"), { player_id: "player009" }).all()).toEqual(
      [],
    );
  });

  it("lets the last value of a key hold the delimiter", async () => {
    const equip_id = "001EQUIPMENTS#002";
    const { backend } = at.store;
    const Equipment = at.model("Equipment");
    expect(await backend.get(at.table, Equipment, { ...player, equip_id })).toMatchObject({
      ...player,
      equip_id,
    });
    expect(await backend.query(at.table, Equipment, { ...player, equip_id: eq("001") }).count()).toBe(1);
    expect(await backend.query(at.table, Equipment, { ...player, equip_id: "001" }).count()).toBe(2);
  });

  it("keeps a number that is stored as text a text", async () => {
    const found = await at.store.backend.get(at.table, at.model("Item"), { ...player, item_id: "001" });
    expect(found).toMatchObject({ ItemCount: "5", ItemAttributes: { HP: 50 } });
    const many = at.store.backend.query(at.table, at.model("Item"), player, { where: { ItemCount: 5 } });
    expect(await many.count()).toBe(0);
  });
});
