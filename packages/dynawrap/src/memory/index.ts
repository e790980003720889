import type { BackendOptions } from "../core/options.js";
import { DriverBackend } from "../engine/driver-backend.js";
import { MemoryDriver } from "./driver.js";
import type { MemoryRow } from "./row.js";

/**
 * A backend in this process's memory, gone with it: for tests, and as the reference that the others are held to.
 * It keeps copies, so that nothing which is changed outside changes inside.
 *
 * @example
 * const backend = new MemoryBackend();
 * await backend.createTable("stories");
 */
export class MemoryBackend extends DriverBackend<MemoryRow> {
  constructor(options: BackendOptions = {}) {
    super(new MemoryDriver(), options);
  }
}
