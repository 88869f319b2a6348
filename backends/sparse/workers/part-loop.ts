// Does the steps of one part: so many as need no spikes of the others, then the exchange, again and
// again. Invariant: all parts of a model do the same number of steps between the same barriers.

import type { Control } from "./control.js";
import type { Exchange } from "./exchange.js";
import type { PartExports } from "./task.js";

/** A thread shows that it lives about this often [ms]. */
const beatInterval = 50;
/** Steps in one call of the module: its code is replaced by faster one only between calls. */
const mostSteps = 500;

export interface LoopParts {
  readonly part: number;
  readonly control: Control;
  readonly exchange: Exchange;
  readonly exports: PartExports;
  /** Waits for all parts; throws when there was a fault. */
  readonly meet: () => void;
  /** As `meet`, together with the thread that leads, where that does no part. */
  readonly meetLead: () => void;
}

export class PartLoop {
  readonly #parts: LoopParts;
  /** Steps of one call of the module. */
  #stride = 1;
  /** What a step took [ms], the last time. */
  stepTime = 0;

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  #steps(count: number): void {
    const { exports, control, part } = this.#parts;
    for (let left = count; left > 0;) {
      const now = Math.min(left, this.#stride);
      const start = performance.now();
      exports.run(now);
      control.beat(part);
      this.stepTime = (performance.now() - start) / now;
      this.#stride = Math.max(1, Math.min(mostSteps, Math.floor(beatInterval / this.stepTime)));
      left -= now;
    }
  }

  /** Does so many steps together with the other parts. */
  run(count: number): void {
    const { exchange, meet, meetLead } = this.#parts;
    for (let left = count; left > 0;) {
      const now = Math.min(left, exchange.steps);
      this.#steps(now);
      exchange.post(now);
      meet();
      exchange.complete(now);
      left -= now;
    }
    // From here on others may look at the memory of this part, and write into it.
    meetLead();
  }
}
