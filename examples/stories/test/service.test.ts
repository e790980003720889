import type { Backend } from "dynawrap";
import { connect } from "dynawrap/connect";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshTable } from "../../../packages/dynawrap/test/backends.js";
import { urls } from "../../urls.js";
import { StoryService } from "../src/index.js";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 31, 12, minute));

describe.each(urls)("stories on %s", (_name, url) => {
  let backend: Backend;
  let stories: StoryService;
  beforeAll(async () => {
    backend = await connect(url);
    stories = new StoryService(backend, await freshTable(backend));
  });
  afterAll(() => backend?.close());

  it("puts a story with its defaults, and gets it back as an instance", async () => {
    await stories.put({ owner: "john", story_id: "1", title: "Test Story" });
    const story = await stories.get("john", "1");
    expect(story).toMatchObject({ owner: "john", story_id: "1", title: "Test Story", content: "" });
    expect(story?.slug).toBe("test-story");
    expect(await stories.get("john", "2")).toBeUndefined();
  });

  it("lists the stories of one owner in the order of their ids, whatever stands between", async () => {
    for (const [owner, story_id] of [
      ["list", "2"],
      ["list", "10"],
      ["list", "1"],
      ["lists", "0"],
    ] as const) {
      await stories.put({ owner, story_id, title: `Story ${story_id}` });
    }
    await stories.comment({
      owner: "list",
      story_id: "1",
      written_at: at(0),
      comment_id: "a",
      author: "jane",
      text: "!",
    });
    const found = await stories.list("list").all();
    expect(found.map(({ story_id }) => story_id)).toEqual(["1", "10", "2"]);
  });

  it("renames by reading, changing and saving, and leaves the rest as it is", async () => {
    await stories.put({ owner: "jane", story_id: "1", title: "Draft", content: "Once upon a time" });
    await stories.rename("jane", "1", "Final");
    expect(await stories.get("jane", "1")).toMatchObject({ title: "Final", content: "Once upon a time" });
    expect(await stories.rename("jane", "2", "Nothing")).toBeUndefined();
    expect(await stories.get("jane", "2")).toBeUndefined();
  });

  it("refuses a title that the schema refuses, and keeps the old one", async () => {
    await stories.put({ owner: "rule", story_id: "1", title: "Good" });
    await expect(stories.rename("rule", "1", "")).rejects.toMatchObject({ code: "item.invalid" });
    expect((await stories.get("rule", "1"))?.title).toBe("Good");
  });

  it("reads the comments of one story, the latest first, and not those of story 12 for story 1", async () => {
    const comment = { owner: "talk", author: "jane", text: "…" };
    for (const [story_id, comment_id, minute] of [
      ["1", "a", 1],
      ["1", "b", 3],
      ["12", "c", 2],
      ["1", "d", 2],
    ] as const) {
      await stories.comment({ ...comment, story_id, comment_id, written_at: at(minute) });
    }
    const found = await stories.comments("talk", "1").all();
    expect(found.map(({ comment_id }) => comment_id)).toEqual(["b", "d", "a"]);
    expect(found[0]?.written_at).toEqual(at(3));
  });

  it("removes a story with its comments, and nothing else", async () => {
    for (const story_id of ["1", "12"]) {
      await stories.put({ owner: "gone", story_id, title: "T" });
      await stories.comment({
        owner: "gone",
        story_id,
        comment_id: "a",
        author: "jane",
        text: "…",
        written_at: at(0),
      });
    }
    await stories.remove("gone", "1");
    expect((await stories.list("gone").all()).map(({ story_id }) => story_id)).toEqual(["12"]);
    expect(await stories.comments("gone", "1").first()).toBeUndefined();
    expect(await stories.comments("gone", "12").first()).toBeDefined();
  });
});
