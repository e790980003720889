import { DBItem } from "dynawrap";
import { z } from "zod";

const small = z.object({
  owner: z.string(),
  story_id: z.string(),
  title: z.string(),
  content: z.string(),
  likes: z.number().int(),
  tags: z.array(z.string()),
  draft: z.boolean(),
  created_at: z.string(),
});

const large = small.extend({
  meta: z.object({
    language: z.string(),
    source: z.object({ name: z.string(), url: z.string(), verified: z.boolean() }),
    counts: z.object({ views: z.number().int(), shares: z.number().int(), rating: z.number() }),
  }),
  chapters: z.array(
    z.object({
      heading: z.string(),
      length: z.number().int(),
      paragraphs: z.array(z.string()),
      notes: z.array(z.object({ author: z.string(), text: z.string(), stars: z.number().int() })),
    }),
  ),
});

export class SmallStory extends DBItem({ pk: "USER#{owner}", sk: "STORY#{story_id}", schema: small }) {}
export class LargeStory extends DBItem({ pk: "USER#{owner}", sk: "STORY#{story_id}", schema: large }) {}
