import { type Backend, isDynawrapError } from "dynawrap";
import { Story } from "../story.js";

/** What became of increments: each was saved, or reported by its code. */
export interface Tally {
  saved: number;
  readonly reported: Record<string, number>;
}

/** The one item that all writers are at. */
export const counter = { owner: "all", story_id: "counter" };

export function plusOne(story: Story): Story {
  return story.with({ likes: Number(story.likes) + 1 });
}

/** Writers that add one to the counter again and again, all at once; what is reported is not tried again. */
export async function increment(
  backends: readonly Backend[],
  table: string,
  writers: number,
  each: number,
): Promise<Tally> {
  const tally: Tally = { saved: 0, reported: {} };
  const write = async (backend: Backend): Promise<void> => {
    for (let round = 0; round < each; round++) {
      try {
        await backend.update(table, Story, counter, plusOne);
        tally.saved++;
      } catch (error) {
        if (!isDynawrapError(error)) throw error;
        tally.reported[error.code] = (tally.reported[error.code] ?? 0) + 1;
      }
    }
  };
  const backendOf = (writer: number): Backend => backends[writer % backends.length] as Backend;
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(backendOf(writer))));
  return tally;
}

/** All that several have done, together. */
export function total(tallies: readonly Tally[]): Tally {
  const sum: Tally = { saved: 0, reported: {} };
  for (const { saved, reported } of tallies) {
    sum.saved += saved;
    for (const [code, count] of Object.entries(reported))
      sum.reported[code] = (sum.reported[code] ?? 0) + count;
  }
  return sum;
}
