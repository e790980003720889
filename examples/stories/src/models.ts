import { DBItem } from "dynawrap";
import { z } from "zod";

/** A story. All stories of an owner stand in one partition, in the order of their ids. */
export class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story_id}",
  schema: z.object({
    owner: z.string(),
    story_id: z.string(),
    title: z.string().min(1),
    content: z.string().default(""),
  }),
}) {
  get slug(): string {
    return this.title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "");
  }
}

/** A comment on a story. It stands in the owner's partition too; those of one story are in order of time. */
export class Comment extends DBItem({
  pk: "USER#{owner}",
  sk: "COMMENT#{story_id}#{written_at}#{comment_id}",
  schema: z.object({
    owner: z.string(),
    story_id: z.string(),
    // Stored as an ISO string, so the schema has to take that back.
    written_at: z.coerce.date(),
    comment_id: z.string(),
    author: z.string(),
    text: z.string(),
  }),
}) {}
