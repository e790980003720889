import { DBItem } from "dynawrap";
import { z } from "zod";

/** The model of the drivers' own tests: one with a little of everything. */
export class Story extends DBItem({
  pk: "USER#{owner}",
  sk: "STORY#{story_id}",
  schema: z.object({
    owner: z.string(),
    story_id: z.string(),
    title: z.string().default(""),
    likes: z.union([z.number(), z.bigint()]).default(0),
    extra: z.unknown().optional(),
  }),
}) {}

/** The fields of a story with values of every type. */
export const everyType = {
  owner: "ann",
  story_id: "1",
  likes: 2n ** 64n,
  extra: { set: new Set([1, 2.5]), bytes: Uint8Array.of(0, 255), list: [null, true, "", { deep: 0.1 }] },
};

/** Stories of one owner, by numbers that sort as text. */
export function stories(owner: string, count: number, fields: { readonly extra?: unknown } = {}): Story[] {
  return Array.from({ length: count }, (_, index) => {
    const story_id = String(index).padStart(6, "0");
    return new Story({ owner, story_id, title: `Story ${index}`, likes: index, ...fields });
  });
}
