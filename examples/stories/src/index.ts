export { type Change, createHandler, handler } from "./handler.js";
export { Comment, Story } from "./models.js";
export { StoryService } from "./service.js";
