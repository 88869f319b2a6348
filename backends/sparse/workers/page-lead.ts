// Leads threads from one that may not sleep, as that of a page: all parts are done by others. What is
// waited for can be awaited, or looked at all the time where a call must not return before it is done.
// Invariant: a wait ends within a second after a thread has ended or got stuck; whoever looks at
// the model in between first waits for the command at hand.

import type { Command, Control } from "./control.js";
import type { Lead } from "./lead.js";
import { slice, Threads, type ThreadsParts } from "./threads.js";

/** What a command in the background may take, so that the page can be used meanwhile [ms]. */
const longestCommand = 20;
const mostSteps = 500;

export interface PageLeadParts extends ThreadsParts {
  /** Takes one sample of a run. */
  readonly sample: () => void;
  /** What a step is expected to take, before one has been done [ms]. */
  readonly stepTime: number;
}

/** A command at hand: gives each generation that it has to wait for, and is told if it took too long. */
type Course = Generator<number, void, boolean>;

export class PageLead implements Lead {
  readonly #parts: PageLeadParts;
  readonly #control: Control;
  readonly #threads: Threads;
  #course: Course | undefined;
  /** What the command at hand waits for. */
  #generation = 0;
  #isTaking = false;
  #stepTime: number;

  constructor(parts: PageLeadParts) {
    this.#parts = parts;
    this.#control = parts.control;
    this.#stepTime = parts.stepTime;
    this.#threads = new Threads(parts);
  }

  started(): Promise<void> {
    return this.#threads.started();
  }

  get failure(): Lead["failure"] {
    return this.#threads.failure;
  }

  get stepsAtOnce(): number {
    return Math.max(1, Math.min(mostSteps, Math.floor(longestCommand / this.#stepTime)));
  }

  /** The part that has come least far. */
  #missing(): number {
    let found = 0;
    for (let part = 1; part < this.#parts.tasks.length; part++) {
      if (this.#control.meetings(part) < this.#control.meetings(found)) found = part;
    }
    return found;
  }

  /** Signs of life of all: while somebody works, nobody is stuck. */
  #signs(): number {
    let sum = 0;
    for (let part = 0; part < this.#parts.tasks.length; part++) {
      sum += this.#control.beats(part) + this.#control.meetings(part);
    }
    return sum;
  }

  /** Waits for all parts. */
  *#meet(): Course {
    const control = this.#control;
    const generation = control.arrive(this.#parts.tasks.length, "all");
    let signs = -1;
    let slices = 0;
    while (generation !== undefined && !control.isOver(generation, "all")) {
      const isLate = yield generation;
      this.#threads.check();
      const now = this.#signs();
      // Waits that are really waited are counted, so that a page that sleeps loses nothing.
      if (now !== signs) slices = 0;
      else if (isLate) slices += 1;
      signs = now;
      this.#threads.judge(this.#missing(), slices, this.#stepTime);
    }
    this.#threads.check();
  }

  *#follow(command: Command): Course {
    const { steps, isSampling } = command;
    const start = performance.now();
    this.#control.give(command);
    for (let i = 0; isSampling && i < steps; i++) {
      yield* this.#meet();
      this.#take();
      yield* this.#meet();
    }
    yield* this.#meet();
    this.#stepTime = (performance.now() - start) / steps;
  }

  #take(): void {
    this.#isTaking = true;
    try {
      this.#parts.sample();
    } catch (cause) {
      this.#threads.abandon("taking a sample failed", cause);
      throw cause;
    } finally {
      this.#isTaking = false;
    }
  }

  #begin(command: Command): void {
    this.#threads.check();
    this.#course = this.#follow(command);
    this.#go(false);
  }

  /** Goes on with the command at hand as far as nothing has to be waited for. */
  #go(isLate: boolean): void {
    try {
      const { done, value } = this.#course!.next(isLate);
      if (done === true) this.#course = undefined;
      else this.#generation = value;
    } catch (error) {
      this.#course = undefined;
      throw error;
    }
  }

  settle(): void {
    // Whoever looks at the model from inside a sample sees it as it is sampled.
    if (this.#isTaking) return;
    while (this.#course !== undefined) {
      this.#go(!this.#control.watch(this.#generation, slice, "all"));
    }
  }

  do(command: Command): void {
    this.#begin(command);
    this.settle();
  }

  async doLater(command: Command): Promise<void> {
    this.#begin(command);
    const course = this.#course;
    while (course !== undefined && this.#course === course) {
      const isLate = !(await this.#control.awaitLater(this.#generation, slice, "all"));
      // Somebody who looked at the model may have waited for the rest.
      if (this.#course === course) this.#go(isLate);
    }
    this.#threads.check();
  }

  end(): void {
    this.#threads.end();
  }
}
