import type { Consumed } from "../core/observer.js";
import type { Meter } from "./driver.js";

/** Nothing consumed yet. */
export function newMeter(): Meter {
  return { requests: 0, retries: 0, capacity: 0, rows: 0, bytes: 0 };
}

/** What has been consumed so far, as it is now. */
export function consumedSoFar({ requests, retries, capacity, rows, bytes }: Meter): Consumed {
  return { requests, retries, capacity, rows, bytes };
}
