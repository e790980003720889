import { DBItem } from "dynawrap";
import { MemoryBackend } from "dynawrap/memory";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { rejection } from "./refusal.js";

const backend = new MemoryBackend();
beforeAll(() => backend.createTable("runs"));

const text = z.string();

class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story_id}",
  schema: z.object({ owner: text, story_id: text }),
}) {}

class Run extends DBItem({
  pk: "RUNS#{owner}",
  sk: "STORY#{story_id}#RUN#{run}",
  schema: z.object({ owner: text, story_id: text, run: text }),
}) {}

class Closed extends DBItem({
  pk: "CLOSED#{owner}",
  sk: "STORY#{story_id}#",
  schema: z.object({ owner: text, story_id: text }),
}) {}

class Lesson extends DBItem({
  pk: "COURSE#{course}",
  sk: "LESSON#{number}",
  schema: z.object({ course: text, number: z.number() }),
}) {}

class Padded extends DBItem({
  pk: "PADDED#{course}",
  sk: "LESSON#{number:03d}",
  schema: z.object({ course: text, number: z.number() }),
}) {}

class Tagged extends DBItem({
  pk: "TAGS#{owner}",
  sk: "TAG#{tag:url}",
  schema: z.object({ owner: text, tag: text }),
}) {}

class Maybe extends DBItem({
  pk: "MAYBE#{owner}",
  sk: "NOTE#{note:empty}",
  schema: z.object({ owner: text, note: text }),
}) {}

class Event extends DBItem({
  pk: "EVENTS#{owner}",
  sk: "AT#{at}",
  schema: z.object({ owner: text, at: z.coerce.date() }),
}) {}

class Self extends DBItem({
  pk: "SELF#{owner}",
  sk: "SELF#{owner}",
  schema: z.object({ owner: text }),
}) {}

class Mirror extends DBItem({
  pk: "MIRROR#{owner}",
  sk: "NOTE#{id}#OF#{owner}",
  schema: z.object({ owner: text, id: text }),
}) {}

class Settings extends DBItem({ pk: "SET#{owner}", sk: "SETTINGS", schema: z.object({ owner: text }) }) {}

class Wide extends DBItem({ pk: "WIDE#{owner}", sk: "{id}", schema: z.object({ owner: text, id: text }) }) {}

const owner = "ann";
const ids = ["1", "12", "120", "1234", "2", "1#2"];

beforeAll(async () => {
  await backend.batchWrite("runs", [
    ...ids.map((story_id) => new Story({ owner, story_id })),
    ...["12", "120"].flatMap((story_id) => ["5", "55"].map((run) => new Run({ owner, story_id, run }))),
    ...["1", "12"].map((story_id) => new Closed({ owner, story_id })),
    ...[1, 2, 10, 12].map((number) => new Lesson({ course: "js", number })),
    ...[1, 2, 10, 12].map((number) => new Padded({ course: "js", number })),
    ...["a", "a b", "a#b", "ab"].map((tag) => new Tagged({ owner, tag })),
    ...["", "a", "ab"].map((note) => new Maybe({ owner, note })),
    ...[0, 1].map((at) => new Event({ owner, at: new Date(at) })),
    ...["ann", "anna"].map((name) => new Self({ owner: name })),
    ...["1", "12"].map((id) => new Mirror({ owner, id })),
    new Settings({ owner }),
    ...["a", "ab", "b"].map((id) => new Wide({ owner, id })),
  ]);
});

