// What the engine of a model needs of whoever leads its threads. Invariant: types only.

import type { WorkerError } from "../../../src/errors.js";
import type { Command } from "./control.js";

export interface Lead {
  /** What ended the threads, if something did. */
  readonly failure: WorkerError | undefined;
  /** Waits until all threads have started. */
  started(): Promise<void>;
  /** Lets all parts do something, and waits for it. */
  do(command: Command): void;
  /** As `do`, without holding this thread up; only where it may not sleep. */
  doLater?(command: Command): Promise<void>;
  /** Waits for what `doLater` has begun. */
  settle?(): void;
  /** So many steps take about as long as a page may be without an answer. */
  readonly stepsAtOnce?: number;
  /** Ends all threads. */
  end(): void;
}
