import { seededRandom } from "../harness/random.mjs";

/** The names of the two sizes of items, and how many bytes one of them is about. */
export const sizes = { small: "8 fields, about 450 bytes", large: "10 fields with nesting, about 10 KB" };

const words = "amber basalt cedar delta ember fjord glacier harbour island juniper kelp lagoon marble".split(
  " ",
);

/**
 * The items of one partition, in the order of their sort keys, the same on every machine.
 *
 * @param {keyof typeof sizes} size
 * @param {number} count
 */
export function stories(size, count, owner = "johndoe") {
  const random = seededRandom(count);
  return Array.from({ length: count }, (_, place) =>
    size === "small" ? small(random, owner, place) : large(random, owner, place),
  );
}

function small(random, owner, place) {
  return {
    owner,
    story_id: String(place).padStart(8, "0"),
    title: `A story of ${text(random, 3)}`,
    content: text(random, 38),
    likes: random(10_000),
    tags: [text(random, 1), text(random, 1), text(random, 1)],
    draft: random(2) === 0,
    created_at: new Date(Date.UTC(2025, 0, 1) + random(31_536_000) * 1000).toISOString(),
  };
}

function large(random, owner, place) {
  return {
    ...small(random, owner, place),
    meta: {
      language: "en",
      source: { name: text(random, 2), url: `https://example.org/${place}`, verified: true },
      counts: { views: random(1_000_000), shares: random(1000), rating: random(50) / 10 },
    },
    chapters: Array.from({ length: 6 }, () => chapter(random)),
  };
}

function chapter(random) {
  return {
    heading: text(random, 4),
    length: random(5000),
    paragraphs: Array.from({ length: 4 }, () => text(random, 38)),
    notes: Array.from({ length: 5 }, () => ({
      author: text(random, 1),
      text: text(random, 9),
      stars: random(6),
    })),
  };
}

function text(random, count) {
  return Array.from({ length: count }, () => words[random(words.length)]).join(" ");
}
