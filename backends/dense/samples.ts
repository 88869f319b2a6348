// Gives the monitors of a run what a graph recorded, step after step. Invariant: monitors are those of
// src/memory, over a memory that holds nothing but the arrays they sample.

import type { Program } from "../../src/ir/program.js";
import { allocate } from "../../src/memory/allocate.js";
import type { Memory, Stored } from "../../src/memory/memory.js";
import { bindMonitors, type BoundMonitors, type Now } from "../../src/memory/monitors.js";
import type { Settling } from "../../src/memory/settling.js";
import type { Job } from "../../src/runtime/backend.js";
import type { BuiltGraph } from "./build/graphs.js";
import type { Slot } from "./build/slots.js";
import type { OrtTensor } from "./runtime.js";
import { storeInto } from "./state.js";

/** What graphs record has been settled. */
const settled: Settling = {
  names: [],
  concerns: () => false,
  whileSettled: (_done, look) => look(),
  settleForGood: () => undefined,
};

type Rows = { subarray(from: number, to: number): Rows };

/** The monitors of a run, over memory of their own. */
export class Samples {
  readonly watched: readonly string[];
  readonly #memory: Memory;
  readonly #monitors: BoundMonitors | undefined;
  readonly #now: Now;

  constructor(program: Program, monitors: Job["monitors"], now: Now) {
    this.watched = [...new Set(monitors.map(({ array }) => array))];
    const memory = new Map<string, Stored>();
    for (const { slots: _, ...spec } of program.arrays) {
      if (!this.watched.includes(spec.name)) continue;
      // As states, so that no array of the Program itself is used; payloads are not sampled.
      const { payload: _columns, ...plain } = spec;
      memory.set(spec.name, allocate({ ...plain, role: "state" }, program));
    }
    this.#memory = memory;
    this.#now = now;
    this.#monitors = bindMonitors(monitors, { memory, now, settling: settled });
  }

  /** So many steps need no sample. */
  idleSteps(): number {
    return this.#monitors?.idleSteps(this.#now.step) ?? Infinity;
  }

  /** Takes the samples of so many steps, and counts them. */
  take(
    records: BuiltGraph["records"],
    given: Readonly<Record<string, OrtTensor>>,
    steps: number,
  ): void {
    const rows = [...records].map(([name, slot]) => ({ slot, data: given[name]!.data as Rows }));
    for (let step = 0; step < steps; step++) {
      if (this.idleSteps() === 0) {
        for (const { slot, data } of rows) this.#fill(slot, data, step);
        this.#monitors?.sample();
      }
      this.#now.step++;
    }
  }

  #fill(slot: Slot, data: Rows, step: number): void {
    const size = slot.shape.reduce((all, one) => all * one, 1);
    storeInto(
      this.#memory.get(slot.spec.name)!,
      slot,
      data.subarray(step * size, (step + 1) * size),
    );
  }
}