describe("a query takes as a prefix", () => {
  it("the plain string of an unformatted placeholder that ends the sort key", async () => {
    const found = await backend.query("runs", Story, { owner, story_id: "12" }).all();
    expect(found.map((story) => story.story_id)).toEqual(["12", "120", "1234"]);
    const runs = await backend.query("runs", Run, { owner, story_id: "12", run: "5" }).all();
    expect(runs.map((run) => run.run)).toEqual(["5", "55"]);
    const wide = await backend.query("runs", Wide, { owner, id: "a" }).all();
    expect(wide.map(({ id }) => id)).toEqual(["a", "ab"]);
  });

  it("the model's own literal where no value is given, and nothing beside it", async () => {
    const found = await backend.query("runs", Story, { owner }).all();
    expect(found.map((story) => story.story_id)).toEqual(["1", "1#2", "12", "120", "1234", "2"]);
    expect(await backend.query("runs", Maybe, { owner }).all()).toHaveLength(3);
    expect(await backend.query("runs", Wide, { owner }).all()).toHaveLength(3);
  });
});

describe("a query takes exactly", () => {
  it("a value with more of the pattern after it", async () => {
    const found = await backend.query("runs", Run, { owner, story_id: "12" }).all();
    expect(found.map((run) => [run.story_id, run.run])).toEqual([
      ["12", "5"],
      ["12", "55"],
    ]);
    expect(await backend.query("runs", Closed, { owner, story_id: "1" }).all()).toHaveLength(1);
    expect(await backend.query("runs", Mirror, { owner, id: "1" }).all()).toHaveLength(1);
  });

  it("a number, padded or not", async () => {
    expect(await backend.query("runs", Lesson, { course: "js", number: 1 }).all()).toHaveLength(1);
    expect(await backend.query("runs", Padded, { course: "js", number: 1 }).all()).toHaveLength(1);
    expect(await backend.query("runs", Padded, { course: "js", number: 11 }).all()).toEqual([]);
  });

  it("a date", async () => {
    const found = await backend.query("runs", Event, { owner, at: new Date(0) }).all();
    expect(found.map((event) => event.at.getTime())).toEqual([0]);
  });

  it("a percent-encoded value, and one that may be empty", async () => {
    const tags = async (tag: string) =>
      (await backend.query("runs", Tagged, { owner, tag }).all()).map((item) => item.tag);
    expect(await tags("a")).toEqual(["a"]);
    expect(await tags("a#b")).toEqual(["a#b"]);
    const notes = async (note: string) =>
      (await backend.query("runs", Maybe, { owner, note }).all()).map((item) => item.note);
    expect(await notes("a")).toEqual(["a"]);
    expect(await notes("")).toEqual([""]);
  });

  it("a field that the partition key also holds", async () => {
    const found = await backend.query("runs", Self, { owner: "ann" }).all();
    expect(found.map((item) => item.owner)).toEqual(["ann"]);
  });

  it("a sort key without placeholders", async () => {
    expect(await backend.query("runs", Settings, { owner }).all()).toHaveLength(1);
  });
});

describe("a query refuses, before it reads", () => {
  const query = (model: typeof Story | typeof Run, key: object) =>
    backend.query("runs", model as typeof Story, key as { owner: string }).all();

  it("an incomplete partition key", async () => {
    const { details } = await rejection("key.incomplete", query(Story, { story_id: "1" }));
    expect(details).toMatchObject({ model: "Story", pattern: "USER#{owner}", missing: ["owner"] });
  });

  it("a gap in the sort key", async () => {
    const { details } = await rejection("key.incomplete", query(Run, { owner, run: "5" }));
    expect(details).toMatchObject({ pattern: Run.sk, missing: ["story_id"] });
  });

  it("a value that is undefined, and one that the key does not have", async () => {
    await rejection("key.invalid", query(Story, { owner, story_id: undefined }));
    await rejection("key.invalid", query(Story, { owner, title: "x" }));
  });

  it("values that no key can hold, or that are ambiguous", async () => {
    await rejection("key.invalid", query(Story, { owner: "" }));
    await rejection("key.invalid", query(Story, { owner, story_id: "" }));
    await rejection("key.invalid", query(Story, { owner, story_id: null }));
    await rejection("key.ambiguous", query(Run, { owner, story_id: "1#RUN#2" }));
  });
});
