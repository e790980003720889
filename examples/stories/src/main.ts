import { connect } from "dynawrap/connect";
import { StoryService } from "./service.js";

// The one line that says where the data lives.
const backend = await connect(process.env.DYNAWRAP_URL ?? "pglite:");

const stories = new StoryService(backend);
await backend.createTable(stories.table);

await stories.put({ owner: "johndoe", story_id: "1234", title: "Test Story" });
await stories.put({ owner: "johndoe", story_id: "1235", title: "Another One", content: "Once upon a time" });
await stories.rename("johndoe", "1234", "New Title");
await stories.comment({
  owner: "johndoe",
  story_id: "1234",
  written_at: new Date("2026-01-31T12:00:00Z"),
  comment_id: "c1",
  author: "jane",
  text: "Much better.",
});

for await (const story of stories.list("johndoe")) {
  console.log(`${story.story_id}  ${story.title}  (${story.slug})`);
  for await (const comment of stories.comments("johndoe", story.story_id)) {
    console.log(`      ${comment.author}: ${comment.text}`);
  }
}

await backend.close();
