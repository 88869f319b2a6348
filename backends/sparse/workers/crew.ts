// The threads of a model, seen from the one that gives the commands and does the first part itself.
// Invariant: a wait here ends within about a second after another thread has ended or got stuck, and
// after that no thread is left and nothing runs any more.

import { WorkerError } from "../../../src/errors.js";
import type { Command, Control } from "./control.js";
import type { PartLoop } from "./part-loop.js";
import { startThread, type Thread } from "./start-thread.js";
import type { PartExports, Task } from "./task.js";

/** A thread that is away for so many of these waits, without a sign of life, is stuck. */
const slice = 100;
const mostSlices = 10;
/** Until a thread has started it may take longer: it reads files, and others may be starting, too. */
const mostStartSlices = 300;
/** A step of another part may take so many times as long as one of this part. */
const slowest = 20;

export interface CrewParts {
  readonly where: string;
  readonly control: Control;
  /** One for each part but the first. */
  readonly tasks: readonly Task[];
}

export class Crew {
  readonly #where: string;
  readonly #control: Control;
  readonly #parts: number;
  readonly #threads: Thread[] = [];
  /** What ended a thread that should still be there, by part. */
  readonly #ended = new Map<number, unknown>();
  #isOver = false;
  #failure: WorkerError | undefined;
  /** What this thread's step took [ms]. */
  #stepTime = (): number => 0;

  constructor({ where, control, tasks }: CrewParts) {
    this.#where = where;
    this.#control = control;
    this.#parts = tasks.length + 1;
    try {
      for (const task of tasks) {
        const onEnd = (cause: unknown): void => {
          if (!this.#ended.has(task.part)) this.#ended.set(task.part, cause);
        };
        this.#threads.push(startThread(task, onEnd));
      }
    } catch (cause) {
      this.end();
      throw this.#error(
        `worker ${this.#threads.length + 2} of ${this.#parts} cannot be started`,
        cause,
      );
    }
  }

  /** Waits until all threads have started. */
  async started(): Promise<void> {
    for (const [i, thread] of this.#threads.entries()) {
      try {
        await thread.started;
      } catch (cause) {
        this.end();
        throw this.#error(`worker ${i + 2} of ${this.#parts} did not start`, cause);
      }
    }
  }

  /** What ended the crew, if something did. */
  get failure(): WorkerError | undefined {
    return this.#failure;
  }

  #error(problem: string, cause?: unknown): WorkerError {
    return new WorkerError({
      code: "worker-lost",
      where: this.#where,
      problem,
      ...(cause !== undefined && { cause }),
      hint:
        "The state of some steps before can still be read: take a snapshot, and restore it into a " +
        "model that is compiled anew.",
    });
  }

  /** Ends all threads and throws. */
  #fail(part: number, problem: string, cause?: unknown): never {
    this.#control.raise(0, "another worker failed");
    this.#failure = this.#error(`worker ${part + 1} of ${this.#parts} ${problem}`, cause);
    this.end();
    throw this.#failure;
  }

  /** Throws where a thread has failed or ended. */
  #check(): void {
    const { fault } = this.#control;
    if (fault > 0) this.#fail(fault - 1, `failed: ${this.#control.textOf(fault - 1)}`);
    for (const [part, cause] of this.#ended) this.#fail(part, "has ended", cause);
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
    if (generation === undefined) return this.#check();
    let beats = -1;
    let slices = 0;
    while (!control.await(generation, slice)) {
      this.#check();
      const part = this.#missing();
      const now = control.beats(part);
      // Waits that are really waited are counted, so that a process that sleeps loses nothing.
      slices = now === beats ? slices + 1 : 0;
      beats = now;
      const most = now === 0 ? mostStartSlices : mostSlices;
      const patience = most + Math.ceil((slowest * this.#stepTime()) / slice);
      if (slices >= patience) this.#fail(part, `did not answer for ${slices * slice} ms`);
    }
    this.#check();
  }

  /** Lets all threads do something; this one does its part. */
  do(command: Command, exports: PartExports, loop: PartLoop): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#check();
    this.#stepTime = () => loop.stepTime;
    const { steps, isSampling, step } = command;
    if (step !== undefined) exports.step.value = BigInt(step);
    exports.sampling.value = isSampling ? 1 : 0;
    this.#control.give(command);
    try {
      loop.run(steps);
    } catch (cause) {
      if (this.#failure === undefined) {
        this.#failure = this.#error("the first worker, which is this thread, failed", cause);
        this.#control.raise(0, "this thread failed");
        this.end();
      }
      throw cause;
    }
  }

  /** Ends all threads. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const thread of this.#threads) thread.end();
  }
}
