import type { BackendOptions } from "../core/options.js";
import type { Driver } from "./driver.js";

/** A driver, and what its backend was made with: what every operation works with. */
export interface Store<Row> extends Pick<BackendOptions, "observe" | "cursorSecret"> {
  readonly driver: Driver<Row>;
  /** The time in milliseconds since 1970. */
  readonly clock: () => number;
}
