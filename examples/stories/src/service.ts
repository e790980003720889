import type { Backend, InputOf, Query } from "dynawrap";
import { Comment, Story } from "./models.js";

/** What an application does with stories. It knows models and a `Backend`, and no database. */
export class StoryService {
  constructor(
    readonly backend: Backend,
    readonly table = "stories",
  ) {}

  async put(input: InputOf<typeof Story>): Promise<Story> {
    const story = new Story(input);
    await this.backend.save(this.table, story);
    return story;
  }

  get(owner: string, story_id: string): Promise<Story | undefined> {
    return this.backend.get(this.table, Story, { owner, story_id });
  }

  /** The stories of an owner, read page by page as they are asked for. */
  list(owner: string): Query<Story> {
    return this.backend.query(this.table, Story, { owner });
  }

  /** Reads, changes, saves. Two renames at once: the later save wins. */
  async rename(owner: string, story_id: string, title: string): Promise<Story | undefined> {
    const story = await this.get(owner, story_id);
    if (story === undefined) return undefined;
    const renamed = story.with({ title });
    await this.backend.save(this.table, renamed);
    return renamed;
  }

  async comment(input: InputOf<typeof Comment>): Promise<Comment> {
    const comment = new Comment(input);
    await this.backend.save(this.table, comment);
    return comment;
  }

  /** The comments on one story, the latest first. */
  comments(owner: string, story_id: string): Query<Comment> {
    return this.backend.query(this.table, Comment, { owner, story_id }, { reverse: true });
  }

  /** Deletes a story with its comments. */
  async remove(owner: string, story_id: string): Promise<void> {
    const comments = await this.comments(owner, story_id).all();
    await this.backend.batchWrite(this.table, { delete: comments });
    await this.backend.delete(this.table, Story, { owner, story_id });
  }
}
