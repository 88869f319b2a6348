// The parts of a model, seen from the thread that gives the commands and does the first part itself.
// Invariant: a wait here ends within a second after another thread has ended or got stuck, and
// after that no thread is left and nothing runs any more.

import type { Command, Control } from "./control.js";
import type { Lead } from "./lead.js";
import type { PartLoop } from "./part-loop.js";
import { slice, Threads, type ThreadsParts } from "./threads.js";
import type { PartExports } from "./task.js";

/** What this thread does of the model; known when its module has been instantiated. */
export interface OwnPart {
  readonly exports: PartExports;
  readonly loop: PartLoop;
}

export class Crew implements Lead {
  readonly #threads: Threads;
  readonly #control: Control;
  readonly #parts: number;
  readonly #own: () => OwnPart;

  constructor(parts: ThreadsParts, own: () => OwnPart) {
    this.#control = parts.control;
    this.#parts = parts.tasks.length + 1;
    this.#own = own;
    this.#threads = new Threads(parts);
  }

  started(): Promise<void> {
    return this.#threads.started();
  }

  get failure(): Lead["failure"] {
    return this.#threads.failure;
  }

  /** The first part that others wait for, and that is not this one. */
  #missing(): number {
    const here = this.#control.meetings(0);
    for (let part = 1; part < this.#parts; part++) {
      if (this.#control.meetings(part) < here) return part;
    }
    return 0;
  }

  /** Waits for all parts at the barrier. */
  meet(): void {
    const control = this.#control;
    const generation = control.arrive(0);
    if (generation === undefined) return this.#threads.check();
    let beats = -1;
    let slices = 0;
    while (!control.await(generation, slice)) {
      this.#threads.check();
      const part = this.#missing();
      const now = control.beats(part);
      // Waits that are really waited are counted, so that a process that sleeps loses nothing.
      slices = now === beats ? slices + 1 : 0;
      beats = now;
      this.#threads.judge(part, slices, this.#own().loop.stepTime);
    }
    this.#threads.check();
  }

  /** Called inside a step of this thread: the others wait for the sample. */
  sample(take: () => void): void {
    this.meet();
    take();
    this.meet();
  }

  /** Lets all threads do something; this one does its part. */
  do(command: Command): void {
    this.#threads.check();
    const { exports, loop } = this.#own();
    const { steps, isSampling, step } = command;
    if (step !== undefined) exports.step.value = BigInt(step);
    exports.sampling.value = isSampling ? 1 : 0;
    this.#control.give(command);
    try {
      loop.run(steps);
    } catch (cause) {
      this.#threads.abandon("the first worker, which is this thread, failed", cause);
      throw cause;
    }
  }

  end(): void {
    this.#threads.end();
  }
}
